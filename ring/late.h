/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long a ring may be left alone after it was found empty, while a stream of entries goes one way.
 *
 * A peer that is a little slower than we are makes us wait for each single entry, and each costs an event
 * and a wake-up. If entries come fast and nothing went the other way meanwhile, nobody can be waiting for
 * an answer of ours, and it does not hurt to come back when some more are there. Who asks and waits is
 * served at once: what goes the other way ends it. So does a look that finds next to nothing, as of a
 * peer that does not go on before we have taken what there is.
 *
 * Never reads a clock: the caller says what time it is, in ns, and sets a timer. Callers: backend/net/.
 */
#ifndef XSR_LATE_H
#define XSR_LATE_H

#include "ring/env.h"

/* So many entries in a row that nothing was answered to make a stream. */
#define XSR_LATE_STREAM 64
/* So many are worth coming for. */
#define XSR_LATE_MANY 16
/* And if fewer came, or would come in the longest time, leaving it alone is of no use. */
#define XSR_LATE_FEW 4
/* An entry's distance from the last is not counted for more, ns. */
#define XSR_LATE_GAP_MOST 1000000000ull

struct xsr_late {
	u64 since; /* ns: when something was found last */
	u64 gap; /* ns between two entries, on average */
	u32 alone; /* entries in a row, up to XSR_LATE_STREAM */
	u32 other; /* what the caller's count of the other direction was */
	bool left; /* it was left alone the last time */
};

/* A look found @found entries at time @now, and the count of what went the other way is @other. */
static inline void xsr_late_found(struct xsr_late *l, u32 found, u32 other, u64 now)
{
	u64 gap;

	if (other != l->other || (l->left && found < XSR_LATE_FEW))
		l->alone = 0;
	l->other = other;
	l->left = false;
	if (!found)
		return;
	gap = (now - l->since) / found;
	if (gap > XSR_LATE_GAP_MOST)
		gap = XSR_LATE_GAP_MOST;
	l->gap = (3 * l->gap + gap) / 4;
	l->since = now;
	l->alone += found < XSR_LATE_STREAM - l->alone ? found : XSR_LATE_STREAM - l->alone;
}

/* How long to leave the ring alone after a look that found something, ns, at most @most; 0: not at all. */
static inline u64 xsr_late_wait(struct xsr_late *l, u64 most)
{
	u64 wait = l->gap * XSR_LATE_MANY;

	if (l->alone < XSR_LATE_STREAM || l->gap * XSR_LATE_FEW > most)
		return 0;
	l->left = true;
	return wait < most ? wait : most;
}

#endif /* XSR_LATE_H */
