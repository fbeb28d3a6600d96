#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Twenty times attach, use and detach, then both modules out: no grant, event channel, thread, page or
# key is left. The first cycles warm up what the kernels keep for themselves (slabs, numbered files).
#
# pairings: ours/ours
# plan: 1 + 4 * pairs
# seconds: 600 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

cycles=20

cycle() {
	disk_attach g /dev/nullb1 xvdb
	guest_run g 'dd if=/dev/zero of=/dev/xvdb bs=256k count=8 oflag=direct 2>/dev/null
		dd if=/dev/xvdb of=/dev/null bs=64k count=32 iflag=direct 2>/dev/null'
	disk_detach g xvdb
}

repeat() {
	local n

	for ((n = 0; n < $1; n++)); do
		cycle
	done
}

warm_up() {
	pairing_use g "$1"
	repeat 2
}

unload() {
	backend_use none
	frontend_use g none
}

make_null nullb1 64 memory_backed=1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	unload
	leak_snapshot "$bed_run/empty" g
	try "$pairing: loads and cycles twice" warm_up "$pairing"
	leak_snapshot "$bed_run/before" g
	try "$pairing: $cycles cycles" repeat $cycles
	leak_snapshot "$bed_run/after" g
	try "$pairing: nothing left by $cycles cycles" leak_compare "$bed_run/before" "$bed_run/after"
	unload
	leak_snapshot "$bed_run/after" g
	try "$pairing: nothing left by both modules" leak_compare "$bed_run/empty" "$bed_run/after"
done
