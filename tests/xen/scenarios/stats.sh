#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Programs that watch disks show what was done: iostat and blktrace in the guest, and dom0's counters of
# the back-end for reads, writes, flushes and discards, which are not set back by a new connection.
# (xentop-statistics and observe have the rest.)
#
# only: ours/ours
# guests: pv pvh
# plan: 1 + 5 * pairs
# seconds: 300 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

reads=200

# Kilobytes read and written since the disk is there, as iostat says.
iostat_kb() {
	guest_run g "iostat -d -k xvdb | awk '\$1 == \"xvdb\" { print \$6, \$7 }'"
}

iostat_agrees() {
	local r w R W

	read -r r w <<<"$(iostat_kb)"
	guest_run g "dd if=/dev/xvdb of=/dev/null bs=4k count=$reads iflag=direct 2>/dev/null
		dd if=/dev/zero of=/dev/xvdb bs=8k count=$reads oflag=direct 2>/dev/null"
	read -r R W <<<"$(iostat_kb)"
	[ "$((R - r)) $((W - w))" = "$((reads * 4)) $((reads * 8))" ] ||
		complain "iostat counted $((R - r)) KiB read and $((W - w)) written"
}

# Every request is seen issued to the driver and completed by it.
blktrace_agrees() {
	guest_run g -t 90 "set -e
		cd /tmp
		blktrace -d /dev/xvdb -o trace >/tmp/blktrace.out 2>&1 &
		pid=\$!
		sleep 2
		dd if=/dev/xvdb of=/dev/null bs=4k count=$reads iflag=direct 2>/dev/null
		sleep 1
		kill -INT \$pid
		wait \$pid || true
		blkparse -q -i trace -f '%a %d %n\n' >trace.txt
		grep -c '^D RS\? 8' trace.txt || true
		grep -c '^C RS\? 8' trace.txt || true" >"$bed_run/traced"
	[ "$(tr '\n' ' ' <"$bed_run/traced")" = "$reads $reads " ] || {
		guest_run g 'cat /tmp/blktrace.out; ls -l /tmp/trace*; head -n 5 /tmp/trace.txt'
		complain "issued and completed: $(cat "$bed_run/traced")"
	}
}

counts() {
	local dir

	dir=/sys/bus/xen-backend/devices/vbd-$(guest_id g)-$(vbd_number xvdb)/statistics
	(cd "$dir" && cat rd_req wr_req f_req ds_req) | tr '\n' ' '
}

back_counts() {
	local r w f d R W F D

	read -r r w f d <<<"$(counts)"
	guest_run g 'dd if=/dev/xvdb of=/dev/null bs=4k count=30 iflag=direct 2>/dev/null
		dd if=/dev/zero of=/dev/xvdb bs=4k count=20 oflag=direct conv=fsync 2>/dev/null
		blkdiscard -l 1048576 /dev/xvdb'
	read -r R W F D <<<"$(counts)"
	[ "$((R - r)) $((W - w)) $((D - d))" = '30 20 1' ] || complain "from $r $w $f $d to $R $W $F $D"
	[ "$((F - f))" -ge 1 ] || complain "no flush was counted"
}

# A front-end that is loaded anew makes a new connection.
not_set_back() {
	local r R

	read -r r _ <<<"$(counts)"
	frontend_use g "${1%/*}"
	disk_ready g xvdb
	read -r R _ <<<"$(counts)"
	[ "$R" -ge "$r" ] || complain "reads went from $r to $R"
}

make_null nullb1 64 memory_backed=1 discard=1 cache_size=4
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	try "$pairing: attaches" disk_attach g /dev/nullb1 xvdb
	try "$pairing: iostat counts what was read and written" iostat_agrees
	try "$pairing: blktrace sees every request issued and completed" blktrace_agrees
	try "$pairing: the back-end counts reads, writes, flushes, discards" back_counts
	try "$pairing: its counters go on over a new connection" not_set_back "$pairing"
	disk_detach g xvdb
done
