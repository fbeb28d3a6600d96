#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a back-end gets to see: one that reads whole granted pages finds what the guest keeps next to
# its I/O if it is trusted, and not one byte of it if the guest's configuration says that it is not.
#
# only: ours/ours
# modules: ours
# guests: pv pvh
# plan: 4
# seconds: 400
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/evil/back.sh
. /bed/payload/evil/back.sh

evil_begin_back xvdg
make_null nullb1 64 memory_backed=1
try "a guest, and a bystander" evil_start_back /dev/nullb1
try "a disk of a back-end that looks around" evil_fresh xvdg
try "trusted: the canary is found" evil_canary xvdg 1 spilled
try "not trusted: none of it is" evil_canary xvdg 0 clean
