#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs one scenario in the bed and prints TAP: what the scenario itself prints, then two lines of the
# host's own: that it ended by itself, and that no kernel and no hypervisor printed a splat meanwhile.
# Boots the bed when there is none, so many scenarios share one boot (check.sh gives $bed_dir and ends
# the bed); called alone it ends the bed it booted. What a scenario's header says: scenarios/README.md.
#
# Usage: scenario.sh scenarios/NAME.sh     (NAME alone works too)
set -euo pipefail
# shellcheck source=tests/xen/bed.sh
. "$(dirname "$0")/bed.sh"

name=$(basename "${1:?which scenario?}" .sh)
file=$bed_here/scenarios/$name.sh
[ -r "$file" ] || bed_die "no scenario named '$name' in $bed_here/scenarios"

# header KEY DEFAULT: the value of "# KEY: VALUE" in the scenario's head.
header() {
	local value

	value=$(sed -n "1,/^[^#]/s/^# $1: *//p" "$file")
	echo "${value:-$2}"
}

read -ra pairings <<<"${BED_PAIRINGS:-stock/stock stock/ours ours/stock ours/ours}"
# shellcheck disable=SC2034 # plans are arithmetic over this name
pairs=${#pairings[@]}
plan=$(($(header plan 0)))
[ "$plan" -gt 0 ] || bed_die "scenario '$name' has no plan"
if [[ " $(header modules '') " == *' ours '* && ${pairings[*]} != *ours* ]]; then
	echo "1..0 # SKIP only the stock pairing is asked for"
	exit 0
fi
export BED_CPU=${BED_CPU:-$(header cpu pv)}

n=0
# Counts the test lines that pass by.
count_lines() {
	local line

	while IFS= read -r line; do
		[[ $line != 'ok '* && $line != 'not ok '* ]] || echo >&3
		printf '%s\n' "$line"
	done
}

result() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
	fi
}

failed=0
if [ -z "${bed_dir:-}" ]; then
	bed_new
	trap bed_stop EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
fi
echo "1..$((plan + 2))"
started=$SECONDS
status=0
lines=$bed_dir/lines-$name
: >"$lines"
if [ "$(header where dom0)" = host ]; then
	BED_PAIRINGS="${pairings[*]}" timeout -k 5 "$(header seconds 120)" bash "$file" \
		> >(count_lines 3>>"$lines") || status=$?
	wait $! || true
else
	bed_need || exit 1
	bed_mark
	bed_run "$(header seconds 120)" "scenarios/$name.sh" "BED_PAIRINGS=${pairings[*]}" \
		> >(count_lines 3>>"$lines") || status=$?
	wait $! || true
fi
n=$(wc -l <"$lines")
result "$status" "$name ends by itself (status $status, $((SECONDS - started)) s)"
if [ "$(header where dom0)" = dom0 ]; then
	if [ "$status" != 0 ]; then
		out=$bed_dir/boot/share/out/$(cat "$bed_dir/boot/commands").err
		echo "# last lines of ${out#"$bed_top"/}:"
		tail -n 15 "$out" 2>/dev/null | sed 's/^/#   /'
		bed_last_lines
	fi
	bed_splats "$(header may-print '')" && splats=0 || splats=1
	result "$splats" "$name: no splat in Xen, dom0 or guests"
else
	result 0 "$name: boots no shared bed"
fi
exit $failed
