#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Our front-end with the back-end that xl starts for files, QEMU's qdisk: one queue, no persistent grants,
# no indirect requests. Verified I/O, a file system, flush, discard, the same bytes in the file.
#
# only: ours/ours stock/ours
# plan: 8 * pairs
# seconds: 400 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

file=$blk_dir/qdisk

back() {
	echo "/local/domain/0/backend/qdisk/$(guest_id g)/$(vbd_number xvdb)"
}

front() {
	frontend_use g "$1"
	xs_wait "$(back)/state" 4 30 || { xenstore-ls "$(back)"; complain "qdisk is not Connected"; }
	xs_wait "$(front_dir g xvdb)/state" 4 20 || complain "the front-end is not Connected"
	blk_until 20 guest_run g '[ -b /dev/xvdb ]'
	[ "$(blk_size g xvdb)" = $((64 << 20)) ] || complain "the guest sees $(blk_size g xvdb) bytes"
}

plain() {
	! xenstore-read "$(front_dir g xvdb)/multi-queue-num-queues" 2>/dev/null || complain "several queues"
	[ "$(blk_knob g xvdb max_segments)" = 11 ] || complain "requests of $(blk_knob g xvdb max_segments) segments"
}

both_sides_agree() {
	blk_same g xvdb "$file" 1048576 50
}

discards() {
	local before after

	guest_run g 'dd if=/dev/urandom of=/dev/xvdb bs=1M count=32 oflag=direct conv=fsync 2>/dev/null'
	before=$(blk_allocated qdisk)
	guest_run g 'blkdiscard -l 16777216 /dev/xvdb'
	after=$(blk_allocated qdisk)
	[ $((before - after)) -ge $((15 << 20)) ] || complain "the file went from $before to $after bytes"
}

blk_begin
truncate -s 64M "$file"
for pairing in "${pairings[@]}"; do
	try "$pairing: a guest with a qdisk starts" guest_start g wait=90 \
		disk="\"format=raw,backendtype=qdisk,vdev=xvdb,access=rw,target=$file\""
	try "$pairing: the disk connects" front "${pairing%/*}"
	try "$pairing: one queue, 11 segments" plain
	try "$pairing: random 4k-1M reads and writes, crc32c verified" guest_run g -t 120 \
		'DISK=/dev/xvdb SIZE=24m fio --output-format=terse /bed/fio/verify.fio'
	try "$pairing: mkfs, mount, fsync, unmount, fsck" guest_run g -t 60 'filesystem /dev/xvdb'
	try "$pairing: guest and file have the same bytes" both_sides_agree
	try "$pairing: a discard gives back space" discards
	try "$pairing: the guest powers off" guest_stop g
done
