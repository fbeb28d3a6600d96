#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest is saved and restored by xl while it does verified I/O, again and again (BED_CYCLES, 20): no I/O
# fails or is lost, and at the end both ends are as they were. With more than one back-end driver the
# guest comes back to the other one, with other limits.
#
# only: ours/ours
# guests: pv pvh
# plan: 3 + 4 * pairs
# seconds: 900 * pairs
# env: BED_CYCLES
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh
# shellcheck source=tests/xen/dom0/blk.sh
. /bed/payload/dom0/blk.sh

cycles=${BED_CYCLES:-$(by_length 2 20)}
image=/var/tmp/g.saved

# save_and [COMMAND...]: the guest is gone while the command runs.
save_and() {
	local id

	xl save g $image
	"$@"
	xl restore $image
	rm -f $image
	id=$(xl domid g)
	echo "$id" >"$bed_run/guest/g/id"
	disk_ready g xvdb
}

# Loads of ten seconds each, one after the other, until finish says that it is enough.
load() {
	guest_run g 'rm -f /tmp/load.stop'
	guest_spawn g load "while [ ! -e /tmp/load.stop ]; do $(blk_fio xvdb 10) || exit; done"
}

# Once, with the load still under way afterwards.
cycle() {
	save_and true
	guest_run g '[ ! -e /tmp/load.rc ] || { echo "the load has ended"; cat /tmp/load.out; exit 1; }'
}

finish() {
	guest_run g ': >/tmp/load.stop'
	blk_load_passes g 60
}

intact() {
	guest_run g 'dd if=/dev/xvdb bs=1M skip=32 count=4 iflag=direct 2>/dev/null | cmp - /tmp/pattern'
}

# The same guest with the other back-end driver.
other_driver() {
	save_and backend_use stock
	intact
	note "keys: $(disk_keys g xvdb | grep -cE 'feature|ring|queue')"
}

# The same guest with a back-end of one small ring and short requests.
other_limits() {
	blk_load g xvdb $((30 * BED_SLOW)) --bs=256k
	sleep 2
	save_and backend_use "$1" "${@:2}"
	blk_load_passes g 300
}

make_null nullb1 64 memory_backed=1
try "a guest starts" guest_start g memory=256
for pairing in "${pairings[@]}"; do
	pairing_use g "$pairing"
	disk_attach g /dev/nullb1 xvdb
	guest_run g 'head -c 4194304 /dev/urandom >/tmp/pattern
		dd if=/tmp/pattern of=/dev/xvdb bs=1M seek=32 oflag=direct 2>/dev/null'
	load
	sleep 2
	try "$pairing: $cycles times saved and restored under verified I/O" blk_cycles "$cycles" cycle
	try "$pairing: no I/O failed and all of it verifies" finish
	try "$pairing: what was written before is there" intact
	counted "$pairing: save and restore" "$(cat "$bed_run/cycles")" "$(blk_miscompares)"
	try "$pairing: back-end stock after a restore, data there" other_driver
	grep '^# ' "$bed_run/last-output" || true
done
try "restored to a back-end with one small ring" other_limits ours max_ring_page_order=0 max_queues=1
try "the guest powers off" guest_stop g
