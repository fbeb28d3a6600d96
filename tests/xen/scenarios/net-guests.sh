#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two guests talk to each other over a bridge of dom0, so that every packet crosses two pairs of rings:
# echoes of sizes 0 to 65000, files over TCP whose sha256 is compared and datagrams, both ways, over IPv4
# and IPv6. Then the same with one of the guests on the stock front-end.
#
# pair: net
# pairings: ours/ours
# modules: ours
# plan: 3 + 7 * pairs + 7
# seconds: 120 + 120 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

a='10.0.1.2 fd00:1::2'
b='10.0.1.3 fd00:1::3'

# Every size below 100 once in a while, then in steps to 65000, with the edges of pages and of the MTU.
sizes="0 1 7 18 50 99 1471 1472 1473 4053 4054 4096 8191 32768 65000 $(seq -s ' ' 2600 5200 62400)"

pings() {
	net_ping a "${b%% *}" "$sizes"
	net_ping b "${a##* }" "$sizes"
}

file() {
	net_file a b "$1" 8
	net_file b a "$2" 8
}

# talk NAME DOES: what two guests with vifs do. DOES: has the front-ends and the back-end count drops.
talk() {
	try "$1: a's vif attaches" net_add a 0 xenbr1 1 2
	try "$1: b's vif attaches" net_add b 0 xenbr1 1 3
	try "$1: echoes of 0 to 65000 bytes, IPv4 and IPv6" pings
	try "$1: a file each way over IPv4, sha256 the same" file "${b%% *}" "${a%% *}"
	try "$1: all at once over IPv4 and IPv6" net_exchange a b "$a" "$b" 4096 1 100 1472 1473 8000 40000 65000
	try "$1: both detach" detach
}

detach() {
	net_detach a 0
	net_detach b 0
}

mixed() {
	netback_use ours
	netfront_use a ours
	netfront_use b stock
}

net_bridge xenbr1 1
try "guest a starts" guest_start a vcpus=1
try "guest b starts" guest_start b vcpus=1
for pairing in "${pairings[@]}"; do
	try "$pairing: loads" net_pairing_use "$pairing" a b
	talk "$pairing"
done
try "ours and stock: loads" mixed
talk "ours and stock"
is "nothing but our back-end served the mixed pair" "$(cat /sys/module/xsr/refcnt)" 1
