#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A read-only disk stays unchanged even if the guest's root takes off the mark and writes or discards:
# it is the back-end that refuses.
#
# only: ours/ours stock/ours ours/stock
# pairings: ours/ours
# guests: pv pvh
# plan: 1 + 3 * pairs
# seconds: 300 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

marked() {
	disk_attach g "$(blk_device disk)" xvdb r
	[ "$(guest_run g 'cat /sys/block/xvdb/ro')" = 1 ] || complain "not marked read-only"
	! guest_run g 'dd if=/dev/zero of=/dev/xvdb bs=4k count=1 oflag=direct 2>/dev/null' ||
		complain "it can be written"
}

refused_by_back() {
	guest_run g '
		blockdev --setrw /dev/xvdb
		! dd if=/dev/zero of=/dev/xvdb bs=4k count=1 oflag=direct 2>/dev/null || { echo written; exit 1; }
		! blkdiscard -l 1048576 /dev/xvdb 2>/dev/null || { echo discarded; exit 1; }
		dd if=/dev/xvdb of=/dev/null bs=64k count=16 iflag=direct 2>/dev/null'
}

unchanged() {
	disk_detach g xvdb
	[ "$(sha256sum <"$blk_dir/disk")" = "$(cat "$bed_run/sum")" ] || complain "the disk has changed"
}

blk_begin
blk_make disk 16
head -c 4194304 /dev/urandom | dd of="$blk_dir/disk" conv=notrunc 2>/dev/null
sha256sum <"$blk_dir/disk" >"$bed_run/sum"
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	try "$pairing: the guest's disk is marked read-only" marked
	try "$pairing: the back-end refuses when the mark is taken off" refused_by_back
	try "$pairing: nothing was changed" unchanged
done
