#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 1, 2 and 4 queues, chosen by the module parameter max_queues of either end: many flows reach every queue
# in both directions, and arrive. Our front-end sends through fewer on demand (ethtool -L) and has the
# back-end steer what it receives (ethtool -X). What ethtool says at both ends fits together.
#
# pair: net
# pairings: ours/ours
# long: yes
# plan: 2 + 24 * pairs
# seconds: 60 + 400 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

device() {
	case "$1" in
	g) guest_run g 'vif 0' ;;
	dom0) net_back_name g 0 ;;
	esac
}

# tool END OPTION...: ethtool on an end's interface.
tool() {
	guest_run "$1" "ethtool $2 $(device "$1") ${*:3}"
}

# counter END NAME: one of ethtool -S.
counter() {
	tool "$1" -S | sed -n "s/^ *$2: //p"
}

# load FRONT_QUEUES BACK_QUEUES
attach() {
	netback_use "${pairing#*/}" max_queues="$2"
	netfront_use g "${pairing%/*}" max_queues="$1"
	net_add g 0 xenbr1 1 2
}

# has N: N queues are what all say who say anything.
has() {
	local front queues

	front=$(net_front_dir g 0)
	if [ "$1" = 1 ]; then
		! xenstore-exists "$front/queue-0/tx-ring-ref" || complain "there is queue-0"
		xenstore-exists "$front/tx-ring-ref"
	else
		is_same multi-queue-num-queues "$(xenstore-read "$front/multi-queue-num-queues")" "$1"
		xenstore-exists "$front/queue-$(($1 - 1))/rx-ring-ref"
		! xenstore-exists "$front/queue-$1" || complain "there is queue-$1"
	fi
	queues=$(guest_run g "ls -d /sys/class/net/\$(vif 0)/queues/tx-* | wc -l")
	is_same "tx queues of the guest" "$queues" "$1"
	queues=$(find "/sys/class/net/$(device dom0)/queues/" -name 'tx-*' | wc -l)
	is_same "tx queues of dom0" "$queues" "$1"
}

is_same() {
	[ "$2" = "$3" ] || complain "$1: $2, not $3"
}

# Many flows: each datagram, there and back, and each file over TCP has ports of its own.
flows() {
	guest_spawn dom0 flows 'datagram answer 7001 20'
	guest_run g -t 60 "datagram ask $(net_v4 1 1) 7001 100 64 1400"
	guest_join dom0 flows 20
	net_exchange g dom0 "$(net_both 1 2)" "$(net_both 1 1)" 1024 64
}

# What each queue has carried in a direction, as an end says that can tell queues apart: out or in, as the
# guest sees it.
carried() {
	local n names

	case "${pairing%/*}/$1" in
	ours/out) names='tx%d_packets' ;;
	ours/in) names='rx%d_packets' ;;
	*) return 1 ;;
	esac
	tool g -S >/tmp/counters
	for ((n = 0; n < $2; n++)); do
		# shellcheck disable=SC2059 # a format is meant
		sed -n "s/^ *$(printf "$names" $n): //p" /tmp/counters
	done
}

# Interrupts of the vif, one line each, as the guest counts them: of every driver.
interrupts() {
	guest_run g "grep -E 'vif0-q|eth[0-9]-q' /proc/interrupts" | awk '{ n = 0; for (i = 2; $i ~ /^[0-9]+$/; i++) n += $i; print n }'
}

# all_carry N: every queue carries some of many flows, both ways.
all_carry() {
	local out in

	flows
	if [ "${pairing%/*}" = ours ]; then
		out=$(carried out "$1")
		in=$(carried in "$1")
		echo "out $out in $in"
		[ "$(grep -c -v '^0$' <<<"$out")" = "$1" ] && [ "$(grep -c -v '^0$' <<<"$in")" = "$1" ]
	fi
	if [ "${pairing#*/}" = ours ]; then
		tool dom0 -S | grep -E 'q[0-9]_[rt]x_packets'
		[ "$(tool dom0 -S | grep -c -E 'q[0-9]_[rt]x_packets: [1-9]')" = $((2 * $1)) ]
	fi
	interrupts
	! interrupts | grep -q '^0$' || complain "a queue had no interrupt"
}

