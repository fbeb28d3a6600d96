#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A real 32-bit guest, GRUB for i386 as a PVH guest, whose own front-end for disks has the ring of 32-bit layout in one
# page, eleven segments to a request and nothing else: reads a file of 8 MiB, writes one sector, and
# both are right in dom0.
#
# cpu: svm
# needs: i386
# only: stock/ours
# plan: 5 * pairs
# seconds: 60 + 200 * pairs
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

log=/bed/guests/guest-i.log
disk=/dev/nullb1
mnt=$bed_run/i386

# said REGEX: is it in what the guest said in its life so far?
said() {
	# shellcheck disable=SC2016 # no variable
	sed -n '/bed32: begin/h;/bed32: begin/!H;${x;s/\r//g;p}' $log | grep -aq "$1" && return
	tail -n 5 $log
	complain "the guest did not say '$1'"
}

# What the guest reads, and where it writes: GRUB's block of settings, 1024 bytes padded with #.
make_disk() {
	local settings

	question=$RANDOM
	mkfs.ext2 -q -F $disk
	mkdir -p "$mnt"
	mount $disk "$mnt"
	head -c 8388608 /dev/urandom >"$mnt/data"
	sum=$(sha256sum <"$mnt/data" | cut -c1-64)
	settings=$(printf '# GRUB Environment Block\nquestion=%s\n#' $question)
	printf '%s' "$settings" | head -c 1024 >"$mnt/env"
	head -c $((1024 - ${#settings})) /dev/zero | tr '\0' '#' >>"$mnt/env"
	umount "$mnt"
}

# Created as xl does any guest; what it says is on its console.
start() {
	mkdir -p "$bed_run/guest/i"
	cat >"$bed_run/guest/i/cfg" <<-EOF
		name = "i"
		type = "pvh"
		kernel = "/bed/payload/i386/pvh"
		memory = 128
		vcpus = 1
		disk = [ "phy:$disk,xvda,w" ]
		on_poweroff = "destroy"
		on_reboot = "destroy"
		on_crash = "destroy"
	EOF
	xl create -q "$bed_run/guest/i/cfg" || return
	xl domid i >"$bed_run/guest/i/id"
}

connects() {
	start
	xs_wait "$(back_dir i xvda)/state" 4 60 || { tail -n 5 $log; complain "no connection"; }
	[ "$(xenstore-read "$(front_dir i xvda)/protocol")" = x86_32-abi ] || complain "not the 32-bit layout"
}

ends() {
	domain_gone "$(guest_id i)" 100 || complain "the guest does not end"
	said 'bed32: begin i386 '
	said 'bed32: end'
}

answered() {
	local env data

	mount -o ro $disk "$mnt"
	env=$(tr -d '#' <"$mnt/env")
	data=$(sha256sum <"$mnt/data")
	umount "$mnt"
	grep -qx "answer=heard-$question" <<<"$env" || complain "the answer is not there: $env"
	[ "${data%% *}" = "$sum" ] || complain "the data have changed"
}

# Nothing else was written.
is_clean() {
	fsck.ext2 -n -f $disk >/dev/null || complain "the file system is damaged"
}

make_null nullb1 64 memory_backed=1
for pairing in "${pairings[@]}"; do
	backend_use "${pairing#*/}"
	make_disk
	try "$pairing: a 32-bit guest connects in the 32-bit layout" connects
	try "$pairing: it runs to its end" ends
	try "$pairing: 8 MiB are read as dom0 wrote them" said "$sum"
	try "$pairing: a sector written by it is there, and no other was" answered
	try "$pairing: the file system is whole" is_clean
done
