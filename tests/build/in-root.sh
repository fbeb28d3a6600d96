#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# in-root.sh SUITE COMMAND...: runs a command in this tree, inside a trixie root that has the kernel
# headers of SUITE (see root.sh). The tree is at /src there, and KDIR names the headers. All mounts
# live in a mount name space of the command's own, so nothing stays mounted, however it ends.
set -euo pipefail

suite=${1:?usage: in-root.sh SUITE COMMAND...}
shift
top=$(realpath "$(dirname "$0")/../..")
root=$("$top/tests/build/root.sh" "$suite")
headers=$(cd "$root" && ls -d usr/src/linux-headers-[0-9]*-amd64)
mkdir -p "$root/src"

# The new process space needs its own /proc, which objtool reads.
export ROOT=$root TOP=$top KDIR=/$headers
# shellcheck disable=SC2016  # expanded by the shell in the new name space
exec unshare --mount --pid --fork --kill-child bash -euc '
	mount --bind "$TOP" "$ROOT/src"
	mount --bind /dev "$ROOT/dev"
	mount -t proc proc "$ROOT/proc"
	exec chroot "$ROOT" /usr/bin/env -C /src "$@"
' bash "$@"
