#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo's part in dom0: every pairing does verified I/O on a disk that keeps what is written, then
# short timed jobs on the fastest disk there is. The timed jobs run twice, the second time in the
# opposite order of pairings, so that a machine growing slower or faster favours nobody. Every result is
# a file in /bed/results, named PAIRING.JOB.ROUND.json (or .status); demo.py reads nothing else.
#
# Environment: BED_PAIRINGS; BED_JOB_SECONDS, how long each timed job runs.
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

results=/bed/results
jobs_timed=(randread-4k-qd1 randread-4k-qd32 read-128k randwrite-4k-qd32)

# The name of a pairing in file names.
flat() {
	echo "${1/\//-}"
}

# record PAIRING JOB ROUND SUFFIX COMMAND...: keeps output and exit status of a command.
record() {
	local file status=0
	file=$results/$(flat "$1").$2.$3
	note "$1: $2"
	"${@:5}" >"$file.$4" || status=$?
	echo "$status" >"$file.status"
	[ $status = 0 ] || note "$1: $2 failed with status $status"
}

verified() {
	record "$1" verify 1 json guest_run g -t 150 \
		'DISK=/dev/xvdb SIZE=24m fio --output-format=json /bed/fio/verify.fio'
	record "$1" filesystem 1 log guest_run g -t 90 'filesystem /dev/xvdb'
}

timed() {
	local job

	for job in "${jobs_timed[@]}"; do
		record "$1" "$job" "$2" json guest_run g -t $((BED_JOB_SECONDS + 60)) \
			"DISK=/dev/xvdc SECONDS_EACH=$BED_JOB_SECONDS fio --output-format=json /bed/fio/$job.fio"
	done
}

# one_round NUMBER PAIRING...
one_round() {
	local round=$1 pairing
	shift

	for pairing in "$@"; do
		note "$pairing: loading and attaching"
		pairing_use g "$pairing"
		disk_attach g /dev/nullb2 xvdc
		if [ "$round" = 1 ]; then
			disk_attach g /dev/nullb1 xvdb
			verified "$pairing"
			disk_detach g xvdb
		fi
		timed "$pairing" "$round"
		disk_detach g xvdc
	done
}

mkdir -p $results
make_null nullb1 128 memory_backed=1 cache_size=1 discard=1
make_null nullb2 1024
note "starting a guest"
guest_start g
one_round 1 "${pairings[@]}"
mapfile -t backwards < <(printf '%s\n' "${pairings[@]}" | tac)
one_round 2 "${backwards[@]}"
guest_stop g
python3 /bed/payload/dom0/demo.py $results "${pairings[@]}" >$results/table.txt
