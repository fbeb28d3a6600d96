#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel that is no Xen guest: dom0's kernel boots on a bare emulated machine and loads the library,
# then each driver. The library is code without a device, and loads; each driver is refused with ENODEV,
# says so in one line, and is not there. Then the library goes again, so no driver holds it.
#
# plan: 7
# seconds: 120
# modules: ours
# where: host
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
bed_run=$(mktemp -d)
trap 'rm -rf "$bed_run"' EXIT
# shellcheck source=tests/xen/dom0/tap.sh
. "$here/dom0/tap.sh"

"$here/images.sh" build
images=$("$here/images.sh" dir)
ko=${BED_KO:-$here/../../build/ko/$("$here/images.sh" kver)}
log=$bed_run/console
enodev=19

# The memory disk of dom0, which has busybox, and over it our modules and a program to load them. That
# says all it has to say through the kernel's log, so that the order is right.
make_disk() {
	mkdir -p "$bed_run/root/ko"
	cp "$ko"/{xsr,xen-{blk,net}{front,back}}.ko "$bed_run/root/ko/"
	gcc -O1 -Wall -Wextra -Werror -static -o "$bed_run/root/load" "$here/guest/load.c"
	cat >"$bed_run/root/init" <<-'INIT'
		#!/bin/busybox sh
		/bin/busybox --install -s /bin
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys
		mount -t devtmpfs dev /dev
		say() {
			echo "not-xen: $*" >/dev/kmsg
		}
		for m in xsr xen-blkfront xen-blkback xen-netfront xen-netback; do
			say "$m begins"
			say "$m ends with $(/load "/ko/$m.ko" 2>&1)."
			there=/sys/module/$(echo "$m" | tr - _)
			[ ! -d "$there" ] || say "$m is there"
		done
		rmmod xsr
		say "xsr goes with $?"
		poweroff -f
	INIT
	chmod +x "$bed_run/root/init"
	(cd "$bed_run/root" && find . | cpio --quiet -o -H newc --owner 0:0) |
		cat "$images/dom0.initrd" - >"$bed_run/disk"
}

boots() {
	make_disk
	timeout -k 5 100 qemu-system-x86_64 -name splitring-bare -accel tcg -cpu Westmere -m 512 \
		-display none -no-reboot -nodefaults -serial "file:$bed_run/serial" \
		-kernel "$images/vmlinuz" -initrd "$bed_run/disk" \
		-append "console=ttyS0 ignore_loglevel printk.devkmsg=on mitigations=off" </dev/null
	# Without carriage returns and times.
	tr -d '\r' <"$bed_run/serial" | sed -n -E 's/^\[ *[0-9.]+\] //p' >"$log"
	grep -q '^not-xen: xsr begins' "$log" || { tail -n 20 "$bed_run/serial"; complain "no module was loaded"; }
}

# What the kernel said while MODULE was loaded, less what it says of its clocks some time after boot.
said() {
	sed -n "/^not-xen: $1 begins/,/^not-xen: $1 ends/p" "$log" |
		grep -v -E '^(not-xen|tsc|clocksource|random): '
}

library_loads() {
	grep '^not-xen: xsr' "$log"
	grep -q '^not-xen: xsr ends with 0\.' "$log" || complain "it does not load"
	grep -q '^not-xen: xsr is there' "$log" || complain "it is not there"
}

# refused MODULE: with ENODEV, one line, nothing left.
refused() {
	local lines

	grep "^not-xen: $1" "$log"
	lines=$(said "$1" || true)
	echo "$lines"
	grep -q "^not-xen: $1 ends with $enodev\." "$log" || complain "not refused with ENODEV"
	[ "$(grep -c . <<<"$lines")" = 1 ] || complain "not one line"
	[[ $lines == *"${1//-/_}: "* ]] || complain "the line does not name the driver"
	! grep -q "^not-xen: $1 is there" "$log" || complain "it is there all the same"
}

try "a kernel boots without Xen" boots
try "the library loads" library_loads
for driver in xen-{blk,net}{front,back}; do
	try "$driver is refused with one line" refused "$driver"
done
try "the library goes" grep '^not-xen: xsr goes with 0' "$log"
