# shellcheck shell=bash disable=SC2154 # bed_run comes from lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# Disks: make backing devices in dom0, attach and detach them with unmodified xl, count events.

# make_null NAME MEGABYTES [KEY=VALUE...]: a null_blk device of dom0, /dev/NAME. With memory_backed=1 it
# keeps what is written; without, it is the fastest disk there is.
make_null() {
	local dir=/sys/kernel/config/nullb/$1 mib=$2 pair
	shift 2

	mkdir "$dir"
	echo "$mib" >"$dir/size"
	for pair in "$@"; do
		echo "${pair#*=}" >"$dir/${pair%%=*}"
	done
	echo 1 >"$dir/power"
	udevadm settle
}

remove_null() {
	local dir=/sys/kernel/config/nullb/$1

	[ ! -d "$dir" ] || rmdir "$dir"
}

# vbd_number xvdX: the number xl and xenstore use for a disk of that name.
vbd_number() {
	local letter=${1#xvd}

	echo $((202 * 256 + 16 * ($(printf '%d' "'$letter") - 97)))
}

# The two xenstore directories of a guest's disk.
front_dir() {
	echo "/local/domain/$(guest_id "$1")/device/vbd/$(vbd_number "$2")"
}

back_dir() {
	echo "/local/domain/0/backend/vbd/$(guest_id "$1")/$(vbd_number "$2")"
}

# disk_attach GUEST DEVICE VDEV [r|w]: xl block-attach, then waits until both ends say Connected and the
# guest has the disk.
disk_attach() {
	xl block-attach "$1" "phy:$2,$3,${4:-w}" || return
	disk_ready "$1" "$3"
}

disk_ready() {
	xs_wait "$(back_dir "$1" "$2")/state" 4 20 ||
		{ disk_keys "$1" "$2"; complain "back-end of $2 not Connected after 20 s" || return; }
	xs_wait "$(front_dir "$1" "$2")/state" 4 20 ||
		{ disk_keys "$1" "$2"; complain "front-end of $2 not Connected after 20 s" || return; }
	guest_run "$1" "n=0; until [ -b /dev/$2 ]; do sleep 0.1; n=\$((n + 1)); [ \$n -lt 100 ] || exit 1; done" ||
		complain "the guest has no /dev/$2"
}

# disk_detach GUEST VDEV: xl block-detach, then waits until both directories are gone.
disk_detach() {
	local front back

	front=$(front_dir "$1" "$2")
	back=$(back_dir "$1" "$2")
	xl block-detach "$1" "$2" || return
	xs_wait "$back/state" '' 20 || complain "back-end directory of $2 still there after 20 s" || return
	xs_wait "$front/state" '' 20 || complain "front-end directory of $2 still there after 20 s"
}

# Everything both ends said about a disk.
disk_keys() {
	xenstore-ls -f "$(back_dir "$1" "$2")" 2>/dev/null
	xenstore-ls -f "$(front_dir "$1" "$2")" 2>/dev/null
}

# event_count GUEST VDEV: events received for this disk so far, "BACK FRONT".
event_count() {
	local vbd

	vbd=$(vbd_number "$2")
	echo "$(cat "/sys/bus/xen-backend/devices/vbd-$(guest_id "$1")-$vbd/xenbus/events")" \
		"$(guest_run "$1" "cat /sys/bus/xen/devices/vbd-$vbd/xenbus/events")"
}
