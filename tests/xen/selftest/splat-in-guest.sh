#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Passes, but a guest's kernel says what a kernel in trouble says. Run by scenarios/selftest*.sh.
#
# plan: 1
# seconds: 60
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

try "the guest answers" eval 'guest_start g; guest_run g "echo WARNING: planted by the self-test >/dev/kmsg"'
