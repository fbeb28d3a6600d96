/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A pool of what a front-end shows to its back-end: pages that stay granted, or bare references.
 *
 * A pool of pages serves two ends: data is copied through it when the back-end keeps pages mapped
 * (persistent grants) or must not see anything else (trusted=0), and descriptors of indirect
 * requests live in it. Its pages are zeroed when made, granted once, and stay granted while idle, so
 * that the steady state has no grant operation at all. A bare pool keeps references only; each is
 * lent to a page of a request and revoked before the request ends.
 *
 * Nothing is made ahead of need but what xsr_granted_fill() asked for. A member costs 20 bytes of
 * table whether made or not, and a page once made.
 *
 * A page that the peer still has mapped is never freed or reused for anything else: revoking is one
 * atomic attempt, and what it fails for goes to the core's list of deferred grants, which holds a
 * reference to the page until the peer lets go.
 *
 * Members that belong together travel as a chain, in order. A chain belongs to whoever took it; the
 * pool has a lock of its own, taken once a call. This is the only place of a front-end that changes
 * grants, but for ring pages (ring/linux/pages.c).
 */
#ifndef XSR_LINUX_GRANTED_H
#define XSR_LINUX_GRANTED_H

#include <linux/mm.h>
#include <linux/spinlock.h>
#include <xen/grant_table.h>

#include "grant/refs.h"

struct xsr_granted_member {
	void *addr; /* its page; NULL in a bare pool */
	grant_ref_t gref; /* INVALID_GRANT_REF: not made */
};

struct xsr_granted {
	spinlock_t lock; /* guards refs */
	struct xsr_refs refs;
	struct xsr_granted_member *member;
	u32 floor; /* shrinking stops here */
	domid_t domid;
	bool bare;
};

/*
 * Begin an empty pool of at most @max members for domain @domid. Sleeps.
 * Returns 0 or -ENOMEM with nothing left behind. A zeroed pool may be destroyed.
 */
int xsr_granted_create(struct xsr_granted *g, domid_t domid, u32 max, bool bare);

/*
 * Make members until @n exist, and never shrink below that. Sleeps. Returns 0, or -ENOMEM if pages
 * or references ran out; what was made stays.
 */
int xsr_granted_fill(struct xsr_granted *g, u32 n);

/*
 * Take @n members into the empty chain @c, making those that are not idle. Any context but hard
 * interrupts. Returns false with nothing taken at the ceiling, or out of pages or references; trying
 * again after a completion, or a while, is right.
 */
bool xsr_granted_take(struct xsr_granted *g, u32 n, struct xsr_chain *c);

/* Give @c back, which is empty then. Bare members must have been revoked. Any context. */
void xsr_granted_give(struct xsr_granted *g, struct xsr_chain *c);

/* Append @more to @c; @more is empty then. */
static inline void xsr_granted_join(struct xsr_granted *g, struct xsr_chain *c,
				    struct xsr_chain *more)
{
	xsr_refs_join(&g->refs, c, more);
}

/* Append @member, which is in no chain. */
static inline void xsr_granted_add(struct xsr_granted *g, struct xsr_chain *c, u32 member)
{
	xsr_refs_add(&g->refs, c, member);
}

static inline void *xsr_granted_addr(const struct xsr_granted *g, u32 member)
{
	return g->member[member].addr;
}

static inline grant_ref_t xsr_granted_gref(const struct xsr_granted *g, u32 member)
{
	return g->member[member].gref;
}

/* The member after @member in its chain; only while it is not the last. */
static inline u32 xsr_granted_next(const struct xsr_granted *g, u32 member)
{
	return xsr_refs_next(&g->refs, member);
}

/* Bare pool: let the peer use @page through @member, for reading only if @readonly. */
void xsr_granted_lend(struct xsr_granted *g, u32 member, struct page *page, bool readonly);

/*
 * Bare pool: take the pages lent through @c back from the peer. Members that succeed stay in @c.
 * Returns false if the peer still had one mapped, which breaks the protocol: that page is kept from
 * being freed until it lets go, and the member is gone. Any context.
 */
bool xsr_granted_revoke(struct xsr_granted *g, struct xsr_chain *c);

/*
 * The peer is not to be trusted with @c any more, and may be using it right now: revoke what can be
 * revoked and keep the rest until the peer lets go. @c is empty then, and its members are gone.
 * Any context.
 */
void xsr_granted_quarantine(struct xsr_granted *g, struct xsr_chain *c);

/* As xsr_granted_revoke(), of @member alone, which is in no chain; appended to @c if that succeeds. */
static inline bool xsr_granted_revoke_one(struct xsr_granted *g, u32 member, struct xsr_chain *c)
{
	if (unlikely(!gnttab_end_foreign_access_ref(g->member[member].gref))) {
		struct xsr_chain one = xsr_chain_of(member);

		xsr_granted_quarantine(g, &one);
		return false;
	}
	xsr_granted_add(g, c, member);
	return true;
}

/* How many members are taken and not given back. Any context. */
u32 xsr_granted_in_use(struct xsr_granted *g);

/* Free what was idle since the last call, but what the peer has mapped. Call every few seconds. */
void xsr_granted_shrink(struct xsr_granted *g);

/* End the pool; idle pages that the peer has mapped are quarantined. Harmless when repeated. */
void xsr_granted_destroy(struct xsr_granted *g);

#endif /* XSR_LINUX_GRANTED_H */
