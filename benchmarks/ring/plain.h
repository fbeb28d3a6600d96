/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two textbook queues have in common: one array of messages each way in the shared page, and
 * a word each way by which a consumer says that it is about to sleep.
 */
#ifndef BENCH_PLAIN_H
#define BENCH_PLAIN_H

#include "benchmarks/ring/bench.h"

#define PLAIN_SLOTS 64u

struct plain_word {
	_Alignas(64) u32 v;
};

/* Publish, then look whether the consumer sleeps. It is woken once for each time it says so. */
static inline bool plain_wanted(struct plain_word *asleep, bool check)
{
	if (!check)
		return false;
	xsr_mb();
	if (!xsr_read_once(&asleep->v))
		return false;
	xsr_write_once(&asleep->v, 0);
	return true;
}

/* Say that we sleep; the caller looks once more after it. */
static inline void plain_sleeps(struct plain_word *asleep)
{
	xsr_write_once(&asleep->v, 1);
	xsr_mb();
}

#endif /* BENCH_PLAIN_H */
