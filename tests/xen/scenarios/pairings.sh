#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every pairing of stock and our drivers does verified I/O: random 4k-1M reads and writes checked by
# crc32c, a file system made, used with fsync, taken apart and checked, and the same bytes seen from
# both sides of the disk (so that a pair wrong in the same way at both ends cannot pass).
#
# guests: pv pvh
# plan: 2 + 6 * pairs
# seconds: 400
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

verify() {
	guest_run g -t 120 'DISK=/dev/xvdb SIZE=24m fio --output-format=terse /bed/fio/verify.fio'
}

# Random bytes written by the guest at the end of the disk, and a checksum of them from either side.
both_sides_agree() {
	local guest dom0

	guest=$(guest_run g 'head -c 1048576 /dev/urandom >/tmp/random
		dd if=/tmp/random of=/dev/xvdb bs=1M seek=100 oflag=direct 2>/dev/null
		dd if=/dev/xvdb bs=1M skip=100 count=1 iflag=direct 2>/dev/null | cmp - /tmp/random
		sha256sum </tmp/random | cut -c1-64')
	dom0=$(dd if=/dev/nullb1 bs=1M skip=100 count=1 iflag=direct 2>/dev/null | sha256sum | cut -c1-64)
	[ "$guest" = "$dom0" ] || complain "the guest wrote $guest, dom0 reads $dom0"
}

make_null nullb1 128 memory_backed=1 cache_size=1 discard=1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	try "$pairing: loads" pairing_use g "$pairing"
	try "$pairing: attaches" disk_attach g /dev/nullb1 xvdb
	note "$pairing: $(disk_keys g xvdb | grep -cE 'feature|ring|queue') keys negotiated"
	try "$pairing: random 4k-1M reads and writes, crc32c verified" verify
	try "$pairing: mkfs, mount, fsync, unmount, fsck" guest_run g -t 60 'filesystem /dev/xvdb'
	try "$pairing: guest and dom0 see the same bytes" both_sides_agree
	try "$pairing: detaches" disk_detach g xvdb
done
try "the guest powers off" guest_stop g
