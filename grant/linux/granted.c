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
	u32 i, *next = kvcalloc(max, sizeof(*next), GFP_KERNEL);

	memset(g, 0, sizeof(*g));
	spin_lock_init(&g->lock);
	g->domid = domid;
	g->bare = bare;
	g->member = kvcalloc(max, sizeof(*g->member), GFP_KERNEL);
	if (!next || !g->member) {
		kvfree(next);
		kvfree(g->member);
		g->member = NULL;
		return -ENOMEM;
	}
	xsr_refs_init(&g->refs, next, max);
	for (i = 0; i < max; i++)
		g->member[i].gref = INVALID_GRANT_REF;
	return 0;
}
EXPORT_SYMBOL_GPL(xsr_granted_create);

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
	for (i = 0; i < c->n; i++, at = xsr_granted_next(g, at))
		if (!member_make(g, &g->member[at], &refs, gfp))
			break;
	gnttab_free_grant_references(refs);
	if (i == c->n)
		return true;
	for (at = c->first; i; i--, at = xsr_granted_next(g, at))
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
	xsr_refs_drop(&g->refs, c);
	spin_unlock_irqrestore(&g->lock, flags);
}

void xsr_granted_give(struct xsr_granted *g, struct xsr_chain *c)
{
	unsigned long flags;

	if (!c->n)
		return;
	spin_lock_irqsave(&g->lock, flags);
	xsr_refs_give(&g->refs, c);
	spin_unlock_irqrestore(&g->lock, flags);
}
EXPORT_SYMBOL_GPL(xsr_granted_give);

/* Pick @n members: idle ones into @c, and for the rest ones to be made into @raw. */
static bool granted_pick(struct xsr_granted *g, u32 n, struct xsr_chain *c, struct xsr_chain *raw)
{
	unsigned long flags;
	bool enough;

	spin_lock_irqsave(&g->lock, flags);
	enough = n <= g->refs.idle.n + g->refs.blank.n;
	if (enough) {
		*c = xsr_refs_take(&g->refs, n);
		*raw = xsr_refs_make(&g->refs, n - c->n);
	}
	spin_unlock_irqrestore(&g->lock, flags);
	return enough;
}

bool xsr_granted_take(struct xsr_granted *g, u32 n, struct xsr_chain *c)
{
	struct xsr_chain raw;

	c->n = 0;
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

/* Pick some of the members to be made for @n to exist. */
static bool granted_pick_raw(struct xsr_granted *g, u32 n, struct xsr_chain *raw)
{
	unsigned long flags;
	u32 made;

	spin_lock_irqsave(&g->lock, flags);
	made = xsr_refs_made(&g->refs);
	*raw = xsr_refs_make(&g->refs, made < n ? min_t(u32, n - made, GRANTED_CHUNK) : 0);
	spin_unlock_irqrestore(&g->lock, flags);
	return raw->n;
}

int xsr_granted_fill(struct xsr_granted *g, u32 n)
{
	struct xsr_chain raw;

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

	for (i = 0; i < c->n; i++, at = xsr_granted_next(g, at))
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
		honest = xsr_granted_revoke_one(g, xsr_refs_pop(&g->refs, c), &good);
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
	struct xsr_chain idle, kept = {}, gone = {};
	unsigned long flags;

	spin_lock_irqsave(&g->lock, flags);
	idle = xsr_refs_retire(&g->refs, min_t(u32, n, GRANTED_CHUNK));
	spin_unlock_irqrestore(&g->lock, flags);
	n = idle.n;
	while (idle.n) {
		u32 member = xsr_refs_pop(&g->refs, &idle);

		xsr_granted_add(g, member_free(g, &g->member[member]) ? &gone : &kept, member);
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

void xsr_granted_destroy(struct xsr_granted *g)
{
	struct xsr_chain idle;

	if (!g->member)
		return;
	if (xsr_refs_in_use(&g->refs))
		pr_err("xsr: %u granted pages still in use\n", xsr_refs_in_use(&g->refs));
	idle = xsr_refs_take(&g->refs, g->refs.idle.n);
	while (idle.n) {
		u32 member = xsr_refs_pop(&g->refs, &idle);

		if (!member_free(g, &g->member[member]))
			member_abandon(g, &g->member[member]);
	}
	kvfree(g->member);
	kvfree(g->refs.next);
	g->member = NULL;
	memset(&g->refs, 0, sizeof(g->refs));
}
EXPORT_SYMBOL_GPL(xsr_granted_destroy);
