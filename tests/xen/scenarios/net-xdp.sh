#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# XDP programs in our front-end (guest/xdp.c), in its native mode: each verdict does what it says, for
# packets of one page and of several, on each of two queues; what a program did to a packet's head and
# tail is kept; a guest that only redirects between two vifs is a wire that TCP, with whatever checksums
# the host leaves blank, gets through unharmed. Nothing is left behind.
#
# pair: net
# pairings: ours/ours ours/stock
# long: yes
# plan: 2 + 14 * pairs
# seconds: 420 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

# program N NAME: loads it on the guest's vif N, in place of another.
program() {
	guest_run g "vif=\$(vif $1)
		echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_all
		ip link set dev \$vif xdpdrv off
		[ $2 = off ] || ip link set dev \$vif xdpdrv obj /bed/bin/xdp.o sec $2"
}

# count N NAME: the sum over the queues of the guest's vif N.
count() {
	guest_run g "ethtool -S \$(vif $1)" | awk -v name="$2:" '
		{ counter = $1; sub(/^[rt]x[0-9]+_/, "", counter) }
		counter == name { sum += $2 } END { print sum + 0 }'
}

# counts WANTED N NAME COMMAND...: the counter grows by so much while the command runs.
counts() {
	local before after wanted=$1 n=$2 name=$3
	shift 3

	before=$(count "$n" "$name")
	"$@"
	after=$(count "$n" "$name")
	[ $((after - before)) = "$wanted" ] || complain "$name grew by $((after - before)), not $wanted"
}

attach() {
	net_pairing_use "$1" g
	net_add g 0 xenbr1 1 2
	net_add g 1 xenbr2 2 2
	[ "$(guest_run g "ls -d /sys/class/net/\$(vif 0)/queues/rx-* | wc -l")" = 2 ]
}

passes() {
	program 0 pass
	net_ping dom0 "$(net_v4 1 2)" 56 1400 3000 8000
	[ "$(count 0 xdp_packets)" -ge 8 ]
	net_file dom0 g "$(net_v4 1 2)" 4
	net_file g dom0 "$(net_v6 1 1)" 4
}

# discards N: so many packets to port 9, each from another socket.
discards() {
	local n

	for ((n = 0; n < $1; n++)); do
		echo discard >"/dev/udp/$(net_v4 1 2)/9"
	done
	sleep 1
}

drops() {
	program 0 drop
	counts 60 0 xdp_drops discards 60
	net_ping dom0 "$(net_v4 1 2)" 56 1400
}

# Which queue a flow uses is the sender's choice.
on_both_queues() {
	guest_run g "ethtool -S \$(vif 0)" | awk '
		$1 ~ /^rx[01]_xdp_drops:$/ { print; used += $2 > 0 } END { exit used != 2 }'
}

aborts() {
	program 0 abort
	counts 10 0 xdp_errors discards 10
	net_ping dom0 "$(net_v4 1 2)" 56
}

# The guest's own stack does not answer echoes, until the next program is loaded.
deaf() {
	guest_run g "echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all"
}

# answers PROGRAM COUNTER: of packets in one page, whose counters tell, and of larger ones.
answers() {
	program 0 "$1"
	net_ping dom0 "$(net_v4 1 2)" 56
	deaf
	counts 6 0 "$2" net_ping dom0 "$(net_v4 1 2)" 56 1400 3000
	counts 4 0 xdp_taken net_ping dom0 "$(net_v4 1 2)" 4000 8000
	program 0 pass
	deaf
	! ping -q -c 1 -W 1 "$(net_v4 1 2)" || complain "the stack answers: what did the program do?"
}

# echo_length SENT GOT PROGRAM: an echo of SENT bytes comes back with GOT, and so long a frame.
echo_length() {
	local pid

	program 0 "$3"
	tcpdump -l -n -e -c 1 -i xenbr1 'icmp[icmptype] == icmp-echoreply' >"$bed_run/frame" 2>&1 &
	pid=$!
	until grep -q 'listening on' "$bed_run/frame"; do sleep 0.1; done
	ping -c 1 -W 5 -p 00 -s "$1" "$(net_v4 1 2)" | tee "$bed_run/echo"
	wait $pid
	cat "$bed_run/frame"
	grep -q "^$(($2 + 8)) bytes from" "$bed_run/echo"
	grep -q ", length $(($2 + 42)):" "$bed_run/frame"
}

