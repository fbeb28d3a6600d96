#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh [options] NAME LOG COMMAND...: runs one test and says how it went in one TAP line, with
# the tail of its output below when it failed. The line also goes to the file $XSR_RESULTS, if that
# is set, from which .ci/run counts.
#   --timeout N      N seconds instead of 120, after which the test counts as hung
#   --expect REGEX   success only if the output has a line like this
#   --nonempty DIR   success only if DIR has a file
#   --show           print the output in any case
set -euo pipefail

expect='' nonempty='' show='' limit=120
while [[ ${1:-} == --* ]]; do
	case $1 in
	--expect) expect=$2 && shift ;;
	--nonempty) nonempty=$2 && shift ;;
	--show) show=1 ;;
	--timeout) limit=$2 && shift ;;
	*)
		echo "run.sh: unknown option $1" >&2
		exit 2
		;;
	esac
	shift
done
name=$1
log=$2
shift 2

# Sanitizers lay out memory by themselves and fail where the kernel randomises it widely.
personality=()
if setarch -R true 2>/dev/null; then
	personality=(setarch -R)
fi
export UBSAN_OPTIONS=print_stacktrace=1

mkdir -p "${log%/*}"
started=$(date +%s%N)
verdict=ok
why=''
status=0
"${personality[@]}" timeout "$limit" "$@" >"$log" 2>&1 || status=$?
if [ $status != 0 ]; then
	verdict='not ok'
	why="exit status $status"
	[ $status != 124 ] || why="still running after $limit s"
elif [ -n "$expect" ] && ! grep -q "$expect" "$log"; then
	verdict='not ok'
	why="its output lacks: $expect"
elif [ -n "$nonempty" ] && [ -z "$(ls "$nonempty" 2>/dev/null)" ]; then
	verdict='not ok'
	why="$nonempty has no file"
fi
took=$((($(date +%s%N) - started) / 1000000))

line="$verdict - $name ($((took / 1000)).$(printf %03d $((took % 1000))) s)"
echo "$line"
[ -z "${XSR_RESULTS:-}" ] || echo "$line" >>"$XSR_RESULTS"
if [ "$verdict" != ok ]; then
	echo "# $why; full output in $log"
	tail -n 40 "$log" | sed 's/^/# /'
	exit 1
fi
[ -z "$show" ] || sed 's/^/# /' "$log"
