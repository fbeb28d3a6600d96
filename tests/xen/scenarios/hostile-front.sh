#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A front-end that breaks the rules, against our back-end: each `act` is one hostile act of
# evil-blkfront.ko and the verdict it must get. Meanwhile the same guest does verified I/O on another
# disk of the same back-end driver and must get ahead after every act; dom0's kernel must say at
# least one line about each disconnection, not more than ten a second, and nothing bad. At the end
# slots are detached, attached again and used by an honest front-end, and the guest is destroyed with
# requests under way.
#
# BED_PAIRINGS=stock/stock runs the same acts against the stock back-end; there a verdict missed is
# shown, not counted as a failure.
#
# plan: 239
# seconds: 900
# long: yes
# may-print: Bad grant reference|Bad handle|Bad flags|g\.e\. 0x[0-9a-f]+ still in use
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/evil/front.sh
. /bed/payload/evil/front.sh

evil_begin_front
make_null nullb1 64 memory_backed=1
make_null nullb2 64 memory_backed=1 discard=1 cache_size=4
make_null nullb3 64 memory_backed=1 discard=1
make_null nullb4 64 memory_backed=1 discard=1 blocksize=4096
# Slow, one request at a time: what is under way stays so for a while.
make_null nullb5 64 irqmode=2 completion_nsec=50000000 hw_queue_depth=1

try "a guest with an honest and a hostile front-end" evil_start_front xvdc xvdd xvde xvdf
guest_run g true || exit 1
try "a bystander" evil_bystander /dev/nullb1
for pair in 2,xvdc,w 3,xvdd,r 4,xvde,w 5,xvdf,w; do
	try "a disk for the hostile front-end: ${pair#*,}" xl block-attach g "phy:/dev/nullb$pair"
done

# act VDEV ANSWERS AFTER ACTION...: see front.sh; the actions are described in evil/front/.

act xvdc okay alive read
act xvdc okay alive write
act xvdc okay alive flush
act xvdc okay alive barrier
act xvdc okay alive discard
act xvdc okay alive indirect-read
act xvdc okay alive indirect-write
act xvdd okay alive read
act xvde okay alive read
act xvde okay alive indirect-write
act xvdf okay alive read
judge "honest requests"

for n in op-{4,7,255}; do
	act xvdc unsupported alive "$n"
done
for n in read-nseg-{0,12,32,255} write-nseg-{0,12,255} indirect-nseg-{0,257,4097,65535} \
	indirect-op-{barrier,flush,discard,self,255}; do
	act xvdc error alive "$n"
done
judge "operations and counts"

for n in seg-{first-above-last,last-8,last-255,both-255} \
	indirect-seg-{first-above-last,last-8,last-255} \
	sector-{at-end,over-end,2^63,wraps,2^64-1} write-sector-over-end \
	indirect-sector-{over-end,wraps}; do
	act xvdc error alive "$n"
done
for n in piece-of-block piece-off-block write-piece-of-block discard-piece; do
	act xvde error alive "$n"
done
for n in write indirect-write; do
	act xvdd error alive "$n"
done
# A read-only disk need not offer discards.
act xvdd 'error|unsupported' alive discard
judge "segments and sectors"

for n in gref-{unused,huge,2^32-1,read-only,other-domain,revoked,masks,indirect-masks} \
	indirect-{gref,table}-huge barrier-gref-huge; do
	act xvdc error alive "$n"
done
act xvdc okay alive gref-twice
act xvdc okay alive gref-ring-page
act xvdc 'okay|error|closed|silence' 'alive|reconnected' gref-ring-page-read
act xvdc 'okay|error' alive indirect-table-as-data
act xvdc error alive indirect-table-is-ring
act xvdc answered alive gref-race 200
judge "grants"

for n in discard-{at-end,over-end,2^64-1,wraps} flush-with-data-12 flush-nseg-255 barrier-nseg-12; do
	act xvdc error alive "$n"
done
act xvdc 'okay|error' alive discard-0
act xvdc unsupported alive discard-secure-all
act xvdc okay alive flush-with-data
stage xvdc shape 2 0
act xvdc answered alive write-storm 1000
act xvdc answered alive barrier-storm 1000
stage xvdc shape 1 0
judge "discard, flush, barrier"

act xvdc answered alive race-table 3000
act xvdc answered alive race-entry 3000
act xvdc survived 'alive|reconnected' race-header 2000
judge "memory that changes while it is read"

