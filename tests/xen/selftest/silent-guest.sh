#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guest never answers. Run by scenarios/selftest*.sh.
#
# plan: 1
# seconds: 60
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

guest_start g
try "the guest answers" guest_run g -t 2 'sleep 1000'
