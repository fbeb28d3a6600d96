#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mirror.sh DIR: makes DIR a mirror of the module sources: real directories, files as relative
# links. kbuild of older kernels writes its products beside the sources it is shown; shown the
# mirror, it leaves the tree clean, and a second run compiles only what changed.
set -euo pipefail

dir=${1:?usage: mirror.sh DIR}
top=$(dirname "$0")/../..

# A file that left the tree leaves its link dangling; drop it so that the wildcards of Kbuild
# do not see it.
find "$dir" -xtype l -delete

link() {
	local file=$1 to=$dir/$1
	[ -L "$to" ] && return 0
	mkdir -p "${to%/*}"
	ln -sfr "$top/$file" "$to"
}

link Kbuild
link tests/build/compat_test.c
cd "$top"
for layer in ring grant frontend backend; do
	[ ! -d "$layer" ] || find "$layer" -name '*.[ch]' -not -path '*/probes/*'
done | {
	cd "$OLDPWD"
	while read -r file; do
		link "$file"
	done
}
