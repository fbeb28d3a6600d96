#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Hypercalls for 4 KiB reads with 32 in flight, counted by the hypervisor, less those of the same job
# on the guest's own null_blk. A stock back-end makes one grant_table_op for each read; our pair makes
# none once the grants are in place, and with a stock peer never more than stock.
#
# plan: 2 + 2 * pairs
# seconds: 300
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

reads=4000

job() {
	guest_run g -t 90 "DISK=$1 COUNT=$reads fio --output-format=terse /bed/fio/randread-4k-count.fio"
}

# What the pairing costs for $reads reads, in $bed_run/cost as NAME COUNT; the first run of the job puts
# the grants in place and is not counted.
measure() {
	job /dev/xvdb
	hypercalls_during "$bed_run/counts" job /dev/xvdb
	awk 'NR == FNR { base[$1] = $2; next } { print $1, $2 - base[$1] }' \
		"$bed_run/baseline" "$bed_run/counts" >"$bed_run/cost"
}

show() {
	note "$1: $(awk -v n=$reads '$2 > n / 100 || $2 < -n / 100 {
		printf "%s %.3f  ", $1, $2 / n }' "$2") per read"
}

# within NAME LOW HIGH: the cost of one hypercall for all reads lies between these counts.
within() {
	local count

	count=$(count_of "$bed_run/cost" "$1")
	if [ "$count" -lt "$2" ] || [ "$count" -gt "$3" ]; then
		complain "$count $1 for $reads reads, expected $2 to $3"
	fi
}

# Leave to xenstored, xenconsoled and the rest of dom0: what they do by themselves in some seconds.
others=20

make_null nullb1 128
try "a guest with a null_blk of its own starts" guest_start g vcpus=1
guest_run g 'modprobe null_blk nr_devices=1 gb=1'
job /dev/nullb0 >/dev/null
try "the job on the guest's own disk is counted" hypercalls_during "$bed_run/baseline" job /dev/nullb0
show "no pair at all" "$bed_run/baseline"
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	disk_attach g /dev/nullb1 xvdb
	try "$pairing: $reads reads are counted" measure
	show "$pairing" "$bed_run/cost"
	case "$pairing" in
	stock/stock)
		try "$pairing: one grant_table_op for each read" \
			within grant_table_op $((reads * 9 / 10)) $((reads * 11 / 10)) ;;
	ours/ours)
		try "$pairing: no grant_table_op" within grant_table_op -$others $others ;;
	*)	try "$pairing: no more grant_table_op than stock" \
			within grant_table_op -$others $((reads + others)) ;;
	esac
	disk_detach g xvdb
done
