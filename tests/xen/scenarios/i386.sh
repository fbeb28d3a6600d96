#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A real 32-bit guest: Debian's i386 kernel as a PVH guest, with its stock front-end, whose ring has the
# 32-bit layout. It writes in small, large and indirect requests, flushes, discards and reads back; dom0
# sees the same bytes on the device behind it.
#
# cpu: svm
# needs: i386
# only: stock/ours
# plan: 5 * pairs
# seconds: 300 * pairs
# long: yes
# shellcheck source=tests/xen/dom0/lib.sh
. /bed/payload/dom0/lib.sh

log=/bed/guests/guest-i.log

# said WORD: what the guest said about it, in its life so far.
said() {
	sed -n "/bed32: begin/h;/bed32: begin/!H;\${x;s/\r//g;p}" $log | sed -n "s/^.*bed32: $1 //p"
}

said_ok() {
	said "$1"
	[ "$(said "$1")" = ok ] || complain "the guest did not say $1 ok"
}

# Created as xl does any guest; what it says is on its console.
start() {
	mkdir -p "$bed_run/guest/i"
	cat >"$bed_run/guest/i/cfg" <<-EOF
		name = "i"
		type = "pvh"
		kernel = "/bed/payload/i386/vmlinuz"
		ramdisk = "/bed/payload/i386/initrd"
		extra = "console=hvc0 panic=5 mitigations=off noxsave rdinit=/init"
		memory = 256
		vcpus = 2
		disk = [ "phy:/dev/nullb1,xvda,w" ]
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
	said_ok disk
	[[ $(said begin) == i?86 ]] || complain "the guest is $(said begin)"
	[ "$(said size)" = $((64 << 20)) ] || complain "the guest saw $(said size) bytes"
}

reads_back() {
	said_ok write-4k
	said_ok write-32k
	said_ok write-1m
}

# same MEGABYTE: dom0 finds what the guest wrote there.
same() {
	[ "$(dd if=/dev/nullb1 bs=1M skip="$1" count=4 iflag=direct 2>/dev/null | sha256sum | cut -c1-64)" = \
		"$(said "sum $1")" ] || complain "dom0 sees other bytes at $1 MiB"
}

both_sides_agree() {
	same 0
	same 8
	same 16
}

make_null nullb1 64 memory_backed=1 discard=1 cache_size=8
for pairing in "${pairings[@]}"; do
	backend_use "${pairing#*/}"
	try "$pairing: a 32-bit guest connects in the 32-bit layout" connects
	try "$pairing: it runs to its end" ends
	try "$pairing: writes of 4k, 32k and 1M, flushed, are read back" reads_back
	try "$pairing: dom0 sees the same bytes" both_sides_agree
	try "$pairing: a discard is done" said_ok discard
done
