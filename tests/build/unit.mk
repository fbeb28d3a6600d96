# SPDX-License-Identifier: GPL-2.0
#
# The pure code in user space: unit tests, peer tests, fuzz harnesses, coverage. Included by the
# Makefile. Each kind of build (VARIANT) has its own compiler, flags and directory under build/unit;
# a test is linked with all pure code, all fakes and the helpers beside it.
#
#   tests/unit/test_NAME.c    cmocka, one for each pure file; gcc and clang, both under ASan + UBSan
#   tests/peer/test_NAME.c    under TSan; if NAME has "scribble" in it (it races on purpose) under
#                             ASan + UBSan
#   tests/fuzz/fuzz_NAME.c    libFuzzer; check-unit replays tests/fuzz/corpus/NAME/

pure_src := $(wildcard ring/*.c grant/*.c)
fake_src := $(wildcard tests/fakes/*.c)
unit_src := $(wildcard tests/unit/test_*.c)
unit_help := $(filter-out $(unit_src),$(wildcard tests/unit/*.c))
peer_src := $(wildcard tests/peer/test_*.c)
peer_help := $(filter-out $(peer_src),$(wildcard tests/peer/*.c))
fuzz_src := $(wildcard tests/fuzz/fuzz_*.c)
fuzz_help := $(filter-out $(fuzz_src),$(wildcard tests/fuzz/*.c))

U := $(B)/unit
SAN := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
RUN := tests/build/run.sh
# What a cmocka binary says when it ran at least one test.
RAN := [1-9][0-9]* test(s) run

CC_gcc := gcc
CFLAGS_gcc := -O0 -g $(SAN) --coverage
CC_clang := clang
CFLAGS_clang := -O1 -g $(SAN)
CC_tsan := clang
# gcc says it with this macro, clang 14 with a feature test that plain C cannot spell.
CFLAGS_tsan := -O1 -g -fsanitize=thread -D__SANITIZE_THREAD__=1
CC_fuzz := clang
CFLAGS_fuzz := -O1 -g $(SAN) -fsanitize=fuzzer-no-link

# $(1) is the variant: how it compiles, and the archive of everything that is not a test.
define variant
$(U)/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	@$$(CC_$(1)) $$(PURE_CFLAGS) $$(if $$(filter tests/%,$$<),-Wno-unused-parameter) \
		$$(CFLAGS_$(1)) -MMD -MP -c -o $$@ $$<

$(U)/$(1)/lib.a: $(patsubst %.c,$(U)/$(1)/%.o,$(pure_src) $(fake_src))
	@rm -f $$@
	@ar rcs $$@ $$^

$(U)/$(1)/test_%: $(U)/$(1)/tests/unit/test_%.o $(unit_help:%.c=$(U)/$(1)/%.o) $(U)/$(1)/lib.a
	@$$(CC_$(1)) $$(CFLAGS_$(1)) -o $$@ $$^ -lcmocka -lpthread

$(U)/$(1)/peer_%: $(U)/$(1)/tests/peer/test_%.o $(peer_help:%.c=$(U)/$(1)/%.o) $(U)/$(1)/lib.a
	@$$(CC_$(1)) $$(CFLAGS_$(1)) -o $$@ $$^ -lcmocka -lpthread

-include $$(wildcard $(U)/$(1)/*/*.d $(U)/$(1)/*/*/*.d)
endef
$(foreach v,gcc clang tsan fuzz,$(eval $(call variant,$(v))))

$(B)/fuzz/fuzz_%: $(U)/fuzz/tests/fuzz/fuzz_%.o $(fuzz_help:%.c=$(U)/fuzz/%.o) $(U)/fuzz/lib.a
	@mkdir -p $(@D)
	@clang $(CFLAGS_fuzz) -fsanitize=fuzzer -o $@ $^

.SECONDARY:

# --- one run of one thing; names are what the result line says ------------------------------------

unit_names := $(patsubst tests/unit/test_%.c,%,$(unit_src))
peer_names := $(patsubst tests/peer/test_%.c,%,$(peer_src))
fuzz_names := $(patsubst tests/fuzz/fuzz_%.c,%,$(fuzz_src))
scribble := $(foreach n,$(peer_names),$(if $(findstring scribble,$(n)),$(n)))

