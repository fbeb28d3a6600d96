#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Checksums of what is routed and translated are right, whatever the offload settings: guest g talks to a
# machine beyond a router that does NAT. The router is a guest with two vifs, and then dom0. Behind it is
# a link without any offload, where tcpdump checks all that passes, with all offloads on and with each off
# at every end of every vif.
#
# pair: net
# pairings: ours/ours
# plan: 2 + 14 * pairs
# seconds: 100 + 300 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

# The world is in network 2, with r, and then in network 3, with dom0; g is in network 1 with both.
attach() {
	net_pairing_use "$1" g r
	net_add g 0 xenbr1 1 2
	net_add r 0 xenbr1 1 3
	net_add r 1 xenbr2 2 3
	guest_run world "ip address add $(net_v4 2 2)/24 dev card; ip address add $(net_v6 2 2)/64 dev card nodad"
	ip link set uplink master xenbr2
}

through_guest() {
	net_router r "$(guest_run r 'vif 1')"
	net_route g 2 1 3
	net_route world 1 2 3
}

through_dom0() {
	net_detach r 1
	net_detach r 0
	ip link set uplink nomaster
	net_addresses uplink 3 1
	guest_run world "ip address flush dev card scope global
		ip address add $(net_v4 3 2)/24 dev card; ip address add $(net_v6 3 2)/64 dev card nodad"
	net_router dom0 uplink
	net_route g 3 1 1
	net_route world 1 3 1
}

detach() {
	net_detach g 0
	nft flush ruleset
	ip address flush dev uplink
	guest_run world 'ip address flush dev card scope global'
	guest_run r 'nft flush ruleset'
}

# set_all FEATURE on|off: at every end of every vif. What a stock driver has fixed stays as it is.
set_all() {
	local path guest

	for path in /sys/class/net/vif*; do
		ethtool -K "${path##*/}" "$1" "$2" || true
	done
	for guest in g r; do
		guest_run $guest "for path in /sys/class/net/eth*; do
			[ ! -e \$path ] || ethtool -K \${path##*/} $1 $2 || true
		done"
	done
}

# What passes on the link is right, when g and the world, in that network, talk.
look() {
	net_capture /tmp/capture net_exchange g world "$(net_both 1 2)" "$(net_both "$1" 2)" 256 64 1400 8000
	net_checksums /tmp/capture 40
	rm -f /tmp/capture*
}

without() {
	set_all "$2" off
	look "$1"
	set_all "$2" on
}

net_bridge xenbr1 1
net_bridge xenbr2 2
net_world
try "guest g starts" guest_start g vcpus=1
try "the router starts" guest_start r vcpus=1
for pairing in "${pairings[@]}"; do
	try "$pairing: attaches" attach "$pairing"
	try "$pairing: a guest becomes router" through_guest
	try "$pairing: through a guest: checksums are right with all offloads" look 2
	for feature in tx rx sg tso gso gro; do
		try "$pairing: through a guest: checksums are right without $feature" without 2 $feature
	done
	try "$pairing: dom0 becomes router" through_dom0
	try "$pairing: through dom0: checksums are right with all offloads" look 3
	try "$pairing: through dom0: checksums are right without tx" without 3 tx
	try "$pairing: through dom0: checksums are right without gro" without 3 gro
	try "$pairing: detaches" detach
done
