/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether an interrupt should move to the CPU of whoever waits for it, learned from who waited.
 *
 * An answer that ends the only request under way is waited for by the CPU that sent the request. Told on
 * another, it costs a second interrupt, and in a guest a second virtual CPU that has to be scheduled. With
 * more requests under way the other CPU is a help instead, so the caller says nothing of those here.
 * A move costs far less than the interrupts after which it comes.
 *
 * Callers: the front-end's interrupt, for lone answers.
 */
#ifndef XSR_FOLLOW_H
#define XSR_FOLLOW_H

#include "ring/env.h"

/* So many lone answers in a row, all waited for by one other CPU, make the interrupt move. */
#define XSR_FOLLOW_AFTER 64

struct xsr_follow {
	u32 cpu; /* that waited last, if not the one the answer came to */
	u32 seen; /* how often in a row */
};

/* A lone answer came to CPU @here for CPU @waiter. Returns true if they should come there from now on. */
static inline bool xsr_follow_saw(struct xsr_follow *f, u32 waiter, u32 here)
{
	if (waiter == here || waiter != f->cpu)
		f->seen = 0;
	f->cpu = waiter;
	if (waiter == here || ++f->seen < XSR_FOLLOW_AFTER)
		return false;
	f->seen = 0;
	return true;
}

#endif /* XSR_FOLLOW_H */
