// SPDX-License-Identifier: GPL-2.0
/*
 * From pieces to grant operations and back; see plan.h for the order of the calls.
 *
 * Decides who owns each piece. The owner changes in seven places, all here: lent by the cache,
 * mapped, kept by the cache, unmapped, given back; backed by a page of ours, and no longer.
 */
#include "grant/plan.h"

u32 xsr_plan_find(struct xsr_cache *cache, struct xsr_piece *pieces, u32 n)
{
	u32 i, missing = 0;

	for (i = 0; i < n; i++) {
		struct xsr_piece *p = &pieces[i];
		u32 slot;

		if (p->owner != XSR_OWN_NONE)
			continue;
		slot = cache && !p->lent ? xsr_cache_take(cache, p->gref) : XSR_CACHE_NONE;
		if (slot == XSR_CACHE_NONE) {
			missing++;
			continue;
		}
		p->owner = XSR_OWN_PERSISTENT;
		p->ref = slot;
		p->page = xsr_cache_page(cache, slot);
	}
	return missing;
}

static u32 pieces_count(const struct xsr_piece *pieces, u32 n, enum xsr_owner owner)
{
	u32 i, count = 0;

	for (i = 0; i < n; i++)
		count += pieces[i].owner == owner;
	return count;
}

/* Add those of @pieces that @owner owns; all or none of them. */
static bool plan_add(struct xsr_plan *plan, struct xsr_piece *pieces, u32 n, enum xsr_owner owner)
{
	u32 i;

	if (pieces_count(pieces, n, owner) > plan->size - plan->n)
		return false;
	for (i = 0; i < n; i++)
		if (pieces[i].owner == owner)
			plan->op[plan->n++] = &pieces[i];
	return true;
}

bool xsr_plan_map(struct xsr_plan *plan, struct xsr_piece *pieces, u32 n)
{
	return plan_add(plan, pieces, n, XSR_OWN_NONE);
}

void xsr_plan_mapped(struct xsr_plan *plan, u32 i, bool done, u32 handle)
{
	struct xsr_piece *p = plan->op[i];

	if (!done)
		return;
	p->owner = XSR_OWN_TRANSIENT;
	p->ref = handle;
}

u32 xsr_plan_keepable(const struct xsr_plan *plan)
{
	u32 i, n = 0;

	for (i = 0; i < plan->n; i++)
		n += !plan->op[i]->lent;
	return n;
}

void xsr_plan_keep(struct xsr_plan *plan, struct xsr_cache *cache)
{
	u32 i, slot;

	for (i = 0; i < plan->n; i++) {
		struct xsr_piece *p = plan->op[i];

		if (p->owner != XSR_OWN_TRANSIENT || p->lent)
			continue;
		slot = xsr_cache_insert(cache, p->gref, p->ref, p->page);
		if (slot == XSR_CACHE_NONE)
			continue;
		p->owner = XSR_OWN_PERSISTENT;
		p->ref = slot;
	}
}

bool xsr_pieces_owned(const struct xsr_piece *pieces, u32 n)
{
	return !pieces_count(pieces, n, XSR_OWN_NONE);
}

u32 xsr_pieces_transient(const struct xsr_piece *pieces, u32 n)
{
	return pieces_count(pieces, n, XSR_OWN_TRANSIENT);
}

bool xsr_plan_unmap(struct xsr_plan *plan, struct xsr_piece *pieces, u32 n)
{
	return plan_add(plan, pieces, n, XSR_OWN_TRANSIENT);
}

void xsr_plan_unmapped(struct xsr_plan *plan, u32 i)
{
	plan->op[i]->owner = XSR_OWN_NONE;
}

void xsr_piece_back(struct xsr_piece *piece, void *page)
{
	piece->owner = XSR_OWN_COPIED;
	piece->ref = 0;
	piece->page = page;
}

void *xsr_piece_unback(struct xsr_piece *piece)
{
	void *page = piece->page;

	if (piece->owner != XSR_OWN_COPIED)
		return NULL;
	piece->owner = XSR_OWN_NONE;
	piece->page = NULL;
	return page;
}

/* How many of @pieces wait for their copy? */
static u32 pieces_uncopied(const struct xsr_piece *pieces, u32 n)
{
	u32 i, count = 0;

	for (i = 0; i < n; i++)
		count += pieces[i].owner == XSR_OWN_COPIED && !pieces[i].ref;
	return count;
}

bool xsr_plan_copy(struct xsr_plan *plan, struct xsr_piece *pieces, u32 n)
{
	u32 i;

	if (pieces_uncopied(pieces, n) > plan->size - plan->n)
		return false;
	for (i = 0; i < n; i++)
		if (pieces[i].owner == XSR_OWN_COPIED && !pieces[i].ref)
			plan->op[plan->n++] = &pieces[i];
	return true;
}

void xsr_plan_copied(struct xsr_plan *plan, u32 i, bool done)
{
	plan->op[i]->ref = done;
}

bool xsr_pieces_copied(const struct xsr_piece *pieces, u32 n)
{
	return !pieces_uncopied(pieces, n);
}

void xsr_pieces_give(struct xsr_cache *cache, struct xsr_piece *pieces, u32 n, u32 now)
{
	u32 i;

	for (i = 0; i < n; i++) {
		struct xsr_piece *p = &pieces[i];

		if (p->owner != XSR_OWN_PERSISTENT)
			continue;
		xsr_cache_give(cache, p->ref, now);
		p->owner = XSR_OWN_NONE;
		p->page = NULL;
	}
}
