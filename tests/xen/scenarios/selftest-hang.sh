#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A scenario that never ends is ended by its time-out, and the next one gets a bed of its own.
#
# plan: 2
# seconds: 600
# long: yes
# where: host
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
bed_run=$(mktemp -d)
trap 'rm -rf "$bed_run"' EXIT
# shellcheck source=tests/xen/dom0/tap.sh
. "$here/dom0/tap.sh"

hangs() {
	! env -u XSR_RESULTS "$here/scenario.sh" selftest/hangs >"$bed_run/tap" 2>&1 ||
		complain "it passes"
	cat "$bed_run/tap"
	grep -q '^not ok .*ends by itself (status 124' "$bed_run/tap" || complain "no time-out"
}

try "a hanging scenario is ended" hangs
try "the next scenario passes" env -u XSR_RESULTS "$here/scenario.sh" selftest/good
