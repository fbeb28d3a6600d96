#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Module parameters out of range: the driver loads, uses the limit, and says so in one line that names
# parameter and limit; what sysfs shows is the value in use; a disk works with it.
#
# plan: 1 + 12
# modules: ours
# seconds: 200
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

# one_line LOG PARAMETER ASKED USED: exactly one line of the log is about it and names the value used.
one_line() {
	[ "$(grep -c -- "$2=$3 " "$1")" = 1 ] || complain "not one line about $2=$3: $(cat "$1")"
	grep -q -- "$2=$3 .*\b$4\b" "$1" || complain "the line does not name $4: $(grep "$2" "$1")"
}

# back PARAMETER ASKED USED: the same for dom0's module.
back() {
	local shown

	echo "bed: params $1=$2" >/dev/kmsg
	backend_use ours "$1=$2"
	dmesg | sed -n "/bed: params $1=$2/,\$p" | tail -n +2 >"$bed_run/log"
	one_line "$bed_run/log" "$1" "$2" "$3"
	shown=$(cat "/sys/module/xen_blkback/parameters/$1")
	[ "$shown" = "$3" ] || complain "sysfs shows $shown, not $3"
}

front() {
	local shown

	guest_run g "echo 'bed: params $1=$2' >/dev/kmsg"
	frontend_use g ours "$1=$2"
	guest_run g "dmesg | sed -n '/bed: params $1=$2/,\$p' | tail -n +2" >"$bed_run/log"
	one_line "$bed_run/log" "$1" "$2" "$3"
	shown=$(guest_run g "cat /sys/module/xen_blkfront/parameters/$1")
	[ "$shown" = "$3" ] || complain "sysfs shows $shown, not $3"
}

# A number that is none is the kernel's to refuse; nothing may stay loaded.
refused() {
	! backend_use ours max_queues=many || complain "the module loaded"
	[ ! -d /sys/module/xen_blkback ] || complain "the module is there"
}

works() {
	disk_attach g /dev/nullb1 xvdb
	guest_run g 'dd if=/dev/zero of=/dev/xvdb bs=256k count=8 oflag=direct 2>/dev/null'
	disk_detach g xvdb
}

make_null nullb1 64 memory_backed=1
try "a guest starts" guest_start g vcpus=2
try "back: max_ring_page_order too large" back max_ring_page_order 9 4
try "back: max_ring_page_order negative" back max_ring_page_order -1 0
try "back: max_buffer_pages negative" back max_buffer_pages -5 0
try "back: copy_most too large" back copy_most 65536 45056
try "back: log_stats too large" back log_stats 7 1
try "back: a word for a number" refused
try "front: max_ring_page_order too large" front max_ring_page_order 9 4
try "front: max_ring_page_order negative" front max_ring_page_order -1 0
try "front: max_indirect_segments too large" front max_indirect_segments 100000 4096
try "front: max_queues more than CPUs" front max_queues 64 2
try "front: max_queues zero" front max_queues 0 1
backend_use ours max_ring_page_order=9
try "a disk works with limited parameters" works
