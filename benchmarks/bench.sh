#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make bench-quick`, `make bench`, `make bench-steady`, `make bench-work` and `make bench-emulated`: measures
# every pairing of stock and our drivers in one boot of the test bed and keeps the figures in
# benchmarks/results/STAMP-fio.csv, -net.csv and -work.csv, with a report STAMP.html. What runs in dom0 is
# dom0.sh (quick, full: how fast; steady: the same by a clock that counts instructions), work/dom0.sh (work:
# what an operation costs, by that clock) and emulated/dom0.sh (emulated: beside an emulated disk and card, in
# an HVM guest). Succeeds only if every job gave its figures and no kernel printed a splat; what there is is
# kept in any case.
#
# Usage: bench.sh quick|full|steady|work|emulated
# Environment: BENCH_TURNS (quick 2, full 5, steady 1, emulated 3) of each pairing, BENCH_RUNS (quick 3, work 2,
# else 1) of each job in a turn, BENCH_SECONDS (quick and steady 1, full 3, emulated 2) of each job,
# BENCH_ONLY="JOB..." (others are left out), BENCH_PARTS (full "one between several queues", steady "one
# several"), BENCH_FRONT and BENCH_BACK="PARAMETER=VALUE..." of our drivers of disks, BENCH_TSC (the guests'
# tsc_mode as in xl.cfg, but of emulated; by default Xen emulates a PV guest's clock on the emulated CPU),
# BENCH_RESULTS=DIRECTORY (benchmarks/results), BED_PAIRINGS; WORK_KINDS="instructions hypercalls",
# WORK_OPERATIONS (4000) of each job, WORK_VCPUS (1) of the guest, WORK_DISK="JOB..." (of benchmarks/fio/,
# instead of the usual).
set -euo pipefail
# shellcheck source=tests/xen/bed.sh
. "$(dirname "$0")/../tests/xen/bed.sh"

set=${1:?quick, full, steady, work or emulated?}
case "$set" in
quick) turns=2 runs=3 seconds=1 limit=1200 ;;
full) turns=5 runs=1 seconds=3 limit=21600 ;;
steady) turns=1 runs=1 seconds=1 limit=7200 ;;
work) turns=1 runs=2 seconds=0 limit=3600 ;;
emulated) turns=3 runs=1 seconds=2 limit=3600 ;;
*) bed_die "unknown set '$set': quick, full, steady, work or emulated" ;;
esac
turns=${BENCH_TURNS:-$turns}
runs=${BENCH_RUNS:-$runs}
seconds=${BENCH_SECONDS:-$seconds}
results=${BENCH_RESULTS:-$bed_top/benchmarks/results}
stamp=$(date -u +%F-%H%M)
commit=$(git -C "$bed_top" describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)
emulation='software emulation'
cpus=${BED_CPUS:-2}
load_before=$(cut -d' ' -f1-3 /proc/loadavg)
status=0

# What a reader must know of a run, as comment lines of its files.
head_lines() {
	local what="$turns turns of each pairing, $runs runs of $seconds s of each job in a turn" lost

	[ "$set" != work ] || what="$runs runs of each job"
	lost=$bed_dir/boot/share/results/lost
	[ -e "$lost" ] || lost=/dev/null
	cat <<-END
		# date: $(date -u +%Y-%m-%dT%H:%MZ)
		# set: $set, $what${BENCH_FRONT:+, front-end with $BENCH_FRONT}${BENCH_BACK:+, back-end with $BENCH_BACK}${BENCH_TSC:+, tsc_mode $BENCH_TSC}
		# commit: $commit
		# kernel: $bed_kver
		# xen: $(cat "$bed_dir/boot/share/results/xen_version" 2>/dev/null || echo unknown)
		# emulator: $(qemu-system-x86_64 --version | head -n 1), $emulation, $cpus CPUs
		# CPU model: $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1), $(nproc) CPUs
		# load before and after: $load_before; $(cut -d' ' -f1-3 /proc/loadavg)
		# measured again, as others had a CPU meanwhile: $(grep -c again "$lost") times; kept all the same: $(grep -c more "$lost")
	END
}

# in_dom0 SCRIPT [NAME=VALUE...]: boots, runs a script of this folder and looks for splats.
in_dom0() {
	local failed=0 script=$1
	shift

	bed_boot || { status=1; return 0; }
	bed_mark
	bed_run_told $limit "bench/$script" "BED_PAIRINGS=${BED_PAIRINGS:-$bed_pairings}" \
		"BENCH_ONLY=${BENCH_ONLY:-}" "BENCH_FRONT=${BENCH_FRONT:-}" "BENCH_BACK=${BENCH_BACK:-}" \
		"BENCH_TSC=${BENCH_TSC:-}" \
		"$@" || failed=1
	if [ $failed != 0 ]; then
		tail -n 15 "$bed_dir/boot/share/out/1.err" | sed 's/^/#   /'
		bed_last_lines
	fi
	bed_splats '' || failed=1
	[ $failed = 0 ] || status=1
}

# keep KIND: a file of figures that dom0 wrote becomes one of the run, with a head.
keep() {
	local from=$bed_dir/boot/share/results/$1.csv

	[ -e "$from" ] && [ "$(wc -l <"$from")" -gt 1 ] || return 0
	mkdir -p "$results"
	{ head_lines; cat "$from"; } >"$results/$stamp-$1.csv"
}

# speed SCRIPT: how fast jobs run.
speed() {
	in_dom0 "$1" "BENCH_SET=$set" "BENCH_TURNS=$turns" "BENCH_RUNS=$runs" "BENCH_SECONDS=$seconds" \
		"BENCH_PARTS=${BENCH_PARTS:-}"
	keep fio
	keep net
}

# One guest has the emulated devices and, by turns, those of the pairs.
emulated() {
	BENCH_TSC=
	export BED_CPU=svm BED_PAIRINGS=${BED_PAIRINGS:-stock/stock ours/ours}
	speed emulated/dom0.sh
}

# Time is instructions: nothing else on the machine changes a figure, and a second lasts some ten.
deterministic() {
	export BED_COUNT=1 bed_boot_timeout=1500
	cpus=1 emulation='deterministic emulation, a nanosecond an instruction'
}

steady() {
	deterministic
	speed dom0.sh
}

# What Xen and the kernels copy, the emulator counts (work/copied.c).
work() {
	deterministic
	gcc -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -o "$bed_dir/copied.so" \
		"$bed_top/benchmarks/work/copied.c"
	export BED_PLUGIN=$bed_dir/copied.so,out=$bed_dir/boot/share/results/copied
	in_dom0 work/dom0.sh "WORK_KINDS=${WORK_KINDS:-instructions hypercalls}" "WORK_RUNS=$runs" \
		"WORK_OPERATIONS=${WORK_OPERATIONS:-4000}" "WORK_DISK=${WORK_DISK:-}" \
		"WORK_VCPUS=${WORK_VCPUS:-1}"
	keep work
}

bed_new
trap bed_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
echo "bench: $set; logs in ${bed_dir#"$bed_top"/}"
case "$set" in
work) work ;;
emulated) emulated ;;
steady) steady ;;
*) speed dom0.sh ;;
esac
"$bed_top/benchmarks/report.py" "$results/$stamp" || status=1
bed_again
if [ $status = 0 ]; then
	echo "bench: done (${SECONDS} s); figures and report are $results/$stamp*"
else
	echo "bench: FAILED after ${SECONDS} s; logs in ${bed_dir#"$bed_top"/}" >&2
fi
exit $status
