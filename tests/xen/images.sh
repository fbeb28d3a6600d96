#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Makes and caches what the test bed boots: the Xen hypervisor, a Debian dom0 (kernel, initial
# ramdisk, root disk) and the initial ramdisk of its guests, all from Debian packages.
#
# Two stages: root-KEY.tar, the installed Debian packages, keyed by suite, kernel release and package
# list; and images-KEY/, the set that boots, keyed by that and by this script. Each is made under a
# temporary name and renamed when complete, so an interrupted build leaves none behind, and each
# outlives a change that does not concern it. What changes from run to run
# (our modules, tools and scripts) is never in it: bed.sh hands that over as each run's payload.
# Never writes outside build/, never names a mirror.
#
# Usage: images.sh build   make the set unless it is there
#        images.sh dir     print the set's directory; fails when it is not made yet
#        images.sh kver    print the kernel release of dom0 and guests (build our modules for it)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
suite=${BED_SUITE:-bookworm}
cache=$top/build/xen
debs=$top/build/apt-cache/$suite

# xen-utils-4.17 brings xl, xenstored, xenconsoled, xentrace and lsevtchn; qemu-system-xen is what xl
# starts for disks that it serves from user space.
xen_version=4.17
packages=("xen-hypervisor-$xen_version-amd64" "xen-utils-$xen_version" xenstore-utils fio kmod procps
	e2fsprogs udev busybox iproute2 python3 iperf3 iputils-ping ethtool nftables tcpdump sockperf
	qemu-system-xen xfsprogs sysstat blktrace)
# Left out while packages unpack: nothing here is used, and less to unpack is less to wait for.
left_out=('/usr/share/man/*' '/usr/share/doc/*' '/usr/share/locale/*' '/usr/share/info/*'
	'/etc/kernel/postinst.d/*' '/lib/modules/*/kernel/drivers/gpu/*'
	'/lib/modules/*/kernel/drivers/media/*' '/lib/modules/*/kernel/drivers/net/wireless/*'
	'/lib/modules/*/kernel/sound/*')

# Modules by role, in the spelling of modprobe; what they depend on comes along.
dom0_early=(virtio_pci virtio_blk 9pnet_virtio 9p ext4 crc32c_generic)
guest_modules=(xen-blkfront null_blk ext4 xfs crc32c_generic loop xen-netfront nf_tables nft_ct
	nft_chain_nat nft_masq ata_piix sd_mod e1000)
guest_programs=(/usr/bin/busybox /usr/bin/fio /usr/sbin/mke2fs /usr/sbin/e2fsck
	/usr/sbin/mkfs.xfs /usr/sbin/xfs_repair /usr/bin/iostat /usr/sbin/blktrace /usr/bin/blkparse
	/usr/bin/xenstore-read /usr/bin/xenstore-write /usr/bin/xenstore-watch /usr/bin/xenstore-ls
	/usr/bin/xenstore-rm /usr/bin/xenstore-list /usr/bin/xenstore-exists
	/usr/bin/ip /usr/bin/ping /usr/bin/iperf3 /usr/bin/sockperf /usr/sbin/ethtool /usr/sbin/nft)

# Libraries that Debian's fio is linked with for storage that is not used here. Guests get empty ones in their
# place: the real ones, and what those need, would be two thirds of the ramdisk, linked at every start of fio.
fio_stubs=(libgfapi.so.0 libnbd.so.0 libibverbs.so.1 librdmacm.so.1 librados.so.2 librbd.so.1
	libpmemblk.so.1 libpmem.so.1)

die() {
	echo "images: $*" >&2
	exit 1
}

# The kernel release: that of the newest plain headers installed here, so that modules and images
# fit each other (the Makefile chooses its KDIR by the same rule).
kernel_release() {
	local dir release=

	for dir in $(printf '%s\n' /usr/src/linux-headers-[0-9]*-amd64 |
		grep -v -e -rt- -e -cloud- | sort -V); do
		[ -d "$dir" ] && release=${dir#/usr/src/linux-headers-}
	done
	[ -n "$release" ] || die "no kernel headers found in /usr/src: install linux-headers-amd64"
	echo "$release"
}

# Prints what decides the content of the root file system, and of the set made from it.
root_inputs() {
	echo "$suite" "$kver" "${packages[@]}" "${left_out[@]}"
}

set_inputs() {
	root_inputs
	cat "$here/images.sh" "$here/dom0/initrd-init"
}

key() {
	sha256sum | cut -c1-16
}

# Runs a command in a process group of its own, so that an interrupt ends all of it at once: what a
# shell puts into the background would else ignore it. It may clean up after itself before we end.
child=
run_child() {
	set -m
	"$@" </dev/null &
	child=$!
	set +m
	wait "$child"
	child=
}

# shellcheck disable=SC2317 # called by trap
cleanup() {
	if [ -n "$child" ]; then
		kill -INT -- "-$child" 2>/dev/null || true
		wait "$child" || true
	fi
	[ -z "${work:-}" ] || rm -rf --one-file-system "$work"
}

# As root nothing is needed to write files that belong to root; else fakeroot pretends.
rootly() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		fakeroot -i "$work/fakeroot" -s "$work/fakeroot" -- "$@"
	fi
}

