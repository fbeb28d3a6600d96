#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A backing device that is missing, busy, read-only or other than the hotplug script says: xl (or the
# error node the back-end writes) names what is wrong, detaching works, and nothing stays behind. With a
# stock back-end the driver's own words are only shown.
#
# pairings: ours/ours
# plan: 3 + 8 * pairs
# seconds: 300 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

# refused GUEST PATTERN DISK XL_ARGUMENT...: xl block-attach fails, and what it prints or what the
# hotplug script left for it matches. What xl leaves behind of a failed attachment can be detached.
refused() {
	local guest=$1 pattern=$2 disk=$3 path
	shift 3

	path=/local/domain/0/backend/vbd/$(guest_id "$guest")/$(vbd_number "$disk")
	if xl block-attach "$guest" "$@" >"$bed_run/xl" 2>&1; then
		disk_detach "$guest" "$disk"
		complain "xl attached it"
	fi
	xenstore-read "$path/hotplug-error" >>"$bed_run/xl" 2>/dev/null || true
	cat "$bed_run/xl"
	! xenstore-exists "$path" || disk_detach "$guest" "$disk"
	grep -q -E "$pattern" "$bed_run/xl" || complain "nobody says: $pattern"
}

# What the back-end of xvdb wrote to its error node.
back_error() {
	xenstore-read "/local/domain/0/error/backend/vbd/$(guest_id g)/$(vbd_number xvdb)/error"
}

# driver_refuses WHY XL_ARGUMENT...: the hotplug script is content, the driver is not and says why.
driver_refuses() {
	local why=$1 n
	shift

	xl block-attach g "$@"
	for ((n = 0; n < 50 * BED_SLOW; n++)); do
		back_error >/dev/null 2>&1 && break
		sleep 0.2
	done
	back_error || complain "the back-end wrote no error"
	[[ $kind = stock || $(back_error) == *"$why"* ]] || complain "the error does not say: $why"
	disk_detach g xvdb
	xenstore-rm "/local/domain/0/error/backend" 2>/dev/null || true
}

# A read-only device asked for writing. A stock back-end does not look, and attaches it.
read_only_refused() {
	if [ "$kind" = ours ]; then
		driver_refuses 'read-only' phy:/dev/nullb2,xvdb,w
	else
		xl block-attach g phy:/dev/nullb2,xvdb,w
		disk_detach g xvdb
	fi
}

read_only_serves() {
	disk_attach g /dev/nullb2 xvdb r
	guest_run g 'dd if=/dev/xvdb of=/dev/null bs=64k count=4 iflag=direct 2>/dev/null'
	disk_detach g xvdb
}

mounted_refused() {
	mkdir -p /run/mounted
	mount /dev/nullb1 /run/mounted
	refused g 'mounted' xvdb phy:/dev/nullb1,xvdb,w || { umount /run/mounted; return 1; }
	umount /run/mounted
}

# Of another guest: the script lets one guest have a device twice.
second_writer_refused() {
	disk_attach g /dev/nullb1 xvdb
	refused h 'mounted in a guest' xvdb phy:/dev/nullb1,xvdb,w || { disk_detach g xvdb; return 1; }
	disk_detach g xvdb
}

# A hotplug script that announces a device nobody has.
cat >/etc/xen/scripts/block-lies <<-'EOF'
	#!/bin/sh
	[ "$1" != add ] ||
		xenstore-write "$XENBUS_PATH/physical-device" fe:fe "$XENBUS_PATH/hotplug-status" connected
EOF
chmod +x /etc/xen/scripts/block-lies

make_null nullb1 64 memory_backed=1
make_null nullb2 64 memory_backed=1
blockdev --setro /dev/nullb2
try "a file system is on a device of dom0" mkfs.ext4 -q -F /dev/nullb1
try "a guest starts" guest_start g
try "another guest starts" guest_start h memory=256 vcpus=1
for pairing in "${pairings[@]}"; do
	kind=${pairing#*/}
	pairing_use g "$pairing"
	disk_attach g /dev/nullb1 xvdb && disk_detach g xvdb
	leak_snapshot "$bed_run/before" g
	try "$pairing: xl names a missing device" refused g '/dev/no-such' xvdb phy:/dev/no-such,xvdb,w
	# The script says nothing of it, so xl cannot either.
	try "$pairing: a device that the hotplug script misses is refused" \
		refused g 'block add .* error status 1' xvdb format=raw,vdev=xvdb,access=w,script=block,target=/dev/no-such
	try "$pairing: a device mounted in dom0 is refused" mounted_refused
	try "$pairing: a second writer is refused" second_writer_refused
	try "$pairing: the back-end names a device that is not there" driver_refuses \
		'does not exist' format=raw,vdev=xvdb,access=w,script=block-lies,target=/dev/null
	try "$pairing: a read-only device asked for writing" read_only_refused
	note "$(tail -n 1 "$bed_run/last-output")"
	try "$pairing: a read-only device asked for reading serves" read_only_serves
	leak_snapshot "$bed_run/after" g
	try "$pairing: nothing is left" leak_compare "$bed_run/before" "$bed_run/after"
done
