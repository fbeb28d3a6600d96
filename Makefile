# SPDX-License-Identifier: GPL-2.0
#
# Splitring. `make help` lists the targets. Everything that is made lands under build/.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules

TOP := $(CURDIR)
B := build
JOBS ?= $(shell nproc)

# --- kernel modules -----------------------------------------------------------------------------

# The newest plain Debian headers installed (not -rt, not -cloud), else the running kernel's.
headers := $(shell ls -d /usr/src/linux-headers-[0-9]*-amd64 2>/dev/null | \
	     grep -v -e -rt- -e -cloud- | sort -V | tail -n 1)
KDIR ?= $(or $(headers),/lib/modules/$(shell uname -r)/build)
KREL := $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h 2>/dev/null)
NAME_PREFIX ?= xen-
KARGS ?=

# Where kbuild works: a mirror of the sources as links, one for each kernel and set of names.
KMIRROR = $(B)/kbuild/$(KREL)$(if $(filter-out xen-,$(NAME_PREFIX)),-$(NAME_PREFIX:-=))
KOUT = $(B)/ko/$(KREL)
# No BTF: headers come without the vmlinux it is made from. No kernel-doc: W=1 runs a script that
# wants more of perl or python than a small machine has, on comments in a form not used here.
KMAKE = $(MAKE) --no-print-directory -C $(KDIR) M=$(TOP)/$(KMIRROR) W=1 NAME_PREFIX=$(NAME_PREFIX) \
	CONFIG_DEBUG_INFO_BTF_MODULES= cmd_checkdoc=: $(KARGS)

.PHONY: all
all: modules tools

# Takes the mirror's lock on descriptor 9, brings the links up to date and asks the compat probes.
define mirror
[ -n "$(KREL)" ] || { echo "$@: no kernel headers in KDIR=$(KDIR)" >&2; exit 1; }; \
mkdir -p $(KMIRROR)/include; \
exec 9>$(KMIRROR)/.lock; \
flock 9; \
tests/build/mirror.sh $(KMIRROR); \
ring/linux/compat/probe.sh $(KDIR) $(B)/kbuild/$(KREL)-probes $(KMIRROR)/include/xsr_probed.h 9>&-
endef

.PHONY: modules
modules:
	@$(mirror); \
	$(KMAKE) -j$(JOBS) modules 9>&-; \
	mkdir -p $(KOUT); \
	for ko in $(KMIRROR)/*.ko; do \
		[ ! -e "$$ko" ] || cmp -s "$$ko" "$(KOUT)/$${ko##*/}" || cp "$$ko" $(KOUT)/; \
	done

# For checks, in a mirror of its own and not kept: every warning is an error, modpost's too, and
# the compat test is built along. SPARSE=1 runs sparse over every file.
.PHONY: modules-strict
modules-strict: KMIRROR = $(B)/kbuild/$(KREL)-strict
modules-strict:
	@$(mirror); \
	rm -f $(KMIRROR)/Module.symvers; \
	$(KMAKE) -j$(JOBS) -k XSR_WERROR=y XSR_COMPAT_TEST=m \
		$(if $(SPARSE),C=2 CF=-Wsparse-error) modules 9>&- 2>&1 | tee $(KMIRROR)/log; \
	! grep -i 'warning' $(KMIRROR)/log

include tests/xen/evil/evil.mk

# --- user-space tool ----------------------------------------------------------------------------

