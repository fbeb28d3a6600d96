#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# root.sh SUITE: makes a trixie root that can build modules against the kernel headers of SUITE
# (trixie or trixie-backports) and prints its directory. A root already made from the same inputs is
# printed at once. It appears under its name only when complete, so an interrupted run leaves
# nothing that a later run could take for a root. Needs root, mmdebstrap and the machine's package
# mirror: the one its own apt uses, with the suite swapped.
set -euo pipefail

suite=${1:?usage: root.sh SUITE}
top=$(realpath "$(dirname "$0")/../..")
cache=$top/build/apt-cache
packages="make,gcc"

say() {
	echo "root.sh: $*" >&2
}

die() {
	say "$*"
	exit 1
}

[ "$(id -u)" = 0 ] || die "making a $suite root needs root"
command -v mmdebstrap >/dev/null || die "mmdebstrap is not installed"

# Changes of this script or of the package list make a new root.
key=$({ echo "$suite $packages"; cat "$0"; } | sha256sum | cut -c 1-12)
root=$top/build/trixie/$suite-$key

mkdir -p "$top/build/trixie" "$cache"
exec 9>"$top/build/trixie/.$suite.lock"
flock 9
if [ -d "$root" ]; then
	echo "$root"
	exit 0
fi

# The machine's own mirror of the main archive, whatever form its sources have.
# shellcheck disable=SC2016  # the format string is apt's, not the shell's
mirror=$(apt-get indextargets --format '$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Identifier: Packages' |
	awk -F'|' '$1 == "Debian" && $2 == "main" { print $3; exit }')
[ -n "$mirror" ] || die "apt on this machine has no Debian main archive configured (or no lists: apt-get update)"

sources=("deb $mirror trixie main")
[ "$suite" = trixie ] || sources+=("deb $mirror $suite main")

work=$(mktemp -d "$top/build/trixie/.tmp-$suite.XXXXXX")
trap 'rm -rf "$work"' EXIT

# What apt downloaded earlier goes in, what it downloaded now comes out. Each file moves into the
# cache by a rename, so that a reader never sees half a package.
cat >"$work/cache-in" <<EOF
#!/bin/sh
mkdir -p "\$1/var/cache/apt/archives"
cp -u "$cache"/*.deb "\$1/var/cache/apt/archives/" 2>/dev/null || true
EOF
cat >"$work/cache-out" <<EOF
#!/bin/sh
set -e
for deb in "\$1"/var/cache/apt/archives/*.deb; do
	[ -e "$cache/\${deb##*/}" ] && continue
	cp "\$deb" "$cache/.\${deb##*/}.\$\$"
	mv "$cache/.\${deb##*/}.\$\$" "$cache/\${deb##*/}"
done
EOF
# The headers package wants the kernel image beside it, and that an initramfs and more; a build needs
# none of them. So the headers are unpacked as they are, and only the tools they name are installed.
cat >"$work/headers" <<EOF
#!/bin/sh
set -e
chroot "\$1" sh -e <<'END'
apt-get -s -t $suite --no-install-recommends install linux-headers-amd64 |
	awk '/^Inst/ { print \$2 }' >/tmp/wanted
apt-get -q -y --no-install-recommends -t $suite install \
	\$(grep -E '^(linux-kbuild|linux-compiler-gcc|gcc)-[0-9.]+' /tmp/wanted)
cd /var/cache/apt/archives
for package in \$(grep '^linux-headers-[0-9]' /tmp/wanted); do
	apt-get -q -t $suite download "\$package"
	dpkg -x "\$package"_*.deb /
done
rm /tmp/wanted
END
EOF
chmod +x "$work/cache-in" "$work/cache-out" "$work/headers"

say "making a root with the kernel headers of $suite (about a minute)"
started=$SECONDS
mmdebstrap --mode=root --variant=minbase --include="$packages" \
	--aptopt='Acquire::Retries "3"' --aptopt='Acquire::Languages "none"' \
	--skip=essential/unlink --setup-hook="$work/cache-in" \
	--customize-hook="$work/headers" \
	--customize-hook="$work/cache-out" \
	trixie "$work/root" "${sources[@]}" 9>&- >"$work/log" 2>&1 || {
	tail -n 20 "$work/log" >&2
	die "mmdebstrap could not make the $suite root"
}
mv "$work/root" "$root"
say "$suite root ready after $((SECONDS - started)) s"

# Roots made from older inputs are of no use any more.
for old in "$top/build/trixie/$suite"-????????????; do
	[ "$old" = "$root" ] || rm -rf "$old"
done
echo "$root"
