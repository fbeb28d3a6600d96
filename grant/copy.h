/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From parts of the peer's pages and parts of our memory to the single copies that Xen can make.
 *
 * Two lists of spans describe the same bytes, one in granted pages and one in ours. A walk over
 * both cuts them into pieces that cross a page on neither side, which is all that one grant copy
 * may do, in the order of the bytes. The shell makes a copy of each piece and learns the fate of
 * each; xsr_copy_count() says beforehand how many there will be, so that a packet's copies are
 * those from one number to another, and go into one batch or wait for the next.
 *
 * Nothing here copies, locks or allocates. Callers: backend/net/, beside grant/linux/copied.h.
 */
#ifndef XSR_COPY_H
#define XSR_COPY_H

#include "ring/env.h"

/* A part of one granted page. Of a walk that matches, offset + bytes is at most a page. */
struct xsr_copy_peer {
	u32 gref;
	u16 offset;
	u16 bytes; /* may be 0 */
};

/* A part of our memory, in one piece as addresses go; it may lie over any number of pages. */
struct xsr_copy_own {
	void *at;
	u32 bytes; /* may be 0 */
};

/* What one grant copy does. */
struct xsr_copy_piece {
	void *at;
	u32 gref;
	u16 offset; /* in the peer's page */
	u16 bytes; /* never 0 */
	u16 span; /* number of the peer's span it belongs to */
};

struct xsr_copy_walk {
	const struct xsr_copy_peer *peer;
	const struct xsr_copy_own *own;
	u32 nr_peer;
	u32 nr_own;
	u32 peer_i; /* where we are: span, and bytes of it that are done */
	u32 peer_done;
	u32 own_i;
	u32 own_done;
};

/*
 * Do the two lists hold equally many bytes, and is each of the peer's spans inside its page? What
 * does not match must not be walked.
 */
bool xsr_copy_matches(const struct xsr_copy_peer *peer, u32 nr_peer, const struct xsr_copy_own *own,
		      u32 nr_own);

/* Begin to walk over @peer[0..nr_peer) and @own[0..nr_own), which the caller keeps. */
static inline void xsr_copy_begin(struct xsr_copy_walk *w, const struct xsr_copy_peer *peer,
				  u32 nr_peer, const struct xsr_copy_own *own, u32 nr_own)
{
	*w = (struct xsr_copy_walk){ peer, own, nr_peer, nr_own, 0, 0, 0, 0 };
}

/* The next piece. Returns false, @piece untouched, at the end of either list. */
bool xsr_copy_next(struct xsr_copy_walk *w, struct xsr_copy_piece *piece);

/* How many pieces are left of @w. */
u32 xsr_copy_count(const struct xsr_copy_walk *w);

#endif /* XSR_COPY_H */
