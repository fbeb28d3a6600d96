/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which members of a pool are in use, idle, or not made yet.
 *
 * Members are numbered 0..size-1; what a member is (a granted page, a grant reference) only the
 * caller knows. The member given back last is taken first, so that a pool works on as few pages as
 * the load needs: those stay in the caches and in the peer's table of mappings, and the others
 * sink to the bottom, where the caller retires what a whole window of time has not touched.
 *
 * Members that belong together are a chain, in order, linked through one array: what the pool is asked
 * for is cut off its idle chain and what it gets is put before it, in the same order, so that giving
 * many costs no more than giving one, and who takes as many again gets them in the same order. The
 * peer's cache looks for the page first that followed the one before the last time (grant/cache.h).
 *
 * Never allocates, grants or locks: the caller brings the storage and serialises all calls, but for
 * those on chains of members that are in use, which belong to whoever took them.
 * Callers: grant/linux/granted.c.
 */
#ifndef XSR_REFS_H
#define XSR_REFS_H

#include "ring/env.h"

/* Members that belong together; all zero: none. What is linked is known by n alone. */
struct xsr_chain {
	u32 first;
	u32 last;
	u32 n;
};

struct xsr_refs {
	u32 *next; /* caller's storage: the member behind each in its chain */
	u32 size; /* ceiling: most members there can be */
	struct xsr_chain idle; /* the one given back last first */
	struct xsr_chain blank; /* not made */
	u32 low; /* fewest idle members since the window began */
};

/* Begin with @size members over @storage of as many u32, none of them made. */
void xsr_refs_init(struct xsr_refs *r, u32 *storage, u32 size);

/* Members that were taken or made, and are neither given back nor dropped. */
static inline u32 xsr_refs_in_use(const struct xsr_refs *r)
{
	return r->size - r->idle.n - r->blank.n;
}

/* Members that exist: in use or idle. */
static inline u32 xsr_refs_made(const struct xsr_refs *r)
{
	return r->size - r->blank.n;
}

/* A chain of @member alone. */
static inline struct xsr_chain xsr_chain_of(u32 member)
{
	return (struct xsr_chain){ member, member, 1 };
}

/* The member behind @member in its chain; only while it is not the last. */
static inline u32 xsr_refs_next(const struct xsr_refs *r, u32 member)
{
	return r->next[member];
}

/* Append @more to @c; @more is empty then. */
static inline void xsr_refs_join(struct xsr_refs *r, struct xsr_chain *c, struct xsr_chain *more)
{
	if (!more->n)
		return;
	if (c->n)
		r->next[c->last] = more->first;
	else
		c->first = more->first;
	c->last = more->last;
	c->n += more->n;
	more->n = 0;
}

/* Append @member, which is in no chain. */
static inline void xsr_refs_add(struct xsr_refs *r, struct xsr_chain *c, u32 member)
{
	struct xsr_chain one = xsr_chain_of(member);

	xsr_refs_join(r, c, &one);
}

/* Cut the first @n members, or all if there are fewer, off @from. Returns them. */
static inline struct xsr_chain xsr_refs_cut(const struct xsr_refs *r, struct xsr_chain *from, u32 n)
{
	struct xsr_chain c = { from->first, from->first, n };
	u32 i;

	if (n >= from->n) {
		c = *from;
		from->n = 0;
		return c;
	}
	for (i = 1; i < n; i++)
		c.last = r->next[c.last];
	if (n)
		from->first = r->next[c.last];
	from->n -= n;
	return c;
}

/* Take the first member off @c, which has one. */
static inline u32 xsr_refs_pop(const struct xsr_refs *r, struct xsr_chain *c)
{
	return xsr_refs_cut(r, c, 1).first;
}

/* Take @n idle members, or all if there are fewer, those first that were given back last. */
static inline struct xsr_chain xsr_refs_take(struct xsr_refs *r, u32 n)
{
	struct xsr_chain c = xsr_refs_cut(r, &r->idle, n);

	if (r->idle.n < r->low)
		r->low = r->idle.n;
	return c;
}

/* Put @c before @to; @c is empty then. Returns false, nothing changed, if fewer members are in use. */
static inline bool xsr_refs_return(struct xsr_refs *r, struct xsr_chain *c, struct xsr_chain *to)
{
	if (c->n > xsr_refs_in_use(r))
		return false;
	xsr_refs_join(r, c, to);
	*to = *c;
	c->n = 0;
	return true;
}

/* Give @c back; it is empty then. Returns false, nothing changed, if fewer members are in use. */
static inline bool xsr_refs_give(struct xsr_refs *r, struct xsr_chain *c)
{
	return xsr_refs_return(r, c, &r->idle);
}

/*
 * Take @n members that are not made yet, or as many as there are below the ceiling, which the caller
 * now makes, and drops if it cannot.
 */
static inline struct xsr_chain xsr_refs_make(struct xsr_refs *r, u32 n)
{
	return xsr_refs_cut(r, &r->blank, n);
}

/* The members of @c are no more; it is empty then. Returns false, nothing changed, if fewer are in use. */
static inline bool xsr_refs_drop(struct xsr_refs *r, struct xsr_chain *c)
{
	return xsr_refs_return(r, c, &r->blank);
}

/* Take @n of the members idle longest, or all, to drop them or give them back. Walks past those that stay. */
struct xsr_chain xsr_refs_retire(struct xsr_refs *r, u32 n);

/*
 * End a window of time and begin the next. Returns how many members were idle all through it, and
 * are idle still: nobody would have missed them.
 */
u32 xsr_refs_window(struct xsr_refs *r);

#endif /* XSR_REFS_H */
