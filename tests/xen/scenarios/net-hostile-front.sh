#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A network front-end that breaks the rules, against our back-end: each `act` is one hostile act of
# evil-netfront.ko and the verdict it must get. Its interface is on a bridge of its own, where dom0
# answers its echoes. Meanwhile the same guest exchanges echoes over another interface of the same
# back-end driver: none may be lost. dom0's kernel must say one line about each disconnection, that
# names the device, the queue and the reason, and nothing bad. At the end the slot is detached,
# attached again, and serves an honest front-end.
#
# BED_PAIRINGS=stock/stock runs the same acts against the stock back-end; there a verdict missed is
# shown, not counted as a failure.
#
# pair: net
# pairings: stock/ours
# plan: 281
# seconds: 900
# long: yes
# may-print: Bad grant reference|Bad handle|Bad flags|g\.e\. 0x[0-9a-f]+ still in use
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck disable=SC2034 # for the next file
evil_kind=vif
# shellcheck source=tests/xen/evil/front.sh
. /bed/payload/evil/front.sh
# shellcheck source=tests/xen/evil/net.sh
. /bed/payload/evil/net.sh

# The stock times of patience are a minute and more.
evil_parameters=(rx_drain_timeout_msecs=1000 rx_stall_timeout_msecs=4000)
evil_begin_front
net_bridge xenbr1 1
evil_net_bridge
try "a guest with an honest and a hostile front-end" evil_start_front 1
guest_run g true || exit 1
try "a bystander" evil_bystander xenbr1 1
try "an interface for the hostile front-end" evil_net_attach

# act VIF ANSWERS AFTER ACTION...: see front.sh; the actions are described in evil/netfront/.

act 1 replied alive echo 98
act 1 replied alive echo 1514 700 400
act 1 replied alive echo 60 20 20
# Longer than the bridge passes on.
act 1 lost alive echo 9014 4096 4096
act 1 okay alive put s:0:60
act 1 okay alive put s:4036:60
act 1 okay alive put s:0:60:v s:0:1514
act 1 okay alive ctrl 7 1
act 1 okay alive ctrl 2 15
stage 1 shape 2 1
act 1 replied alive echo 98
stage 1 shape 1 0
judge "honest packets"

# One bad packet is answered with an error, and that is all.
for n in 0 1 13; do
	act 1 error alive put "s:0:$n"
done
act 1 error alive put s:0:1:m s:0:0
act 1 error alive put s:0:60:m s:0:200
act 1 error alive put s:0:1000:m 's:0:4096:m*15' s:0:4096
for n in 19 20; do
	act 1 error alive put s:0:2000:m "s:0:60:m*$((n - 1))" s:0:60
done
act 1 okay alive put s:0:2000:m 's:0:60:m*17' s:0:60
for n in unused huge other revoked; do
	act 1 error alive put "s:0:60:-:$n"
	act 1 error alive put s:0:200:m "s:0:60:m:$n" s:0:60
	act 1 error alive put s:0:200:m s:0:60:m "s:0:60:-:$n"
done
act 1 okay alive put s:0:60:-:ring
act 1 okay alive put s:0:200:m 's:0:0:m*16' s:0:0
act 1 okay alive put s:0:60:c
act 1 okay alive put s:0:14:c
act 1 okay alive put s:0:34:cv
# Large segments of what is no TCP are seen for what they are once the bytes are here.
act 1 okay alive put s:0:98:x x:1:0:1400:1
act 1 okay alive put s:0:98:cx x:1:0:1400:2
act 1 okay alive put s:0:98:x x:1:0:65535:1
act 1 okay alive put s:0:98:x x:4:0:65535:255
act 1 okay alive put s:0:98:x x:5:0:65535:255
act 1 okay alive put s:0:98:x 'x:4:1*20' x:4:0
judge "packets that are refused, one by one"

act 1 whole alive grid-headers 7
act 1 whole alive grid-splits 11
act 1 whole alive grid-empty 100
act 1 whole alive grid-large
judge "headers, splits, empty slots" 300

# A whole connection for these; each has its line with device, queue and reason.
evil_reason='queue [0-9]|control ring|state [0-9]+'
evil_most=1
act 1 closed reconnected put s:4090:60
act 1 closed reconnected put s:0:4097
act 1 closed reconnected put s:65535:60
act 1 closed reconnected put s:0:65535
act 1 closed reconnected put s:0:200:m s:4090:60
act 1 closed reconnected put s:0:200:m s:4095:2
act 1 closed reconnected put s:0:60:m
act 1 closed reconnected put s:0:2000:m 's:0:60:m*5'
act 1 closed reconnected put s:0:2000:m 's:0:60:m*20' s:0:60
act 1 closed reconnected put s:0:2000:m 's:0:60:m*255'
act 1 closed reconnected put s:0:60:x
act 1 closed reconnected put s:0:60:x 'x:1:1:1400:1*254'
act 1 closed reconnected put s:0:60:x 'x:1:1:1400:1*3'
for n in 0 6 255; do
	act 1 closed reconnected put s:0:60:x "x:$n:0"
done
act 1 closed reconnected put s:0:98:x x:1:0:0:1
for n in 0 3 255; do
	act 1 closed reconnected put s:0:98:x "x:1:0:1400:$n"
done
judge "packets that end the connection"

for n in 257 65536 2147483648 4294967295; do
	act 1 closed reconnected prod tx $n
done
act 1 closed reconnected prod-full
for n in 257 65536 2147483648 4294967231; do
	act 1 closed reconnected prod rx $n
done
for n in 129 65536 2147483648 4294967295; do
	act 1 closed reconnected prod ctrl $n
