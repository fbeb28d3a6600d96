/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the pieces of requests to the grant operations they need, and from the status of each
 * operation back to its piece.
 *
 * Mapping:    xsr_plan_find()   pieces that the cache has are lent by it, the rest are counted
 *             xsr_plan_map()    the rest become operations, several requests in one plan
 *             (the shell executes the plan and reports each status with xsr_plan_mapped())
 *             xsr_plan_keep()   what was mapped stays in the cache if it may
 *             xsr_pieces_owned()  did a request get all its pieces?
 * Unmapping:  xsr_plan_unmap()  the transient pieces become operations
 *             (the shell executes the plan and reports each with xsr_plan_unmapped())
 *             xsr_pieces_give() the persistent ones go back to the cache
 * Copying:    xsr_piece_back()  instead of being mapped a piece gets a page of ours
 *             xsr_plan_copy()   those whose copy is still to be made become operations
 *             (the shell executes the plan and reports each status with xsr_plan_copied())
 *             xsr_pieces_copied()  was each of them made?
 *             xsr_piece_unback()  the page is free again
 * A piece always says itself who has to undo it, so a request that failed half way is undone by the
 * same calls as one that went well, and exactly what was mapped is unmapped.
 *
 * Nothing here maps, locks or allocates: the caller gives the storage, and serialises calls that
 * name a cache. Callers: grant/linux/mapped.c and backend/.
 */
#ifndef XSR_PLAN_H
#define XSR_PLAN_H

#include "grant/cache.h"

/* Operations of one kind, each for one piece; the shell goes through op[0..n). */
struct xsr_plan {
	struct xsr_piece **op; /* caller's storage */
	u32 size;
	u32 n;
};

/* Set up an empty plan over @storage of @size pointers, which the caller keeps. */
static inline void xsr_plan_init(struct xsr_plan *plan, struct xsr_piece **storage, u32 size)
{
	plan->op = storage;
	plan->size = size;
	plan->n = 0;
}

/* Forget the operations, which have been executed. */
static inline void xsr_plan_reset(struct xsr_plan *plan)
{
	plan->n = 0;
}

/*
 * Have @cache (NULL: the peer's grants are not persistent) lend what it has of @pieces that are not
 * owned yet, and not granted for their request only. A reference that is in use by another request, or twice in this one, is not lent
 * again. Returns how many of them are still not owned.
 */
u32 xsr_plan_find(struct xsr_cache *cache, struct xsr_piece *pieces, u32 n);

/*
 * Plan to map each of @pieces that is not owned; their pages are set by now.
 * Returns false, with nothing planned, if the plan has no room for them.
 */
bool xsr_plan_map(struct xsr_plan *plan, struct xsr_piece *pieces, u32 n);

/* The shell's answer to operation @i of mapping: done, and @handle undoes it; or not done. */
void xsr_plan_mapped(struct xsr_plan *plan, u32 i, bool done, u32 handle);

/* How many operations of a mapping plan may end with something that is kept. */
u32 xsr_plan_keepable(const struct xsr_plan *plan);

/* Let @cache keep what a mapping plan mapped and may be kept, as far as it takes it. */
void xsr_plan_keep(struct xsr_plan *plan, struct xsr_cache *cache);

/* Is each of @pieces mapped, in one way or the other? */
bool xsr_pieces_owned(const struct xsr_piece *pieces, u32 n);

/* How many of @pieces are mapped for their request only? */
u32 xsr_pieces_transient(const struct xsr_piece *pieces, u32 n);

/*
 * Plan to unmap each of @pieces that is transient.
 * Returns false, with nothing planned, if the plan has no room for them.
 */
bool xsr_plan_unmap(struct xsr_plan *plan, struct xsr_piece *pieces, u32 n);

/* The shell's answer to operation @i of unmapping: it is over, and nobody owns the piece. */
void xsr_plan_unmapped(struct xsr_plan *plan, u32 i);

/* Back @piece, which is not owned, by @page of ours. Its part of the page is where the peer's is. */
void xsr_piece_back(struct xsr_piece *piece, void *page);

/* Take the page from a @piece backed by one, which is not owned then. NULL, nothing done, for others. */
void *xsr_piece_unback(struct xsr_piece *piece);

/*
 * Plan to copy each of @pieces that is backed and whose copy was not made; which way is the shell's.
 * Returns false, with nothing planned, if the plan has no room for them.
 */
bool xsr_plan_copy(struct xsr_plan *plan, struct xsr_piece *pieces, u32 n);

/* The shell's answer to operation @i of copying. */
void xsr_plan_copied(struct xsr_plan *plan, u32 i, bool done);

/* Was the copy made of each of @pieces that is backed? */
bool xsr_pieces_copied(const struct xsr_piece *pieces, u32 n);

/* Give those of @pieces that are persistent back to @cache at time @now. */
void xsr_pieces_give(struct xsr_cache *cache, struct xsr_piece *pieces, u32 n, u32 now);

#endif /* XSR_PLAN_H */
