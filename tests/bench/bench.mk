# SPDX-License-Identifier: GPL-2.0
#
# Tests of the arithmetic of benchmarks/. Included by the Makefile after tests/build/unit.mk.

.PHONY: run-bench
run-bench:
	@mkdir -p $(U)
	@$(RUN) --expect '^Ran [1-9][0-9]* tests' bench/figures $(U)/bench.log python3 -B tests/bench/test_bench.py

run-units: run-bench
