#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# unused-probes.sh: lists compat probes that nobody needs: those that no compat header asks about,
# and those whose shims (the names after "Shim:" in the probe's comment) no source outside
# ring/linux/compat mentions. A list for whoever weeds, not a failure.
set -euo pipefail

cd "$(dirname "$0")/../.."
compat=ring/linux/compat

# The names a probe's comment gives after "Shim:", up to the end of the comment.
shims() {
	sed -n '/Shim:/,/\*\//p' "$1" | sed 's/.*Shim://; s/^ \*\/*//' | xargs -n 1
}

used() {
	local dir
	for dir in ring grant frontend backend; do
		[ -d "$dir" ] || continue
		grep -rqF --include='*.[ch]' --exclude-dir=compat -e "$1" "$dir" && return 0
	done
	return 1
}

for probe in "$compat"/probes/*.c; do
	name=$(basename "$probe" .c)
	[[ $name != control_* ]] || continue
	if ! grep -qw "XSR_HAVE_${name^^}" "$compat"/*.h; then
		echo "$name: no compat header asks"
		continue
	fi
	needed=''
	while read -r shim; do
		! used "$shim" || needed=1
	done < <(shims "$probe")
	[ -n "$needed" ] || echo "$name: no source uses $(shims "$probe" | paste -sd ' ')"
done
