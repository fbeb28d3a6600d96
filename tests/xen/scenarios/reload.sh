#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The back-end's module is taken out and put in again while the guest does verified I/O (BED_CYCLES,
# 20 times), and its driver is unbound and bound through sysfs as often: the guest's disk stays, no I/O
# fails, all of it verifies.
#
# only: ours/ours stock/ours
# pairings: ours/ours
# guests: pv pvh
# plan: 1 + 4 * pairs
# seconds: 900 * pairs
# env: BED_CYCLES
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

cycles=${BED_CYCLES:-$(by_length 3 20)}

under_way() {
	guest_run g '[ ! -e /tmp/load.rc ] || { cat /tmp/load.out; exit 1; }'
}

reload() {
	backend_use ours
	xs_wait "$(back_dir g xvdb)/state" 4 20
	sleep 0.5
	under_way
}

rebind() {
	local device driver=/sys/bus/xen-backend/drivers/vbd

	device=vbd-$(guest_id g)-$(vbd_number xvdb)
	echo "$device" >$driver/unbind
	sleep 0.5
	echo "$device" >$driver/bind
	xs_wait "$(back_dir g xvdb)/state" 4 20
	sleep 0.5
	under_way
}

stays() {
	[ "$(guest_run g 'stat -c %i /sys/block/xvdb')" = "$(cat "$bed_run/disk")" ] ||
		complain "the guest has another disk now"
}

make_null nullb1 64 memory_backed=1
try "a guest starts" guest_start g
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	disk_attach g /dev/nullb1 xvdb
	guest_run g 'stat -c %i /sys/block/xvdb' >"$bed_run/disk"
	blk_load g xvdb $((cycles * 10 * BED_SLOW))
	sleep 1
	try "$pairing: $cycles reloads of the module under verified I/O" blk_cycles "$cycles" reload
	cp "$bed_run/cycles" "$bed_run/reloads"
	try "$pairing: $cycles times unbound and bound" blk_cycles "$cycles" rebind
	try "$pairing: no I/O failed and all of it verifies" blk_load_passes g 200
	counted "$pairing: back-end reloaded" "$(cat "$bed_run/reloads")" "$(blk_miscompares)"
	counted "$pairing: back-end unbound and bound" "$(cat "$bed_run/cycles")" "$(blk_miscompares)"
	try "$pairing: the guest's disk is the same" stays
	disk_detach g xvdb
done
