/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of our own for small pieces of requests, which Xen copies instead of mapping the peer's.
 *
 * For a page or two a copy costs less than a mapping and its end, which are two hypercalls and make
 * all CPUs forget what they know of the address. One struct xsr_bounced serves one queue: its pool
 * of pages, which are charged to the guest's budget, and one batch of copies, in one direction. A
 * piece uses the same part of our page as of the peer's, so each piece is one copy.
 *
 * Pages are zeroed when they are made and stay with the queue, so that what they hold besides a
 * request's own bytes is never another guest's. Copies are made by the queue's thread, and pages are
 * handed out by it; they are given back by whoever ends the request.
 */
#ifndef XSR_LINUX_BOUNCED_H
#define XSR_LINUX_BOUNCED_H

#include <linux/list.h>
#include <linux/spinlock.h>

#include "grant/linux/budget.h"
#include "grant/linux/copied.h"
#include "grant/plan.h"

/* Most copies of one hypercall. */
#define XSR_BOUNCED_BATCH 128

struct xsr_bounced {
	struct xsr_budget *budget; /* of the guest */
	u32 limit; /* of the budget; set by the owner before it asks for pages */
	spinlock_t lock; /* of all up to out */
	struct list_head idle; /* pages, by their lru */
	u32 nr_idle;
	u32 least; /* fewest that were idle since the last window */
	u32 out; /* pages that pieces have */
	struct xsr_plan plan;
	struct xsr_piece **op; /* storage of the plan */
	struct xsr_copied copied;
};

/* Begin with no pages. Returns 0 or -ENOMEM with nothing left behind. Sleeps. */
int xsr_bounced_create(struct xsr_bounced *b, struct xsr_budget *budget);

/* Free all pages; none is in use. Harmless on a zeroed or destroyed one. */
void xsr_bounced_destroy(struct xsr_bounced *b);

/*
 * Back each of @pieces, none of which is owned, by a page. Returns false if there is no memory for
 * all of them, or the budget does not allow it, or @b was never created; none has a page then.
 * The queue's thread.
 */
bool xsr_bounced_get_pages(struct xsr_bounced *b, struct xsr_piece *pieces, u32 n);

/* Take the pages back that @pieces have. Any context. */
void xsr_bounced_put_pages(struct xsr_bounced *b, struct xsr_piece *pieces, u32 n);

/*
 * Gather the copies that @pieces still need, out of the peer's pages or, with @to_peer, into them.
 * Returns false, with nothing gathered, if the batch has no room for them: run it first.
 */
bool xsr_bounced_plan(struct xsr_bounced *b, struct xsr_piece *pieces, u32 n, bool to_peer);

/* Make the copies, in one hypercall, none for an empty batch; xsr_pieces_copied() tells. Sleeps. */
void xsr_bounced_run(struct xsr_bounced *b);

/* Free unused pages above @keep. */
void xsr_bounced_trim(struct xsr_bounced *b, u32 keep);

/* Free what was unused ever since the last call. Call every few seconds. */
void xsr_bounced_window(struct xsr_bounced *b);

#endif /* XSR_LINUX_BOUNCED_H */
