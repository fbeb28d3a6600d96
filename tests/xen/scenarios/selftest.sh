#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The bed fails what it must fail: runs small scenarios of selftest/ that are bad in one way each, and
# looks for the line of TAP that says so. One that is good shows that the bed is not failing everything.
#
# plan: 7
# seconds: 600
# where: host
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
bed_run=$(mktemp -d)
trap 'rm -rf "$bed_run"' EXIT
# shellcheck source=tests/xen/dom0/tap.sh
. "$here/dom0/tap.sh"

# says NAME PATTERN: the scenario's output has such a line. Its exit status must agree. Its results are kept.
says() {
	local status=0

	: >"$bed_run/results"
	XSR_RESULTS=$bed_run/results "$here/scenario.sh" "selftest/$1" >"$bed_run/tap" 2>&1 || status=$?
	cat "$bed_run/tap"
	grep -q -E "$2" "$bed_run/tap" || complain "no line says: $2"
	[[ $2 != '^not ok'* || $status != 0 ]] || complain "its exit status is 0"
}

none_bad() {
	says good '^ok'
	! grep '^not ok' "$bed_run/tap" || complain "a good scenario fails"
}

try "a good scenario passes" none_bad
try "a splat of dom0's kernel fails a scenario" says splat-in-dom0 '^not ok .*no splat'
try "what the kernel said is kept with the results" grep '^#.*BUG: planted' "$bed_run/results"
try "a splat of a guest's kernel fails a scenario" says splat-in-guest '^not ok .*no splat'
try "a silent guest fails a scenario" says silent-guest '^not ok .*the guest answers'
try "a guest that dies fails a scenario" says dying-guest '^not ok .*the guest survives'
try "a scenario that ends early fails" says ends-early '^not ok .*ends by itself'
