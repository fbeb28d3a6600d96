#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A back-end that breaks the rules, against our front-end: each line below is one hostile act of
# evil-blkback.ko and the verdict it must get. After each act the same guest must still do verified
# I/O on another disk of the same driver, its kernel must have said at most twenty lines about it and
# no bad one, and where the front-end gave the device up one line must say so. A device that was
# given up must fail its I/O within seconds, go away when detached, and work when attached again. What a
# back-end may offer is in hostile-back-keys.sh.
#
# BED_PAIRINGS=stock/stock runs the same acts against the stock front-end; there a verdict missed is
# shown, not counted as a failure, and acts that are known to end the guest are left out.
#
# plan: 64
# seconds: 900
# long: yes
# may-print: g\.e\. 0x[0-9a-f]+ still in use
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/evil/back.sh
. /bed/payload/evil/back.sh

evil_begin_back xvdf xvdg
make_null nullb1 64 memory_backed=1
try "a guest, and a bystander" evil_start_back /dev/nullb1
guest_run g true || exit 1
try "an honest disk of the hostile back-end" evil_fresh xvdf

# answer VDEV IO THEIRS WHAT ANSWER; act VDEV ANSWERS AFTER ACT: see back.sh.

note "states"
# Every state after every other, and after itself, on one walk.
walk=$(for a in {0..9}; do
	echo "$a"
	for ((b = a + 1; b < 10; b++)); do echo "$a $b"; done
done | tr '\n' ' ')0
# The first is the one that ends the stock front-end's guest.
if [ "$peer" = ours ]; then
	act xvdf 'left|ignored' any slow-states 5 4
	act xvdf 'left|ignored' any states 5 4
	act xvdf 'left|ignored' any slow-states 6 4
	act xvdf 'left|ignored' any states 6 4
	act xvdf 'left|ignored' any slow-states 5 2 4
	try "each state after each, at once: survived" judge_do xvdf 'left|ignored' any states "$walk"
	try "each state after each, within 5 ms: survived" judge_do xvdf 'left|ignored' any jitter-states "$walk"
else
	skip 7 "known to end a guest with the stock front-end"
fi
for n in 7 8 99 -1 @binary 1 2 3; do
	act xvdf ignored works states "$n"
done
act xvdf 'left|ignored' any states @absent
act xvdf 'left|ignored' any states 0
act xvdf ignored works slow-states 4 4 4

note "while connected"
act xvdf ignored works key sectors 4096
for n in 0x10 18446744073709551615 @absent @long; do
	act xvdf 'left|ignored' any key sectors "$n"
done
act xvdf 'left|ignored' any key sector-size 4096
act xvdf survived works event-storm 5000
act xvdf 'survived|left' any scribble-own 2000
act xvdf 'survived|left' any scribble-entries 2000

note "a back-end that gives no answers"
try "a request without an answer fails when the disk is detached" evil_unanswered xvdf
try "a back-end that is silent from the start can be detached" evil_silent_start xvdf
try "its states may stay silent while the disk is detached" evil_silent_end xvdf
try "its directory may vanish" evil_vanish xvdf

note "what a back-end gets to see"
try "the canary is found when the back-end is trusted" evil_canary xvdg 1 spilled
try "none is found when it is not trusted" evil_canary xvdg 0 clean

note "answers that fail one request"
for n in status-{error,unsupported,77,-77,-32768}; do
	answer xvdf fail stays read "$n"
	answer xvdf fail stays write "$n"
done
answer xvdf ok stays read padding
answer xvdf 'ok|fail' stays sync flush-error
answer xvdf 'ok|fail' stays sync flush-unsupported
if [ "$peer" = ours ]; then
	try "a flush that is no longer done fails with require_flush" evil_require_flush xvdf
else
	skip 1 "the stock front-end has no require_flush"
fi

note "answers that end the connection"
for n in id-{size,2^32,2^63,other} op-{other,255} rsp-prod-{size+1,2,2^31,2^32-1}; do
	answer xvdf fail left read "$n"
done
answer xvdf ok left read id-twice
answer xvdf 'ok|fail' left read hold
answer xvdf fail left write op-other

try "the last disk is detached" evil_detach xvdf
try "the guest powers off" guest_stop g
