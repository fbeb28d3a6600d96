# shellcheck shell=bash disable=SC2154 # bed_run comes from lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# Guests: start, command, stop. The other half of guest_run is guest/agent.c, which also describes the
# keys the two talk through. All state is in files under $bed_run, so every function works in a
# subshell too. A guest that dies or stays silent is a failure with a message, never a hang.
# Seconds below are those of a quiet machine; the host says how many times slower this one is.

guest_kernel=/boot/vmlinuz-$(uname -r)
guest_ramdisk=/var/tmp/guest.ramdisk

# xs_wait PATH PATTERN SECONDS: waits until the value at PATH matches PATTERN (a glob; "" means gone).
# Fails after SECONDS, or at once when the domain that owns the path has gone (unless that is waited
# for).
xs_wait() {
	"$bed_run/xs" wait "$1" "$2" "$(($3 * ${BED_SLOW:-1}))"
}

# The number of the running domain called NAME.
guest_id() {
	local id

	{ read -r id <"$bed_run/guest/$1/id"; } 2>/dev/null ||
		{ echo "guest '$1' was not started" >&2; return 1; }
	echo "$id"
}

# guest_make_ramdisk FILE CACHED: the initial ramdisk of guests, the cached one followed by this run's own
# files. On dom0's own disk, because the domain builder maps the file, and page by page the shared
# directory is slow.
guest_make_ramdisk() {
	[ -e "$1" ] || cat "$2" /bed/payload/guest.cpio >"$1"
}

# MiB a guest needs to boot: its ramdisk is there twice while it is unpacked. (Into ramfs: tmpfs would
# take no more than half of what the kernel has left, and leave files out.)
guest_least_memory() {
	echo $(($(stat -c %s "$guest_ramdisk") * 2 / 1048576 + 144))
}

# guest_start NAME [KEY=VALUE...]: creates a guest and waits until its agent answers. Keys: type (BED_GUEST, pv;
# pvh and hvm need a bed with BED_CPU=svm), vcpus (BED_VCPUS, 2), memory (512, MiB; more if the
# ramdisk needs it), disk and vif (what goes inside disk=[] and vif=[]), extra (more kernel parameters),
# more (lines of the configuration), wait (60, seconds).
# A guest boots without any driver of ours. One that does not come up is made once more, as the emulated
# machine very seldom leaves a new guest asleep; the host tells of it at the end (bed_again).
guest_start() {
	local name=$1 type=${BED_GUEST:-pv} vcpus=${BED_VCPUS:-2} memory=512 disk='' vif='' extra='' more='' wait=60 pair
	local ramdisk=$guest_ramdisk
	shift

	for pair in "$@"; do
		case "$pair" in
		type=*|vcpus=*|memory=*|disk=*|vif=*|extra=*|more=*|wait=*) local "$pair" ;;
		*) complain "guest_start: unknown setting '$pair'" || return ;;
		esac
	done
	# The emulated CPU's extended state has another size than Linux expects, which it warns of.
	[ "$type" = pv ] || extra+=' noxsave'
	guest_make_ramdisk "$ramdisk" /boot/guest.initrd
	if [ "$type" = hvm ]; then
		# Its emulator hands it over byte by byte.
		ramdisk=$guest_ramdisk.gz
		guest_make_ramdisk "$ramdisk" /boot/guest.initrd.gz
	fi
	guest_configure "$name"
	guest_create "$name" || return
	guest_is_up "$name" "$wait" && return
	guest_late "$name"
	guest_create "$name" || return
	guest_is_up "$name" "$wait" ||
		complain "guest '$name' did not come up within $wait s, twice: see guest-$name.log"
}

# Writes the configuration of guest_start's guest NAME, from its variables.
guest_configure() {
	local least

	least=$(guest_least_memory)
	[ "$memory" -ge "$least" ] || memory=$least
	mkdir -p "$bed_run/guest/$1"
	cat >"$bed_run/guest/$1/cfg" <<-EOF
		name = "$1"
		type = "$type"
		kernel = "$guest_kernel"
		ramdisk = "$ramdisk"
		extra = "console=hvc0 ignore_loglevel panic=5 mitigations=off net.ifnames=0 rdinit=/init rootfstype=ramfs $extra"
		memory = $memory
		vcpus = $vcpus
		disk = [ $disk ]
		vif = [ $vif ]
		on_poweroff = "destroy"
		on_reboot = "destroy"
		on_crash = "destroy"
		$more
	EOF
}

guest_create() {
	local dir=$bed_run/guest/$1 id

	xl create -q "$dir/cfg" || return
	id=$(xl domid "$1") || return
	echo "$id" >"$dir/id"
	echo 0 >"$dir/seq"
}

