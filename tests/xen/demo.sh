#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make demo`: boots a real Xen under software emulation and has a guest do verified disk I/O through
# every pairing of stock and our drivers. Prints one table, writes build/results/demo.csv, and succeeds
# only if every verify passed and no kernel printed a splat. What runs in dom0 is dom0/demo.sh; every
# figure is fio's.
#
# Environment: BED_PAIRINGS="stock/stock ours/ours" restricts the pairings, BED_JOB_SECONDS (3) is how
# long each timed job runs.
set -euo pipefail
# shellcheck source=tests/xen/bed.sh
. "$(dirname "$0")/bed.sh"

pairings=${BED_PAIRINGS:-$bed_pairings}
kver=$("$bed_here/images.sh" kver)
if [[ $pairings == *ours* && ! -e ${BED_KO:-$bed_top/build/ko/$kver}/xsr.ko ]]; then
	bed_die "our modules are not built for kernel $kver: run make modules"
fi

bed_new
trap bed_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
echo "demo: pairings (front/back) $pairings; logs in ${bed_dir#"$bed_top"/}"
bed_boot
bed_mark
status=0
bed_run 420 dom0/demo.sh "BED_PAIRINGS=$pairings" "BED_JOB_SECONDS=${BED_JOB_SECONDS:-3}" || status=$?
results=$bed_dir/boot/share/results
if [ $status != 0 ]; then
	tail -n 15 "$bed_dir/boot/share/out/1.err" | sed 's/^/#   /'
	bed_last_lines
fi
bed_splats '' || status=1
if [ -e "$results/demo.csv" ]; then
	mkdir -p "$bed_top/build/results"
	cp "$results/demo.csv" "$bed_top/build/results/.demo.csv"
	mv "$bed_top/build/results/.demo.csv" "$bed_top/build/results/demo.csv"
	printf '\nSplitring on Xen %s, Linux %s, under software emulation: only ratios mean anything.\n' \
		4.17 "$kver"
	cat "$results/table.txt"
	echo
else
	status=1
fi
if [ $status = 0 ]; then
	echo "demo: every verify passed, no splat (${SECONDS} s); figures in build/results/demo.csv"
else
	echo "demo: FAILED after ${SECONDS} s; logs in ${bed_dir#"$bed_top"/}" >&2
fi
exit $status