# fewer N: the guest sends through N queues only, and dom0 still through all.
fewer() {
	local before after

	tool g -L combined "$1"
	before=$(carried out 4)
	flows
	after=$(carried out 4)
	paste <(echo "$before") <(echo "$after") | awk -v n="$1" '
		{ d = $2 - $1; print "queue", NR - 1, "sent", d; if ((NR <= n) != (d > 0)) bad = 1 }
		END { exit bad }'
}

fewer_and_all() {
	fewer 1
	fewer 2
	! tool g -L combined 0 || complain "0 queues accepted"
	! tool g -L combined 5 || complain "5 of 4 queues accepted"
	fewer 4
}

# steer: the guest has the back-end put everything into the queues it wants.
steer() {
	local before after

	tool g -x
	tool g -x | grep -q 'with 4 RX ring' || complain "no table of 4 queues"
	tool g -X equal 1
	tool g -x | tail -n +3 | grep -E '^ *[0-9]+: ' | grep -v -E ':( +0)+$' && complain "not all to queue 0"
	sleep 1
	before=$(carried in 4)
	flows
	after=$(carried in 4)
	paste <(echo "$before") <(echo "$after") | awk '
		{ d = $2 - $1; print "queue", NR - 1, "received", d; if ((NR == 1) != (d > 0)) bad = 1 }
		END { exit bad }'
	tool g -X equal 4
	sleep 1
	flows
}

answers_front() {
	tool g -i | grep -q '^bus-info: vif-0'
	tool g -l | grep -c -E '^Combined:[[:space:]]+4$' | grep -q 2
	tool g -g | grep -c -E '^[RT]X:[[:space:]]+256$' | grep -q 4
	tool g -k | grep -q '^tx-checksumming: on'
	tool g -C rx-usecs 40 rx-frames 8
	tool g -c | grep -E '^rx-usecs:[[:space:]]+40$'
	flows
	tool g -C adaptive-rx on
	tool g -c | grep -E '^Adaptive RX: on'
	flows
	! tool g -C rx-usecs 1000000 || complain "a second of waiting accepted"
	tool g -C adaptive-rx off rx-usecs 0 rx-frames 0
	tool g '' | grep 'Link detected: yes'
}

answers_back() {
	local option said

	tool dom0 -i | grep '^driver: xen-netback'
	tool dom0 -i | grep "^bus-info: vif-$(guest_id g)-0"
	tool dom0 -S | grep -q tx_zerocopy_sent
	# Small packets of each queue came in pages that stay mapped.
	[ "${pairing%/*}" = stock ] || [ "$(tool dom0 -S | grep -c -E 'q[0-9]_rx_staged: [1-9]')" = 4 ]
	tool dom0 -l | grep -c -E '^Combined:[[:space:]]+4$' | grep -q 2
	tool dom0 -g | grep -c -E '^[RT]X:[[:space:]]+256$' | grep -q 4
	tool dom0 -k | grep -q '^tx-checksumming: on'
	# There is nothing to set: said so, and no more.
	for option in -c -x; do
		said=$(tool dom0 $option) || true
		[[ $said == *'not supported'* ]] || complain "$option: $said"
	done
	tool dom0 '' | grep 'Link detected: yes'
}

net_bridge xenbr1 1
try "a guest starts" guest_start g vcpus=4
for pairing in "${pairings[@]}"; do
	# Of front-end and back-end, and what comes of it.
	for wish in '1 4 1' '4 1 1' '2 4 2' '4 2 2' '4 4 4'; do
		read -r front back queues <<<"$wish"
		try "$pairing: attaches, front-end wants $front queues, back-end $back" attach "$front" "$back"
		try "$pairing: $front and $back make $queues" has "$queues"
		try "$pairing: $front and $back: all of $queues carry traffic" all_carry "$queues"
		[ "$wish" = '4 4 4' ] || try "$pairing: $front and $back: detaches" net_detach g 0
	done
	if [ "${pairing%/*}" = ours ]; then
		try "$pairing: sends through fewer queues, and through all again" fewer_and_all
		try "$pairing: ethtool answers in the guest" answers_front
	else
		skip 2 "the stock front-end has neither"
	fi
	if [ "$pairing" = ours/ours ]; then
		try "$pairing: the back-end steers as the guest wants" steer
	else
		skip 1 "stock has no control ring in the front-end"
	fi
	if [ "${pairing#*/}" = ours ]; then
		try "$pairing: ethtool answers in dom0" answers_back
	else
		skip 1 "stock answers little"
	fi
	try "$pairing: detaches" net_detach g 0
done
try "the guest powers off" guest_stop g
