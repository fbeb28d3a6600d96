#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A disk with logical blocks of 4096 bytes: the guest sees them, does verified I/O, makes, uses, trims
# and checks a file system, sees the same bytes as dom0, and its size is right; I/O of less than a
# block is refused. Behind our back-end the same disk with emulate-512e has blocks of 512 bytes: verified
# I/O of 512 bytes to 64k, next to each other in one block too, and the same bytes in dom0.
#
# only: ours/ours stock/ours ours/stock
# pairings: ours/ours
# guests: pv pvh
# plan: 1 + 9 * pairs
# seconds: 300 * pairs
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

# The key is there before the front-end is; stock's does not come back to a disk that it has left once.
emulated() {
	disk_detach g xvdb
	frontend_use g none
	xl block-attach g "phy:$(blk_device disk),xvdb,w"
	xenstore-write "$(back_dir g xvdb)/emulate-512e" 1
	frontend_use g "${1%/*}"
	disk_ready g xvdb
	[ "$(blk_knob g xvdb logical_block_size)" = 512 ] || complain "logical block is not 512"
	[ "$(blk_knob g xvdb physical_block_size)" = 4096 ] || complain "physical block is not 4096"
	[ "$(blk_size g xvdb)" = $((64 << 20)) ] || complain "the guest sees $(blk_size g xvdb) bytes"
}

# Each of four jobs has every fourth 512 bytes; what one writes must not undo what its neighbours write.
neighbours() {
	# shellcheck disable=SC2016 # for the guest
	guest_run g -t 120 'for n in 0 1 2 3; do
			echo "[j$n]"
			echo "offset=$((n * 512))"
		done >/tmp/jobs
		(echo "[global]
filename=/dev/xvdb
ioengine=libaio
direct=1
rw=write:1536
bs=512
iodepth=4
size=200k
verify=crc32c
verify_fatal=1
verify_state_save=0
do_verify=1"; cat /tmp/jobs) >/tmp/neighbours.fio
		fio --output-format=terse /tmp/neighbours.fio'
	guest_run g -t 120 'fio --name=m --filename=/dev/xvdb --ioengine=libaio --direct=1 --rw=randrw --bsrange=512-64k \
		--bs_unaligned=0 --iodepth=8 --size=4m --verify=crc32c --verify_fatal=1 --verify_state_save=0 \
		--output-format=terse'
}

# Odd places, and more than a bio holds.
emulated_bytes() {
	blk_same g xvdb "$blk_dir/disk" 512 3
	blk_same g xvdb "$blk_dir/disk" 1047040 51
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
	if [[ $pairing == */ours ]]; then
		try "$pairing: with emulate-512e the guest sees blocks of 512 bytes" emulated "$pairing"
		try "$pairing: neighbours in a block do not undo each other" neighbours
		try "$pairing: guest and dom0 see the same bytes at odd places" emulated_bytes
	else
		skip 3 "stock's back-end has no emulate-512e"
	fi
	disk_detach g xvdb
done
