// SPDX-License-Identifier: GPL-2.0
/*
 * A pool of granted pages or bare grant references; see granted.h.
 *
 * The books are in grant/refs.c; here is what a member is made of. The lock covers the books only:
 * pages and references are got and given up outside it, by whoever has the member in use.
 */
#include <linux/slab.h>
#include <xen/page.h>

#include "grant/linux/granted.h"
#include "ring/linux/compat/compat.h"

/* How many members are given up between two looks at the books. */
#define GRANTED_CHUNK 32

int xsr_granted_create(struct xsr_granted *g, domid_t domid, u32 max, bool bare)
{
	u32 i;

	memset(g, 0, sizeof(*g));
	spin_lock_init(&g->lock);
	g->domid = domid;
	g->bare = bare;
	g->slot = kvcalloc(max, sizeof(*g->slot), GFP_KERNEL);
	g->member = kvcalloc(max, sizeof(*g->member), GFP_KERNEL);
	if (!g->slot || !g->member) {
		xsr_granted_destroy(g);
		return -ENOMEM;
	}
	xsr_refs_init(&g->refs, g->slot, max);
	for (i = 0; i < max; i++)
		g->member[i].gref = INVALID_GRANT_REF;
	return 0;
}
EXPORT_SYMBOL_GPL(xsr_granted_create);

/* Take the first member off @c, which has one. */
static u32 chain_pop(struct xsr_granted *g, struct xsr_chain *c)
{
	u32 member = c->first;

	if (--c->n)
		c->first = g->member[member].next;
	return member;
}

void xsr_granted_join(struct xsr_granted *g, struct xsr_chain *c, struct xsr_chain *more)
{
	if (!more->n)
		return;
	if (c->n)
		g->member[c->last].next = more->first;
	else
		c->first = more->first;
	c->last = more->last;
	c->n += more->n;
	more->n = 0;
}
EXPORT_SYMBOL_GPL(xsr_granted_join);

/* Grant the page of @m to the peer for good. */
static void member_grant(const struct xsr_granted *g, const struct xsr_granted_member *m)
{
	gnttab_grant_foreign_access_ref(m->gref, g->domid, xen_page_to_gfn(virt_to_page(m->addr)),
					0);
}

/* Give up a member that may be mapped by the peer. It is not made then. */
static void member_abandon(const struct xsr_granted *g, struct xsr_granted_member *m)
{
	gnttab_end_foreign_access(m->gref, m->addr ? virt_to_page(m->addr) : NULL);
	m->gref = INVALID_GRANT_REF;
	m->addr = NULL;
}

/* Give up an idle member. Returns false, nothing changed, if the peer has its page mapped. */
static bool member_free(const struct xsr_granted *g, struct xsr_granted_member *m)
{
	if (g->bare)
		gnttab_free_grant_reference(m->gref);
	else if (!gnttab_try_end_foreign_access(m->gref))
		return false;
	if (m->addr)
		free_page((unsigned long)m->addr);
	m->gref = INVALID_GRANT_REF;
	m->addr = NULL;
	return true;
}

/* Give a member its page and a reference out of *@refs. */
static bool member_make(const struct xsr_granted *g, struct xsr_granted_member *m,
			grant_ref_t *refs, gfp_t gfp)
{
	int ref;

	if (!g->bare) {
		m->addr = (void *)get_zeroed_page(gfp | __GFP_NOWARN);
		if (!m->addr)
			return false;
	}
	ref = gnttab_claim_grant_reference(refs);
	if (ref < 0) {
		free_page((unsigned long)m->addr);
		m->addr = NULL;
		return false;
	}
	m->gref = ref;
	if (!g->bare)
		member_grant(g, m);
	return true;
}

/* Make all members of @c, or none. */
static bool chain_make(struct xsr_granted *g, struct xsr_chain *c, gfp_t gfp)
{
	u32 i, at = c->first;
	grant_ref_t refs;

	if (gnttab_alloc_grant_references(c->n, &refs))
		return false;
	for (i = 0; i < c->n; i++, at = g->member[at].next)
		if (!member_make(g, &g->member[at], &refs, gfp))
			break;
	gnttab_free_grant_references(refs);
	if (i == c->n)
		return true;
	for (at = c->first; i; i--, at = g->member[at].next)
		member_abandon(g, &g->member[at]);
	return false;
}

/* All members of @c are no more, and their pages and references given up. */
static void chain_drop(struct xsr_granted *g, struct xsr_chain *c)
{
	unsigned long flags;

	if (!c->n)
		return;
	spin_lock_irqsave(&g->lock, flags);
	while (c->n)
		xsr_refs_drop(&g->refs, chain_pop(g, c));
	spin_unlock_irqrestore(&g->lock, flags);
}

void xsr_granted_give(struct xsr_granted *g, struct xsr_chain *c)
{
	unsigned long flags;

	if (!c->n)
		return;
	spin_lock_irqsave(&g->lock, flags);
	while (c->n)
		xsr_refs_give(&g->refs, chain_pop(g, c));
	spin_unlock_irqrestore(&g->lock, flags);
}
EXPORT_SYMBOL_GPL(xsr_granted_give);

/* Pick @n members: idle ones into @c, and for the rest ones to be made into @raw. */
static bool granted_pick(struct xsr_granted *g, u32 n, struct xsr_chain *c, struct xsr_chain *raw)
{
	unsigned long flags;
	bool enough;
	u32 member;

	spin_lock_irqsave(&g->lock, flags);
	enough = n <= g->refs.idle + g->refs.blank;
	while (enough && c->n < n && xsr_refs_take(&g->refs, &member))
		xsr_granted_add(g, c, member);
	while (enough && c->n + raw->n < n && xsr_refs_make(&g->refs, &member))
		xsr_granted_add(g, raw, member);
	spin_unlock_irqrestore(&g->lock, flags);
	return enough;
}

