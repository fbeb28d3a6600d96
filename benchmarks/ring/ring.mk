# SPDX-License-Identifier: GPL-2.0
#
# The native bench of the ring: no Xen, no kernel module; two threads over one page. Included by the
# Makefile.

ring_bench_src := $(wildcard benchmarks/ring/*.c) $(pure_src)
REPEATS ?= 5

# Queues are compiled as a kernel is: without vector registers, and any pointer may point to anything.
bench_queues := $(patsubst %.c,$(B)/bench/benchmarks/ring/%.o,xsr.c xsr_cache.c xen.c lamport.c slotflag.c)
$(bench_queues): BENCH_CFLAGS := -mgeneral-regs-only -fno-strict-aliasing

$(B)/bench/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) $(PURE_CFLAGS) -O2 -g -D_GNU_SOURCE $(BENCH_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/bench/ring.bin: $(ring_bench_src:%.c=$(B)/bench/%.o)
	@$(CC) -o $@ $^ -lpthread

-include $(ring_bench_src:%.c=$(B)/bench/%.d)

# Takes about ten seconds, of which it spins for four: for a machine that has nothing else to do. With
# FIRST_MODE=always nobody spins.
FIRST_MODE ?= bare
.PHONY: bench-ring
bench-ring: $(B)/bench/ring.bin
	@benchmarks/ring/ring.sh $< $(REPEATS) $(FIRST_MODE)
