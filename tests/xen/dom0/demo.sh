#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo's part in dom0: every pairing does verified I/O on a disk that keeps what is written and moves
# files over the network whose checksums are compared; then short timed jobs. In each further round the
# timed jobs run once more, in the opposite order of pairings, so that a machine growing slower or faster
# favours nobody. Results are files (measure.sh); demo.py reads nothing else.
#
# Environment: BED_PAIRINGS; BED_JOB_SECONDS, how long each timed job runs; BED_ROUNDS.
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/measure.sh
. /bed/payload/dom0/measure.sh

jobs_timed=(randread-4k-qd1 randread-4k-qd32 read-128k randwrite-4k-qd32
	tcp-out-1 tcp-out-4 tcp-in-1 tcp-in-4 udp-out-64 udp-out-1472 ping-pong)

# Files over TCP, both ways.
files() {
	net_file g dom0 "$(net_v4 1 1)" 16 && net_file dom0 g "$(net_v4 1 2)" 16 && echo "sha256 the same"
}

verified() {
	note "$1: random 4k-1M I/O, crc32c of every block"
	record "$1" verify 1 g.fio guest_run g -t 150 \
		'DISK=/dev/xvdb SIZE=24m fio --output-format=json /bed/fio/verify.fio'
	note "$1: ext4, fsync, fsck"
	record "$1" filesystem 1 g.log guest_run g -t 90 'filesystem /dev/xvdb'
	note "$1: files over TCP, sha256"
	record "$1" files 1 g.log files
}

# one_round NUMBER PAIRING...: what is written is kept and verified in the first.
one_round() {
	local round=$1 pairing job
	shift

	[ "$round" = 1 ] || measure_keeping=
	for pairing in "$@"; do
		note "$pairing: loading drivers, attaching disks and a vif"
		measure_attach "$pairing" g
		[ "$round" != 1 ] || verified "$pairing"
		for job in "${jobs_timed[@]}"; do
			measure "$pairing" "$job" "$round" "$BED_JOB_SECONDS" g
		done
		measure_detach g
	done
}

note "starting a guest"
guest_start g
measure_start g
order=("${pairings[@]}")
for ((n = 1; n <= BED_ROUNDS; n++)); do
	one_round $n "${order[@]}"
	mapfile -t order < <(printf '%s\n' "${order[@]}" | tac)
done
guest_stop g
note "all jobs have run"
PYTHONPATH=/bed/payload/bench python3 /bed/payload/dom0/demo.py $results "$BED_ROUNDS" "${pairings[@]}" \
	>$results/table.txt
