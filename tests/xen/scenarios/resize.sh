#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The back device grows, 20 times in the long run, while the guest does verified I/O: each time the guest sees the new
# size and its kernel says so in a uevent; the space gained can be used; then it shrinks once. An
# idle disk is noticed too, without a single request.
#
# only: ours/ours stock/ours
# pairings: ours/ours
# guests: pv pvh
# plan: 1 + 6 * pairs
# seconds: 300 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

times=$(by_length 5 20)

has_size() {
	[ "$(blk_size g xvdb)" = $(($1 << 20)) ]
}

resize_to() {
	blk_resize disk "$1"
	blk_until 5 has_size "$1"
}

grow() {
	resize_to $(($(stat -c %s "$blk_dir/disk") / 1048576 + 1))
}

uevents() {
	local seen

	seen=$(guest_run g 'grep -c RESIZE=1 /tmp/uevents; true')
	[ "$seen" -ge "$times" ] || complain "$seen uevents for $times resizes"
}

end_usable() {
	guest_run g "dd if=/dev/urandom of=/tmp/end bs=1M count=1 2>/dev/null
		dd if=/tmp/end of=/dev/xvdb bs=1M seek=$((64 + times - 1)) oflag=direct 2>/dev/null
		dd if=/dev/xvdb bs=1M skip=$((64 + times - 1)) count=1 iflag=direct 2>/dev/null | cmp - /tmp/end"
}

shrink() {
	resize_to 64
	! guest_run g 'dd if=/dev/xvdb of=/dev/null bs=1M skip=64 count=1 iflag=direct 2>&1 | grep -q "^1+0"' ||
		complain "what is no longer there can be read"
}

blk_begin
blk_make disk 64
try "a guest starts" guest_start g
guest_run g '(busybox uevent sh -c "env | grep RESIZE >>/tmp/uevents" >/dev/null 2>&1 &)'
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	disk_attach g "$(blk_device disk)" xvdb
	guest_run g ': >/tmp/uevents'
	blk_load g xvdb $((20 * BED_SLOW))
	try "$pairing: $times times larger under verified I/O" blk_cycles "$times" grow
	try "$pairing: the guest's kernel told user space each time" uevents
	try "$pairing: no I/O failed and all of it verifies" blk_load_passes g 120
	counted "$pairing: resized" "$(cat "$bed_run/cycles")" "$(blk_miscompares)"
	try "$pairing: the end of the grown disk can be used" end_usable
	try "$pairing: smaller, and what is gone cannot be read" shrink
	try "$pairing: an idle disk follows too" resize_to 72
	disk_detach g xvdb
	blk_resize disk 64
done
