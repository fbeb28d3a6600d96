#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The part in dom0 of the work bench: a fixed amount of I/O through each pairing, in a guest with one CPU,
# and what it costs whatever the machine. In the bed's deterministic mode, where time is instructions of
# Xen, dom0 and the guest together, a job runs once to be timed, and once more while the hypervisor counts
# hypercalls (count.sh), which costs instructions itself.
#
# A disk job also runs on a null_blk inside the guest, the pairing "none", whose cost is not the drivers'.
# Every job runs once before it counts, so that grants and caches are in place. Results are files in
# /bed/results: PAIRING.JOB.REPEAT.KIND.TOOL, the same with .calls, and with .before and .after what the
# machine counts by itself (tally); costs.py reads them.
#
# Environment: BED_PAIRINGS; WORK_KINDS (instructions, hypercalls), WORK_RUNS, WORK_OPERATIONS, WORK_VCPUS,
# BENCH_ONLY (jobs), WORK_DISK (jobs of disks instead of the usual).
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/measure.sh
. /bed/payload/dom0/measure.sh

disk_jobs=(randread-4k-qd1 randread-4k-qd32 randread-4k-batch randwrite-4k-qd32 read-128k)
# Not UDP into the guest: iperf3 never ends a fixed number of datagrams of which some were lost on the way in.
net_jobs=(udp-out-64 tcp-out-1 tcp-in-1)
if [ -n "${WORK_DISK:-}" ]; then
	read -ra disk_jobs <<<"$WORK_DISK"
	net_jobs=()
fi
mapfile -t disk_jobs < <(measure_wanted "${disk_jobs[@]}")
mapfile -t net_jobs < <(measure_wanted "${net_jobs[@]}")
operations=$WORK_OPERATIONS

# The job of benchmarks/fio/, told to end after so many operations instead of a time.
disk_job() {
	guest_run g -t 200 "sed 's/^runtime=.*/number_ios=$operations/; /^time_based/d' /bed/fio/$1.fio >/tmp/job.fio
		DISK=$2 fio --output-format=json /tmp/job.fio"
}

# The job of benchmarks/net/ likewise. A block of TCP is 64 KiB, so as to be counted as one.
net_job() {
	local tool from options command

	# shellcheck source=/dev/null # a job file
	. "/bed/payload/net/$1.job"
	[[ $options == *-u* ]] || options+=' -l 64K'
	command="iperf3 -J -i 0 -c $(net_v4 1 1) -p $(measure_port g) -k $operations $options"
	[ "$from" != dom0 ] || command+=' -R'
	guest_run g -t 200 "$command"
}

# cost PAIRING JOB TOOL COMMAND...: runs it, once for nothing, then as often as asked for.
cost() {
	local repeat kind file

	note "$1: $2"
	"${@:4}" >/dev/null
	for ((repeat = 1; repeat <= WORK_RUNS; repeat++)); do
		for kind in $WORK_KINDS; do
			file=$results/${1/\//-}.$2.$repeat.$kind.$3
			case $kind in
			hypercalls) hypercalls_during "$file.calls" kept "$file" "${@:4}" ;;
			instructions)
				tally >"$file.before"
				kept "$file" "${@:4}"
				tally >"$file.after" ;;
			esac
		done
	done
}

# Interrupts from the other end of a disk or vif, out of /proc/interrupts of either end.
events() {
	awk '/blkif|vif[0-9]/ { for (i = 2; $i ~ /^[0-9]+$/; i++) n += $i } END { print n + 0 }'
}

# How often threads of back-ends ("1.xvdc-0", "vif1.0-q0-...") have slept, which they do when they have nothing to
# do: so often were they woken.
wakeups() {
	{ cat /proc/[0-9]*/status || true; } 2>/dev/null | awk '
		/^Name:/ { of = $2 ~ /^(vif)?[0-9]+\.(xvd|[0-9]+-)/ }
		of && /^voluntary_ctxt_switches:/ { n += $2 }
		END { print n + 0 }'
}

# What has been counted so far at both ends, whoever's drivers they are: "NAME: COUNT" lines.
tally() {
	local guest

	guest=$(guest_run g 'cat /proc/interrupts; grep ^ctxt /proc/stat')
	echo "events to dom0: $(events </proc/interrupts)"
	echo "events to guest: $(events <<<"$guest")"
	echo "wake-ups of back-end threads: $(wakeups)"
	echo "switches in dom0: $(awk '$1 == "ctxt" { print $2 }' /proc/stat)"
	echo "switches in guest: $(awk '$1 == "ctxt" { print $2 }' <<<"$guest")"
	/bed/payload/bin/mark
	cat "$results/copied"
}

# kept FILE COMMAND...: as record of measure.sh.
kept() {
	local status=0

	"${@:2}" >"$1" || status=$?
	echo $status >"$1.status"
}

measure_keeping=
note "starting a guest with $WORK_VCPUS CPU(s)"
guest_start g vcpus="$WORK_VCPUS" more="$measure_more"
measure_start g
guest_run g 'modprobe null_blk nr_devices=1 gb=1'
for job in "${disk_jobs[@]}"; do
	cost none "$job" fio disk_job "$job" /dev/nullb0
done
for pairing in "${pairings[@]}"; do
	note "$pairing: loading drivers, attaching"
	measure_attach "$pairing" g
	for job in "${disk_jobs[@]}"; do
		cost "$pairing" "$job" fio disk_job "$job" /dev/xvdc
	done
	for job in "${net_jobs[@]}"; do
		cost "$pairing" "$job" iperf3 net_job "$job"
	done
	measure_detach g
done
guest_stop g
xl info xen_version >$results/xen_version
PYTHONPATH=/bed/payload/bench python3 /bed/payload/bench/work/costs.py $results
