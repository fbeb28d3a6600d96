/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A histogram of durations, by powers of two.
 *
 * Bucket 0 counts what took less than a microsecond, bucket i what took less than 2^i and at least
 * 2^(i-1), the last one everything longer. A microsecond is 1024 ns here, which saves a division.
 * Who adds serialises; who reads need not, and may see a bucket that is one behind its neighbour.
 *
 * Callers: both ends, from the moment a request is put or taken until it is answered.
 */
#ifndef XSR_HIST_H
#define XSR_HIST_H

#include "ring/env.h"

/* The last one begins at 4 s. */
#define XSR_HIST_BUCKETS 24

struct xsr_hist {
	u64 n[XSR_HIST_BUCKETS];
};

/* The bucket that @ns nanoseconds belong to. */
static inline u32 xsr_hist_bucket(u64 ns)
{
	u64 us = ns >> 10;
	u32 bucket = us ? 64 - __builtin_clzll(us) : 0;

	return bucket < XSR_HIST_BUCKETS ? bucket : XSR_HIST_BUCKETS - 1;
}

static inline void xsr_hist_add(struct xsr_hist *h, u64 ns)
{
	h->n[xsr_hist_bucket(ns)]++;
}

/* Durations of bucket @i are below so many microseconds; 0: no limit. */
static inline u32 xsr_hist_below(u32 i)
{
	return i < XSR_HIST_BUCKETS - 1 ? 1u << i : 0;
}

#endif /* XSR_HIST_H */
