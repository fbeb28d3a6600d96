/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Having Xen copy between the peer's granted pages and our memory: many copies, one hypercall.
 *
 * One struct xsr_copied serves one direction of one queue, and one context at a time uses it. A
 * batch is gathered with xsr_copied_from() and xsr_copied_to(), executed by xsr_copied_run(), asked
 * for the fate of each copy with xsr_copied_failed(), and forgotten by xsr_copied_reset(). Nothing is
 * mapped, so there is nothing to undo, and a peer that takes a page back in mid-copy only spoils its
 * own data.
 *
 * Where Xen would like a retry, since the peer's page is paged out, xsr_copied_run(), which never
 * sleeps and may be used in softirq, lets that one copy fail; a thread that has time uses
 * xsr_copied_run_wait().
 */
#ifndef XSR_LINUX_COPIED_H
#define XSR_LINUX_COPIED_H

#include <linux/types.h>
#include <xen/grant_table.h>

#include "ring/env.h"

struct xsr_copied {
	domid_t domid;
	u32 size; /* most copies of one batch */
	u32 n; /* copies gathered */
	struct gnttab_copy *op;
	u64 calls; /* hypercalls, and copies in them */
	u64 ops;
	u64 failed; /* copies that Xen refused */
};

/* Set up for grants of @domid and batches of @size. Returns 0 or -ENOMEM. Sleeps. */
int xsr_copied_create(struct xsr_copied *c, domid_t domid, u32 size);

/* Free it. Harmless on a zeroed or destroyed one. */
void xsr_copied_destroy(struct xsr_copied *c);

/* How many copies may still be gathered. */
static inline u32 xsr_copied_room(const struct xsr_copied *c)
{
	return c->size - c->n;
}

/*
 * Gather a copy of @bytes from @offset in the peer's page @gref to @to. Neither end may reach
 * beyond its page; @to is in the kernel's direct map. Only while there is room.
 */
void xsr_copied_from(struct xsr_copied *c, u32 gref, u32 offset, void *to, u32 bytes);

/* The same the other way; @from may be in a page that is itself a mapped grant of some domain. */
void xsr_copied_to(struct xsr_copied *c, u32 gref, u32 offset, const void *from, u32 bytes);

/* Execute what was gathered: one hypercall, none for an empty batch. */
void xsr_copied_run(struct xsr_copied *c);

/* The same, and copies that Xen wants tried again are, for a quarter of a second at most. Sleeps. */
void xsr_copied_run_wait(struct xsr_copied *c);

/* After a run: did copy @i (in the order of gathering) fail? */
static inline bool xsr_copied_failed(const struct xsr_copied *c, u32 i)
{
	return c->op[i].status != GNTST_okay;
}

/* Begin the next batch. */
static inline void xsr_copied_reset(struct xsr_copied *c)
{
	c->n = 0;
}

#endif /* XSR_LINUX_COPIED_H */
