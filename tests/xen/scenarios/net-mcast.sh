#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Our network front-end has its back-end, stock or ours, filter multicast when asked to: only what the
# guest listens to comes, what it joins later comes too, all comes again with allmulticast and without the
# filter; and the guest is still found by its neighbours, IPv6's included.
#
# pair: net
# pairings: ours/stock ours/ours
# long: yes
# plan: 2 + 9 * pairs
# seconds: 300
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

packets=200

# Packets that dom0 sends to a group, as the guest's interface counts them.
arriving() {
	local before after

	before=$(guest_run g "cat /sys/class/net/\$(vif 0)/statistics/rx_packets")
	python3 - "$1" $packets <<'END'
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.0.1.1"))
for i in range(int(sys.argv[2])):
    s.sendto(b"x" * 64, (sys.argv[1], 9999))
    time.sleep(0.002)
END
	sleep 0.5
	after=$(guest_run g "cat /sys/class/net/\$(vif 0)/statistics/rx_packets")
	echo "$((after - before)) packets"
	arrived=$((after - before))
}

# A few others, of neighbours that look for each other, always come.
comes() {
	arriving "$1"
	[ "$arrived" -ge $packets ]
}

stays_out() {
	arriving "$1"
	[ "$arrived" -lt $((packets / 2)) ]
}

# in_guest COMMAND: with $v for its interface; then time for the back-end to be told.
in_guest() {
	guest_run g "v=\$(vif 0); $1"
	sleep 1
}

filter_on() {
	in_guest "ethtool --set-priv-flags \$v multicast-filter on && ethtool --show-priv-flags \$v"
	stays_out 239.1.1.1
}

joins() {
	in_guest "ip maddress add 01:00:5e:01:01:01 dev \$v"
	comes 239.1.1.1
	stays_out 239.2.2.2
}

leaves() {
	in_guest "ip maddress delete 01:00:5e:01:01:01 dev \$v"
	stays_out 239.1.1.1
}

listens_to_all() {
	in_guest "ip link set \$v allmulticast on"
	comes 239.2.2.2
	in_guest "ip link set \$v allmulticast off"
	stays_out 239.2.2.2
}

filter_off() {
	in_guest "ethtool --set-priv-flags \$v multicast-filter off"
	comes 239.1.1.1
}

is_found() {
	ip neigh flush all
	net_ping dom0 "$(net_v4 1 2)" 56
	net_ping dom0 "$(net_v6 1 2)" 56
}

net_bridge xenbr1 1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	try "$pairing: loads" net_pairing_use "$pairing" g
	try "$pairing: attaches" net_add g 0 xenbr1 1 2
	try "$pairing: all multicast comes by default" comes 239.1.1.1
	try "$pairing: with the filter what nobody listens to stays out" filter_on
	try "$pairing: a joined group comes, another does not" joins
	try "$pairing: the guest is still found by IPv4 and IPv6" is_found
	try "$pairing: a group that was left stays out" leaves
	try "$pairing: allmulticast brings everything" listens_to_all
	try "$pairing: without the filter everything comes" filter_off
	net_detach g 0 || complain "vif does not detach"
done
try "the guest powers off" guest_stop g
