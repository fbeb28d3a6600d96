#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make soak HOURS=n`: saves and restores, detaches, reloads and resizes under verified I/O, round after
# round, for so many hours (a fraction will do); the first failure ends it. Prints what was done. Round
# by round the boot stays the same, so that what leaks adds up.
#
# Usage: soak.sh HOURS [SCENARIO...]
set -euo pipefail
# shellcheck source=tests/xen/bed.sh
. "$(dirname "$0")/bed.sh"

hours=${1:?how many hours?}
shift
names=("$@")
[ ${#names[@]} != 0 ] || names=(restore detach reload resize cycles)
seconds=$(awk -v h="$hours" 'BEGIN { if (h + 0 <= 0) exit 1; print int(h * 3600) }') ||
	bed_die "HOURS must be a number above 0, not '$hours'"
bed_new
trap bed_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
echo "soak: $hours h of ${names[*]}; logs in ${bed_dir#"$bed_top"/}"
"$bed_here/images.sh" build
status=0
round=0
while [ $status = 0 ] && [ $SECONDS -lt "$seconds" ]; do
	round=$((round + 1))
	echo "soak: round $round, after $((SECONDS / 60)) min"
	prove --timer --exec "$bed_here/scenario.sh" "${names[@]}" || status=$?
done
bed_counted
[ $status = 0 ] || echo "soak: FAILED in round $round; logs in ${bed_dir#"$bed_top"/}" >&2
exit $status
