#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ring.sh PROGRAM [REPEATS [FIRST_MODE]]: runs the native bench of the ring and writes what it measured to
# benchmarks/results/DATE-ring.csv (another file: RING_CSV), then prints the medians.
set -euo pipefail

[ $# -ge 1 ] || {
	echo "usage: ring.sh PROGRAM [REPEATS [FIRST_MODE]]" >&2
	exit 2
}
here=$(realpath "$(dirname "$0")")
csv=${RING_CSV:-$here/../results/$(date +%F)-ring.csv}
mkdir -p "$(dirname "$csv")"

# What the figures belong to. A tree with changes is no commit.
header() {
	local commit
	commit=$(git -C "$here" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
	git -C "$here" diff --quiet HEAD -- :/ring :/grant :/benchmarks/ring 2>/dev/null ||
		commit="$commit with changes"
	echo "# kernel: $(uname -sr)"
	echo "# commit: $commit"
	echo "# cpu: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) online"
	echo "# compiler: $(gcc --version | head -n 1)"
	echo "pairing,job,metric,value,unit,repeat"
}

{
	header
	"$1" "${2:-5}" 10 "${3:-bare}"
} >"$csv.new"
mv "$csv.new" "$csv"
"$here/table.sh" "$csv"
echo "written: ${csv#"$PWD"/}"
