#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How the data of requests moves, and that it arrives whichever way that is. With a front-end whose grants
# do not stay our back-end has Xen copy small requests and maps large ones; where the line is drawn can be
# changed at any time, under verified I/O of all sizes. Between our ends, with grants that stay, large
# requests are lent and small ones are not; not to a back-end that is not trusted, nor to a stock one, not
# even when that takes over a disk under I/O.
#
# only: stock/ours ours/ours ours/stock
# pairings: ours/ours
# modules: ours
# guests: pv pvh
# plan: 1 + 9 * pairs
# seconds: 200 + 250 * pairs
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

# front NAME: a figure of our front-end, over its queues.
front() {
	blk_sum g xvdb "$1"
}

# figure NAME: of the back-end, or, with front: before it, of the front-end.
figure() {
	case "$1" in
	front:*) front "${1#front:}" ;;
	*)	back "$1" ;;
	esac
}

# moved FIGURE... -- COMMAND...: runs it; each figure then is higher, or with a "-" before it the same.
moved() {
	local -a names=() before=()
	local i name now

	while [ "$1" != -- ]; do
		names+=("$1")
		before+=("$(figure "${1#-}")")
		shift
	done
	shift
	"$@" || return
	for i in "${!names[@]}"; do
		name=${names[i]}
		now=$(figure "${name#-}")
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

# front_set PARAMETER VALUE
front_set() {
	guest_run g "echo $2 >/sys/module/xen_blkfront/parameters/$1"
}

persistent() {
	frontend_use g ours lend_from=524288 "$@"
	disk_attach g "$(blk_device disk)" xvdb
	echo "lends: $(front lends)"
}

# agreed BACK FRONT: the keys of both ends; "" is no key.
agreed() {
	local theirs ours

	ours=$(xenstore-read "$(back_dir g xvdb)/feature-lent-segments" 2>/dev/null || true)
	theirs=$(xenstore-read "$(front_dir g xvdb)/lent-segments" 2>/dev/null || true)
	[ "$ours/$theirs" = "$1/$2" ] || complain "keys are '$ours' and '$theirs', not '$1' and '$2'"
}

# lending_from BYTES COMMAND...: lend_from set so, then the command.
lending_from() {
	front_set lend_from "$1"
	"${@:2}"
}

never_to_untrusted() {
	disk_detach g xvdb
	persistent trusted=0
	agreed 1 ''
	moved -front:lent front:bytes_copied_out -lent_req -- of_size 1m 4m
	disk_detach g xvdb
	persistent
}

# Each driver takes the disk over under verified I/O in which large requests are lent, if they may be.
swapped_under_load() {
	blk_load g xvdb $((12 * BED_SLOW)) --bs=1m --iodepth=2 --verify_backlog=4
	sleep 3
	backend_use stock
	agreed '' ''
	sleep 3
	backend_use ours
	blk_load_passes g 100
	disk_ready g xvdb
	[ "$(front lends)" = 0 ] || complain "it lends again without having connected anew"
}

# The front-end keeps pages granted, and so does our back-end keep them mapped.
ours_ours() {
	try "$1: a disk attaches" persistent
	try "$1: both ends know of lent requests" agreed 1 1
	try "$1: 1 MiB is lent, not copied" \
		moved front:lent front:bytes_lent lent_req mapped_req -front:bytes_copied_out -front:bytes_copied_in \
		-- of_size 1m 8m
	try "$1: 4 KiB are copied, not lent" \
		moved -front:lent -lent_req front:bytes_copied_out kept_req -copied_req -- of_size 4k 512k
	try "$1: all sizes verify when nothing is lent, or nearly all" all_sizes_by_lend_from
	try "$1: both sides see the same bytes" same_bytes
	try "$1: what is lent and small is copied by Xen" \
		lending_from 4096 moved front:lent lent_req copied_req -mapped_req -- of_size 4k 512k
	try "$1: nothing is lent to a back-end that is not trusted" never_to_untrusted
	try "$1: stock takes the disk over under I/O, and ours again" swapped_under_load
}

all_sizes_by_lend_from() {
	lending_from 0 moved -front:lent -lent_req -- of_all_sizes
	lending_from 4096 moved front:lent lent_req -- of_all_sizes
	lending_from 524288 of_all_sizes
}

# A stock back-end keeps every page it is shown.
ours_stock() {
	try "$1: a disk attaches" persistent
	try "$1: it is told of no lent requests" agreed '' ''
	try "$1: 1 MiB is copied" nothing_lent of_size 1m 8m
	try "$1: all sizes verify" nothing_lent of_all_sizes
	try "$1: both sides see the same bytes" same_bytes
	skip 4 "$1: there is no choice"
}

nothing_lent() {
	"$@"
	[ "$(front lent)" = 0 ] || complain "$(front lent) requests were lent"
	[ "$(front bytes_copied_out)" -gt 0 ] || complain "nothing was copied"
}

blk_begin
blk_make disk 64
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	case "$pairing" in
	stock/ours)
		stock_ours "$pairing"
		skip 1 "$pairing: it lends everything" ;;
	ours/ours)
		ours_ours "$pairing" ;;
	ours/stock)
		ours_stock "$pairing" ;;
	*)	skip 9 "$pairing: nothing of this is ours"
		continue ;;
	esac
	disk_detach g xvdb
done
