# SPDX-License-Identifier: GPL-2.0
#
# Tests of the command line tool. Included by the Makefile after tests/build/unit.mk, whose
# variants, flags and runner they use.
#
#   tests/tools/test_NAME.c   cmocka on a store in memory; gcc and clang, both under ASan + UBSan
#   tests/tools/run_live.sh   the real xsr and libxenstore against xs_server (TAP)
#
# `make check-tools` runs all of them; check-unit includes it.

# Everything of the tool but its two contacts with the world: the command line and libxenstore.
tool_test_src := $(wildcard tests/tools/test_*.c)
tool_test_lib := $(filter-out xenstore-tools/main.c xenstore-tools/store.c xenstore-tools/cmd_%.c, \
		   $(wildcard xenstore-tools/*.c)) tests/tools/scene.c
tool_names := $(patsubst tests/tools/test_%.c,%,$(tool_test_src))

define tool_variant
$(U)/$(1)/tool_%: $(U)/$(1)/tests/tools/test_%.o $(tool_test_lib:%.c=$(U)/$(1)/%.o) $(U)/$(1)/lib.a
	@$$(CC_$(1)) $$(CFLAGS_$(1)) -o $$@ $$^ -lcmocka -ljson-c

.PHONY: $(tool_names:%=run-tool-$(1)-%)
$(tool_names:%=run-tool-$(1)-%): run-tool-$(1)-%: $(U)/$(1)/tool_%
	@$(RUN) --expect '$(RAN)' tools/$(1)/$$* $(U)/$(1)/tool-$$*.log $$<

run_tools += $(tool_names:%=run-tool-$(1)-%)
endef
$(foreach v,gcc clang,$(eval $(call tool_variant,$(v))))

$(run_tools): | gcov-reset

# The tool once more, under the sanitizers, and the server it talks to.
tool_bin_src := $(tool_src) $(tool_pure)
$(U)/clang/xsr: $(patsubst %.c,$(U)/clang/%.o,$(sort $(tool_bin_src)))
	@clang $(CFLAGS_clang) -o $@ $^ -lxenstore -ljson-c

$(U)/clang/xs_server: $(U)/clang/tests/tools/xs_server.o $(U)/clang/tests/fakes/fake_store.o \
		$(U)/clang/xenstore-tools/text.o $(U)/clang/xenstore-tools/snapshot.o
	@clang $(CFLAGS_clang) -o $@ $^ -lxenstore

.PHONY: run-tool-live
run-tool-live: $(U)/clang/xsr $(U)/clang/xs_server
	@$(RUN) tools/live $(U)/clang/tool-live.log tests/tools/run_live.sh $^
run_tools += run-tool-live

run-units: $(run_tools)

.PHONY: check-tools
check-tools:
	@$(MAKE) --no-print-directory -j$(JOBS) -k --output-sync=target $(run_tools)
