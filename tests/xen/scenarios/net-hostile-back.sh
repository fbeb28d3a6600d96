#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A network back-end that breaks the rules, against our front-end: each line below is one hostile act
# of evil-netback.ko and the verdict it must get. The back-end is a small host by itself, 10.0.3.1,
# that answers echoes. After each act the same guest must still exchange echoes over another interface
# of the same driver without a loss, its kernel must have said at most twenty lines about it and no
# bad one, and where the front-end gave the device up one line must say so. A device that was given
# up must go away when detached, and work when attached again.
#
# BED_PAIRINGS=stock/stock runs the same acts against the stock front-end; there a verdict missed is
# shown, not counted as a failure, and acts that are known to end the guest are left out.
#
# pair: net
# pairings: ours/stock
# plan: 151
# seconds: 1200
# long: yes
# may-print: g\.e\. 0x[0-9a-f]+ still in use
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck disable=SC2034 # for the next files
evil_kind=vif
# shellcheck source=tests/xen/evil/net.sh
. /bed/payload/evil/net.sh
# shellcheck source=tests/xen/evil/back.sh
. /bed/payload/evil/back.sh

evil_begin_back 1
net_bridge xenbr1 1
try "a guest, and a bystander" evil_start_back xenbr1 1
guest_run g true || exit 1
try "an honest interface of the hostile back-end" evil_fresh 1

# answer VIF IO THEIRS WHAT ANSWER; key VIF VERDICT KEY VALUE; act VIF ANSWERS AFTER ACT: see back.sh.

note "packets that are dropped, or harmless"
for entries in r:0:98 r:100:98 r:3998:98 r:0:14 'r:0:98*100' 'r:0:98:m*17 r:0:98' r:0:98:i r:0:98:c r:0:34:c \
	r:0:98:v r:0:98:h 'r:0:98:m r:0:0:m r:0:0' 'r:0:4096:m*15 r:0:4095'; do
	read -ra words <<<"$entries"
	act 1 ignored works rx "${words[@]}"
done
for entries in r:0:0 r:0:1 r:0:13 r:0:-1 r:0:-2 r:0:-32768 r:0:98:m\ r:0:-1 \
	r:4090:60 r:4096:1 r:65535:98 r:0:4097 r:0:32767 'r:0:98:m r:4090:60' \
	r:0:98:m 'r:0:98:m*18 r:0:98' 'r:0:98:m*19 r:0:98' 'r:0:2000:m*19 r:0:98' 'r:0:98:m*200' \
	'r:0:13:m r:0:98' 'r:0:0:m r:0:98' 'r:0:0:m*17 r:0:98'; do
	read -ra words <<<"$entries"
	act 1 ignored works rx "${words[@]}"
done

note "extra infos"
for entries in r:0:98:x 'r:0:98:x x:0:0' 'r:0:98:x x:6:0' 'r:0:98:x x:255:0' \
	'r:0:98:x x:1:1:1400:1*200' 'r:0:98:x x:1:0:0:1' 'r:0:98:x x:1:0:1400:0' 'r:0:98:x x:1:0:1400:3' \
	'r:0:98:x x:1:0:1400:1' 'r:0:98:cx x:1:0:1400:2' 'r:0:98:x x:1:0:65535:1' \
	'r:0:98:x x:4:0:65535:255' 'r:0:98:x x:2:0' 'r:0:98:x x:5:0:65535' 'r:64:98:x x:5:0:65535' \
	'r:0:98:x x:5:0:98' 'r:0:98:xm x:4:1 x:5:0:90 r:0:60'; do
	read -ra words <<<"$entries"
	act 1 ignored works rx "${words[@]}"
done

note "grids of short first parts"
evil_lines=400
act 1 ignored works rx-grid 0 4
act 1 ignored works rx-grid 10 14
act 1 ignored works rx-grid 255 257
act 1 ignored works rx-grid 4090 4096
evil_lines=20

note "pages that are kept, and impossible indexes"
act 1 left any rx r:0:4000:h
act 1 left any rx r:0:98:m r:0:4000:h
for n in 257 65536 2147483648 4294967295; do
	act 1 left any rx-prod $n
done

note "answers to what the guest sends"
for n in status-{error,dropped,77,-32768}; do
	answer 1 ok stays ping "$n"
done
for n in id-{256,65535,other,twice} rsp-prod-{1,257,2^31,2^32-1}; do
	answer 1 'ok|fail' left ping "$n"
done
answer 1 'ok|fail' left large hold

note "states"
if [ "$peer" = ours ]; then
	act 1 'left|ignored' any slow-states 5 4
	act 1 'left|ignored' any states 5 4
	act 1 'left|ignored' any slow-states 6 4
	act 1 'left|ignored' any states 6 4
	act 1 'left|ignored' any slow-states 5 2 4
	act 1 'left|ignored' any lives 60
else
	skip 6 "known to end a guest with the stock front-end"
fi
for n in 7 8 99 -1 @binary 1 2 3; do
	act 1 ignored works states "$n"
done
act 1 ignored works slow-states 4 4 4
act 1 'left|ignored' any states @absent
act 1 'left|ignored' any states 0

note "events"
act 1 survived works event-storm $((3000 * BED_SLOW))
try "events before it is Connected are harmless" evil_net_early

note "memory that changes"
act 1 'survived|left' any scribble own 2000
act 1 'survived|left' any scribble entries 2000

note "keys of the offer"
for n in 0 1000000000 4294967295; do
	key 1 accepted multi-queue-max-queues "$n"
done
for n in 4294967296 -1 99999999999999999999 0x2 @empty @long @binary; do
	key 1 refused multi-queue-max-queues "$n"
done
for n in 0 @absent; do
	key 1 refused feature-rx-copy "$n"
done
for n in feature-{split-event-channels,sg,gso-tcpv4,gso-tcpv6,ipv6-csum-offload,ctrl-ring,xdp-headroom}; do
	key 1 accepted "$n" 0
	key 1 'accepted|refused' "$n" @long
	key 1 'accepted|refused' "$n" %s%n
done
for n in 0 @long @binary 4294967296; do
	key 1 accepted carrier "$n"
done
act 1 ignored works key feature-rx-copy 0
act 1 ignored works key multi-queue-max-queues @long
act 1 ignored any key carrier 0
act 1 ignored works key carrier @binary

note "the control ring"
for n in id type prod; do
	try "a control message with an answer that cannot be: $n" evil_net_control $n left
done
for n in status nothing; do
	try "a control message that is refused, or not answered: $n" evil_net_control $n stays
done

note "silence"
try "packets without an answer do not hold up the removal" evil_net_unanswered nothing
try "nor do packets answered as if they were none" evil_net_unanswered null
try "a back-end that is silent from the start can be detached" evil_silent_start 1
try "its states may stay silent while the interface is detached" evil_silent_end 1
try "it may keep a page mapped, too" evil_net_silent_hold
try "its directory may vanish" evil_vanish 1

try "the last interface is detached" evil_detach 1
try "the guest powers off" guest_stop g
