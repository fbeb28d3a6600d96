#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Never ends. Run by scenarios/selftest*.sh.
#
# plan: 1
# seconds: 5
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

sleep 100000
pass "never reached"