# Makes root-KEY.tar with mmdebstrap, out of packages kept in $debs.
make_root_tar() {
	local include excludes='' path

	[ ! -e "$root_tar" ] || return 0
	echo "images: installing Debian packages for dom0 (kernel $kver, Xen $xen_version)" >&2

	include=$(IFS=,; echo "linux-image-$kver,${packages[*]}")
	for path in "${left_out[@]}"; do
		excludes+="path-exclude=$path\\n"
	done
	mkdir -p "$debs"
	"$here/apt-sources.sh" "$suite" >"$work/sources.list"
	# shellcheck disable=SC2016 # $1 is for mmdebstrap's shell
	run_child mmdebstrap --quiet --variant=minbase --format=tar --include="$include" \
		--aptopt='Apt::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
		--skip=essential/unlink \
		--setup-hook='mkdir -p "$1/var/cache/apt/archives"' \
		--setup-hook="sync-in '$debs' /var/cache/apt/archives" \
		--essential-hook="printf '$excludes' >\"\$1/etc/dpkg/dpkg.cfg.d/bed\"" \
		--customize-hook="sync-out /var/cache/apt/archives '$debs'" \
		"$suite" "$work/root.tar" "$work/sources.list"
	rm -rf "$debs/lock" "$debs/partial"
	mv "$work/root.tar" "$root_tar"
}

# Copies modules and what they depend on from the root into directory $1, in place.
copy_modules() {
	local to=$1 module file dep
	local base=lib/modules/$kver
	shift

	for module in "$@"; do
		file=$(sed -n "s#^\([^:]*/${module//[-_]/[-_]}\.ko\):.*#\1#p" "$root/$base/modules.dep")
		[ -n "$file" ] || die "kernel $kver has no module named $module"
		for dep in $(sed -n "s#^$file: *##p" "$root/$base/modules.dep") "$file"; do
			install -D -m 644 "$root/$base/$dep" "$to/usr/$base/$dep"
		done
	done
	cp "$root/$base"/modules.{order,builtin,builtin.modinfo} "$to/usr/$base/"
	depmod -b "$to/usr" "$kver"
}

# Makes a library in $work/stubs that has all that fio wants of library $1, in the versions it wants, and
# does nothing.
make_stub() {
	local names=$work/stubs/names versions=()

	nm -D --defined-only --with-symbol-versions "$root_libs/$1" |
		awk '{ sub(/@+/, " ", $3); print $3 }' | sort -u | comm -12 - "$work/stubs/wanted" >"$names"
	awk '{ print "void " $1 "(void) {}" }' "$names" >"$names.c"
	awk 'NF == 2 { of[$2] = of[$2] " " $1 ";" } END { for (v in of) print v " {" of[v] " };" }' \
		"$names" >"$names.map"
	[ ! -s "$names.map" ] || versions=("-Wl,--version-script=$names.map")
	gcc -shared -w -Wl,-soname,"$1" "${versions[@]}" -o "$work/stubs/$1" "$names.c"
}

make_stubs() {
	local lib

	mkdir "$work/stubs"
	nm -D --undefined-only --with-symbol-versions "$root/usr/bin/fio" |
		awk '{ sub(/@+/, " ", $2); print $2 }' | sort -u >"$work/stubs/wanted"
	for lib in "${fio_stubs[@]}"; do
		make_stub "$lib"
	done
}

# Copies programs and the libraries they load from the root into directory $1, in place.
copy_programs() {
	local to=$1 program lib
	shift

	for program in "$@"; do
		install -D "$root$program" "$to$program"
		"$root/lib64/ld-linux-x86-64.so.2" --library-path "$work/stubs:$root_libs" --list "$root$program"
	done | grep -o '[^ ]*/lib[^ ]*\.so[^ ]*' | sort -u >"$work/libs"
	while read -r lib; do
		install -D "$lib" "$to/usr/lib/${lib##*/}"
	done < <(grep -e "^$root_libs/" -e "^$work/stubs/" "$work/libs")
	install -D "$root/lib64/ld-linux-x86-64.so.2" "$to/usr/lib64/ld-linux-x86-64.so.2"
}

