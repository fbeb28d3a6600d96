/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small random number generator with a seed, so that a failing test can be run again.
 * xorshift64*; not for secrets.
 */
#ifndef FAKES_RNG_H
#define FAKES_RNG_H

#include "ring/env.h"

struct rng {
	u64 state;
};

static inline void rng_seed(struct rng *r, u64 seed)
{
	r->state = seed * 0x9e3779b97f4a7c15ull + 1;
}

static inline u64 rng_next(struct rng *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1dull;
}

/* A number below @n, which is not 0. */
static inline u32 rng_below(struct rng *r, u32 n)
{
	return (u32)((rng_next(r) >> 32) % n);
}

#endif /* FAKES_RNG_H */
