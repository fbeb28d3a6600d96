#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ring.sh PROGRAM [REPEATS [FIRST_MODE]]: runs the native bench of the ring and writes what it measured to
# benchmarks/results/DATE-ring.csv (another file, its name ending alike: RING_CSV), then prints the medians
# and makes DATE.html.
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
	echo "# date: $(date -u +%Y-%m-%dT%H:%MZ)"
	echo "# kernel: $(uname -sr)"
	echo "# commit: $commit"
	echo "# CPU model: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) CPUs"
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
"$here/../report.py" "${csv%-ring.csv}" >/dev/null
