#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guest's kernel crashes. Run by scenarios/selftest*.sh.
#
# plan: 1
# seconds: 60
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

guest_start g
try "the guest survives" guest_run g -t 20 'echo c >/proc/sysrq-trigger'