run_gcc := $(unit_names:%=run-gcc-%)
run_clang := $(unit_names:%=run-clang-%)
run_peer := $(addprefix run-tsan-,$(filter-out $(scribble),$(peer_names)))
run_scribble := $(scribble:%=run-scribble-%)
run_fuzz := $(fuzz_names:%=run-fuzz-%)
run_paired := $(pure_src:%=run-paired-%)
.PHONY: $(run_gcc) $(run_clang) $(run_peer) $(run_scribble) $(run_fuzz) $(run_paired)

# Counts of an earlier run must not pass for this run's.
$(run_gcc): run-gcc-%: $(U)/gcc/test_% | gcov-reset
	@$(RUN) --expect '$(RAN)' unit/gcc/$* $(U)/gcc/$*.log $<

$(run_clang): run-clang-%: $(U)/clang/test_%
	@$(RUN) --expect '$(RAN)' unit/clang/$* $(U)/clang/$*.log $<

$(run_peer): run-tsan-%: $(U)/tsan/peer_%
	@$(RUN) peer/tsan/$* $(U)/tsan/$*.log $<

$(run_scribble): run-scribble-%: $(U)/clang/peer_%
	@$(RUN) peer/asan/$* $(U)/clang/peer-$*.log $<

$(run_fuzz): run-fuzz-%: $(B)/fuzz/fuzz_%
	@$(RUN) --nonempty tests/fuzz/corpus/$* fuzz/replay/$* $(B)/fuzz/$*.log \
		$< -runs=0 -artifact_prefix=$(B)/fuzz/ tests/fuzz/corpus/$*

# A pure file without a test file of its name is a failure.
$(run_paired): run-paired-%:
	@$(RUN) unit/has-test/$* $(U)/has-test/$*.log ls tests/unit/test_$(notdir $(*:.c=)).c

.PHONY: gcov-reset
gcov-reset:
	@mkdir -p $(U)/gcc; find $(U)/gcc -name '*.gcda' -delete
	@cd $(U)/gcc; find . -name '*.gcno' | while read -r note; do \
		[ -e "$(TOP)/$${note%.gcno}.c" ] || rm "$$note"; \
	done

.PHONY: run-units
run-units: $(run_paired) $(run_gcc) $(run_clang) $(run_peer) $(run_scribble) $(run_fuzz)

# Lines of pure code that the unit tests run, from the gcc build. Less than 90 % fails.
.PHONY: coverage
coverage:
	@$(RUN) --show unit/coverage $(U)/coverage.log gcovr --root . --object-directory $(U)/gcc \
		--filter '(ring|grant)/[^/]*\.[ch]$$' --exclude-unreachable-branches \
		--fail-under-line 90 $(U)/gcc

.PHONY: check-unit
check-unit:
	@started=$$(date +%s); failed=0; \
	$(MAKE) --no-print-directory -j$(JOBS) -k --output-sync=target run-units || failed=1; \
	$(MAKE) --no-print-directory coverage || failed=1; \
	echo "# check-unit took $$(($$(date +%s) - started)) s"; \
	exit $$failed

.PHONY: unit
unit:
	@[ -e tests/unit/test_$(T).c ] || { echo "unit: no tests/unit/test_$(T).c (make unit T=name)" >&2; exit 2; }
	@$(MAKE) --no-print-directory -j$(JOBS) run-gcc-$(T) run-clang-$(T)

# Fuzzes for SECONDS; what it finds goes to build/fuzz, beside the checked-in seeds.
SECONDS := 60
.PHONY: fuzz
fuzz:
	@[ -e tests/fuzz/fuzz_$(T).c ] || { echo "fuzz: no tests/fuzz/fuzz_$(T).c (make fuzz T=name SECONDS=n)" >&2; exit 2; }
	@$(MAKE) --no-print-directory $(B)/fuzz/fuzz_$(T)
	@mkdir -p $(B)/fuzz/found-$(T)
	$(B)/fuzz/fuzz_$(T) -max_total_time=$(SECONDS) -artifact_prefix=$(B)/fuzz/ \
		$(B)/fuzz/found-$(T) $(wildcard tests/fuzz/corpus/$(T))