bool xsr_granted_take(struct xsr_granted *g, u32 n, struct xsr_chain *c)
{
	struct xsr_chain raw = {};

	*c = raw;
	if (!granted_pick(g, n, c, &raw))
		return false;
	if (raw.n && !chain_make(g, &raw, GFP_ATOMIC)) {
		chain_drop(g, &raw);
		xsr_granted_give(g, c);
		return false;
	}
	xsr_granted_join(g, c, &raw);
	return true;
}
EXPORT_SYMBOL_GPL(xsr_granted_take);

static bool granted_pick_raw(struct xsr_granted *g, u32 n, struct xsr_chain *raw)
{
	unsigned long flags;
	u32 member;

	spin_lock_irqsave(&g->lock, flags);
	while (xsr_refs_made(&g->refs) < n && raw->n < GRANTED_CHUNK &&
	       xsr_refs_make(&g->refs, &member))
		xsr_granted_add(g, raw, member);
	spin_unlock_irqrestore(&g->lock, flags);
	return raw->n;
}

int xsr_granted_fill(struct xsr_granted *g, u32 n)
{
	struct xsr_chain raw = {};

	g->floor = n;
	while (granted_pick_raw(g, n, &raw)) {
		if (!chain_make(g, &raw, GFP_KERNEL)) {
			chain_drop(g, &raw);
			return -ENOMEM;
		}
		xsr_granted_give(g, &raw);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(xsr_granted_fill);

void xsr_granted_lend(struct xsr_granted *g, u32 member, struct page *page, bool readonly)
{
	gnttab_grant_foreign_access_ref(g->member[member].gref, g->domid, xen_page_to_gfn(page),
					readonly);
}
EXPORT_SYMBOL_GPL(xsr_granted_lend);

void xsr_granted_quarantine(struct xsr_granted *g, struct xsr_chain *c)
{
	u32 i, at = c->first;

	for (i = 0; i < c->n; i++, at = g->member[at].next)
		member_abandon(g, &g->member[at]);
	chain_drop(g, c);
}
EXPORT_SYMBOL_GPL(xsr_granted_quarantine);

bool xsr_granted_revoke(struct xsr_granted *g, struct xsr_chain *c)
{
	struct xsr_chain good = {};
	bool honest = true;

	/* The core prints a line for each failure: one is enough. */
	while (honest && c->n)
		honest = xsr_granted_revoke_one(g, chain_pop(g, c), &good);
	xsr_granted_quarantine(g, c);
	*c = good;
	return honest;
}
EXPORT_SYMBOL_GPL(xsr_granted_revoke);

u32 xsr_granted_in_use(struct xsr_granted *g)
{
	unsigned long flags;
	u32 n;

	spin_lock_irqsave(&g->lock, flags);
	n = xsr_refs_in_use(&g->refs);
	spin_unlock_irqrestore(&g->lock, flags);
	return n;
}
EXPORT_SYMBOL_GPL(xsr_granted_in_use);

/*
 * Give up to @n of the members idle longest up. Returns how many were looked at; the ones the peer
 * has mapped are idle again.
 */
static u32 granted_retire(struct xsr_granted *g, u32 n)
{
	struct xsr_chain kept = {}, gone = {};
	u32 member[GRANTED_CHUNK], i;
	unsigned long flags;

	spin_lock_irqsave(&g->lock, flags);
	n = xsr_refs_retire(&g->refs, member, min_t(u32, n, GRANTED_CHUNK));
	spin_unlock_irqrestore(&g->lock, flags);
	for (i = 0; i < n; i++) {
		bool freed = member_free(g, &g->member[member[i]]);

		xsr_granted_add(g, freed ? &gone : &kept, member[i]);
	}
	chain_drop(g, &gone);
	xsr_granted_give(g, &kept);
	return n;
}

void xsr_granted_shrink(struct xsr_granted *g)
{
	unsigned long flags;
	u32 surplus, made;

	spin_lock_irqsave(&g->lock, flags);
	surplus = xsr_refs_window(&g->refs);
	made = xsr_refs_made(&g->refs);
	spin_unlock_irqrestore(&g->lock, flags);
	surplus = made > g->floor ? min(surplus, made - g->floor) : 0;
	while (surplus) {
		u32 n = granted_retire(g, surplus);

		if (!n)
			return;
		surplus -= n;
	}
}
EXPORT_SYMBOL_GPL(xsr_granted_shrink);

u32 xsr_granted_drain(struct xsr_granted *g)
{
	u32 left = g->refs.idle;

	while (left) {
		u32 n = granted_retire(g, left);

		if (!n)
			break;
		left -= n;
	}
	return xsr_refs_made(&g->refs);
}
EXPORT_SYMBOL_GPL(xsr_granted_drain);

void xsr_granted_destroy(struct xsr_granted *g)
{
	u32 member;

	if (g->slot && g->member) {
		if (xsr_refs_in_use(&g->refs))
			pr_err("xsr: %u granted pages still in use\n", xsr_refs_in_use(&g->refs));
		while (xsr_refs_take(&g->refs, &member))
			if (!member_free(g, &g->member[member]))
				member_abandon(g, &g->member[member]);
	}
	kvfree(g->member);
	kvfree(g->slot);
	g->member = NULL;
	g->slot = NULL;
}
EXPORT_SYMBOL_GPL(xsr_granted_destroy);
