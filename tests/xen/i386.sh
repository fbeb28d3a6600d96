#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Makes what a 32-bit guest boots, out of Debian's i386 packages: its kernel and an initial ramdisk with
# a busybox, the stock front-end of that kernel, and guest/init32, which does the guest's work. Kept in
# build/xen/i386-KEY/; prints that directory. A scenario asks for it with "needs: i386" in its head and
# finds it as /bed/payload/i386. Kernels are taken from whichever of this machine's archives
# has them for i386: any 32-bit guest will do.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
modules=(xen-blkfront)

key=$(cat "$here/i386.sh" "$here/guest/init32" | sha256sum | cut -c1-16)
set=$top/build/xen/i386-$key
work=$top/build/xen/i386-making

die() {
	echo "i386: $*" >&2
	exit 1
}

# apt with lists and packages of its own, for i386, by this machine's sources.
apt_i386() {
	APT_CONFIG=$work/apt.conf "$@"
}

fetch() {
	local kernel

	mkdir -p "$work"/{lists,archives}/partial "$work"/{root,initrd/{bin,dev,proc,sys,tmp,lib/modules}}
	cat >"$work/apt.conf" <<-EOF
		APT::Architectures { "amd64"; "i386"; };
		APT::Sandbox::User "root";
		Dir::State::lists "$work/lists";
		Dir::Cache::archives "$work/archives";
		Dir::Cache::pkgcache "";
		Dir::Cache::srcpkgcache "";
		Acquire::Languages "none";
	EOF
	# An archive that cannot be read may still leave one that can.
	apt_i386 apt-get -q update >&2 || true
	kernel=$(apt_i386 apt-cache pkgnames linux-image- | grep -E '^linux-image-[0-9][^a-z]*-686-pae$' |
		sort -V | tail -n 1)
	[ -n "$kernel" ] || die "no i386 kernel in this machine's archives"
	(cd "$work/archives" && apt_i386 apt-get -q download "$kernel:i386" busybox-static:i386) >&2
	for deb in "$work"/archives/*.deb; do
		dpkg-deb -x "$deb" "$work/root"
	done
}

make_initrd() {
	local release module file to=$work/initrd

	release=$(basename "$work"/root/lib/modules/*)
	depmod -b "$work/root" "$release"
	for module in "${modules[@]}"; do
		grep -q "/$module\.ko" "$work/root/lib/modules/$release/modules.dep" ||
			die "kernel $release has no $module"
		# shellcheck disable=SC2013 # words
		for file in $(sed -n "s#^\([^:]*/$module\.ko[^:]*\):\(.*\)#\1\2#p" \
			"$work/root/lib/modules/$release/modules.dep"); do
			install -D -m 644 "$work/root/lib/modules/$release/$file" \
				"$to/lib/modules/$release/$file"
		done
	done
	cp "$work/root/lib/modules/$release"/modules.{order,builtin} "$to/lib/modules/$release/"
	depmod -b "$to" "$release"
	install -m 755 "$work/root/bin/busybox" "$to/bin/busybox"
	install -m 755 "$here/guest/init32" "$to/init"
	mkdir "$work/set"
	(cd "$to" && find . | LC_ALL=C sort | cpio --quiet -o -H newc --owner 0:0) >"$work/set/initrd"
	cp "$work"/root/boot/vmlinuz-* "$work/set/vmlinuz"
}

exec 9>"$top/build/xen/.lock-i386"
flock 9
if [ ! -d "$set" ]; then
	rm -rf "$work" "$top"/build/xen/i386-*
	trap 'rm -rf "$work"' EXIT
	fetch
	make_initrd
	mv -T "$work/set" "$set"
fi
echo "$set"
