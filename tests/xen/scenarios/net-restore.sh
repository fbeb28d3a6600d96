#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest is saved and restored by xl again and again (BED_CYCLES; 2, or 20 in make check-all) while two
# TCP connections, one each way, carry numbered blocks between it and dom0. Both survive, and what
# arrived is what was sent; the guest's interface is the one it was, and sends through one of its queues
# as it was told to; nothing of the domains it has been stays in dom0.
#
# pair: net
# pairings: ours/ours
# plan: 2 + 7 * pairs
# seconds: 1500 * pairs
# env: BED_CYCLES
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/stream.sh
. /bed/payload/dom0/stream.sh

cycles=${BED_CYCLES:-$(by_length 2 20)}
image=/var/tmp/g.saved

attach() {
	net_pairing_use "$1" g
	net_add g 0 xenbr1 1 2
	[ "${1%/*}" = stock ] || guest_run g "ethtool -L \$(vif 0) combined 1"
	interface >"$bed_run/interface"
	cat "$bed_run/interface"
}

# What a restore must not change.
interface() {
	guest_run g "vif=\$(vif 0); cd /sys/class/net/\$vif
		echo \$vif \$(cat ifindex address mtu flags carrier) queues: \$(ls queues)
		ip -o address show dev \$vif | grep -o 'inet[6]* [^ ]*'"
}

streams_start() {
	stream_start up g dom0 "$(net_v4 1 1)" 7001 0.1 0
	stream_start down dom0 g "$(net_v6 1 2)" 7002 0.1 0
	stream_moves up g 20
	stream_moves down dom0 20
}

# The guest is gone in between; it comes back as another domain, so with another interface in dom0.
save_and_restore() {
	local id

	xl save g $image
	xl restore $image
	rm -f $image
	id=$(xl domid g)
	echo "$id" >"$bed_run/guest/g/id"
	net_ready g 0
	[ -e "/sys/class/net/xenbr1/brif/vif$id.0" ] || complain "vif$id.0 is not on the bridge"
}

cycle() {
	save_and_restore
	stream_runs up g
	stream_runs down dom0
	stream_moves up g 60
	stream_moves down dom0 60
}

repeat() {
	local n

	for ((n = 1; n <= cycles; n++)); do
		cycle
		note "cycle $n: $(stream_count up g) and $(stream_count down dom0) blocks"
	done
}

unchanged() {
	interface | diff "$bed_run/interface" -
}

# One interface, one directory.
nothing_stays() {
	ip -o link | grep -o 'vif[0-9]*\.[0-9]*:'
	xenstore-list /local/domain/0/backend/vif
	[ "$(ip -o link | grep -c 'vif[0-9]')" = 1 ]
	[ "$(xenstore-list /local/domain/0/backend/vif)" = "$(guest_id g)" ]
}

clean_and_working() {
	nothing_stays
	net_ping g "$(net_v4 1 1)" 56 1400 8000
	net_file g dom0 "$(net_v6 1 1)" 2
	net_detach g 0
}

net_bridge xenbr1 1
try "a guest starts" guest_start g memory=256
for pairing in "${pairings[@]}"; do
	try "$pairing: attaches" attach "$pairing"
	try "$pairing: two streams flow" streams_start
	try "$pairing: $cycles times saved and restored, the streams flow on" repeat
	grep '^# ' "$bed_run/last-output" || true
	try "$pairing: the guest's stream has arrived whole" stream_stop up g dom0 60
	try "$pairing: dom0's stream has arrived whole" stream_stop down dom0 g 60
	try "$pairing: the guest's interface is as it was" unchanged
	try "$pairing: no trace in dom0 of what it was, and all works" clean_and_working
done
try "the guest powers off" guest_stop g
