#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Disks named in a guest's configuration file (disk=), there before any front-end is loaded: a writable
# one, and a read-only one that refuses writes. The guest powers off with its disks in place, and
# nothing stays behind in dom0.
#
# only: stock/ours ours/stock ours/ours
# plan: 1 + 5 * pairs
# seconds: 120 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

connects() {
	guest_start g disk="'phy:/dev/nullb1,xvda,w', 'phy:/dev/nullb2,xvdb,r'"
	frontend_use g "${1%/*}"
	disk_ready g xvda
	disk_ready g xvdb
}

verify() {
	guest_run g -t 60 'DISK=/dev/xvda SIZE=8m fio --output-format=terse /bed/fio/verify.fio'
}

read_only() {
	[ "$(guest_run g 'cat /sys/block/xvdb/ro')" = 1 ] || complain "xvdb is not read-only"
	guest_run g '
		dd if=/dev/xvdb of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null || { echo xvdb cannot be read; exit 1; }
		! dd if=/dev/zero of=/dev/xvdb bs=4k count=1 oflag=direct 2>/dev/null || { echo xvdb can be written; exit 1; }'
	cmp -n 65536 /dev/nullb2 "$bed_run/pattern"
}

nothing_left() {
	local left

	left=$(ls /sys/bus/xen-backend/devices)
	[ -z "$left" ] || complain "still on the back-end bus: $left"
	! grep blkif /proc/interrupts || complain "an interrupt is left"
	! pgrep -l '^[0-9]+\.xvd' || complain "a thread is left"
	backend_use none
}

make_null nullb1 64 memory_backed=1
make_null nullb2 64 memory_backed=1
head -c 65536 /dev/urandom >"$bed_run/pattern"
try "a pattern is on the second disk" dd if="$bed_run/pattern" of=/dev/nullb2 bs=64k oflag=direct
for pairing in "${pairings[@]}"; do
	pairing_present "$pairing"
	backend_use "${pairing#*/}"
	try "$pairing: both disks connect" connects "$pairing"
	try "$pairing: the writable disk passes crc32c verify" verify
	try "$pairing: the read-only disk reads and refuses writes" read_only
	try "$pairing: the guest powers off" guest_stop g
	try "$pairing: nothing is left of its disks" nothing_left
done
