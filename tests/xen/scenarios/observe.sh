#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What can be seen of a disk at work: latencies in debugfs on both sides, tracepoints on
# both sides with one line for each step of a request, and the guest's own counters (diskstats, the
# source of iostat) in agreement with what was done.
#
# only: ours/ours
# modules: ours
# guests: pv pvh
# plan: 12
# seconds: 400
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

reads=200
job="dd if=/dev/xvdb of=/dev/null bs=4k count=$reads iflag=direct 2>/dev/null"
back_queues=/sys/kernel/debug/xen-blkback/vbd

# Reads in the histogram of either side.
front_latency() {
	blk_sum g xvdb latency_read_us 3
}

back_latency() {
	awk '$2 == "latency_read_us" { n += $4 } END { print n + 0 }' \
		"$back_queues-$(guest_id g)-$(vbd_number xvdb)/queues"
}

# latencies EVERY WANTED: one read of so many is timed by the front-end, all by the back-end.
latencies() {
	local front back

	guest_run g "echo $1 >/sys/module/xen_blkfront/parameters/latency_every"
	front=$(front_latency)
	back=$(back_latency)
	guest_run g "taskset -c 0 $job"
	[ $(($(front_latency) - front)) = "$2" ] || complain "front counted $(($(front_latency) - front)) of $2"
	[ $(($(back_latency) - back)) = $reads ] || complain "back counted $(($(back_latency) - back))"
}

diskstats() {
	guest_run g "awk '\$3 == \"xvdb\" { print \$4, \$6 }' /proc/diskstats"
}

iostat_agrees() {
	local r s R S

	read -r r s <<<"$(diskstats)"
	guest_run g "$job"
	read -r R S <<<"$(diskstats)"
	[ "$((R - r)) $((S - s))" = "$reads $((reads * 8))" ] ||
		complain "counted $((R - r)) reads of $((S - s)) sectors"
}

