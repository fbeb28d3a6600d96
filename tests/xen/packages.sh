#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sees to it that a Debian machine has the packages that ./demo, ./check or the bench need. As root it
# installs those that are missing, and only those; else it names them and fails. Never upgrades or
# removes anything, and leaves a machine that has all of them alone.
#
# Usage: packages.sh demo|check|bench
set -euo pipefail

# To build modules and the xsr tool, make the images and run the bed.
demo=(make gcc libc6-dev linux-headers-amd64 libxen-dev libjson-c-dev qemu-system-x86 mmdebstrap
	e2fsprogs cpio kmod xz-utils perl)
# What the other tests need beside that; gcc-12 has gcov, clang brings its sanitizers.
check=("${demo[@]}" clang clang-format libclang-rt-14-dev llvm libcmocka-dev gcovr sparse shellcheck
	git)
# What the bench needs to sum up what it measured.
bench=("${demo[@]}" python3 gnuplot-nox git)
# To make the images without being root.
unprivileged=(fakeroot uidmap)

case "${1:-}" in
demo) wanted=("${demo[@]}") ;;
check) wanted=("${check[@]}") ;;
bench) wanted=("${bench[@]}") ;;
*)
	echo "packages: unknown list '${1:-}': demo, check or bench" >&2
	exit 2 ;;
esac
[ "$(id -u)" = 0 ] || wanted+=("${unprivileged[@]}")
if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	echo "packages: this machine is no Debian: no apt-get" >&2
	exit 1
fi

missing=()
for package in "${wanted[@]}"; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
	[ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} != 0 ] || exit 0
if [ "$(id -u)" != 0 ]; then
	echo "packages: these Debian packages are missing: ${missing[*]}" >&2
	echo "packages: install them, or run this as root" >&2
	exit 1
fi
echo "packages: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -q -y -o DPkg::Lock::Timeout=300)
# The lists may be absent or old; when they are, the first attempt fails and costs nothing.
"${apt[@]}" install --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || {
	"${apt[@]}" update >/dev/null
	"${apt[@]}" install --no-install-recommends "${missing[@]}" >/dev/null
}