# What a VLAN of dom0 sends is passed without its tag, and the guest answers without one.
untags() {
	local mac

	mac=$(guest_run g "cat /sys/class/net/\$(vif 0)/address")
	ip link add link xenbr1 name tagged type vlan id 7
	ip address add "$(net_v4 9 1)/24" dev tagged
	ip link set tagged up
	ip neighbour replace "$(net_v4 9 2)" lladdr "$mac" dev tagged
	guest_run g "ip address add $(net_v4 9 2)/24 dev \$(vif 0)
		ip neighbour replace $(net_v4 9 1) lladdr $(cat /sys/class/net/xenbr1/address) dev \$(vif 0)"
	program 0 untag
	net_ping dom0 "$(net_v4 9 2)" 56 1400
	program 0 pass
	! ping -q -c 1 -W 1 "$(net_v4 9 2)" || complain "answered with its tag on"
	ip link delete tagged
	guest_run g "ip address delete $(net_v4 9 2)/24 dev \$(vif 0)"
}

# dom0 on the first bridge, the world on the second, nothing but the guest's programs between them.
wire() {
	net_world
	ip link set uplink master xenbr2
	ip -n world link add link card name tagged type vlan id 7
	ip -n world address add "$(net_v4 1 9)/24" dev tagged
	ip -n world link set tagged up
	# A packet of many segments is longer than what may be redirected.
	ethtool -K "$(net_back_name g 0)" tso off >/dev/null
	ethtool -K "$(net_back_name g 1)" tso off >/dev/null
	guest_run g "ip link set \$(vif 0) mtu 1500; ip link set \$(vif 1) mtu 1500"
	program 0 up
	program 1 down
	net_ping dom0 "$(net_v4 1 9)" 56 1400
	net_ping world "$(net_v4 1 1)" 56 1400
}

wire_tcp() {
	net_file dom0 world "$(net_v4 1 9)" 4
	net_file world dom0 "$(net_v4 1 1)" 4
	[ "$(count 0 xdp_redirects)" -ge 1000 ]
	[ "$(count 1 xdp_redirects)" -ge 1000 ]
	[ "$(count 1 xdp_packets)" -ge 1000 ]
}

unwire() {
	program 0 off
	program 1 off
	ip netns delete world
	net_ping dom0 "$(net_v4 1 2)" 56 1400
	net_counters_of_back
	net_detach g 1
	net_detach g 0
}

# Nothing that the guest sent was bad.
net_counters_of_back() {
	local n counters

	for n in 0 1; do
		counters=$(cd "/sys/class/net/$(net_back_name g $n)/statistics" && grep . rx_errors rx_dropped)
		! grep -v ':0$' <<<"$counters" || complain "vif $n counts what was bad"
	done
}

nothing_left() {
	netfront_use g none
	netback_use none
	leak_snapshot "$bed_run/after" g
	leak_compare "$bed_run/before" "$bed_run/after"
	leak_pools g
}


modprobe -a veth 8021q
net_bridge xenbr1 1 9000
net_bridge xenbr2 2
# Of their own: bridges that took the address which all vifs share would take each other's packets.
ip link set xenbr1 address 02:00:00:00:01:01
ip link set xenbr2 address 02:00:00:00:02:01
try "a guest starts" guest_start g
[ -e /bed/payload/guest/bin/xdp.o ] || note "clang has not built the programs"
for pairing in "${pairings[@]}"; do
	leak_pools_watch g
	leak_snapshot "$bed_run/before" g
	try "$pairing: two vifs of two queues" attach "$pairing"
	try "$pairing: PASS, and TCP as before" passes
	try "$pairing: DROP, 60 of 60" drops
	try "$pairing: both queues have dropped" on_both_queues
	try "$pairing: ABORTED, 10 of 10" aborts
	try "$pairing: TX" answers tx xdp_tx
	try "$pairing: REDIRECT to the same interface" answers bounce xdp_redirects
	try "$pairing: a cut tail is sent so" echo_length 100 60 cut
	try "$pairing: a longer tail is passed so" echo_length 100 140 grow
	try "$pairing: a shorter head is passed so" untags
	try "$pairing: REDIRECT between two vifs, with longer and shorter heads" wire
	try "$pairing: TCP through that, both ways, sha256 the same" wire_tcp
	try "$pairing: detaches" unwire
	try "$pairing: nothing left" nothing_left
done
try "the guest powers off" guest_stop g
