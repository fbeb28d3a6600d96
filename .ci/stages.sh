#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# stages.sh STAGE...: runs `make STAGE` for each, all of them even if one fails, then prints how
# long each took. A stage's output is kept in build/results/STAGE.log. Single results are in the
# file $XSR_RESULTS (default: build/results/check.tap), one TAP line each: whoever runs a test
# appends its line, after a failed one comments that tell why; for a stage that appended none the
# TAP lines of its output are taken; and a stage that failed without a failed test, or passed
# without any, gets a line of its own, so that the counts cannot hide it.
set -euo pipefail

cd "$(dirname "$0")/.."
export XSR_RESULTS=${XSR_RESULTS:-$PWD/build/results/check.tap}
mkdir -p build/results "${XSR_RESULTS%/*}"
: >"$XSR_RESULTS"

# How many lines of the results start with this.
results() {
	grep -c "^$1" "$XSR_RESULTS" || true
}

# count STAGE VERDICT OK BAD: completes the results of a stage before which there were OK good and
# BAD bad ones.
count() {
	local stage=$1 said=$2 ok=$3 bad=$4
	if [ "$(results 'ok ')" = "$ok" ] && [ "$(results 'not ok ')" = "$bad" ]; then
		grep -E '^(not )?ok ' "build/results/$stage.log" >>"$XSR_RESULTS" || true
	fi
	if [ "$said" = ok ]; then
		[ "$(results 'ok ')" -gt "$ok" ] || echo "ok - stage/$stage" >>"$XSR_RESULTS"
	else
		[ "$(results 'not ok ')" -gt "$bad" ] || echo "not ok - stage/$stage" >>"$XSR_RESULTS"
	fi
}

verdict=0
summary=()
for stage in "$@"; do
	printf '\n=== %s\n' "$stage"
	started=$SECONDS
	ok=$(results 'ok ') bad=$(results 'not ok ')
	said=ok
	make --no-print-directory "$stage" 2>&1 | tee "build/results/$stage.log" ||
		said='not ok' verdict=1
	count "$stage" "$said" "$ok" "$bad"
	took=$((SECONDS - started))
	summary+=("$(printf '%-12s %3d:%02d  %s' "$stage" $((took / 60)) $((took % 60)) "$said")")
done

printf '\n=== time (minutes:seconds)\n'
printf '%s\n' "${summary[@]}"
printf '%-12s %3d:%02d\n' total $((SECONDS / 60)) $((SECONDS % 60))
exit $verdict
