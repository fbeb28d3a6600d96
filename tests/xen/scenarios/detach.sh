#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A disk is taken away in the middle of I/O, again and again (BED_CYCLES, 50): it goes within seconds,
# the I/O of the guest fails instead of hanging, what the next life of the disk reads verifies, and
# nothing is left of all of them.
#
# only: ours/ours
# guests: pv pvh
# plan: 2 + 3 * pairs
# seconds: 900 * pairs
# env: BED_CYCLES
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

cycles=${BED_CYCLES:-$(by_length 3 50)}
# A read of a disk that is gone ends as one at the end of a file does: with no bytes. Of the engines of fio
# only those that wait for each read take that for a failure; libaio's verifies the old contents of its buffer.
job='--name=j --filename=/dev/xvdb --ioengine=psync --direct=1 --bs=4k --size=8m --verify=crc32c --verify_state_save=0 --output-format=normal'

fill() {
	disk_attach g /dev/nullb1 xvdb
	guest_run g -t 60 "fio $job --rw=write --do_verify=0"
	disk_detach g xvdb
}

# Reads that verify what fill wrote, and writes behind it, under which the disk goes.
cycle() {
	local since

	disk_attach g /dev/nullb1 xvdb
	guest_spawn g reads "fio $job --rw=randread --numjobs=4 --time_based --runtime=600"
	guest_spawn g writes "fio --name=w --filename=/dev/xvdb --ioengine=libaio --direct=1 --bsrange=4k-256k \
		--rw=randwrite --offset=16m --size=16m --iodepth=8 --time_based --runtime=600"
	sleep 1
	guest_run g '[ ! -e /tmp/reads.rc ] || { cat /tmp/reads.out; exit 1; }'
	since=$SECONDS
	disk_detach g xvdb
	echo $((SECONDS - since)) >>"$bed_run/took"
	# Then xl would have taken it by force.
	[ $((SECONDS - since)) -lt $((10 * BED_SLOW)) ] || complain "that took $((SECONDS - since)) s"
	! guest_join g reads 20 >"$bed_run/reads" || complain "reads went on without a disk"
	! guest_join g writes 20 >"$bed_run/writes" || complain "writes went on without a disk"
	! grep -E 'verify:|bad magic|still runs' "$bed_run/reads" "$bed_run/writes"
}

# All cycles; half of them within 6 s, however busy the machine was now and then.
cycles_of_it() {
	local middle

	rm -f "$bed_run/took"
	blk_cycles "$cycles" cycle
	middle=$(sort -n "$bed_run/took" | sed -n "$(((cycles + 1) / 2))p")
	[ "$middle" -le $((6 * BED_SLOW)) ] || complain "most took $middle s and more"
}

# In the last cycle; one that has any ends the repetition.
miscompares() {
	grep -cE 'verify:|bad magic' "$bed_run/reads" || true
}

make_null nullb1 64 memory_backed=1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	try "$pairing: data to be verified is written" fill
	cycle
	leak_snapshot "$bed_run/before" g
	try "$pairing: $cycles times detached under I/O, within seconds each, 0 miscompares" cycles_of_it
	counted "$pairing: detach and attach" "$(cat "$bed_run/cycles")" "$(miscompares)"
	leak_snapshot "$bed_run/after" g
	try "$pairing: nothing is left" leak_compare "$bed_run/before" "$bed_run/after"
done
try "the guest powers off" guest_stop g
