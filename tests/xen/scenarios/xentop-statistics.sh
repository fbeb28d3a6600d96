#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The files monitoring tools read: a back-end shows mode, physical_device and the statistics files, their
# counts are those of the I/O done, and xentop shows the same.
#
# pairings: stock/ours ours/ours
# plan: 1 + 4 * pairs
# seconds: 120 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

device() {
	echo "/sys/bus/xen-backend/devices/vbd-$(guest_id g)-$(vbd_number xvdb)"
}

files_are_there() {
	local file wanted

	for file in mode physical_device statistics/{oo,rd,wr,f,ds}_req statistics/{rd,wr}_sect; do
		[ -r "$(device)/$file" ] || complain "no file $file"
	done
	[ "$(cat "$(device)/mode")" = w ] || complain "mode is $(cat "$(device)/mode"), not w"
	wanted=$(stat -c %t:%T /dev/nullb1)
	[ "$(cat "$(device)/physical_device")" = "$wanted" ] ||
		complain "physical_device is $(cat "$(device)/physical_device"), not $wanted"
}

counts() {
	(cd "$(device)/statistics" && cat rd_req wr_req rd_sect wr_sect) | tr '\n' ' '
}

# 100 reads of 4 KiB and 50 writes of 8 KiB, each one request.
io_is_counted() {
	local before after r w rs ws R W RS WS

	before=$(counts)
	guest_run g 'dd if=/dev/xvdb of=/dev/null bs=4k count=100 iflag=direct 2>/dev/null
		dd if=/dev/zero of=/dev/xvdb bs=8k count=50 oflag=direct 2>/dev/null'
	after=$(counts)
	read -r r w rs ws <<<"$before"
	read -r R W RS WS <<<"$after"
	[ "$((R - r)) $((W - w)) $((RS - rs)) $((WS - ws))" = "100 50 800 800" ] ||
		complain "counted $((R - r)) reads of $((RS - rs)) sectors, $((W - w)) writes of $((WS - ws))"
}

xentop_agrees() {
	local line sum

	sum=$(counts)
	line=$(xentop -b -i 1 -f | awk '$1 == "g" { print $(NF - 4), $(NF - 3), $(NF - 2), $(NF - 1) }')
	[ "$line " = "$sum" ] || complain "xentop says $line, the files $sum"
}

make_null nullb1 64 memory_backed=1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	try "$pairing: attaches" disk_attach g /dev/nullb1 xvdb
	try "$pairing: mode, physical_device and statistics" files_are_there
	try "$pairing: requests and sectors are counted" io_is_counted
	try "$pairing: xentop shows the same counts" xentop_agrees
	disk_detach g xvdb
done
