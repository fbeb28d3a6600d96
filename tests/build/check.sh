#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# check.sh: builds all modules with every warning an error against the headers of three kernels:
# the machine's own (bookworm's 6.1), trixie's 6.12 and trixie-backports' 7.3, the last two inside
# trixie roots. Each reports by itself. Then what the built files say about themselves.
set -euo pipefail

cd "$(dirname "$0")/../.."
run=tests/build/run.sh
logs=build/results/build
failed=0

# Make options of a caller are for the caller's own targets.
unset MAKEFLAGS MFLAGS MAKELEVEL

$run --timeout 1500 build/6.1 $logs/6.1.log \
	make --no-print-directory modules-strict || failed=1
$run --timeout 1500 build/6.12 $logs/6.12.log \
	tests/build/in-root.sh trixie make --no-print-directory modules-strict || failed=1
$run --timeout 1500 build/7.3 $logs/7.3.log \
	tests/build/in-root.sh trixie-backports make --no-print-directory modules-strict || failed=1
$run build/newest $logs/newest.log tests/build/newest.sh || failed=1
$run --timeout 1500 build/renamed $logs/renamed.log \
	make --no-print-directory modules NAME_PREFIX=xsr- || failed=1
$run --timeout 1500 build/modinfo $logs/modinfo.log tests/build/modinfo.sh || failed=1
exit $failed
