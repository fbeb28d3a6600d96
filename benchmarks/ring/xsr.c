// SPDX-License-Identifier: GPL-2.0
/*
 * Our ring and nothing else.
 */
#include <stdlib.h>

#include "benchmarks/ring/xsr.h"

static void end_begin(struct bench_run *run)
{
	xsr_ring_create(&ends[0].ring, run->page, 1, sizeof(struct bench_msg));
	if (xsr_ring_attach(&ends[1].ring, run->page, 1, sizeof(struct bench_msg)) != XSR_OK)
		abort();
}

#define front_put end_put
#define back_put end_put
#define front_take end_take
#define back_take end_take

#define BENCH_KIND bench_xsr
#define BENCH_NAME "xsr"
#define BENCH_BARE_TOO false
#include "benchmarks/ring/loop.h"
