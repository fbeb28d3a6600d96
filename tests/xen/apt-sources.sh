#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Prints one-line apt sources of Debian SUITE (default: the suite of this machine) on stdout.
#
# Decides which archives the test bed's root file systems come from: the ones this machine's own
# apt already uses, so that a mirror or a proxy chosen by its owner is used here too. For another
# suite than the machine's the release names are translated (bookworm-security -> trixie-security).
# Never prints sources that do not carry Debian's own packages, and never changes the machine.
#
# Usage: apt-sources.sh [SUITE]
set -euo pipefail

# shellcheck disable=SC2016 # apt expands these names, not the shell
targets=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
	'Created-By: Packages' 'Origin: Debian' | sort -u)
if [ -z "$targets" ]; then
	echo "apt-sources: this machine's apt knows no Debian archive; run apt-get update first" >&2
	exit 1
fi
# shellcheck source=/dev/null
host=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
suite=${1:-$host}

lines=$(while read -r uri release component; do
	case "$release" in
	"$suite"|"$suite"-*) ;;
	"$host"|"$host"-updates|"$host"-security|"$host"-backports)
		[ "$suite" != "$host" ] || continue
		release=$suite${release#"$host"} ;;
	*) continue ;;
	esac
	echo "deb $uri $release $component"
done <<<"$targets" | sort -u)
if [ -z "$lines" ]; then
	echo "apt-sources: none of this machine's Debian archives can be used for '$suite'" >&2
	exit 1
fi
echo "$lines"
