#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# stages.sh STAGE...: runs `make STAGE` for each, all of them even if one fails, then prints how
# long each took. Single results are in the file $XSR_RESULTS (default: build/results/check.tap),
# one TAP line each, appended by whoever ran a test; a stage that failed without such a line, or
# passed without any, gets a line of its own, so that the counts cannot hide it.
set -euo pipefail

cd "$(dirname "$0")/.."
export XSR_RESULTS=${XSR_RESULTS:-$PWD/build/results/check.tap}
mkdir -p "${XSR_RESULTS%/*}"
: >"$XSR_RESULTS"

# How many lines of the results start with this.
results() {
	grep -c "^$1" "$XSR_RESULTS" || true
}

verdict=0
summary=()
for stage in "$@"; do
	printf '\n=== %s\n' "$stage"
	started=$SECONDS
	ok=$(results 'ok ') bad=$(results 'not ok ')
	said=ok
	make --no-print-directory "$stage" || said='not ok' verdict=1
	if [ "$said" = ok ]; then
		[ "$(results 'ok ')" -gt "$ok" ] || echo "ok - stage/$stage" >>"$XSR_RESULTS"
	else
		[ "$(results 'not ok ')" -gt "$bad" ] || echo "not ok - stage/$stage" >>"$XSR_RESULTS"
	fi
	took=$((SECONDS - started))
	summary+=("$(printf '%-12s %3d:%02d  %s' "$stage" $((took / 60)) $((took % 60)) "$said")")
done

printf '\n=== time (minutes:seconds)\n'
printf '%s\n' "${summary[@]}"
printf '%-12s %3d:%02d\n' total $((SECONDS / 60)) $((SECONDS % 60))
exit $verdict
