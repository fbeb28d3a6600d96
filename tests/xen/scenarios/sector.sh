#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A disk with logical blocks of 4096 bytes: the guest sees them, does verified I/O, makes, uses, trims
# and checks a file system, sees the same bytes as dom0, and its size is right; I/O of less than a
# block is refused.
#
# pairings: ours/ours stock/ours ours/stock
# plan: 1 + 6 * pairs
# seconds: 300 * pairs
# long: yes
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

geometry() {
	[ "$(blk_knob g xvdb logical_block_size)" = 4096 ] || complain "logical block is not 4096"
	[ "$(blk_size g xvdb)" = $((64 << 20)) ] || complain "the guest sees $(blk_size g xvdb) bytes"
}

verify() {
	guest_run g -t 120 'DISK=/dev/xvdb SIZE=24m fio --output-format=terse /bed/fio/verify.fio'
}

small_refused() {
	# Not dd: busybox has it try again without O_DIRECT.
	! guest_run g 'fio --name=s --filename=/dev/xvdb --direct=1 --rw=read --bs=512 --size=512 --output-format=terse' ||
		complain "512 bytes can be read"
}

both_sides_agree() {
	blk_same g xvdb "$blk_dir/disk" 1048576 50
}

blk_begin
blk_make disk 64 -b 4096
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	disk_attach g "$(blk_device disk)" xvdb
	try "$pairing: the guest sees blocks of 4096 bytes and the size" geometry
	try "$pairing: random 4k-1M reads and writes, crc32c verified" verify
	try "$pairing: less than a block is refused" small_refused
	try "$pairing: mkfs, mount, fsync, unmount, fsck" guest_run g -t 60 'filesystem /dev/xvdb'
	try "$pairing: fstrim and fsck" guest_run g -t 60 \
		'mount -t ext4 /dev/xvdb /mnt && fstrim /mnt && umount /mnt && fsck.ext4 -f -n /dev/xvdb'
	try "$pairing: guest and dom0 see the same bytes" both_sides_agree
	disk_detach g xvdb
done
