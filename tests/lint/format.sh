#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# format.sh [-i]: says which C files are not as .clang-format wants them, and fails if there are
# any; with -i, formats them all instead.
set -euo pipefail

cd "$(dirname "$0")/../.."
mapfile -d '' -t files < <(find . -path ./build -prune -o -path ./.git -prune -o \
	-type f -name '*.[ch]' -print0)

if [ "${1:-}" = -i ]; then
	clang-format -i "${files[@]}"
	exit 0
fi

bad=()
for file in "${files[@]}"; do
	clang-format --dry-run -Werror "$file" 2>/dev/null || bad+=("$file")
done
[ ${#bad[@]} = 0 ] && exit 0
echo "not formatted (make format does it):"
printf '  %s\n' "${bad[@]}"
exit 1
