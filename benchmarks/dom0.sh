#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The bench's part in dom0 of the test bed: runs jobs over the pairings, interleaved. The pairings take
# turns, beginning with another one each time; a turn loads both pairs of drivers, attaches the devices,
# runs every job some times and detaches. A setting is how many guests work at once and how many queues
# they are let have. Results are files (tests/xen/dom0/measure.sh), then fio.csv and net.csv.
#
# Environment: BED_PAIRINGS; BENCH_SET (quick, full, steady), BENCH_TURNS (of each pairing), BENCH_RUNS (of each job
# in a turn), BENCH_SECONDS (of each job), BENCH_ONLY (jobs, others are left out), BENCH_PARTS (of the
# full and the steady set); and what measure.sh reads.
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/measure.sh
. /bed/payload/dom0/measure.sh

quick=(randread-4k-qd1 randread-4k-qd32 randwrite-4k-qd32 read-128k
	tcp-out-1 tcp-in-1 udp-out-64 ping-pong)

fio_full=(randread-4k-qd1 randread-4k-qd32 randread-4k-qd128 randwrite-4k-qd1 randwrite-4k-qd32
	randwrite-4k-qd128 randread-4k-batch randwrite-4k-batch randread-16k read-128k write-128k read-1m
	write-1m mix-4k fsync-4k discard-64k polled-4k)
net_full=(tcp-out-1 tcp-out-4 tcp-in-1 tcp-in-4 udp-out-64 udp-out-512 udp-out-1472 udp-in-64 udp-in-512
	udp-in-1472 ping-pong ping-pong-tcp tcp-out-plain tcp-in-plain)
between=(tcp-between-1 udp-between-64 ping-pong-between)
several=(randread-4k-qd32 read-128k tcp-out-1 tcp-in-1 tcp-out-reno tcp-in-reno udp-out-64)
queued=(randread-4k-jobs4 tcp-out-4 tcp-in-4)

# turn PAIRING NUMBER AT_ONCE JOB...: one pairing's turn. Every guest has its devices; the first AT_ONCE work.
turn() {
	local pairing=$1 number=$2 at_once=$3
	shift 3

	note "$pairing: turn $number of $BENCH_TURNS: loading drivers, attaching"
	measure_attach "$pairing" "${guests[@]}"
	measure_turn "$pairing" "$number" "$*" "${guests[@]:0:at_once}"
	measure_detach "${guests[@]}"
}

# setting GUESTS AT_ONCE VCPUS QUEUES JOB...: starts so many guests, then all turns. QUEUES may be "".
setting() {
	local all=$1 at_once=$2 vcpus=$3 jobs files guest number n
	measure_queues=$4
	shift 4

	mapfile -t jobs < <(measure_wanted "$@")
	[ ${#jobs[@]} != 0 ] || return 0
	files=("${jobs[@]%%@*}")
	measure_keeping=$(cd /bed/payload/fio; grep -l "^; disk: keeps" "${files[@]/%/.fio}" 2>/dev/null || true)
	guests=(g g2 g3 g4)
	guests=("${guests[@]:0:all}")
	note "starting $all guest(s) with $vcpus CPUs each"
	for guest in "${guests[@]}"; do
		guest_start "$guest" vcpus="$vcpus" memory=$((all > 2 ? 400 : 512)) more="$measure_more"
	done
	measure_start "${guests[@]}"
	for ((number = 1; number <= BENCH_TURNS; number++)); do
		for ((n = 0; n < ${#pairings[@]}; n++)); do
			turn "${pairings[(n + number - 1) % ${#pairings[@]}]}" $number "$at_once" "${jobs[@]}"
		done
	done
	for guest in "${guests[@]}"; do
		guest_stop "$guest"
	done
	bed_reset
}

# The parts of the full set: one guest, one guest to another, several at once, so many queues.
full_one() {
	setting 1 1 2 '' "${fio_full[@]}" "${net_full[@]}"
}

full_between() {
	setting 2 1 2 '' "${between[@]}"
}

full_several() {
	local n

	for n in 1 2 4; do
		setting $n $n 2 '' "${several[@]/%/@guests$n}"
	done
}

full_queues() {
	local n

	for n in 1 2 4; do
		setting 1 1 4 $n "${queued[@]/%/@queues$n}"
	done
}

# The parts of the steady set. One CPU does all the work there; guests that share it have one each.
steady_one() {
	setting 1 1 2 '' "${fio_full[@]/%/@steady}" "${net_full[@]/%/@steady}"
}

steady_several() {
	local n

	for n in 1 4; do
		setting $n $n 1 '' "${several[@]/%/@guests$n@steady}"
	done
}

# parts SET PART...: those that are asked for, else the named.
parts() {
	local part

	for part in ${BENCH_PARTS:-${@:2}}; do
		"$1_$part"
	done
}

mkdir -p $results
case "$BENCH_SET" in
quick) setting 1 1 2 '' "${quick[@]}" ;;
full) parts full one between several queues ;;
steady) parts steady one several ;;
esac
xl info xen_version >$results/xen_version
python3 /bed/payload/bench/figures.py $results
