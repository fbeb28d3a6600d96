#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Discards reach the back device, seen by what its file takes: of a part of the disk, of all of it, and
# by fstrim of a mounted file system, which is whole afterwards; granularity is the back device's.
# With no-discard in the configuration nothing is offered. All while reads go on.
#
# only: ours/ours stock/ours ours/stock
# pairings: ours/ours
# guests: pv pvh
# plan: 1 + 7 * pairs
# seconds: 300 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

mib=$((1 << 20))

# takes LOW HIGH: the disk's file takes between so many MiB.
takes() {
	local now

	now=$(blk_allocated disk)
	if [ "$now" -lt $(($1 * mib)) ] || [ "$now" -gt $(($2 * mib)) ]; then
		complain "the file takes $((now / mib)) MiB, expected $1 to $2"
	fi
}

granularity() {
	local guest dom0

	guest=$(blk_knob g xvdb discard_granularity)
	dom0=$(cat "/sys/block/$(basename "$(blk_device disk)")/queue/discard_granularity")
	[ "$guest" = "$dom0" ] || complain "granularity $guest in the guest, $dom0 behind it"
}

part() {
	guest_run g 'dd if=/dev/urandom of=/dev/xvdb bs=1M count=48 oflag=direct 2>/dev/null'
	takes 48 49
	guest_run g 'blkdiscard -o 16777216 -l 16777216 /dev/xvdb'
	takes 32 33
	guest_run g 'dd if=/dev/xvdb bs=1M skip=16 count=16 iflag=direct 2>/dev/null | cmp -n 16777216 - /dev/zero'
}

whole() {
	guest_run g 'blkdiscard /dev/xvdb'
	takes 0 1
}

trim() {
	guest_run g -t 120 'set -e
		mkfs.ext4 -q -F /dev/xvdb && mount -t ext4 -o noinit_itable /dev/xvdb /mnt
		dd if=/dev/urandom of=/mnt/keep bs=1M count=8 2>/dev/null
		dd if=/dev/urandom of=/mnt/drop bs=1M count=24 2>/dev/null
		sync; sha256sum /mnt/keep >/tmp/sum; rm /mnt/drop; sync'
	takes 32 40
	guest_run g 'fstrim /mnt && sync'
	takes 8 16
	# shellcheck disable=SC2016 # for the guest
	guest_run g 'umount /mnt && fsck.ext4 -f -n /dev/xvdb && mount -t ext4 -o ro /dev/xvdb /mnt &&
		sha256sum -c /tmp/sum; rc=$?; umount /mnt; exit $rc'
}

reads_go_on() {
	guest_spawn g reads "fio --name=r --filename=/dev/xvdb --ioengine=libaio --direct=1 --rw=randread --bs=4k \
		--iodepth=4 --size=64m --time_based --runtime=5 --output-format=terse"
	guest_run g -t 60 'for n in 1 2 3 4 5; do blkdiscard /dev/xvdb; done'
	guest_join g reads 60
}

attach_without() {
	xl block-attach g "format=raw,vdev=xvdb,access=rw,no-discard,target=$(blk_device disk)"
	disk_ready g xvdb
	[ "$(blk_knob g xvdb discard_max_bytes)" = 0 ] || complain "discard is offered"
	! guest_run g 'blkdiscard -l 1048576 /dev/xvdb 2>/dev/null' || complain "a discard passes"
	disk_detach g xvdb
}

blk_begin
blk_make disk 64
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	try "$pairing: attaches" disk_attach g "$(blk_device disk)" xvdb
	try "$pairing: granularity is the back device's" granularity
	try "$pairing: a part of the disk is given back and reads as zeros" part
	try "$pairing: the whole disk is given back" whole
	try "$pairing: fstrim gives back a deleted file, nothing else" trim
	try "$pairing: reads go on meanwhile" reads_go_on
	disk_detach g xvdb
	try "$pairing: no-discard is heeded" attach_without
done
