#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# modinfo.sh: what the modules say about themselves, which modprobe and the initramfs tools go by:
# each driver claims the xenbus device of its kind, needs the library and has the kernel's licence.
set -euo pipefail

cd "$(dirname "$0")/../.."
make --no-print-directory modules >/dev/null
make --no-print-directory modules NAME_PREFIX=xsr- >/dev/null
ko=$(dirname "$(find build/ko -name xsr.ko -path '*6.1*' | sort -V | tail -n 1)")
bad=0

# says FILE FIELD VALUE: the module FILE has VALUE in FIELD.
says() {
	grep -qxF -- "$3" <<<"$(modinfo -F "$2" "$ko/$1.ko")" && return 0
	echo "$ko/$1.ko: $2 is '$(modinfo -F "$2" "$ko/$1.ko" | paste -sd ' ')', not '$3'"
	bad=1
}

says xsr license GPL
for prefix in xen- xsr-; do
	for driver in blkfront=vbd blkback=vbd netfront=vif netback=vif; do
		file=$prefix${driver%=*}
		[ -e "$ko/$file.ko" ] || continue
		case $driver in
		*front=*) says "$file" alias "xen:${driver#*=}" ;;
		*) says "$file" alias "xen-backend:${driver#*=}" ;;
		esac
		says "$file" depends xsr
	done
done
exit $bad
