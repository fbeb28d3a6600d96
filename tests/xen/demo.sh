#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make demo`: boots a real Xen under software emulation and has a guest do verified I/O on a disk and
# over the network, through every pairing of stock and our drivers. Prints one table, writes
# build/results/demo.csv, and succeeds only if every verify passed, every figure is there and no kernel
# printed a splat. What runs in dom0 is dom0/demo.sh; every figure is that of fio, iperf3 or sockperf.
#
# Environment: BED_PAIRINGS="stock/stock ours/ours" restricts the pairings, BED_JOB_SECONDS (2) is how
# long each timed job runs, BED_ROUNDS (1) how often.
set -euo pipefail
# shellcheck source=tests/xen/bed.sh
. "$(dirname "$0")/bed.sh"

pairings=${BED_PAIRINGS:-$bed_pairings}
seconds=${BED_JOB_SECONDS:-2}
rounds=${BED_ROUNDS:-1}
kver=$("$bed_here/images.sh" kver)
for module in xsr xen-{blk,net}{front,back}; do
	[[ $pairings != *ours* || -e ${BED_KO:-$bed_top/build/ko/$kver}/$module.ko ]] ||
		bed_die "$module.ko is not built for kernel $kver: run make modules"
done

bed_new
trap bed_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
echo "demo: pairings (front/back) $pairings; logs in ${bed_dir#"$bed_top"/}"
bed_boot
bed_mark
status=0
bed_run_told $((600 * rounds)) dom0/demo.sh "BED_PAIRINGS=$pairings" "BED_JOB_SECONDS=$seconds" \
	"BED_ROUNDS=$rounds" || status=$?
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
	printf '\nSplitring on Xen %s, Linux %s, under software emulation: only ratios to stock/stock (x) mean
anything, and above x1 is better in each. Mean of %s run(s) of %s s a job.\n\n' \
		4.17 "$kver" "$rounds" "$seconds"
	cat "$results/table.txt"
	echo
else
	status=1
fi
bed_again
if [ $status = 0 ]; then
	echo "demo: every verify passed, no splat (${SECONDS} s); figures in build/results/demo.csv"
else
	echo "demo: FAILED after ${SECONDS} s; logs in ${bed_dir#"$bed_top"/}" >&2
fi
exit $status
