#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# probe.sh KDIR DIR: asks the kernel headers in KDIR which APIs they have, and writes the answers
# to DIR/include/xsr_probed.h. Each file in probes/ is one question: NAME.c compiles where the API
# is, and then XSR_HAVE_NAME is defined. All questions go through kbuild in one run. The answers
# stay valid until a probe, the compiler or the headers change. Two control probes catch a set-up
# in which everything or nothing would compile.
set -euo pipefail

[ $# = 2 ] || {
	echo "usage: probe.sh KDIR DIR" >&2
	exit 2
}
kdir=$1
dir=$2
here=$(realpath "$(dirname "$0")")
out=$dir/include/xsr_probed.h
stamp=$dir/include/.xsr_probed.key
work=$dir/probes

key=$({
	cat "$here"/probes/*.c "$here/probe.sh" "$kdir/include/generated/utsrelease.h"
	stat -L -c '%Y' "$kdir/include/generated/autoconf.h"
	echo "$kdir ${CC:-}"
} | sha256sum | cut -d ' ' -f 1)
if [ -e "$out" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then
	exit 0
fi

rm -rf "$work"
mkdir -p "$work" "$dir/include"
objects=()
for source in "$here"/probes/*.c; do
	name=$(basename "$source" .c)
	cp "$source" "$work/"
	objects+=("$name.o")
done
{
	echo "obj-m := ${objects[*]}"
	echo "ccflags-y := -Werror=implicit-function-declaration"
	echo "ccflags-y += -Werror=incompatible-pointer-types -Werror=int-conversion"
} >"$work/Kbuild"

# Refused probes are the point, so make's verdict counts for nothing: the objects are looked at.
make --no-print-directory -k -j"$(nproc)" -C "$kdir" M="$(realpath "$work")" \
	"${objects[@]}" >"$work/log" 2>&1 || true

if [ ! -e "$work/control_good.o" ] || [ -e "$work/control_bad.o" ]; then
	echo "probe.sh: kbuild does not work with the headers in $kdir; its output:" >&2
	tail -n 20 "$work/log" >&2
	exit 1
fi
{
	echo "/* Made by probe.sh: what these kernel headers have. */"
	for object in "${objects[@]}"; do
		name=${object%.o}
		case $name in
		control_*) ;;
		*)
			if [ -e "$work/$object" ]; then
				echo "#define XSR_HAVE_${name^^} 1"
			else
				echo "/* no XSR_HAVE_${name^^} */"
			fi
			;;
		esac
	done
} >"$out.new"
if cmp -s "$out.new" "$out"; then
	rm "$out.new"
else
	mv "$out.new" "$out"
fi
echo "$key" >"$stamp"