# Interrupts of each queue, in their order, come to the CPUs that use it.
irqs_are_placed() {
	local wanted got

	wanted=$(guest_run g 'cat /sys/block/xvdb/mq/*/cpu_list' | tr -d ' ')
	# shellcheck disable=SC2016 # the guest's shell expands it
	got=$(guest_run g 'for irq in $(awk -F: "/ blkif\$/ { print \$1 }" /proc/interrupts); do
		cat /proc/irq/$irq/smp_affinity_list
	done')
	[ "$(wc -l <<<"$wanted")" = 2 ] || complain "not two queues: $wanted"
	[ "$got" = "$wanted" ] || complain "queues are used by CPUs $wanted, their interrupts come to $got"
}

# traced NAME COUNT FILE: so many lines of a tracepoint, at least.
traced() {
	local n

	n=$(grep -c " $1: " "$3" || true)
	[ "$n" -ge "$2" ] || complain "$n lines of $1, expected $2"
}

front_traces() {
	guest_run g "mount -t tracefs t /sys/kernel/tracing 2>/dev/null; cd /sys/kernel/tracing || exit 1
		echo 1 >events/xsr_blkfront/enable; : >trace; $job; echo 0 >events/xsr_blkfront/enable
		grep -v ^# trace | cut -c1-160" >"$bed_run/trace"
	head -n 6 "$bed_run/trace"
	traced xsr_bf_map $reads "$bed_run/trace"
	traced xsr_bf_submit $reads "$bed_run/trace"
	traced xsr_bf_publish $reads "$bed_run/trace"
	traced xsr_bf_notify 1 "$bed_run/trace"
	traced xsr_bf_complete $reads "$bed_run/trace"
}

back_traces() {
	local dir=/sys/kernel/tracing

	mountpoint -q $dir || mount -t tracefs t $dir
	echo 1 >$dir/events/xsr_blkback/enable
	: >$dir/trace
	guest_run g "$job"
	echo 0 >$dir/events/xsr_blkback/enable
	grep -v ^# $dir/trace >"$bed_run/trace"
	head -n 6 "$bed_run/trace"
	traced xsr_vbd_submit $reads "$bed_run/trace"
	traced xsr_vbd_complete $reads "$bed_run/trace"
	traced xsr_vbd_publish $reads "$bed_run/trace"
	traced xsr_vbd_notify 1 "$bed_run/trace"
}

# What the back-end traces of the job.
back_trace() {
	local dir=/sys/kernel/tracing

	echo 1 >$dir/events/xsr_blkback/enable
	: >$dir/trace
	guest_run g "$job"
	echo 0 >$dir/events/xsr_blkback/enable
	grep -v ^# $dir/trace >"$bed_run/trace"
}

# A back-end whose grants do not stay maps and unmaps for each read, if it may not copy.
map_traces() {
	disk_detach g xvdb
	backend_use ours feature_persistent=0 copy_most=0
	disk_attach g /dev/nullb1 xvdb
	back_traces
	back_trace
	traced xsr_vbd_map $reads "$bed_run/trace"
	traced xsr_vbd_unmap 1 "$bed_run/trace"
}

# If it may, it does.
copy_traces() {
	echo 8192 >/sys/module/xen_blkback/parameters/copy_most
	back_trace
	traced xsr_vbd_copy $reads "$bed_run/trace"
	! grep -q ' xsr_vbd_map: ' "$bed_run/trace" || complain "it maps, too"
}

# Interrupts of the only queue so far, on the guest's two CPUs.
irq_counts() {
	guest_run g "awk '/ blkif\$/ { print \$2, \$3 }' /proc/interrupts"
}

# reads_from CPU WHERE: one read at a time from a CPU of the guest; then interrupts come to WHERE.
reads_from() {
	local before after moved

	guest_run g "taskset -c $1 $job"
	read -ra before <<<"$(irq_counts)"
	guest_run g "taskset -c $1 $job"
	read -ra after <<<"$(irq_counts)"
	moved="$((after[0] - before[0])) on CPU 0, $((after[1] - before[1])) on CPU 1"
	[ $((after[$2] - before[$2])) -ge $reads ] || complain "read from CPU $1, interrupts: $moved"
	[ "${after[1 - $2]}" = "${before[1 - $2]}" ] || complain "read from CPU $1, interrupts: $moved"
}

# The only queue serves both CPUs. Its interrupts leave the one that sends request after request to the idle one.
irqs_leave() {
	local before after

	disk_detach g xvdb
	frontend_use g ours max_queues=1
	disk_attach g /dev/nullb1 xvdb
	guest_run g "taskset -c 0 $job"
	read -ra before <<<"$(irq_counts)"
	guest_run g "DISK=/dev/xvdb SECONDS_EACH=4 taskset -c 0 fio /bed/fio/randread-4k-qd32.fio >/dev/null"
	read -ra after <<<"$(irq_counts)"
	[ $((after[1] - before[1])) -gt $((after[0] - before[0])) ] ||
		complain "$((after[0] - before[0])) on CPU 0, $((after[1] - before[1])) on CPU 1"
}

# They come to who waits for each read, unless they have been given a place.
irqs_follow() {
	reads_from 1 1
	reads_from 0 0
	reads_from 1 1
	guest_run g "echo 0 >/proc/irq/\$(awk '/ blkif\$/ { print \$1 + 0 }' /proc/interrupts)/smp_affinity_list"
	reads_from 1 0
	[ "$(blk_sum g xvdb moves)" -ge 2 ] || complain "moves are not counted"
}

make_null nullb1 64
try "a guest starts" guest_start g
pairing_use g ours/ours
disk_attach g /dev/nullb1 xvdb
try "every read is in the latency histograms of both sides" latencies 1 $reads
try "the front-end times one read of eight" latencies 8 $((reads / 8))
try "the front-end times none" latencies 0 0
try "diskstats counts what was done" iostat_agrees
try "interrupts of a queue come to the CPUs that use it" irqs_are_placed
try "tracepoints of the front-end" front_traces
try "tracepoints of the back-end" back_traces
try "tracepoints of mapping" map_traces
try "tracepoints of copying" copy_traces
try "interrupts of the only queue leave a CPU that has no time to spare" irqs_leave
try "interrupts of the only queue follow who reads, not against the administrator" irqs_follow
