#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mirror.sh DIR [KBUILD FOLDER...]: makes DIR a mirror of the module sources: real directories, files
# as relative links. KBUILD is the file that kbuild is to read there (default: the drivers' own),
# each FOLDER has sources. kbuild of older kernels writes its products beside the sources it is
# shown; shown the mirror, it leaves the tree clean, and a second run compiles only what changed.
set -euo pipefail

dir=${1:?usage: mirror.sh DIR [KBUILD FOLDER...]}
kbuild=${2:-Kbuild}
shift $(($# < 2 ? 1 : 2))
[ $# -gt 0 ] || set -- ring grant frontend backend
top=$(dirname "$0")/../..

# A file that left the tree leaves its link dangling; drop it so that the wildcards of Kbuild
# do not see it.
find "$dir" -xtype l -delete

link() {
	local file=$1 to=$dir/${2:-$1}
	[ -L "$to" ] && return 0
	mkdir -p "${to%/*}"
	ln -sfr "$top/$file" "$to"
}

link "$kbuild" Kbuild
link tests/build/compat_test.c
cd "$top"
for layer in "$@"; do
	[ ! -d "$layer" ] || find "$layer" -name '*.[ch]' -not -path '*/probes/*'
done | {
	cd "$OLDPWD"
	while read -r file; do
		link "$file"
	done
}