tool_src := $(wildcard xenstore-tools/*.c)
# What the tool shares with the drivers: key tables and state names.
tool_pure := ring/keys.c ring/keys_blk.c ring/keys_net.c ring/state.c
tool_obj := $(patsubst %.c,$(B)/tool/%.o,$(tool_src) $(tool_pure))
PURE_CFLAGS := -std=gnu11 -Wall -Wextra -Werror -I.
TOOL_CFLAGS := $(PURE_CFLAGS) -O2 -g -D_GNU_SOURCE

.PHONY: tools
tools: $(if $(tool_src),$(B)/bin/xsr)

$(B)/bin/xsr: $(tool_obj)
	@mkdir -p $(@D)
	$(CC) -o $@ $^ -lxenstore -ljson-c

$(B)/tool/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(TOOL_CFLAGS) -MMD -MP -c -o $@ $<

-include $(tool_obj:.o=.d)

# --- tests --------------------------------------------------------------------------------------

include tests/build/unit.mk $(wildcard tests/tools/tools.mk) tests/bench/bench.mk
include tests/lint/lint.mk
include benchmarks/ring/ring.mk

.PHONY: check-build
check-build:
	@tests/build/check.sh

.PHONY: check-xen
check-xen: modules tools evil
	@tests/xen/check.sh

.PHONY: check
check:
	@.ci/stages.sh check-unit lint check-build check-xen

.PHONY: check-xen-all
check-xen-all: modules tools evil
	@tests/xen/check.sh --all

# The long scenarios again and again.
HOURS ?= 1
.PHONY: soak
soak: modules tools evil
	@tests/xen/soak.sh $(HOURS)

.PHONY: check-all
check-all:
	@.ci/stages.sh check-unit lint check-build check-xen-all

.PHONY: demo
demo: modules tools
	@tests/xen/demo.sh

# --- benchmarks ---------------------------------------------------------------------------------

.PHONY: bench bench-quick bench-steady bench-work bench-emulated
bench bench-quick bench-steady bench-work bench-emulated: modules tools
	@tests/xen/packages.sh bench
	@benchmarks/bench.sh $(patsubst bench-%,%,$(@:bench=full))

# Two runs, each by its stamp in benchmarks/results/ or by a path: OLD=... NEW=...
.PHONY: bench-compare
bench-compare:
	@benchmarks/compare.py $(OLD) $(NEW)

# The tables of README.md and docs/performance.md, from the newest files in benchmarks/results/.
.PHONY: headline
headline:
	@benchmarks/headline.py

# --- installation -------------------------------------------------------------------------------

# updates/ comes before the kernel's own modules in depmod's order, so the stock names lead here.
DESTDIR ?=
PREFIX ?= /usr/local
MODDIR = $(DESTDIR)/lib/modules/$(KREL)/updates

.PHONY: modules_install
modules_install: modules
	install -d $(MODDIR)
	install -m 644 $(KOUT)/xsr.ko $(KOUT)/$(NAME_PREFIX)*.ko $(MODDIR)/
	$(if $(DESTDIR),,depmod $(KREL))

.PHONY: install
install: modules_install tools
	install -D -m 755 $(B)/bin/xsr $(DESTDIR)$(PREFIX)/sbin/xsr

.PHONY: uninstall
uninstall:
	rm -f $(MODDIR)/xsr.ko $(MODDIR)/$(NAME_PREFIX){blk,net}{front,back}.ko $(DESTDIR)$(PREFIX)/sbin/xsr
	$(if $(DESTDIR),,depmod $(KREL))

# --- house-keeping ------------------------------------------------------------------------------

# Products go; what takes a download to make (images, roots, packages) stays.
.PHONY: clean
clean:
	rm -rf $(B)/kbuild $(B)/ko $(B)/bin $(B)/bench $(B)/tool $(B)/unit $(B)/fuzz $(B)/lint $(B)/results

.PHONY: distclean
distclean:
	rm -rf $(B)

define help
make modules         kernel modules into build/ko/RELEASE/
       KDIR=DIR        for the kernel headers in DIR (default: the newest headers installed)
       NAME_PREFIX=xsr- call the drivers xsr-blkfront ... to stand beside built-in stock drivers
make tools           the xsr command into build/bin/
make demo            build, boot a Xen under emulation, show all pairings doing verified I/O
make bench-quick     eight jobs in all pairings by turns: benchmarks/results/STAMP.html and .csv
make bench           the same with every job, several guests and queues; takes hours
make bench-steady    every job of one guest, some of four, by a clock that counts instructions
make bench-work      what an operation costs in each pairing: instructions, hypercalls, copies and so on
make bench-emulated  an emulated disk and network card beside both pairs, in an HVM guest
make bench-compare OLD=STAMP NEW=STAMP   two such runs side by side; fails when something got worse
make headline        writes the tables of README.md and docs/performance.md from benchmarks/results/
make check           check-unit, lint, check-build and check-xen; check-all adds the long scenarios
make check-unit      the pure code under sanitizers, fuzz corpora, coverage
make unit T=NAME     one unit test
make fuzz T=NAME SECONDS=N   one fuzzer for N seconds
make lint            layer rules, format, shellcheck, sparse, W=1
make format          format the C files as lint wants them
make unused-probes   kernel compat probes that nobody needs
make check-build     the modules against kernels 6.1, 6.12 and 7.3
make soak HOURS=N    disks saved, detached, reloaded, resized under I/O for N hours
make bench-ring      our ring and others between two threads, into benchmarks/results/DATE-ring.csv
make check-xen       scenarios on a real Xen under emulation
make install         modules to updates/ and xsr to PREFIX/sbin (DESTDIR, PREFIX); uninstall undoes it
make clean           remove products, keep downloads and images; distclean removes these too
endef

.PHONY: help
help:
	@: $(info $(help))
