#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Polled I/O: a front-end with a queue for it serves io_uring without an interrupt, verified; ordinary
# I/O beside it is served as ever; a disk with polled I/O can be detached. A back-end that may look for
# requests before sleeping is sent fewer events, and looks no more once the disk is idle.
#
# only: ours/ours ours/stock
# pairings: ours/ours
# modules: ours
# guests: pv pvh
# plan: 1 + 7 * pairs
# seconds: 300 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

polled='fio --name=p --filename=/dev/xvdb --ioengine=io_uring --hipri=1 --direct=1 --bs=4k --iodepth=4
	--output-format=terse'
queues=/sys/kernel/debug/xen-blkback/vbd

# figure NAME: of the front-end's polled queue, which is the last.
figure() {
	guest_run g "awk '\$1 == \"$1\" { print \$2 }' \
		\$(ls -d /sys/kernel/debug/xsr-blkfront/vbd-$(vbd_number xvdb)/queue* | tail -n 1)"
}

has_polled_queue() {
	[ "$(blk_sum g xvdb polled)" = 1 ] || complain "$(blk_sum g xvdb polled) queues are polled"
	[ "$(blk_knob g xvdb io_poll)" = 1 ] || complain "the disk does not do polled I/O"
}

verified() {
	guest_run g -t 100 "$(tr -d '\n' <<<"$polled") --rw=randwrite --size=2m --verify=crc32c --verify_fatal=1 \
		--verify_state_save=0 --do_verify=1"
}

# All of it went through the polled queue, and nobody was told of any answer but the first.
no_interrupts() {
	local requests interrupts

	requests=$(figure requests)
	interrupts=$(figure interrupts)
	guest_run g -t 100 "$(tr -d '\n' <<<"$polled") --rw=randread --size=8m --number_ios=500"
	[ $(($(figure requests) - requests)) -ge 500 ] || complain "$(($(figure requests) - requests)) requests were polled"
	[ $(($(figure interrupts) - interrupts)) -le 1 ] || complain "$(($(figure interrupts) - interrupts)) interrupts"
	[ "$(figure poll_hits)" -gt 0 ] || complain "no look found anything"
}

ordinary() {
	guest_run g 'dd if=/dev/xvdb of=/dev/null bs=64k count=100 iflag=direct 2>/dev/null'
	verified
}

# Under it the disk goes.
detached() {
	guest_spawn g polling "$(tr -d '\n' <<<"$polled") --rw=randread --size=8m --time_based --runtime=600"
	sleep 2
	disk_detach g xvdb
	! guest_join g polling 30 || complain "it went on without a disk"
}

# back_sum NAME: a figure of the back-end, over its queues.
back_sum() {
	awk -v name="$1" '$2 == name { n += $3 } END { print n + 0 }' \
		"$queues-$(guest_id g)-$(vbd_number xvdb)/queues"
}

busy_back() {
	guest_run g 'dd if=/dev/xvdb of=/dev/null bs=4k count=1000 iflag=direct 2>/dev/null'
}

# Events that the back-end was sent for a thousand reads, one after the other.
events_of() {
	local before

	before=$(cut -d' ' -f1 <<<"$(event_count g xvdb)")
	busy_back
	echo $(($(cut -d' ' -f1 <<<"$(event_count g xvdb)") - before))
}

# What it saves depends on how long the emulated CPU of the guest is kept waiting: three attempts.
back_looks() {
	local without with attempt

	for attempt in 1 2 3; do
		echo 0 >/sys/module/xen_blkback/parameters/poll_us
		without=$(events_of)
		echo 1000 >/sys/module/xen_blkback/parameters/poll_us
		busy_back
		with=$(events_of)
		echo "events of 1000 reads: $without, with looking $with (attempt $attempt)"
		echo "$(back_sum poll_hits) of $(back_sum polls) looks found something"
		[ "$(back_sum poll_hits)" -gt 0 ] || complain "no look found anything"
		[ "$with" -ge $((without * 3 / 4)) ] || return 0
	done
	complain "looking saved nothing"
}

# Some single reads, far apart, and it has learned that looking does not pay.
back_sleeps() {
	local n before

	echo 1000 >/sys/module/xen_blkback/parameters/poll_us
	for ((n = 0; n < 12; n++)); do
		guest_run g 'dd if=/dev/xvdb of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null'
	done
	before=$(back_sum polls)
	for ((n = 0; n < 3; n++)); do
		guest_run g 'dd if=/dev/xvdb of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null'
	done
	[ $(($(back_sum polls) - before)) -le 1 ] || complain "an idle back-end looks $(($(back_sum polls) - before)) times"
	echo 0 >/sys/module/xen_blkback/parameters/poll_us
}

make_null nullb1 64 memory_backed=1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	frontend_use g ours poll_queues=1
	disk_attach g /dev/nullb1 xvdb
	try "$pairing: one queue is for polled I/O" has_polled_queue
	try "$pairing: polled writes and reads verify" verified
	try "$pairing: without interrupts" no_interrupts
	try "$pairing: beside ordinary I/O" ordinary
	if [[ $pairing == */ours ]]; then
		if [ "${BED_GUEST:-pv}" = pvh ]; then
			skip 1 "an emulated PVH guest takes longer from one read to the next than a back-end may look"
		else
			try "$pairing: a back-end that looks before it sleeps is sent fewer events" back_looks
			note "$(grep 'events of' "$bed_run/last-output" || true)"
		fi
		try "$pairing: an idle one does not look" back_sleeps
	else
		skip 2 "stock's back-end does not look"
	fi
	try "$pairing: the disk is detached under polled I/O" detached
done
