#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each offload goes off and on again, at either end, under a vif in use: TCP and UDP over IPv4 and IPv6
# arrive unharmed in each state. What an offload is there for is looked at too: without tso packets on
# the ring are no larger than the MTU, and without tx, or with the other end's rx off, their checksums
# are filled in.
#
# pair: net
# pairings: ours/ours
# long: yes
# plan: 2 + 23 * pairs
# seconds: 60 + 240 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

talk() {
	net_exchange g dom0 "$(net_both 1 2)" "$(net_both 1 1)" 512 64 1472 8000
}

# The interface of an end.
device() {
	case "$1" in
	g) guest_run g 'vif 0' ;;
	dom0) net_back_name g 0 ;;
	esac
}

# What ethtool -k calls an offload.
long_name() {
	case "$1" in
	tx) echo tx-checksumming ;;
	rx) echo rx-checksumming ;;
	sg) echo scatter-gather ;;
	tso) echo tcp-segmentation-offload ;;
	gso) echo generic-segmentation-offload ;;
	gro) echo generic-receive-offload ;;
	esac
}

# set END FEATURE on|off; what the stock drivers have fixed stays as it is, and so does tx of the stock
# front-end, which does not say so.
set_feature() {
	local device got

	device=$(device "$1")
	guest_run "$1" "ethtool -K $device $2 $3" || true
	got=$(guest_run "$1" "ethtool -k $device" | grep "^$(long_name "$2"):")
	case "$got" in
	*": $3"*) ;;
	*': on') [ "$1/$2/${pairing%/*}" = g/tx/stock ] || complain "$1 $got" ;;
	*'[fixed]') [[ $pairing == *stock* ]] || complain "$1 $got" ;;
	*) complain "$1 $got" ;;
	esac
}

off_and_on() {
	set_feature "$1" "$2" off
	talk
	set_feature "$1" "$2" on
	talk
}

everything_off() {
	local end feature

	for end in g dom0; do
		for feature in gro gso tso tx rx sg; do
			set_feature $end $feature off
		done
	done
	talk
	for end in g dom0; do
		for feature in sg rx tx tso gso gro; do
			set_feature $end $feature on
		done
	done
	talk
}

only_small() {
	set_feature g sg off
	! guest_run g "ip link set \$(vif 0) mtu 9000" || complain "an MTU of 9000 was accepted"
	set_feature g sg on
	guest_run g "ip link set \$(vif 0) mtu 9000"
	set_feature g sg off
	[ "$(guest_run g "cat /sys/class/net/\$(vif 0)/mtu")" = 1500 ] || complain "the MTU is still 9000"
	set_feature g sg on
}

# mean_size END: bytes a packet has, on average, that the end sends while it sends a file.
mean_size() {
	local dir other address before after

	dir=/sys/class/net/$(device "$1")/statistics
	case "$1" in
	g) other=dom0 address=$(net_v4 1 1) ;;
	dom0) other=g address=$(net_v4 1 2) ;;
	esac
	before=$(guest_run "$1" "cat $dir/tx_bytes $dir/tx_packets")
	net_file "$1" "$other" "$address" 4 >&2
	after=$(guest_run "$1" "cat $dir/tx_bytes $dir/tx_packets")
	paste <(echo "$before") <(echo "$after") | awk '{ d[NR] = $2 - $1 } END { print int(d[1] / d[2]) }'
}

segmentation() {
	local with without

	with=$(mean_size "$1")
	set_feature "$1" tso off
	without=$(mean_size "$1")
	set_feature "$1" tso on
	note "$1 sends packets of $with bytes with tso, of $without without" >>"$bed_run/figures"
	echo "mean packet: $with bytes with tso, $without without"
	[ "$with" -gt 3000 ] && [ "$without" -le 1514 ] && [ "$without" -gt 1000 ]
}

# seen DIRECTION: what is seen of a talk at dom0's end, in from the guest or out to it: TAB-separated numbers
# of right and of wrong checksums of TCP. Without GRO, which would merge packets before they are seen, and
# leave the checksum of a merged one blank.
seen() {
	local file=/tmp/seen pid

	set_feature dom0 gro off >&2
	: >$file.log
	tcpdump -q -Z root -U -Q "$1" -i "$(device dom0)" -B 16384 -w $file tcp 2>$file.log &
	pid=$!
	until grep -q 'listening on' $file.log; do
		kill -0 $pid
		sleep 0.1
	done
	talk >&2
	sleep 1
	kill $pid
	wait $pid || true
	tcpdump -r $file -nn -vv 2>/dev/null >$file.text
	printf '%s\t%s\n' "$(grep -c '(correct)' $file.text || true)" "$(grep -c '(incorrect' $file.text || true)"
	rm -f $file $file.*
	set_feature dom0 gro on >&2
}

# Blank with the offload, which tcpdump calls incorrect; filled in without.
transmit_checksum() {
	local direction with without

	[ "$1" = g ] && direction=in || direction=out
	with=$(seen $direction)
	set_feature "$1" tx off
	without=$(seen $direction)
	set_feature "$1" tx on
	echo "with tx: $with; without: $without"
	[ "${with#*$'\t'}" -gt 50 ] && [ "${without%$'\t'*}" -gt 50 ] && [ "${without#*$'\t'}" = 0 ]
}

# The receiver fills in what the sender left blank, but for large packets, which are cut up later.
receive_checksum() {
	local without

	set_feature g tso off
	set_feature dom0 rx off
	without=$(seen in)
	set_feature dom0 rx on
	set_feature g tso on
	echo "without rx: $without"
	[ "${without%$'\t'*}" -gt 50 ] && [ "${without#*$'\t'}" = 0 ]
}

net_bridge xenbr1 1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	try "$pairing: loads" net_pairing_use "$pairing" g
	try "$pairing: attaches" net_add g 0 xenbr1 1 2
	: >"$bed_run/figures"
	for end in g dom0; do
		for feature in tx rx sg tso gso gro; do
			try "$pairing: $end: without $feature, and with it again" off_and_on $end $feature
		done
		try "$pairing: $end: tso makes large packets" segmentation $end
	done
	try "$pairing: everything off at both ends, and on again" everything_off
	try "$pairing: without sg an MTU above 1500 is refused" only_small
	if [ "${pairing%/*}" = ours ]; then
		try "$pairing: g: tx off fills checksums in" transmit_checksum g
	else
		skip 1 "the stock front-end cannot switch it off"
	fi
	try "$pairing: dom0: tx off fills checksums in" transmit_checksum dom0
	if [ "${pairing#*/}" = ours ]; then
		try "$pairing: dom0: rx off fills checksums in" receive_checksum
	else
		skip 1 "the stock back-end cannot switch it off"
	fi
	try "$pairing: everything works after all that" talk
	cat "$bed_run/figures"
	try "$pairing: detaches" net_detach g 0
done
try "the guest powers off" guest_stop g
