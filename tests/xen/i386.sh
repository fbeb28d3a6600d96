#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Makes what a 32-bit guest boots, out of Debian's package grub-xen-bin: GRUB for i386 as a PVH guest,
# whose front-end for disks has the 32-bit ring, with guest/i386.cfg inside, which does the guest's
# work. Kept in build/xen/i386-KEY/ as pvh; prints that directory. A scenario asks for it with
# "needs: i386" in its head and finds it as /bed/payload/i386.
#
# Debian's Xen runs no 32-bit PV guest. Debian's i386 kernel would do more, but as a PVH guest under QEMU it
# stops at its first CPUID, before it prints a word: Xen never steps over the instruction. (A guess: to know
# its length Xen must walk 32-bit page tables, in which QEMU has set a bit that Xen takes for reserved. GRUB
# runs without page tables.)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
packages=(grub-xen-bin grub-common)
modules=(echo ext2 gcry_sha256 hashsum loadenv reboot sleep)

key=$(cat "$here/i386.sh" "$here/guest/i386.cfg" | sha256sum | cut -c1-16)
set=$top/build/xen/i386-$key
work=$top/build/xen/i386-making

die() {
	echo "i386: $*" >&2
	exit 1
}

# The lists may be absent or old; when they are, the first attempt fails.
fetch() {
	local apt=(apt-get -q -o APT::Sandbox::User=root)

	(cd "$work" && "${apt[@]}" download "${packages[@]}") >&2 || {
		"${apt[@]}" update >&2
		(cd "$work" && "${apt[@]}" download "${packages[@]}") >&2
	} || die "cannot download ${packages[*]}"
	for deb in "$work"/*.deb; do
		dpkg-deb -x "$deb" "$work/root"
	done
}

image() {
	grep -v '^#' "$here/guest/i386.cfg" >"$work/cfg"
	"$work/root/usr/bin/grub-mkimage" -d "$work/root/usr/lib/grub/i386-xen_pvh" -O i386-xen_pvh -p / \
		-c "$work/cfg" -o "$work/set/pvh" "${modules[@]}" >&2 || die "grub-mkimage failed"
}

exec 9>"$top/build/xen/.lock-i386"
flock 9
if [ ! -d "$set" ]; then
	rm -rf "$work" "$top"/build/xen/i386-*
	trap 'rm -rf "$work"' EXIT
	mkdir -p "$work/set"
	fetch
	image
	mv -T "$work/set" "$set"
fi
echo "$set"
