/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many answers to let gather in a ring before being told of them.
 *
 * Being told costs an event, an interrupt and whatever follows, for each answer if they come one by one. As
 * long as many others are under way the other end has enough to do, and an answer may wait for some more.
 * It may not where that would save nothing (the interrupts take up a small part of the time between answers)
 * or nobody could be sure that more will come soon: then a timer, for a part of what answers take
 * anyway, ends the wait. So few requests at a time are never held up, and many only by a fraction.
 *
 * Never reads a clock or sets a timer: the caller does, in ns. Callers: frontend/block/complete.c.
 */
#ifndef XSR_GATHER_H
#define XSR_GATHER_H

#include "ring/env.h"

/* With fewer than so many under way each is told of at once. */
#define XSR_GATHER_LEAST 8
/* This part of those under way may gather ... */
#define XSR_GATHER_PART 4
/* ... up to so many. */
#define XSR_GATHER_MOST 16
/* Gathering pays when dealing with an answer takes at least this part of the time between two. */
#define XSR_GATHER_PAYS 8

struct xsr_gather {
	u64 typical; /* ns that a request takes until it is answered, on average */
};

/* A request has been answered, @ns after it was made. */
static inline void xsr_gather_took(struct xsr_gather *g, u64 ns)
{
	g->typical = g->typical - g->typical / 8 + ns / 8;
}

/*
 * How far ahead to be told, 1 or more: @found answers were dealt with in @spent ns, and @under_way requests
 * are left.
 */
static inline u32 xsr_gather_ahead(const struct xsr_gather *g, u32 found, u32 under_way, u64 spent)
{
	u32 ahead = under_way / XSR_GATHER_PART;

	if (!found || under_way < XSR_GATHER_LEAST)
		return 1;
	/* spent / found against typical / under_way */
	if (spent * under_way * XSR_GATHER_PAYS < g->typical * found)
		return 1;
	return ahead < XSR_GATHER_MOST ? ahead : XSR_GATHER_MOST;
}

/* The longest to wait for them, ns, at most @most. */
static inline u64 xsr_gather_hold(const struct xsr_gather *g, u64 most)
{
	return g->typical / 2 < most ? g->typical / 2 : most;
}

#endif /* XSR_GATHER_H */
