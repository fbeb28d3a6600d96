# shellcheck shell=bash disable=SC2154,SC2016 # lib.sh has bed_run; guest_run expands in the guest
# SPDX-License-Identifier: GPL-2.0
#
# What the scenarios about block features share, sourced after lib.sh: disks of dom0 whose size,
# sectors and allocation can be changed and seen (loop devices over sparse files in memory), and
# verified I/O in a guest that goes on while something else happens.

blk_dir=/run/bed-disks

# Nothing of these outlives the scenario.
blk_end() {
	local link

	guest_stop_all
	for link in "$blk_dir"/*.dev; do
		[ ! -e "$link" ] || losetup -d "$(readlink "$link")"
	done
	umount "$blk_dir"
}

# blk_begin: once, at the start of a scenario that uses blk_make.
blk_begin() {
	mkdir -p "$blk_dir"
	mountpoint -q "$blk_dir" || mount -t tmpfs -o size=600m disks "$blk_dir"
	trap blk_end EXIT
	modprobe loop
}

# blk_make NAME MIB [LOSETUP_ARGUMENT...]: a disk that takes discards; its device is blk_device NAME.
blk_make() {
	truncate -s "$2M" "$blk_dir/$1"
	ln -s "$(losetup -f --show "${@:3}" "$blk_dir/$1")" "$blk_dir/$1.dev"
}

blk_device() {
	readlink "$blk_dir/$1.dev"
}

# blk_allocated NAME: the bytes that its file really takes.
blk_allocated() {
	echo $(($(stat -c %b "$blk_dir/$1") * 512))
}

# blk_resize NAME MIB
blk_resize() {
	truncate -s "$2M" "$blk_dir/$1"
	losetup -c "$(blk_device "$1")"
}

# blk_size GUEST VDEV: bytes, as the guest sees it.
blk_size() {
	guest_run "$1" "echo \$((\$(cat /sys/block/$2/size) * 512))"
}

# blk_same GUEST VDEV FILE BLOCK N: the guest writes a block of random bytes to the N-th place of that
# size; the file behind the disk then has the same ones there.
blk_same() {
	local theirs ours

	theirs=$(guest_run "$1" "head -c $4 /dev/urandom >/tmp/random
		dd if=/tmp/random of=/dev/$2 bs=$4 seek=$5 oflag=direct conv=fsync 2>/dev/null
		sha256sum </tmp/random")
	ours=$(dd if="$3" bs="$4" skip="$5" count=1 2>/dev/null | sha256sum)
	[ "$ours" = "$theirs" ] || complain "at $4 * $5: guest $theirs, dom0 $ours"
}

# blk_knob GUEST VDEV NAME: a file of the disk's queue directory in the guest.
blk_knob() {
	guest_run "$1" "cat /sys/block/$2/queue/$3"
}

# blk_fio VDEV SECONDS [FIO_ARGUMENT...]: the command for writes and reads that verify each other on the
# first 16 MiB.
blk_fio() {
	echo "fio --name=load --filename=/dev/$1 --ioengine=libaio --direct=1 --rw=randwrite --bs=4k --iodepth=8" \
		"--size=16m --verify=crc32c --verify_backlog=256 --verify_fatal=1 --verify_state_save=0" \
		"--randrepeat=0 --time_based --runtime=$2 --output-format=normal ${*:3}"
}

# blk_load GUEST VDEV SECONDS [FIO_ARGUMENT...]: starts it.
blk_load() {
	guest_spawn "$1" load "$(blk_fio "${@:2}")"
}

# blk_load_passes GUEST SECONDS: the load ends by itself without an error; what it did, as a comment.
blk_load_passes() {
	guest_join "$1" load "$2" >"$bed_run/load" || { cat "$bed_run/load"; return 1; }
	! grep -E 'verify:|error|Input/output' "$bed_run/load" | grep -v 'err= 0' || return 1
	grep -E '^ *(READ|WRITE):' "$bed_run/load"
}

# Blocks that the last load read back wrong.
blk_miscompares() {
	grep -c 'verify:' "$bed_run/load" || true
}

# blk_cycles N COMMAND...: runs it so often; how often it went well is then in $bed_run/cycles. The
# command may end at its first failing line only if the caller's commands do.
blk_cycles() {
	local n

	echo 0 >"$bed_run/cycles"
	for ((n = 1; n <= $1; n++)); do
		"${@:2}"
		echo $n >"$bed_run/cycles"
	done
}

# blk_sum GUEST VDEV NAME [COLUMN]: a figure of the front-end's debugfs, added up over the queues.
blk_sum() {
	guest_run "$1" "cat /sys/kernel/debug/xsr-blkfront/vbd-$(vbd_number "$2")/queue* |
		awk '\$1 == \"$3\" { n += \$${4:-2} } END { printf \"%d\\n\", n }'"
}

# blk_until SECONDS COMMAND...: repeats until it succeeds.
blk_until() {
	local n tries=$(($1 * 5 * ${BED_SLOW:-1}))
	shift

	for ((n = 0; n < tries; n++)); do
		! "$@" || return 0
		sleep 0.2
	done
	complain "never: $*"
}
