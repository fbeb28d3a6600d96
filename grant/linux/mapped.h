/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mapping the peer's pages: the executor of plans, and the pages that grants are mapped at.
 *
 * One struct xsr_mapped serves one queue, and one context at a time uses it (the queue's thread, or
 * whoever tears the queue down). All calls may sleep: Xen may ask for a retry (GNTST_eagain) while
 * it pages the peer's memory in, so none of this belongs into an interrupt. An empty plan costs no
 * hypercall.
 */
#ifndef XSR_LINUX_MAPPED_H
#define XSR_LINUX_MAPPED_H

#include <xen/grant_table.h>

#include "grant/linux/budget.h"
#include "grant/plan.h"

/* Most operations of one hypercall, and so of one plan. */
#define XSR_MAPPED_BATCH 288

struct xsr_mapped_ops;

struct xsr_mapped {
	struct xsr_budget *budget; /* of the guest; whose grants they are */
	u32 charged; /* pages charged to it */
	u32 limit; /* of the budget; set by the owner before it asks for pages */
	u32 reserve; /* pages that are not given back to the system while this lives */
	u32 out; /* pages that are not in the pool */
	u32 lost; /* pages that Xen would not unmap, so that nobody may use them again */
	struct gnttab_page_cache pool;
	struct xsr_plan plan;
	struct xsr_mapped_ops *ops;
	u64 map_calls; /* hypercalls, and operations in them */
	u64 map_ops;
	u64 unmap_calls;
	u64 unmap_ops;
};

/*
 * Set up for grants of the guest whose @budget it is, with @reserve pages in hand, which it gets
 * whatever the limit. Returns 0 or -ENOMEM with nothing left behind.
 */
int xsr_mapped_create(struct xsr_mapped *m, struct xsr_budget *budget, u32 reserve);

/* Give all pages back. Everything is unmapped by now. Harmless on a zeroed or destroyed one. */
void xsr_mapped_destroy(struct xsr_mapped *m);

/* Give back unused pages above @keep, but not the reserve. */
void xsr_mapped_trim(struct xsr_mapped *m, u32 keep);

/* Is there a page unused beyond what a trim to @keep would leave? */
static inline bool xsr_mapped_fat(const struct xsr_mapped *m, u32 keep)
{
	return READ_ONCE(m->pool.num_pages) > max(keep, m->reserve);
}

/*
 * Give each of @pieces that is not owned a page to be mapped at. Returns false if there is no
 * memory for all of them, or the budget does not allow it; none has a page then.
 */
bool xsr_mapped_get_pages(struct xsr_mapped *m, struct xsr_piece *pieces, u32 n);

/*
 * Map what m->plan says, in one hypercall. A piece whose operation failed is not owned afterwards
 * and has no page. The plan stays as it is, for xsr_plan_keep(); the caller resets it.
 */
void xsr_mapped_map(struct xsr_mapped *m);

/*
 * Is one of the transient @pieces still looked at by somebody below us, such as a network card that
 * may send it again? It must not be unmapped then.
 */
bool xsr_mapped_busy(const struct xsr_piece *pieces, u32 n);

/* Unmap what m->plan says, in one hypercall, and reset the plan. */
void xsr_mapped_unmap(struct xsr_mapped *m);

/* The same, after waiting until none of the pages is busy. */
void xsr_mapped_unmap_wait(struct xsr_mapped *m);

/*
 * Copy @bytes, a multiple of 8, from the start of the page of the owned @piece. The peer may write
 * there at any time: each word is read once, the copy is all that may be looked at.
 */
void xsr_mapped_read(const struct xsr_piece *piece, void *to, u32 bytes);

#endif /* XSR_LINUX_MAPPED_H */
