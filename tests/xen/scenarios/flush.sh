#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Flushes: a disk with a volatile cache is announced as such, and every fsync of the guest, from any
# CPU, arrives as a flush at the back-end; a disk without one is sent none.
#
# only: stock/ours ours/ours ours/stock
# pairings: ours/ours
# guests: pv pvh
# plan: 1 + 4 * pairs
# seconds: 300 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

flushes() {
	cat "/sys/bus/xen-backend/devices/vbd-$(guest_id g)-$(vbd_number xvdb)/statistics/f_req"
}

announced() {
	local mode

	mode=$(guest_run g 'cat /sys/block/xvdb/queue/write_cache')
	[ "$mode" = "$1" ] || complain "the guest says '$mode', not '$1'"
}

# Nineteen fsyncs on each of two CPUs, each between two writes: as many flushes, at least.
every_fsync() {
	local before after

	before=$(flushes)
	# shellcheck disable=SC2016 # for the guest
	guest_run g 'for cpu in 0 1; do
			taskset $((1 << cpu)) fio --name=s --filename=/dev/xvdb --rw=write --bs=4k --size=80k \
				--offset=$((cpu * 1048576)) --fsync=1 --output-format=terse || exit 1
		done'
	after=$(flushes)
	[ $((after - before)) -ge 38 ] || complain "$((after - before)) flushes for 38 fsyncs"
}

none_needed() {
	local before

	before=$(flushes)
	guest_run g 'dd if=/dev/zero of=/dev/xvdb bs=4k count=10 conv=fsync 2>/dev/null'
	[ "$(flushes)" = "$before" ] || complain "a disk without a cache was sent flushes"
}

make_null nullb1 64 memory_backed=1 cache_size=4
make_null nullb2 64 memory_backed=1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	disk_attach g /dev/nullb1 xvdb
	try "$pairing: a volatile cache is announced" announced 'write back'
	try "$pairing: every fsync, on either CPU, is a flush at the back" every_fsync
	disk_detach g xvdb
	disk_attach g /dev/nullb2 xvdb
	try "$pairing: no cache, none announced" announced 'write through'
	try "$pairing: and no flush is sent" none_needed
	disk_detach g xvdb
done