done
stage 1 shape 2 1
act 1 closed reconnected prod tx 257
act 1 closed reconnected prod rx 257
stage 1 shape 1 0
judge "ring indexes"

act 1 survived alive event-storm 4000
stage 1 shape 2 1
act 1 survived alive event-storm 4000
stage 1 shape 1 0
act 1 mixed alive mcast 65
act 1 error alive mcast 10
judge "events, and a list of multicast that is full"

act 1 okay alive ctrl 7 1
act 1 okay alive ctrl 5 128
# Lengths and places of a part of the table.
for n in '2147483647 64 0' 'page 129 0' 'page 64 4294967295' 'page 4294967295 2' 'page 2147483648 2147483648'; do
	read -ra words <<<"$n"
	act 1 refused alive ctrl 6 "${words[@]}"
done
for n in '2147483647 40' 'page 41' 'page 4294967295'; do
	read -ra words <<<"$n"
	act 1 refused alive ctrl 3 "${words[@]}"
done
for n in '5 129' '5 4294967295' '2 4294967295' '7 2' '7 4294967295' 0 11 65535; do
	read -ra words <<<"$n"
	act 1 refused alive ctrl "${words[@]}"
done
act 1 answered alive ctrl-grid
# Pages that may stay mapped: a queue, a page with their list, how many. None can be taken out again.
act 1 okay alive ctrl 8 0
for n in '8 1' '8 4294967295' '9 1 page 1' '9 0 2147483647 1' '9 0 page 0' '9 0 page 65' '9 0 page 2147483649' \
	'9 0 page 4294967295' '10 0 page 1'; do
	read -ra words <<<"$n"
	act 1 refused alive ctrl "${words[@]}"
done
act 1 okay alive lend 1
act 1 refused alive lend 1
act 1 refused alive lend 2
judge "control messages"

for n in unused huge readonly revoked; do
	act 1 failed alive rx-gref $n
done
judge "pages to receive into that are none"

for n in 0 1; do
	act 1 survived 'alive|reconnected' rx-starve "$n" $((9000 * BED_SLOW))
	evil_net_flood_begin
	judge "the host sends to a guest that makes room for $n packets" 200
	try "... and no more waited than may wait" evil_net_flood_bounded
done

evil_most=1000
act 1 'survived|closed' 'alive|reconnected' race tx 3000
act 1 'survived|closed' 'alive|reconnected' race rx 2000
act 1 'survived|closed' 'alive|reconnected' race header 2000
act 1 parted reconnected close-busy
evil_reason=.
judge "memory that changes while it is read"

for n in 2 8 9 99; do
	act 1 closed reconnected state $n
done
act 1 ignored 'alive|reconnected' state 3
act 1 ignored alive state 4
act 1 ignored 'alive|reconnected' state 7
act 1 'ignored|closed' 'alive|reconnected' connect-twice
act 1 'ignored|closed' 'alive|reconnected' connect-while-closing
act 1 'offer|ignored' 'alive|reconnected' restart
act 1 flipped 'alive|reconnected' flip 200
act 1 flipped 'alive|reconnected' lives 200
for n in 1 2 3 4 5 6 7 8 9; do
	act 1 recovered 'alive|reconnected' pairs "$n" "$n"
done
judge "states" 600

evil_most=1
for key in tx-ring-ref rx-ring-ref ctrl-ring-ref; do
	for value in @empty -1 4294967295 99999999999999999999 0x10 5x @long @binary; do
		act 1 closed reconnected keys $key $value
	done
done
for key in tx-ring-ref rx-ring-ref; do
	act 1 closed reconnected keys $key @absent
done
act 1 connected alive keys ctrl-ring-ref @absent
for key in event-channel event-channel-ctrl; do
	for value in @absent @empty -1 4095 4294967296 0x10 %s%n @long @binary; do
		act 1 closed reconnected keys $key $value
	done
done
judge "rings and ports"

evil_most=1000
for value in @empty 0 -1 2 1000000000 4294967296 99999999999999999999 %s%n @long @binary; do
	act 1 closed reconnected keys multi-queue-num-queues $value
done
for value in 0 @long -1 x; do
	act 1 closed reconnected keys request-rx-copy $value
done
for key in feature-sg feature-gso-tcpv4 feature-no-csum-offload feature-ipv6-csum-offload \
	feature-rx-notify request-multicast-control; do
	for value in @long @binary -1; do
		act 1 'closed|connected' 'alive|reconnected' keys $key $value
	done
	act 1 'closed|connected' 'alive|reconnected' keys $key 1
done
for value in 1 256 4032 4096 32767; do
	act 1 connected 'alive|reconnected' keys xdp-headroom $value
done
for value in 32768 4294967295 -1 @long x; do
	act 1 closed reconnected keys xdp-headroom $value
done
for key in tx-ring-ref event-channel multi-queue-num-queues request-rx-copy; do
	act 1 'closed|connected' 'alive|reconnected' keys $key @flicker
done
for value in @long @binary 1 0; do
	act 1 ignored alive key request-multicast-control $value
done
judge "other keys"

act 1 closed dead state @absent
judge "the state key goes away"
try "that slot is attached again" evil_net_reattach
act 1 replied 'alive|reconnected' echo 98
act 1 closed dead state 0
judge "state 0"
try "that slot is attached again too" evil_net_reattach
act 1 replied 'alive|reconnected' echo 98
act 1 silent off silent
judge "silence"
try "a silent front-end is detached within 10 s" evil_net_detach_within $((10 * BED_SLOW))
try "the slot serves an honest front-end" evil_net_honest
try "the guest powers off" guest_stop g
