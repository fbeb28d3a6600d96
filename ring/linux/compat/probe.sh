#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# probe.sh KDIR WORK HEADER: asks the kernel headers in KDIR which APIs they have, and writes the
# answers to HEADER. Each file in probes/ is one question: NAME.c compiles where the API is, and
# then XSR_HAVE_NAME is defined. All questions go through kbuild in one run, in the directory WORK,
# which also keeps the answers until a probe, the compiler or the headers change; several mirrors of
# one kernel may share it. HEADER is left alone when nothing in it changes. Two control probes catch
# a set-up in which everything or nothing would compile.
set -euo pipefail

[ $# = 3 ] || {
	echo "usage: probe.sh KDIR WORK HEADER" >&2
	exit 2
}
kdir=$1
work=$2
header=$3
here=$(realpath "$(dirname "$0")")
answers=$work/xsr_probed.h
stamp=$work/key

mkdir -p "$work" "${header%/*}"
exec 8>"$work/lock"
flock 8

# Puts the answers where the sources include them.
deliver() {
	cmp -s "$answers" "$header" || cp "$answers" "$header"
}

key=$({
	cat "$here"/probes/*.c "$here/probe.sh" "$kdir/include/generated/utsrelease.h"
	stat -L -c '%Y' "$kdir/include/generated/autoconf.h"
	echo "$kdir ${CC:-}"
} | sha256sum | cut -d ' ' -f 1)
if [ -e "$answers" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then
	deliver
	exit 0
fi

rm -f "$stamp" "$work"/*.[co]
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
	"${objects[@]}" >"$work/log" 2>&1 8>&- || true

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
} >"$answers"
echo "$key" >"$stamp"
deliver
