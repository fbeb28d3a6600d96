#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A disk of dom0 that stops answering, and goes on later. By default the front-end says so once, waits,
# and says when answers come again; nothing fails. With request_timeout it fails the request and the
# disk while the other end is still silent; the disk can then be detached and attached again. A disk whose
# requests are not answered can be unbound from its driver within seconds.
#
# only: ours/ours
# modules: ours
# guests: pv pvh
# plan: 8
# seconds: 600
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

# A linear mapping, which holds back all I/O while it is suspended.
slow_make() {
	local sectors

	modprobe dm-mod
	sectors=$(blockdev --getsz /dev/nullb1)
	dmsetup create slow --table "0 $sectors linear /dev/nullb1 0"
}

slow_end() {
	dmsetup resume slow
	guest_stop_all
	dmsetup remove slow
}

silent() {
	dmsetup suspend --noflush --nolockfs slow
}

answers() {
	dmsetup resume slow
}

read_one='dd if=/dev/xvdb of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null'

# said COUNT PATTERN: the guest's kernel has said so, so often since the last mark.
said() {
	local n

	n=$(guest_run g "dmesg | sed -n '/bed: mark/h;/bed: mark/!H;\${x;p}' | grep -c -E \"$2\"; true")
	[ "$n" = "$1" ] || complain "said $n times, not $1: $2"
}

mark() {
	guest_run g 'echo "bed: mark" >/dev/kmsg'
}

waits() {
	mark
	guest_run g 'echo 2000 >/sys/block/xvdb/queue/io_timeout'
	silent
	guest_spawn g held "$read_one"
	blk_until 20 said 1 'no answer to request .* waiting'
	sleep 5
	guest_run g '[ ! -e /tmp/held.rc ]' || complain "the read did not wait"
	answers
	guest_join g held 20
	said 1 'no answer to request .* waiting'
	said 1 'answers again'
}

fails() {
	local since

	guest_run g 'echo 4 >/sys/module/xen_blkfront/parameters/request_timeout'
	mark
	silent
	since=$SECONDS
	! guest_run g -t 60 "$read_one" || complain "the read passed"
	echo "failed after $((SECONDS - since)) s"
	said 1 'no answer to request [0-9]+ of queue [0-9]+ for [0-9]+ s$'
	guest_run g 'echo 0 >/sys/module/xen_blkfront/parameters/request_timeout'
	answers
}

again() {
	disk_attach g /dev/mapper/slow xvdb
	guest_run g 'dd if=/dev/xvdb of=/dev/null bs=64k count=16 iflag=direct 2>/dev/null'
	disk_detach g xvdb
}

# The front-end's part of a removal ends while the back-end still waits for its disk.
removed_soon() {
	local since

	disk_attach g /dev/mapper/slow xvdb
	guest_run g "$read_one"
	silent
	guest_spawn g stuck "$read_one"
	sleep 1
	since=$SECONDS
	guest_run g "echo vbd-$(vbd_number xvdb) >/sys/bus/xen/drivers/vbd/unbind"
	echo "unbound after $((SECONDS - since)) s"
	[ $((SECONDS - since)) -le $((6 * BED_SLOW)) ] || complain "that took $((SECONDS - since)) s"
	! guest_join g stuck 20 || complain "the read passed"
	answers
}

make_null nullb1 64 memory_backed=1
slow_make
trap slow_end EXIT
try "a guest starts" guest_start g
pairing_use g ours/ours
try "a disk attaches" disk_attach g /dev/mapper/slow xvdb
try "it is waited for, with one line, and nothing fails" waits
try "with request_timeout the request fails, with one line" fails
note "$(grep after "$bed_run/last-output" || true)"
try "the failed disk is detached" disk_detach g xvdb
try "a disk of that name attaches again and works" again
try "a driver is unbound within seconds while a request is out" removed_soon
note "$(grep after "$bed_run/last-output" || true)"
try "the guest powers off" guest_stop g
