#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs one scenario in the bed and prints TAP: what the scenario itself prints, then two lines of the
# host's own: that it ended by itself, and that no kernel and no hypervisor printed a splat meanwhile.
# Boots the bed when there is none, so many scenarios share one boot (check.sh gives $bed_dir and ends
# the bed); called alone it ends the bed it booted. What a scenario's header says: scenarios/README.md.
#
# Usage: scenario.sh NAME              (in scenarios/)
#        scenario.sh selftest/NAME     (the bed's own tests, mostly made to fail)
set -euo pipefail
# shellcheck source=tests/xen/bed.sh
. "$(dirname "$0")/bed.sh"

name=${1:?which scenario?}
case "$name" in
selftest/*) ;;
*) name=scenarios/$(basename "$name" .sh) ;;
esac
script=${name%.sh}.sh
name=$(basename "$script" .sh)
file=$bed_here/$script
[ -r "$file" ] || bed_die "no scenario named '$name': $file is not there"

# header KEY DEFAULT: the value of "# KEY: VALUE" in the scenario's head.
header() {
	local value

	value=$(sed -n "1,/^[^#]/s/^# $1: *//p" "$file")
	echo "${value:-$2}"
}

# common "PAIRING..." "PAIRING...": those of the first that are among the second.
common() {
	local pairing

	for pairing in $1; do
		[[ " $2 " != *" $pairing "* ]] || echo "$pairing"
	done | tr '\n' ' '
}

only=$(header only "$bed_pairings")
wanted=${BED_PAIRINGS:-$(header pairings "$only")}
read -ra pairings <<<"$(bed_built "$(header pair blk)" "$(common "$wanted" "$only")")"
# shellcheck disable=SC2034 # plans are arithmetic over this name
pairs=${#pairings[@]}
if [ "$pairs" = 0 ]; then
	echo "1..0 # SKIP none of its pairings is asked for and built"
	exit 0
fi
plan=$(($(header plan 0)))
[ "$plan" -gt 0 ] || bed_die "scenario '$name' has no plan"
if [[ " $(header modules '') " == *' ours '* && ${pairings[*]} != *ours* ]]; then
	echo "1..0 # SKIP only the stock pairing is asked for"
	exit 0
fi
[ "${BED_GUEST:=pv}" = pv ] || BED_CPU=svm
export BED_CPU=${BED_CPU:-$(header cpu pv)} BED_GUEST
# What few scenarios need is made when one does, and may be more than this machine's archives have.
i386=
if [[ " $(header needs '') " == *' i386 '* ]]; then
	i386=$("$bed_here/i386.sh" 2>"$bed_top/build/xen/i386.log") || {
		echo "1..0 # SKIP no 32-bit guest: $(tail -n 1 "$bed_top/build/xen/i386.log")"
		exit 0
	}
fi

# Passes TAP on; keeps the lines that are tests, and what was counted (see check.sh).
keep_tests() {
	local line

	while IFS= read -r line; do
		printf '%s\n' "$line"
		[[ $line != 'ok '* && $line != 'not ok '* ]] || printf '%s\n' "$line" >>"$tests"
		[[ $line != '# counted: '* ]] || printf '%s\n' "${line#*: }" >>"$tests.counted"
	done
}

# result STATUS WHAT: a test line of the host's own.
result() {
	local verdict=ok

	[ "$1" = 0 ] || verdict='not ok'
	echo "$verdict $(($(wc -l <"$tests") + 1)) - $2" | keep_tests
}

on_host() {
	timeout -k 5 "$seconds" bash "$file"
}

# The scenario sees the pairings and, of our environment, what its header names.
in_dom0() {
	local name settings=("BED_PAIRINGS=$BED_PAIRINGS" "BED_LONG=${BED_LONG:-}" "BED_GUEST=$BED_GUEST"
		"BED_VCPUS=${BED_VCPUS:-}")

	for name in $(header env ''); do
		[ -z "${!name:-}" ] || settings+=("$name=${!name}")
	done
	bed_run "$seconds" "$script" "${settings[@]}"
}

# The last lines of what the scenario and the kernels said.
show_end() {
	local err

	err=$bed_dir/boot/share/out/$(cat "$bed_dir/boot/commands").err
	echo "# last lines of ${err#"$bed_top"/}:"
	tail -n 15 "$err" 2>/dev/null | sed 's/^/#   /'
	bed_last_lines
}

if [ -z "${bed_dir:-}" ]; then
	bed_new
	trap bed_stop EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
fi
export BED_PAIRINGS="${pairings[*]}"
seconds=$(header seconds 120)
where=$(header where dom0)
as=$name
[ "$BED_GUEST" = pv ] || as=$name-$BED_GUEST
tests=$bed_dir/$as.tests
[ "$where" = host ] && plan=$((plan + 1)) || plan=$((plan + 2))
echo "1..$plan"

# Runs the scenario and judges it, on standard output and in $tests. Fails if there is no machine to run it on.
attempt() {
	local started=$SECONDS status=0 splats=0

	: >"$tests"
	: >"$tests.counted"
	: >"$tests.splats"
	if [ "$where" = host ]; then
		on_host | keep_tests || status=$?
	else
		bed_need || return
		[ -z "$i386" ] || cp -rT "$i386" "$bed_dir/boot/share/payload/i386" || return
		bed_mark || return
		in_dom0 | keep_tests || status=$?
	fi
	result "$status" "$as ends by itself (status $status, $((SECONDS - started)) s)"
	[ "$where" != host ] || return 0
	[ "$status" = 0 ] || show_end
	bed_splats "$(header may-print '')" >"$tests.splats" || splats=1
	cat "$tests.splats"
	result "$splats" "$as: no splat in Xen, dom0 or guests"
}

# The emulator's SVM loses its way now and then, in any guest and in programs of dom0 (README.md): what fails
# there has a second attempt, in a machine of its own, and the run tells of it at its end.
attempt_twice() {
	local first=$bed_dir/$as.first

	attempt >"$first" || { cat "$first"; return 1; }
	if ! grep -q '^not ok ' "$tests"; then
		cat "$first"
		return 0
	fi
	sed 's/^/# first attempt: /' "$first"
	echo "$as failed and had a second attempt: ${first#"$bed_top"/}" >>"$bed_dir/again"
	: >"$bed_dir/broken"
	attempt
}

if [ "$BED_CPU" = svm ]; then
	attempt_twice || exit
else
	attempt || exit
fi
cat "$tests.counted" >>"$bed_dir/counted"
[ -z "${XSR_RESULTS:-}" ] || {
	sed -E "s#^(ok|not ok) [0-9]+ (- )?#\\1 - xen/$as: #" "$tests"
	cat "$tests.splats"
} >>"$XSR_RESULTS"
! grep -q '^not ok ' "$tests"