for n in req-prod-{size+1,size+32,2^16,2^31,2^32-1,full+1}; do
	act xvdc closed reconnected "$n"
done
stage xvdc shape 2 2
act xvdc closed reconnected req-prod-size+1
act xvdc closed reconnected req-prod-2^31
stage xvdc shape 1 0 1
act xvdc okay alive read
act xvdc error alive gref-masks
act xvdc closed reconnected req-prod-size+1
stage xvdc shape 1 0
act xvdc survived alive event-storm 5000
judge "ring indexes and events"

stage xvdc shape 1 0 1
for n in mark-{1,2,2^32-1,flush,discard}; do
	act xvdc okay alive "$n"
done
stage xvdc shape 1 0 2
for n in read mark-{1,write,indirect}; do
	act xvdc okay alive "$n"
done
for n in mark-{2,2^32-1,barrier,flush,discard,indirect-2} gref-masks; do
	act xvdc error alive "$n"
done
stage xvdc shape 1 0
judge "marks, agreed on and not"

for n in 7 8 2 9 99; do
	act xvdc closed reconnected state $n
done
act xvdc ignored 'alive|reconnected' state 3
act xvdc ignored alive state 4
act xvdc 'ignored|closed' 'alive|reconnected' connect-twice
act xvdc 'ignored|closed' reconnected connect-while-closing
act xvdc 'offer|ignored' 'alive|reconnected' restart
act xvdc flipped reconnected flip 300
act xvdc flipped reconnected lives 300
judge "states and lives"

for n in 1 2 3 4 5 6 7 8 9; do
	act xvdc recovered 'alive|reconnected' pairs "$n" "$n"
done
judge "each state after each" 600

for value in @absent @empty -1 4294967295 4294967296 99999999999999999999 0x10 5x @long @binary; do
	act xvdc closed reconnected keys ring-ref $value
done
judge "ring-ref"

for value in @absent @empty -1 0 4095 131072 4294967295 4294967296 99999999999999999999 0x10 5x %s%n \
	@long @binary; do
	act xvdc closed reconnected keys event-channel $value
done
judge "event-channel"

for value in @empty -1 5 31 32 64 2147483648 4294967296 99999999999999999999 x @long @binary; do
	act xvdc closed reconnected keys ring-page-order $value
done
for value in 0 1 2 4; do
	# Without the references that would be needed, or under other names.
	act xvdc closed reconnected keys ring-page-order $value
done
judge "ring-page-order"

for value in @empty 0 -1 1000000000 4294967295 4294967296 99999999999999999999 %s%n @long @binary; do
	act xvdc closed reconnected keys multi-queue-num-queues $value
done
# Two queues whose directories are not there.
act xvdc closed reconnected keys multi-queue-num-queues 2
judge "multi-queue-num-queues"

for value in x86_128-abi @empty @long @binary %s%n; do
	act xvdc closed reconnected keys protocol $value
done
for value in @long @binary -1 x; do
	act xvdc 'closed|connected' 'alive|reconnected' keys feature-persistent $value
done
act xvdc 'closed|connected' 'alive|reconnected' keys ring-ref 0
for key in ring-ref event-channel protocol feature-persistent; do
	act xvdc 'closed|connected' 'alive|reconnected' keys $key @flicker
done
judge "protocol, and keys that come and go"

act xvdf parted reconnected close-busy
act xvdf parted reconnected close-busy
judge "leaving with requests under way"

act xvdc closed dead state @absent
judge "the state key goes away"
try "that slot is attached again" evil_reattach xvdc /dev/nullb2
act xvdc okay 'alive|reconnected' read
act xvdc closed dead state 0
judge "state 0"
try "that slot is attached again too" evil_reattach xvdc /dev/nullb2
act xvdc okay 'alive|reconnected' read
act xvdc silent off silent
judge "silence"
try "a silent front-end is detached within 10 s" evil_detach_within xvdc $((10 * BED_SLOW))

for vdev in xvdd xvde xvdf; do
	try "$vdev is detached" disk_detach g $vdev
done
try "the slot of xvdc serves an honest front-end" evil_honest_again /dev/nullb2 xvdc
try "the slot of xvde serves an honest front-end" evil_honest_again /dev/nullb4 xvde
try "a domain with requests in flight is destroyed and leaves nothing" \
	evil_destroy_busy /dev/nullb5 xvdf
