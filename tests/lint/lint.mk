# SPDX-License-Identifier: GPL-2.0
#
# make lint: what can be said about the sources without running them. Included by the Makefile.
# Every check prints a TAP line; all run even if one fails.

L := $(B)/lint

.PHONY: lint-rules
lint-rules:
	@failed=0; \
	$(RUN) lint/selftest $(L)/selftest.log tests/lint/selftest.sh || failed=1; \
	tests/lint/rules.pl || failed=1; \
	exit $$failed

.PHONY: lint-format
lint-format:
	@$(RUN) lint/clang-format $(L)/format.log tests/lint/format.sh

.PHONY: lint-shell
lint-shell:
	@$(RUN) --timeout 600 lint/shellcheck $(L)/shell.log tests/lint/shell.sh

.PHONY: lint-wire
lint-wire:
	@$(RUN) lint/wire $(L)/wire.log tests/lint/wire.sh

# No figure of the bench is typed by hand.
.PHONY: lint-headline
lint-headline:
	@$(RUN) lint/headline $(L)/headline.log benchmarks/headline.py --check

# Warnings are errors: W=1, sparse over every file, and modpost's.
.PHONY: lint-kernel
lint-kernel:
	@$(RUN) --timeout 1200 lint/sparse-w1 $(L)/kernel.log \
		$(MAKE) --no-print-directory modules-strict SPARSE=1

# Not in the headers packages; run where a kernel tree has it.
checkpatch := $(firstword $(wildcard $(KDIR)/scripts/checkpatch.pl $(KDIR)/source/scripts/checkpatch.pl))
.PHONY: lint-checkpatch
lint-checkpatch:
ifneq ($(checkpatch),)
	@$(RUN) --timeout 300 lint/checkpatch $(L)/checkpatch.log bash -c "find ring grant frontend backend \
		-name '*.[ch]' -print0 | xargs -0 -r $(checkpatch) --no-tree --terse --strict -f \
		--max-line-length=100"
endif

.PHONY: lint
lint:
	@$(MAKE) --no-print-directory -k -j1 lint-rules lint-format lint-shell lint-wire lint-headline lint-kernel lint-checkpatch

# Formats every C file the way lint wants it.
.PHONY: format
format:
	@tests/lint/format.sh -i

# Compat probes whose shim nobody uses, for whoever wants to weed.
.PHONY: unused-probes
unused-probes:
	@tests/lint/unused-probes.sh