# Lays out an empty root file system in directory $1 as Debian does.
make_skeleton() {
	mkdir -p "$1"/{proc,sys,dev,run,tmp,etc,root,usr/{bin,sbin,lib,lib64}}
	ln -s usr/bin usr/sbin usr/lib usr/lib64 "$1"
}

# Packs directory $1 as an initial ramdisk, uncompressed: emulated CPUs unpack slowly.
make_cpio() {
	(cd "$1" && find . | LC_ALL=C sort | cpio --quiet -o -H newc --owner 0:0) >"$2"
}

# Compressed, for a guest that gets it slowly. What is appended to it must begin at a multiple of 4.
make_compressed() {
	gzip -1 -n -c "$1" >"$2"
	truncate -s %4 "$2"
}

make_dom0_initrd() {
	local to=$work/dom0-initrd

	make_skeleton "$to"
	copy_modules "$to" "${dom0_early[@]}"
	copy_programs "$to" /usr/bin/busybox
	install -m 755 "$here/dom0/initrd-init" "$to/init"
	make_cpio "$to" "$set/dom0.initrd"
}

make_guest_initrd() {
	local to=$work/guest-initrd

	make_skeleton "$to"
	copy_modules "$to" "${guest_modules[@]}"
	make_stubs
	copy_programs "$to" "${guest_programs[@]}"
	cp "$root/etc/mke2fs.conf" "$to/etc/"
	ln -s mke2fs "$to/usr/sbin/mkfs.ext4"
	ln -s e2fsck "$to/usr/sbin/fsck.ext4"
	make_cpio "$to" "$set/guest.initrd"
	cp "$set/guest.initrd" "$root/boot/"
	make_compressed "$set/guest.initrd" "$root/boot/guest.initrd.gz"
}

make_dom0_disk() {
	mkdir -p "$root/bed"
	rm -rf "${root:?}"/dev/* "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
	mke2fs -q -t ext4 -O '^metadata_csum,^64bit' -d "$root" "$set/dom0.img" 2000M
}

# Everything that needs the unpacked root; runs under rootly, hence as a process of its own.
make_set() {
	root=$work/root
	root_libs=$root/usr/lib/x86_64-linux-gnu
	set=$work/set
	mkdir -p "$root" "$set"
	tar -xf "$root_tar" -C "$root" --exclude='./dev/*'
	gunzip -c "$root/boot/xen-$xen_version-amd64.gz" >"$set/xen"
	cp "$root/boot/vmlinuz-$kver" "$set/vmlinuz"
	mkdir -p "$set/stock"
	cp "$root/lib/modules/$kver/kernel/drivers"/{block/xen-blkfront,block/xen-blkback/xen-blkback}.ko \
		"$root/lib/modules/$kver/kernel/drivers"/net/{xen-netfront,xen-netback/xen-netback}.ko \
		"$set/stock/"
	echo "$kver" >"$set/kver"
	make_guest_initrd
	make_dom0_initrd
	make_dom0_disk
}

# Ends what older inputs made, unless a run holds it (bed.sh keeps a shared lock on the set it uses).
remove_old() {
	local old

	for old in "$cache"/images-* "$cache"/root-*.tar; do
		case "$old" in
		"$set_dir"|"$root_tar"|*'*'*) ;;
		*) flock -n -x "$old" rm -rf --one-file-system "$old" || true ;;
		esac
	done
}

build() {
	[ ! -d "$set_dir" ] || return 0
	for tool in mmdebstrap mke2fs cpio depmod flock gcc nm; do
		command -v "$tool" >/dev/null || die "$tool is not installed"
	done
	mkdir -p "$cache"
	exec 9>"$cache/.lock"
	if ! flock -n 9; then
		echo "images: another run is making the images, waiting for it" >&2
		flock 9
	fi
	[ ! -d "$set_dir" ] || return 0
	rm -rf --one-file-system "$cache"/making-*
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	work=$cache/making-$$
	mkdir "$work"
	: >"$work/fakeroot"
	make_root_tar
	echo "images: making the disk of dom0 and the ramdisks (${SECONDS} s so far)" >&2
	run_child rootly env BED_WORK="$work" "$here/images.sh" make-set
	mv -T "$work/set" "$set_dir"
	remove_old
	echo "images: ready after ${SECONDS} s" >&2
}

kver=$(kernel_release)
root_tar=$cache/root-$(root_inputs | key).tar
set_dir=$cache/images-$(set_inputs | key)
case "${1:-}" in
build) build ;;
dir)
	[ -d "$set_dir" ] || die "not made yet: run images.sh build"
	echo "$set_dir" ;;
kver) echo "$kver" ;;
make-set)
	work=${BED_WORK:?only images.sh build calls this}
	make_set ;;
*) die "unknown command '${1:-}': use build, dir or kver" ;;
esac
