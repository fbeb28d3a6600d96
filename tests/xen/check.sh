#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The test bed's part of `make check-xen` and `make check-all`: runs scenarios through prove, as many as
# can in one boot, and ends the bed whatever happens. Prints the time each took.
#
# Usage: check.sh [--all] [SCENARIO...]    --all adds the scenarios whose header says "long: yes";
#                                          and runs each in every pairing that makes sense for it, and
#                                          with PVH guests; names run just those
# Environment: BED_PAIRINGS="stock/stock ours/ours" restricts the pairings (FRONT/BACK), BED_GUEST=pv|pvh
#              the guests.
set -euo pipefail
# shellcheck source=tests/xen/bed.sh
. "$(dirname "$0")/bed.sh"

all=
names=()
for word in "$@"; do
	case "$word" in
	--all) all=1 ;;
	-*) bed_die "unknown option '$word': use --all or names of scenarios" ;;
	*)
		[ -r "$bed_here/scenarios/${word%.sh}.sh" ] || bed_die "no scenario named '$word'"
		names+=("${word%.sh}") ;;
	esac
done
if [ ${#names[@]} = 0 ]; then
	for file in "$bed_here"/scenarios/*.sh; do
		[ -n "$all" ] || ! grep -q '^# long: yes' "$file" || continue
		names+=("$(basename "$file" .sh)")
	done
fi
for tool in prove qemu-system-x86_64 gcc; do
	command -v $tool >/dev/null || bed_die "$tool is not installed"
done

[ -z "$all" ] || export BED_PAIRINGS=${BED_PAIRINGS:-$bed_pairings} BED_LONG=1
bed_new
trap bed_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
echo "check-xen: logs in ${bed_dir#"$bed_top"/}"
"$bed_here/images.sh" build
status=0
prove -v --timer --exec "$bed_here/scenario.sh" "${names[@]}" || status=$?
# On a CPU that runs them, once more with PVH guests, where the scenario says so and BED_GUEST does not say
# what guests are.
pvh=()
for name in "${names[@]}"; do
	! grep -q '^# guests: pv pvh' "$bed_here/scenarios/$name.sh" || pvh+=("$name")
done
if [ -n "$all" ] && [ -z "${BED_GUEST:-}" ] && [ ${#pvh[@]} != 0 ]; then
	echo "check-xen: with PVH guests"
	BED_GUEST=pvh prove -v --timer --exec "$bed_here/scenario.sh" "${pvh[@]}" || status=$?
fi
bed_counted
bed_again
if [ $status != 0 ]; then
	echo "check-xen: FAILED; logs in ${bed_dir#"$bed_top"/}" >&2
fi
exit $status
