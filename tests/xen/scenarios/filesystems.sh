#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ext4 and xfs on disks with blocks of 512 and of 4096 bytes: made, filled to the last block, half of it
# deleted, trimmed, checked; what was kept is whole, and the space reached the device in dom0.
#
# only: ours/ours
# guests: pv pvh
# plan: 1 + 8 * pairs
# seconds: 600 * pairs
# long: yes
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

# mkfs.xfs refuses disks as small as these unless told that nobody minds.
declare -A make=([ext4]='mkfs.ext4 -q -F' [xfs]='mkfs.xfs -q -f --unsupported')
declare -A check=([ext4]='fsck.ext4 -f -n' [xfs]='xfs_repair -n')

fill() {
	guest_run g -t 200 "set -e
		modprobe $1
		${make[$1]} /dev/xvdb
		mount -t $1 /dev/xvdb /mnt
		mkdir /mnt/keep /mnt/drop
		head -c 1000000 /dev/urandom >/tmp/file
		n=0
		while cp /tmp/file /mnt/keep/\$n 2>/dev/null && cp /tmp/file /mnt/drop/\$n 2>/dev/null; do
			n=\$((n + 1))
		done
		sync
		[ \$n -gt 15 ]
		[ \$(df -k /mnt | awk 'NR == 2 { print \$4 }') -lt 1000 ]
		(cd /mnt/keep && find . -type f -exec sha256sum {} +) >/tmp/sums"
}

trim() {
	local before after

	guest_run g 'rm -r /mnt/drop && sync'
	before=$(blk_allocated "$2")
	guest_run g -t 100 'fstrim /mnt && sync && umount /mnt'
	after=$(blk_allocated "$2")
	echo "the device's file takes $((before >> 20)) MiB, then $((after >> 20))"
	[ $((before - after)) -ge $((15 << 20)) ] || complain "from $before to $after bytes"
	guest_run g -t 100 "${check[$1]} /dev/xvdb && mount -t $1 -o ro /dev/xvdb /mnt &&
		(cd /mnt/keep && { sha256sum -c /tmp/sums >/tmp/summed || { grep -v OK /tmp/summed; exit 1; }; } &&
			[ \$(ls | wc -l) = \$(wc -l </tmp/sums) ]) &&
		umount /mnt"
}

blk_begin
blk_make small 64
blk_make large 64 -b 4096
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	for disk in small large; do
		disk_attach g "$(blk_device $disk)" xvdb
		block=$(blk_knob g xvdb logical_block_size)
		for fs in ext4 xfs; do
			try "$pairing: $fs on blocks of $block bytes: filled" fill $fs
			try "$pairing: $fs on blocks of $block bytes: trimmed, checked, whole" trim $fs $disk
			note "$(grep takes "$bed_run/last-output" || true)"
		done
		disk_detach g xvdb
	done
done
