/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long to look for work before going to sleep, learned from how long the sleeps were.
 *
 * Looking costs a CPU, sleeping costs an event and a wake-up. Whoever was woken so soon that looking
 * would have caught it looks longer next time; whoever slept longer looks less, and soon not at all.
 * So an idle end never looks, and nobody ever looks longer than the limit that the administrator
 * sets. Never reads a clock: the caller says what time it is, in ns.
 *
 * Callers: the back-end's threads, between finding the ring empty and arming it.
 */
#ifndef XSR_ADAPT_H
#define XSR_ADAPT_H

#include "ring/env.h"

/* Less than this is no use. */
#define XSR_ADAPT_LEAST 4000

struct xsr_adapt {
	u64 window; /* how long to look, ns; 0: not at all */
	u64 idle_since; /* when there was no work any more; 0: not known */
};

/* How long to look now, from the moment that there is no work. @most: the limit, ns. */
static inline u64 xsr_adapt_look(struct xsr_adapt *a, u64 now, u64 most)
{
	a->idle_since = now;
	return a->window < most ? a->window : most;
}

/* There is work again, after a sleep. */
static inline void xsr_adapt_woken(struct xsr_adapt *a, u64 now, u64 most)
{
	u64 idle = now - a->idle_since, window = a->window;

	if (!a->idle_since)
		return;
	a->idle_since = 0;
	if (idle <= most)
		window = window ? window * 2 : XSR_ADAPT_LEAST;
	else
		window = window / 2 < XSR_ADAPT_LEAST ? 0 : window / 2;
	a->window = window < most ? window : most;
}

#endif /* XSR_ADAPT_H */
