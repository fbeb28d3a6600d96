#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# While one file goes to a guest over a vif and another comes from it, vifs of another guest are attached
# and detached, used and unused, and a third guest is pinged. The files go on until that is over, and are
# 32 MiB each at least, or 256 MiB in make check-all. Both arrive whole, the vifs that come and go work, and
# no echo of the third guest is lost.
#
# pair: net
# pairings: ours/ours
# long: yes
# plan: 4 + 7 * pairs
# seconds: 2400 * pairs
# env: BED_CYCLES
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/stream.sh
. /bed/payload/dom0/stream.sh

# Of 256 KiB each, in each direction, at least.
blocks=$(by_length 128 1024)
cycles=${BED_CYCLES:-$(by_length 4 20)}

attach_all() {
	net_pairing_use "$1" g h k
	net_add g 0 xenbr1 1 2
	net_add k 0 xenbr1 1 4
}

# Until the file echoes.stop is there.
echoes_start() {
	rm -f "$bed_run"/echoes*
	ping -n -i 0.5 -W 5 "$(net_v4 1 4)" >"$bed_run/echoes" 2>&1 &
	echo $! >"$bed_run/echoes.pid"
}

echoes_stop() {
	kill -INT "$(cat "$bed_run/echoes.pid")"
	sleep 1
	tail -n 3 "$bed_run/echoes"
	grep -q ' 0% packet loss' "$bed_run/echoes"
}

files_start() {
	stream_start to dom0 g "$(net_v4 1 2)" 7001 0.05 0
	stream_start from g dom0 "$(net_v6 1 1)" 7002 0.05 0
	stream_moves to dom0 20
	stream_moves from g 20
}

# One vif that is used, and one that never comes up.
cycle() {
	net_add h 0 xenbr1 1 3
	net_ping h "$(net_v4 1 1)" 56 8000
	net_ping h "$(net_v4 1 4)" 56 8000
	net_attach h 1 xenbr1
	net_detach h 0
	net_detach h 1
}

repeat() {
	local n

	for ((n = 1; n <= cycles; n++)); do
		cycle
		note "cycle $n: $(stream_count to dom0) and $(stream_count from g) blocks of $blocks"
		stream_runs to dom0
		stream_runs from g
	done
}

# arrives TAG FROM TO: the file is as long as it was to be, and ends well.
arrives() {
	until [ "$(stream_count "$1" "$2")" -ge "$blocks" ]; do
		stream_moves "$1" "$2" 60
	done
	note "$(stream_count "$1" "$2") blocks"
	stream_stop "$@" 400
}

detach_all() {
	net_counters "$1" g 0
	net_detach g 0
	net_detach k 0
}

net_bridge xenbr1 1
try "a guest starts" guest_start g memory=320
try "a second one starts" guest_start h memory=256 vcpus=1
try "a third one starts" guest_start k memory=256 vcpus=1
for pairing in "${pairings[@]}"; do
	try "$pairing: two guests have vifs" attach_all "$pairing"
	echoes_start
	try "$pairing: a file goes each way" files_start
	try "$pairing: $cycles times vifs of another guest come and go" repeat
	grep '^# ' "$bed_run/last-output" || true
	try "$pairing: $((blocks / 4)) MiB to the guest have arrived whole" arrives to dom0 g
	try "$pairing: $((blocks / 4)) MiB from the guest have arrived whole" arrives from g dom0
	try "$pairing: no echo of a third guest was lost" echoes_stop
	try "$pairing: no error, no drop, and they detach" detach_all "$pairing"
done
try "a guest powers off" guest_stop g