guest_is_up() {
	xs_wait "/local/domain/$(guest_id "$1")/data/bed/ready" 1 "$2"
}

# Keeps what is known of a guest that did not come up (the hypervisor's part is on its console), and ends it.
guest_late() {
	local id

	id=$(guest_id "$1")
	{
		xl vcpu-list "$id"
		xenstore-ls "/local/domain/$id"
		tail -n 20 "/bed/guests/guest-$1.log"
	} >"/bed/guests/guest-$1-$id.late" 2>&1 || true
	xl debug-keys qe
	xl destroy "$id" && domain_gone "$id" 20
}

# guest_run NAME [-t SECONDS] COMMAND: runs a shell command in the guest. Its output (both streams) goes
# to standard output, its exit status is returned; 125 when no answer came within SECONDS (60). The name
# dom0 stands for dom0 itself, and world the network namespace of net_world, so that one
# function can speak to both ends of a connection.
guest_run() {
	local name=$1 seconds=60 id seq
	shift
	if [ "$1" = -t ]; then
		seconds=$2
		shift 2
	fi
	case "$name" in
	dom0) dom0_run "$seconds" sh -c "$1"; return ;;
	world) dom0_run "$seconds" ip netns exec world sh -c "$1"; return ;;
	esac
	id=$(guest_id "$name") || return 125
	read -r seq <"$bed_run/guest/$name/seq"
	seq=$((seq + 1))
	echo $seq >"$bed_run/guest/$name/seq"
	"$bed_run/xs" ask "$id" "$seq" "$((seconds * ${BED_SLOW:-1}))" "$1"
}

# Runs a command in dom0 as guest_run does in guests. What it leaves running is ended by net_reset.
dom0_run() {
	timeout "$(($1 * ${BED_SLOW:-1}))" env PATH="/bed/payload/guest/bin:$PATH" "${@:2}" 2>&1 </dev/null
}

# guest_spawn NAME TAG COMMAND: starts a command, which has no single quote in it, in the guest (or dom0)
# and comes back at once.
guest_spawn() {
	[[ $3 != *\'* ]] || complain "guest_spawn: a quote in: $3" || return
	guest_run "$1" "rm -f /tmp/$2.rc
		setsid sh -c '($3) >/tmp/$2.out 2>&1 </dev/null; echo \$? >/tmp/$2.rc' >/dev/null 2>&1 &
		mkdir -p $bed_run; echo \$! >>$bed_run/spawned"
}

# guest_join NAME TAG SECONDS: waits for a spawned command; prints its output, returns its status.
guest_join() {
	guest_run "$1" -t "$(($3 + 10))" "
		n=0
		until [ -s /tmp/$2.rc ]; do
			sleep 0.2; n=\$((n + 1))
			[ \$n -lt $(($3 * 5 * ${BED_SLOW:-1})) ] || { echo '$2 still runs after $3 s'; cat /tmp/$2.out; exit 125; }
		done
		cat /tmp/$2.out; rc=\$(cat /tmp/$2.rc); rm -f /tmp/$2.rc; exit \$rc"
}

# guest_stop NAME: has the guest end and waits until it is gone; ends it by force after 20 s, which counts as
# a failure. It restarts, and on_reboot ends it: a PVH guest has nothing to power off with and would halt.
guest_stop() {
	local name=$1 id status=0

	id=$(guest_id "$name") || return
	if xenstore-exists "/local/domain/$id"; then
		xenstore-write "/local/domain/$id/data/bed/cmd" "stop reboot -f"
		if ! domain_gone "$id" 20; then
			xl destroy "$id"
			domain_gone "$id" 20 || true
			complain "guest '$name' did not power off" || status=1
		fi
	else
		complain "guest '$name' had died before" || status=1
	fi
	rm -rf "$bed_run/guest/$name"
	return $status
}

# Waits SECONDS until the domain numbered ID is gone with all its devices.
domain_gone() {
	local n

	for ((n = 0; n < $2 * 5 * ${BED_SLOW:-1}; n++)); do
		if ! xl domname "$1" >/dev/null 2>&1 && ! xenstore-exists "/local/domain/$1"; then
			return 0
		fi
		sleep 0.2
	done
	return 1
}

# Ends every guest by force: between scenarios, whatever the last one left.
guest_stop_all() {
	local id

	for id in $(xl list | awk 'NR > 1 && $2 != 0 { print $2 }'); do
		xl destroy "$id" >/dev/null 2>&1
		domain_gone "$id" 20
	done
	rm -rf "$bed_run/guest"
}
