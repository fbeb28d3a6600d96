#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How the data of requests moves, and that it arrives whichever way that is. With a front-end whose grants
# do not stay our back-end has Xen copy small requests and maps large ones; where the line is drawn can be
# changed at any time, under verified I/O of all sizes.
#
# pairings: stock/ours
# modules: ours
# guests: pv pvh
# plan: 1 + 8 * pairs
# seconds: 200 + 200 * pairs
# long: yes
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

# back NAME: a figure of our back-end, over the queues of the disk.
back() {
	awk -v name="$1" '$2 == name { n += $3 } END { printf "%d\n", n }' \
		"/sys/kernel/debug/xen-blkback/vbd-$(guest_id g)-$(vbd_number xvdb)/queues"
}

# back_set PARAMETER VALUE
back_set() {
	echo "$2" >"/sys/module/xen_blkback/parameters/$1"
}

# Verified writes and reads of one size, each a request of its own.
of_size() {
	guest_run g -t 90 "echo 2 >/sys/block/xvdb/queue/nomerges
		fio --name=v --filename=/dev/xvdb --ioengine=libaio --direct=1 --rw=randwrite --bs=$1 --iodepth=4 \
			--size=$2 --verify=crc32c --do_verify=1 --verify_fatal=1 --verify_state_save=0 \
			--randrepeat=0 --output-format=terse"
}

# Verified reads and writes of 4 KiB to 1 MiB.
of_all_sizes() {
	guest_run g -t 90 'DISK=/dev/xvdb SIZE=8m fio --output-format=terse /bed/fio/verify.fio'
}

# moved FIGURE... -- COMMAND...: runs it; each figure then is higher, or with a "-" before it the same.
moved() {
	local -a names=() before=()
	local i name now

	while [ "$1" != -- ]; do
		names+=("$1")
		before+=("$(back "${1#-}")")
		shift
	done
	shift
	"$@" || return
	for i in "${!names[@]}"; do
		name=${names[i]}
		now=$(back "${name#-}")
		echo "$name: ${before[i]} to $now"
		case "$name" in
		-*)	[ "$now" = "${before[i]}" ] || complain "${name#-} has moved: ${before[i]} to $now" || return ;;
		*)	[ "$now" -gt "${before[i]}" ] || complain "$name has not moved: $now" || return ;;
		esac
	done
}

# All of it was the same in the guest and in the file behind the disk.
same_bytes() {
	blk_same g xvdb "$blk_dir/disk" 4096 3
	blk_same g xvdb "$blk_dir/disk" 40960 5
	blk_same g xvdb "$blk_dir/disk" 1048576 7
}

# with PARAMETER VALUE COMMAND...: the back-end set so, then the command.
with() {
	back_set "$1" "$2"
	"${@:3}"
}

back_gives_back() {
	[ "$(awk '$2 == "own" { n += $4 + $6 } END { print n + 0 }' \
		"/sys/kernel/debug/xen-blkback/vbd-$(guest_id g)-$(vbd_number xvdb)/queues")" = 0 ]
}

transient() {
	frontend_use g stock feature_persistent=0
	disk_attach g "$(blk_device disk)" xvdb
}

# A front-end whose grants do not stay, and our back-end.
stock_ours() {
	try "$1: a disk without persistent grants attaches" transient
	try "$1: 4 KiB are copied" moved copied_req copied_bytes -mapped_req -kept_req -- of_size 4k 512k
	try "$1: 64 KiB are mapped" moved mapped_req map_ops unmap_ops -copied_req -kept_req -- of_size 64k 4m
	try "$1: all sizes verify when nothing is copied" \
		with copy_most 0 moved mapped_req -copied_req -- of_all_sizes
	try "$1: when what is large is copied, too" \
		with copy_most 45056 moved copied_req mapped_req -- of_all_sizes
	try "$1: and with the default" with copy_most 8192 moved mapped_req -- of_all_sizes
	try "$1: both sides see the same bytes" same_bytes
	try "$1: pages for copies are given back in time" blk_until 40 back_gives_back
}

blk_begin
blk_make disk 64
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	case "$pairing" in
	stock/ours)
		stock_ours "$pairing" ;;
	*)	skip 8 "$pairing: the choice is our back-end's, of a front-end whose grants do not stay"
		continue ;;
	esac
	disk_detach g xvdb
done
