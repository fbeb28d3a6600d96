#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Attach, use and detach of a vif again and again (BED_CYCLES; 5, or 50 in make check-all), then both
# modules out: no grant, event channel, thread, page, page of a pool, interface or key is left. The first
# cycles warm up what the kernels keep for themselves.
#
# pair: net
# pairings: ours/ours
# plan: 1 + 5 * pairs
# seconds: 2400 * pairs
# env: BED_CYCLES
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

cycles=${BED_CYCLES:-$(by_length 5 50)}

cycle() {
	net_add g 0 xenbr1 1 2
	net_ping g "$(net_v4 1 1)" 56 1400 8000
	net_file g dom0 "$(net_v4 1 1)" 2
	net_file dom0 g "$(net_v6 1 2)" 2
	net_detach g 0
}

repeat() {
	local n

	for ((n = 0; n < $1; n++)); do
		cycle
	done
}

warm_up() {
	net_pairing_use "$1" g
	repeat 2
}

unload() {
	netback_use none
	netfront_use g none
}

net_bridge xenbr1 1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	unload
	leak_pools_watch g
	leak_snapshot "$bed_run/empty" g
	try "$pairing: loads and cycles twice" warm_up "$pairing"
	leak_snapshot "$bed_run/before" g
	try "$pairing: $cycles cycles" repeat "$cycles"
	leak_snapshot "$bed_run/after" g
	try "$pairing: nothing left by $cycles cycles" leak_compare "$bed_run/before" "$bed_run/after"
	try "$pairing: page pools got all their pages back" leak_pools g
	unload
	leak_snapshot "$bed_run/after" g
	try "$pairing: nothing left by both modules" leak_compare "$bed_run/empty" "$bed_run/after"
done
