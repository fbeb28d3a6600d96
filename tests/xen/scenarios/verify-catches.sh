#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The bed's own eyes: a disk changed behind the guest's back by one byte must fail fio's verify, and the
# same disk unchanged must pass it. Else a passed verify elsewhere would mean nothing.
#
# plan: 5
# seconds: 150
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

fio_pass() {
	guest_run g -t 90 "fio --name=v --filename=/dev/xvdb --ioengine=libaio --direct=1 --rw=write \
		--bs=64k --size=8m --verify=crc32c --verify_state_save=0 --output-format=terse $1"
}

flip_a_byte() {
	local at=$((5 * 1024 * 1024 + 777)) byte

	byte=$(dd if=/dev/nullb1 bs=1 skip=$at count=1 2>/dev/null | od -An -tu1)
	# shellcheck disable=SC2059 # an octal escape is built
	printf "\\$(printf %o $((byte ^ 1)))" |
		dd of=/dev/nullb1 bs=1 seek=$at count=1 conv=notrunc 2>/dev/null
	blockdev --flushbufs /dev/nullb1
}

unnoticed() {
	! fio_pass --verify_only || complain "verify passed although a byte was changed"
}

make_null nullb1 64 memory_backed=1
try "a guest starts" guest_start g
pairing_use g stock/stock
try "a disk attaches" disk_attach g /dev/nullb1 xvdb
try "verify passes while nobody interferes" fio_pass --do_verify=1
try "dom0 changes one byte" flip_a_byte
try "verify fails after that" unnoticed
