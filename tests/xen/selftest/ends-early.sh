#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A line of the scenario fails outside any test. Run by scenarios/selftest*.sh.
#
# plan: 1
# seconds: 60
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

false
pass "never reached"
