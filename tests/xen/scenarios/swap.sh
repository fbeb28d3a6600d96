#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Stock, ours, stock on one and the same disk, which stays attached: first the front-end's module is
# swapped, so each driver finds the keys its predecessor of another dialect left in xenstore; then the
# back-end's, under a front-end that stays connected (allow_rebind). After each swap the data written
# before is intact and new I/O passes crc32c verify.
#
# plan: 3 + 9
# modules: ours
# seconds: 400
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

verify() {
	guest_run g -t 90 'DISK=/dev/xvdb SIZE=2m fio --output-format=terse /bed/fio/verify.fio'
}

# The first time writes a pattern beyond what verify uses, later ones look for it.
data_intact() {
	guest_run g 'at="bs=1M seek=40"
		[ -e /tmp/pattern ] || { head -c 4194304 /dev/urandom >/tmp/pattern
			dd if=/tmp/pattern of=/dev/xvdb bs=1M seek=40 oflag=direct 2>/dev/null; }
		dd if=/dev/xvdb bs=1M skip=40 count=4 iflag=direct 2>/dev/null | cmp - /tmp/pattern'
}

swap_front() {
	frontend_use g "$1"
	disk_ready g xvdb
}

swap_back() {
	backend_use "$1"
	disk_ready g xvdb
}

still_good() {
	data_intact
	verify
}

back_still_good() {
	swap_back "$1"
	still_good
}

make_null nullb1 64 memory_backed=1
try "a guest starts" guest_start g
pairing_use g stock/stock
try "the disk attaches to the stock pair" disk_attach g /dev/nullb1 xvdb
try "a pattern is written" data_intact
for front in ours stock ours; do
	note "front-end becomes $front"
	try "front-end $front takes the disk over" swap_front $front
	try "front-end $front: data intact, new I/O verified" still_good
done
for back in ours stock ours; do
	note "back-end becomes $back"
	try "back-end $back, front-end ours: data intact, new I/O verified" back_still_good $back
done
