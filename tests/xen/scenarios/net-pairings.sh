#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every pairing of stock and our network drivers carries traffic between a guest and dom0, unharmed:
# echoes of sizes 0 to 65000, files over TCP whose sha256 is compared, UDP whose content is compared, all
# both ways and over IPv4 and IPv6; and neither end counts an error or a drop.
#
# pair: net
# plan: 2 + 9 * pairs
# seconds: 600
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

sizes='0 1 8 18 19 64 127 128 256 1000 1472 1473 2000 2953 4000 4096 8000 16000 24000 32000 40000 48000 56000 65000'

both_ways() {
	"$1" g dom0 "$2" "${@:4}"
	"$1" dom0 g "$3" "${@:4}"
}

pings() {
	net_ping g "$(net_"$1" 1 1)" "$sizes"
	net_ping dom0 "$(net_"$1" 1 2)" "$sizes"
}

files() {
	both_ways net_file "$(net_"$1" 1 1)" "$(net_"$1" 1 2)" 16
}

udp() {
	both_ways net_udp "$(net_v4 1 1)" "$(net_v4 1 2)"
}

net_bridge xenbr1 1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	try "$pairing: loads" net_pairing_use "$pairing" g
	try "$pairing: attaches" net_add g 0 xenbr1 1 2
	try "$pairing: IPv4 echoes of 0 to 65000 bytes" pings v4
	try "$pairing: IPv6 echoes of 0 to 65000 bytes" pings v6
	try "$pairing: TCP over IPv4, sha256 the same" files v4
	try "$pairing: TCP over IPv6, sha256 the same" files v6
	try "$pairing: UDP of 64 to 8000 bytes, content the same" udp
	try "$pairing: no error and, by ours, no drop counted" net_counters "$pairing" g 0
	try "$pairing: detaches" net_detach g 0
done
try "the guest powers off" guest_stop g
