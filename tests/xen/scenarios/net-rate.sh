#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The key rate of a vif, as xl writes it from rate=: a guest sends as fast as that and no faster, within
# 10 %, over TCP and UDP, with one queue and with two whose rates must not add up; what it receives is not
# limited, but with the key rate-both comes out of the same rate; a new value counts at once; without the
# key there is no limit. Who floods a slow vif with small packets waits at its socket: the ring is not filled, so
# that nothing has to wait in the guest's kernel.
#
# pair: net
# pairings: ours/ours
# plan: 2 + 15 * pairs
# seconds: 500 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

# What the key in xenstore says, in kbit/s.
rate_of_key() {
	local bytes usec

	IFS=, read -r bytes usec <<<"$(xenstore-read "$(net_back_dir g 0)/rate")"
	echo $((bytes * 8000 / usec))
}

# rate_measured FILE: kbit/s that have arrived, as iperf3 reports them.
rate_measured() {
	python3 - "$1" <<-'EOF_PYTHON'
		import json, sys
		end = json.load(open(sys.argv[1]))["end"]
		if "sum_received" in end and end["sum_received"].get("bits_per_second"):
		    print(int(end["sum_received"]["bits_per_second"] / 1000))
		else:
		    got = end["sum"]
		    print(int(got["bits_per_second"] * (1 - got["lost_percent"] / 100) / 1000))
	EOF_PYTHON
}

# rate_run NAME IPERF_OPTION...: prints kbit/s of a few seconds; the burst that is saved up at first
# does not count.
rate_run() {
	net_iperf g dom0 "$(net_v4 1 1)" "$bed_run/iperf.json" -t 5 -O 2 "$@" >/dev/null
	rate_measured "$bed_run/iperf.json"
}

# rate_is KBITS IPERF_OPTION...: within 10 % of it.
rate_is() {
	local got wanted=$1
	shift

	got=$(rate_run "$@")
	echo "$got kbit/s, wanted $wanted"
	[ "$got" -ge $((wanted * 9 / 10)) ] && [ "$got" -le $((wanted * 11 / 10)) ]
}

# What try kept, as a note.
figures() {
	note "$(grep 'kbit/s' "$bed_run/last-output")"
}

attach() {
	net_add g 0 xenbr1 1 2 "${@:2}"
	# So much under way that a slow machine does not run dry.
	guest_run g "echo 4000000 >/proc/sys/net/core/wmem_max"
	[ "$(guest_run g "ls -d /sys/class/net/\$(vif 0)/queues/tx-* | wc -l")" = "$1" ] ||
		complain "the vif has not $1 queues"
}

# Both queues have carried packets of the guest.
both_used() {
	guest_run g "ethtool -S \$(vif 0)" | awk '
		$1 ~ /^tx[01]_packets:$/ { print; used += $2 > 100 }
		END { exit used != 2 }'
}

# Half of the rate, from now on.
halved() {
	local half bytes usec

	half=$(($(rate_of_key) / 2))
	IFS=, read -r bytes usec <<<"$(xenstore-read "$(net_back_dir g 0)/rate")"
	xenstore-write "$(net_back_dir g 0)/rate" "$((bytes / 2)),$usec"
	rate_is $half
}

# both RATE IPERF_OPTION...: the other way the rate counts if it is said to, and not otherwise.
both() {
	local got key wanted=$1
	shift

	key=$(net_back_dir g 0)/rate-both
	xenstore-write "$key" 1
	rate_is "$wanted" -R "$@"
	xenstore-rm "$key"
	got=$(rate_run -R "$@")
	echo "$got kbit/s towards the guest without the key"
	[ "$got" -ge $((wanted * 3)) ]
}

# How often the guest's first queue has stopped, and how many packets it has sent.
stops_and_packets() {
	guest_run g "ethtool -S \$(vif 0)" | awk '
		$1 == "tx0_stops:" { stops = $2 }
		$1 == "tx0_packets:" { packets = $2 }
		END { print stops, packets }'
}

# Some 900 packets a second are let through, far fewer than are sent. Without waiting at the socket the ring of 256
# slots is full each time some 60 of them are answered.
flooded() {
	local stops packets before sent

	xenstore-write "$(net_back_dir g 0)/rate" 5000,50000
	read -r before sent <<<"$(stops_and_packets)"
	net_iperf g dom0 "$(net_v4 1 1)" "$bed_run/iperf.json" -t 3 -u -b 0 -l 64 >/dev/null
	read -r stops packets <<<"$(stops_and_packets)"
	echo "$((packets - sent)) packets, $((stops - before)) stops"
	[ $((packets - sent)) -ge 1000 ] && [ $((stops - before)) -le 5 ]
}

no_limit() {
	local got

	net_detach g 0
	net_add g 0 xenbr1 1 2
	xenstore-exists "$(net_back_dir g 0)/rate" && complain "there is a key still"
	got=$(rate_run)
	echo "$got kbit/s without a limit"
	[ "$got" -ge 12000 ]
}

net_bridge xenbr1 1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_present "$pairing" net
	for queues in 1 2; do
		netback_use "${pairing#*/}" "max_queues=$queues"
		netfront_use g "${pairing%/*}"
		try "$pairing: $queues queue(s), a vif of 4 Mbit/s" attach $queues rate=4Mb/s@50ms
		try "$pairing: $queues queue(s), TCP has the rate" rate_is "$(rate_of_key)" -P $((5 * queues - 4))
		figures
		try "$pairing: $queues queue(s), UDP has the rate" rate_is "$(rate_of_key)" \
			-u -b 8M -l 1400 -w 200K -P $((5 * queues - 4))
		figures
		if [ "${pairing#*/}" = ours ]; then
			try "$pairing: $queues queue(s), TCP to the guest has it if told to" \
				both "$(rate_of_key)" -P $((5 * queues - 4))
			figures
		else
			skip 1 "the stock back-end has no such key"
		fi
		if [ $queues = 2 ]; then
			try "$pairing: both queues carry it" both_used
		else
			try "$pairing: a halved rate counts at once" halved
			figures
			if [ "${pairing%/*}" = ours ]; then
				try "$pairing: a flood of small packets does not fill the ring" flooded
			else
				skip 1 "the stock front-end does not count how often its queue stops"
			fi
		fi
		try "$pairing: $queues queue(s), no limit without the key" no_limit
		figures
		try "$pairing: $queues queue(s), detaches" net_detach g 0
	done
done
try "the guest powers off" guest_stop g
