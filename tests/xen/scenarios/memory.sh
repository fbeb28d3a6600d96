#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a disk pins in the guest, with rings of 16 pages and 4 queues, when all its data is copied: at most 4 MiB when idle, at most
# 16 MiB under the heaviest load, and back to idle some seconds later. In dom0: two disks of a guest together
# stay below max_domain_pages, and their verified I/O goes on.
#
# only: ours/ours
# guests: pv pvh
# plan: 7
# seconds: 400
# modules: ours
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

# Pages pinned now: granted ones and those of the rings.
pinned() {
	echo $(($(blk_sum g xvdb pages_made) + $(blk_sum g xvdb ring_pages)))
}

at_most() {
	local n

	n=$(pinned)
	note "$n pages pinned, $((n * 4)) KiB"
	[ "$n" -le $(($1 * 256)) ] || complain "$n pages are more than $1 MiB"
}

shape() {
	[ "$(blk_sum g xvdb ring_pages)" = 64 ] || complain "not 4 queues of 16 pages"
}

loaded() {
	local n most=0 now

	guest_spawn g heavy "fio --name=h --filename=/dev/xvdb --ioengine=libaio --direct=1 --rw=randrw --bs=1m \
		--iodepth=32 --numjobs=4 --size=64m --time_based --runtime=$((10 * BED_SLOW)) --output-format=terse"
	for ((n = 0; n < 8; n++)); do
		sleep 1
		now=$(pinned)
		[ "$now" -le "$most" ] || most=$now
	done
	guest_join g heavy 100
	note "at most $most pages pinned under load, $((most * 4)) KiB"
	[ "$most" -le 4096 ] || complain "$most pages are more than 16 MiB"
	[ "$most" -gt 512 ] || complain "only $most pages: that was no load"
}

idle_again() {
	[ "$(pinned)" -le 1024 ]
}

# Pages that dom0 has taken for the guest's disks.
domain_pages() {
	awk '/^domain pages/ { print $3 }' \
		"/sys/kernel/debug/xen-blkback/vbd-$(guest_id g)-$(vbd_number xvdc)/queues"
}

# A queue may go beyond it by one request, so that it moves on.
ceiling=1200
queues=8

below_ceiling() {
	local n most=0 now

	blk_load g xvdc $((4 * BED_SLOW)) --bs=256k --iodepth=32
	guest_spawn g heavy "fio --name=h --filename=/dev/xvdb --ioengine=libaio --direct=1 --rw=randrw --bs=1m \
		--iodepth=16 --numjobs=4 --size=64m --time_based --runtime=$((4 * BED_SLOW)) --output-format=terse"
	for ((n = 0; n < 8; n++)); do
		sleep 0.5
		now=$(domain_pages)
		[ "$now" -le "$most" ] || most=$now
	done
	guest_join g heavy 100
	blk_load_passes g 100
	echo "at most $most pages in dom0 for both disks"
	[ "$most" -gt $((ceiling / 2)) ] || complain "only $most pages: that was no load"
	[ "$most" -le $((ceiling + queues * 257)) ] || complain "$most pages are far above $ceiling"
}

back_below() {
	[ "$(domain_pages)" -le $ceiling ]
}

make_null nullb1 128
make_null nullb2 64 memory_backed=1
try "a guest with 4 CPUs starts" guest_start g vcpus=4
backend_use ours max_queues=4
frontend_use g ours
disk_attach g /dev/nullb1 xvdb
try "4 queues with rings of 16 pages" shape
try "idle: at most 4 MiB" at_most 4
try "under load: at most 16 MiB" loaded
note "$(tail -n 2 "$bed_run/last-output" | tr '\n' ' ')"
try "idle again after a while" blk_until 40 idle_again
disk_detach g xvdb
backend_use ours max_queues=4 max_domain_pages=$ceiling
disk_attach g /dev/nullb1 xvdb
disk_attach g /dev/nullb2 xvdc
try "two disks under load stay below the guest's ceiling in dom0, and verify" below_ceiling
note "$(grep 'at most' "$bed_run/last-output" || true)"
try "and come back below it" blk_until 20 back_below
