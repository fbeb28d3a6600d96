#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets as large as the MTU pass and larger ones are not sent, for MTUs of 1500, 9000 and the largest
# there is, changed while the vif is in use, at both ends; and TCP at each. Our front-end also follows the
# MTU that the toolstack asks for: at once when it attaches, and live.
#
# pair: net
# pairings: ours/ours
# long: yes
# plan: 2 + 10 * pairs
# seconds: 60 + 120 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

# A packet's length, with a VLAN tag, must fit 16 bits.
largest=$((65535 - 18))

guest_mtu() {
	guest_run g "cat /sys/class/net/\$(vif 0)/mtu"
}

guest_has_mtu() {
	local n

	for ((n = 0; n < 50; n++)); do
		[ "$(guest_mtu)" != "$1" ] || return 0
		sleep 0.2
	done
	complain "the guest's MTU is $(guest_mtu), not $1"
}

# set_mtu MTU: at both ends, and on the bridge, which is dom0's own interface.
set_mtu() {
	ip link set "$(net_back_name g 0)" mtu "$1"
	ip link set xenbr1 mtu "$1"
	guest_run g "ip link set \$(vif 0) mtu $1"
}

# around FROM ADDRESS HEADERS MTU: echoes that must not be cut up, just below the MTU and at it; one above
# is refused by the sender itself; and those that are cut up come through.
around() {
	local full=$(($4 - $3))

	guest_run "$1" -t 110 "
		for size in $((full - 1)) $full; do
			ping -q -M do -c 2 -i 0.01 -W 5 -s \$size $2 >/tmp/ping 2>&1 || { cat /tmp/ping; exit 1; }
		done
		[ $full -ge 65400 ] || ! ping -q -M do -c 1 -W 1 -s $((full + 1)) $2 >/tmp/ping 2>&1 ||
			{ echo size $((full + 1)) was sent; exit 1; }"
	[ $full -ge 65400 ] || net_ping "$1" "$2" $((full + 1)) $((full + 8)) $((2 * full)) $((2 * full + 1)) 60000
}

at_mtu() {
	around g "$(net_v4 1 1)" 28 "$1"
	around dom0 "$(net_v4 1 2)" 28 "$1"
	around g "$(net_v6 1 1)" 48 "$1"
	around dom0 "$(net_v6 1 2)" 48 "$1"
	net_exchange g dom0 "$(net_both 1 2)" "$(net_both 1 1)" 4096 64 $(($1 - 48)) 60000
}

live() {
	set_mtu "$1"
	at_mtu "$1"
}

# While a file is on its way, the MTU changes at both ends, over and over.
under_load() {
	local mtu n

	guest_spawn dom0 load "exchange answer 16384 60 64 $(net_both 1 2)"
	guest_spawn g load "exchange ask 16384 60 64 $(net_both 1 1)"
	for ((n = 0; n < 4; n++)); do
		for mtu in 9000 1500 $largest; do
			set_mtu "$mtu"
			sleep 0.3
		done
	done
	guest_join dom0 load 60
	guest_join g load 60
}

# The hotplug script writes the bridge's MTU where our front-end looks for it.
attaches_large() {
	ip link set xenbr1 mtu 9000
	net_attach g 0 xenbr1
	guest_has_mtu 9000
	net_address g 0 1 2 9000
}

follows() {
	local mtu

	for mtu in 1500 4000 9000; do
		xenstore-write "$(net_front_dir g 0)/mtu" $mtu
		guest_has_mtu $mtu
	done
	xenstore-write "$(net_front_dir g 0)/mtu" nonsense
	sleep 1
	guest_has_mtu 9000
}

# More than there can be is the most there can be.
most() {
	guest_run g "ip link set \$(vif 0) mtu 65535"
	guest_has_mtu $largest
	! guest_run g "ip link set \$(vif 0) mtu 65536" || complain "an MTU of 65536 was accepted"
}

net_bridge xenbr1 1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	ip link set xenbr1 mtu 1500
	try "$pairing: attaches" eval "net_pairing_use $pairing g && net_add g 0 xenbr1 1 2"
	try "$pairing: MTU 1500" at_mtu 1500
	try "$pairing: MTU 9000, changed live" live 9000
	try "$pairing: MTU $largest, changed live" live $largest
	try "$pairing: MTU 1500 again, changed live" live 1500
	try "$pairing: files arrive while it changes" under_load
	try "$pairing: detaches" net_detach g 0
	if [ "${pairing%/*}" = ours ]; then
		try "$pairing: attaches with the bridge's MTU of 9000" attaches_large
		try "$pairing: follows the toolstack's MTU" follows
		try "$pairing: 65535 means as much as there can be" most
		net_detach g 0
	else
		skip 3 "the stock front-end knows no key mtu"
	fi
done
try "the guest powers off" guest_stop g
