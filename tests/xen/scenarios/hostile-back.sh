#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A back-end that breaks the rules, against our front-end: each line below is one hostile act of
# evil-blkback.ko and the verdict it must get. After each act the same guest must still do verified
# I/O on another disk of the same driver, its kernel must have said at most ten lines about it and
# no bad one, and where the front-end gave the device up one line must say so. A device that was
# given up must fail its I/O within seconds, go away when detached, and work when attached again.
#
# BED_PAIRINGS=stock/stock runs the same acts against the stock front-end; there a verdict missed is
# shown, not counted as a failure, and acts that are known to end the guest are left out.
#
# plan: 113
# seconds: 1200
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

# answer VDEV IO THEIRS WHAT ANSWER; key VDEV VERDICT KEY VALUE; act VDEV ANSWERS AFTER ACT: see back.sh.

note "answers that fail one request"
for n in status-{error,unsupported,77,-77,-32768}; do
	answer xvdf fail stays read "$n"
	answer xvdf fail stays write "$n"
done
answer xvdf ok stays read padding
answer xvdf 'ok|fail' stays sync flush-error
answer xvdf 'ok|fail' stays sync flush-unsupported

note "answers that end the connection"
for n in id-{size,2^32,2^63,other} op-{other,255} rsp-prod-{size+1,2,2^31,2^32-1}; do
	answer xvdf fail left read "$n"
done
answer xvdf ok left read id-twice
answer xvdf 'ok|fail' left read hold
answer xvdf fail left write op-other

note "geometry and features"
for n in 0 3 256 513 131072 4294967296 18446744073709551615 -1 0x200 512x @empty @long @binary; do
	key xvdf refused sector-size "$n"
done
key xvdf accepted sector-size 4096
# More than a page of this kernel: whether that works is the kernel's business, but it must live.
for n in 8192 65536; do
	key xvdf 'accepted|refused' sector-size "$n"
done
for n in 18014398509481984 9223372036854775808 18446744073709551615 99999999999999999999 -1 8x \
	@absent @empty @long; do
	key xvdf refused sectors "$n"
done
key xvdf 'accepted|refused' sectors 0
for n in 3 256 513 -1; do
	key xvdf refused physical-sector-size "$n"
done
key xvdf 'accepted|refused' physical-sector-size 2147483648
for n in 4294967295 4294967296 -1; do
	key xvdf refused discard-granularity "$n"
	key xvdf refused discard-alignment "$n"
done
for n in 40 4294967295; do
	key xvdf accepted max-ring-page-order "$n"
done
for n in 0 1000000000 4294967295; do
	key xvdf accepted multi-queue-max-queues "$n"
done
for n in 0 1 11 4294967295; do
	key xvdf accepted feature-max-indirect-segments "$n"
done
for n in max-ring-page-order multi-queue-max-queues feature-max-indirect-segments \
	feature-persistent feature-flush-cache; do
	key xvdf 'accepted|refused' "$n" @long
done
key xvdf 'accepted|refused' info 4294967295

note "states"
# The first is the one that ends the stock front-end's guest.
if [ "$peer" = ours ]; then
	act xvdf 'left|ignored' any slow-states 5 4
	act xvdf 'left|ignored' any states 5 4
	act xvdf 'left|ignored' any slow-states 6 4
	act xvdf 'left|ignored' any states 6 4
	act xvdf 'left|ignored' any slow-states 5 2 4
else
	skip 5 "known to end a guest with the stock front-end"
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

try "the last disk is detached" evil_detach xvdf
try "the guest powers off" guest_stop g
