/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which members of a pool are in use, idle, or not made yet.
 *
 * Members are numbered 0..size-1; what a member is (a granted page, a grant reference) only the
 * caller knows. The member given back last is taken first, so that a pool works on as few pages as
 * the load needs: those stay in the caches and in the peer's table of mappings, and the others
 * sink to the bottom, where the caller retires what a whole window of time has not touched.
 *
 * One array holds everything: idle members stand at its low end as a stack, members not made yet
 * at its high end, and what is missing in between is in use.
 *
 * Never allocates, grants or locks: the caller brings the storage and serialises all calls.
 * Callers: grant/linux/granted.c.
 */
#ifndef XSR_REFS_H
#define XSR_REFS_H

#include "ring/env.h"

struct xsr_refs {
	u32 *slot; /* caller's storage, one u32 a member */
	u32 size; /* ceiling: most members there can be */
	u32 idle; /* slot[0..idle): idle, the one idle longest first */
	u32 blank; /* slot[size-blank..size): not made */
	u32 low; /* fewest idle members since the window began */
};

/* Begin with @size members over @storage of as many u32, none of them made. */
void xsr_refs_init(struct xsr_refs *r, u32 *storage, u32 size);

/* Members that were taken or made, and are neither given back nor dropped. */
static inline u32 xsr_refs_in_use(const struct xsr_refs *r)
{
	return r->size - r->idle - r->blank;
}

/* Members that exist: in use or idle. */
static inline u32 xsr_refs_made(const struct xsr_refs *r)
{
	return r->size - r->blank;
}

/* Take the idle member given back last. Returns false, @member untouched, if none is idle. */
static inline bool xsr_refs_take(struct xsr_refs *r, u32 *member)
{
	if (!r->idle)
		return false;
	*member = r->slot[--r->idle];
	if (r->idle < r->low)
		r->low = r->idle;
	return true;
}

/* Give @member back. Returns false, nothing changed, if no member is in use. */
static inline bool xsr_refs_give(struct xsr_refs *r, u32 member)
{
	if (!xsr_refs_in_use(r))
		return false;
	r->slot[r->idle++] = member;
	return true;
}

/*
 * Take a member that is not made yet, which the caller now makes, and drops if it cannot.
 * Returns false, @member untouched, at the ceiling.
 */
static inline bool xsr_refs_make(struct xsr_refs *r, u32 *member)
{
	if (!r->blank)
		return false;
	*member = r->slot[r->size - r->blank--];
	return true;
}

/* @member, which is in use, is no more. Returns false, nothing changed, if none is in use. */
static inline bool xsr_refs_drop(struct xsr_refs *r, u32 member)
{
	if (!xsr_refs_in_use(r))
		return false;
	r->slot[r->size - ++r->blank] = member;
	return true;
}

/*
 * Take up to @n of the members idle longest, to drop them or give them back.
 * @members: room for @n. Returns how many.
 */
u32 xsr_refs_retire(struct xsr_refs *r, u32 *members, u32 n);

/*
 * End a window of time and begin the next. Returns how many members were idle all through it, and
 * are idle still: nobody would have missed them.
 */
u32 xsr_refs_window(struct xsr_refs *r);

#endif /* XSR_REFS_H */
