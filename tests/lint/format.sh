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

said=$(clang-format --dry-run -Werror "${files[@]}" 2>&1) && exit 0
echo "not formatted (make format does it):"
sed -nE 's/^([^:]+):[0-9]+:[0-9]+: error: .*/  \1/p' <<<"$said" | sort -u
exit 1
