/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When a sender asks for the event of its answers: late, while nobody waits for one.
 *
 * What was copied when it was sent is over for the sender's side: its answer only makes room. As long
 * as nothing else is under way, the event is asked for when most of the ring has been answered, which
 * comes before the ring is full, and the sender has answers taken beforehand whenever many are there.
 * Once an entry is sent that somebody waits for, the answers' side looks again and asks for it earlier.
 *
 * Two contexts: the sender counts what is waited for and then publishes; the answers' side says that it
 * is late and then arms. Orderings C and D of ring.h lie between, so that one of the two sees the other:
 * either the sender finds it late and has it look again, or it finds that somebody waits.
 * Never allocates or locks. Callers: frontend/net/.
 */
#ifndef XSR_LAZY_H
#define XSR_LAZY_H

#include "ring/ring.h"

/* So many answers that nobody waits for are worth being taken. */
#define XSR_LAZY_MANY 64
/* The event of answers that nobody waits for comes when so many of @size are there. */
#define XSR_LAZY_AHEAD(size) ((size) - (size) / 4)

struct xsr_lazy {
	u32 put; /* sender: entries that somebody waits for, free-running */
	u8 apart[64]; /* the two sides write different cache lines */
	u32 done; /* answers: how many of those are answered */
	u32 late; /* answers: the event is far away */
};

/* Entries under way that somebody waits for. */
static inline u32 xsr_lazy_waited(const struct xsr_lazy *l)
{
	return xsr_read_once(&l->put) - xsr_read_once(&l->done);
}

/* Sender: @n entries that somebody waits for were put; before they are published. */
static inline void xsr_lazy_put(struct xsr_lazy *l, u32 n)
{
	xsr_write_once(&l->put, l->put + n);
}

/* Answers: @n of them are answered. */
static inline void xsr_lazy_done(struct xsr_lazy *l, u32 n)
{
	xsr_write_once(&l->done, l->done + n);
}

/*
 * Sender, after a publish: shall the answers' side look, although no event has come? What the peer says
 * is not checked here; the worst it can do is to have it look each time.
 */
static inline bool xsr_lazy_look(const struct xsr_lazy *l, const struct xsr_ring *r)
{
	if (!xsr_read_once(&l->late))
		return false;
	return xsr_lazy_waited(l) || xsr_ring_glance(r) >= XSR_LAZY_MANY;
}

/* Answers: ask for the next event. Returns true if what it would be for is there already. */
static inline bool xsr_lazy_arm(struct xsr_lazy *l, struct xsr_ring *r)
{
	u32 ahead;

	if (!xsr_lazy_waited(l)) {
		xsr_write_once(&l->late, 1);
		if (xsr_ring_arm(r, XSR_LAZY_AHEAD(r->size)))
			return true;
		if (!xsr_lazy_waited(l))
			return false;
	}
	xsr_write_once(&l->late, 0);
	/* As the rest is under way, the event does come: half of it is soon enough. */
	ahead = xsr_ring_busy(r) / 2;
	return xsr_ring_arm(r, ahead ? ahead : 1);
}

#endif /* XSR_LAZY_H */
