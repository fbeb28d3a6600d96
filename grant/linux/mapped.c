// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping the peer's pages; see mapped.h. The only file of the back-ends that calls gnttab_*().
 *
 * Executes plans and moves pages between the pool and the pieces. Whether a grant may be kept, who
 * owns it and when it goes is decided in the pure files. The status of each single operation is
 * looked at, whatever the call as a whole returned.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "grant/linux/mapped.h"
#include "ring/linux/compat/compat.h"

struct xsr_mapped_ops {
	struct xsr_piece *plan[XSR_MAPPED_BATCH];
	struct page *page[XSR_MAPPED_BATCH];
	union {
		struct gnttab_map_grant_ref map[XSR_MAPPED_BATCH];
		struct gnttab_unmap_grant_ref unmap[XSR_MAPPED_BATCH];
	};
};

static void mapped_put_page(struct xsr_mapped *m, struct xsr_piece *piece)
{
	struct page *page = piece->page;

	piece->page = NULL;
	m->out--;
	gnttab_page_cache_put(&m->pool, &page, 1);
}

static bool mapped_get_page(struct xsr_mapped *m, struct xsr_piece *piece)
{
	struct page *page;
	bool more = !m->pool.num_pages; /* the pool will ask the system */

	if (more && !xsr_budget_charge(m->budget, 1, m->limit))
		return false;
	if (gnttab_page_cache_get(&m->pool, &page)) {
		if (more)
			xsr_budget_return(m->budget, 1);
		return false;
	}
	m->charged += more;
	piece->page = page;
	m->out++;
	return true;
}

bool xsr_mapped_get_pages(struct xsr_mapped *m, struct xsr_piece *pieces, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (pieces[i].owner == XSR_OWN_NONE && !mapped_get_page(m, &pieces[i]))
			goto out_put;
	return true;
out_put:
	while (i--)
		if (pieces[i].owner == XSR_OWN_NONE)
			mapped_put_page(m, &pieces[i]);
	return false;
}
EXPORT_SYMBOL_GPL(xsr_mapped_get_pages);

/* Have the reserve in the pool, taking it out of the system's hands. */
static bool mapped_fill(struct xsr_mapped *m)
{
	struct xsr_piece *pieces;
	bool filled;
	u32 i;

	pieces = kcalloc(m->reserve, sizeof(*pieces), GFP_KERNEL);
	if (!pieces)
		return false;
	filled = xsr_mapped_get_pages(m, pieces, m->reserve);
	for (i = 0; filled && i < m->reserve; i++)
		mapped_put_page(m, &pieces[i]);
	kfree(pieces);
	return filled;
}

int xsr_mapped_create(struct xsr_mapped *m, struct xsr_budget *budget, u32 reserve)
{
	memset(m, 0, sizeof(*m));
	m->budget = budget;
	m->limit = INT_MAX;
	m->reserve = reserve;
	gnttab_page_cache_init(&m->pool);
	m->ops = kvmalloc(sizeof(*m->ops), GFP_KERNEL);
	if (!m->ops)
		return -ENOMEM;
	xsr_plan_init(&m->plan, m->ops->plan, XSR_MAPPED_BATCH);
	if (mapped_fill(m))
		return 0;
	xsr_mapped_destroy(m);
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(xsr_mapped_create);

void xsr_mapped_destroy(struct xsr_mapped *m)
{
	if (!m->ops)
		return;
	gnttab_page_cache_shrink(&m->pool, 0);
	xsr_budget_return(m->budget, m->charged);
	kvfree(m->ops);
	m->ops = NULL;
}
EXPORT_SYMBOL_GPL(xsr_mapped_destroy);

void xsr_mapped_trim(struct xsr_mapped *m, u32 keep)
{
	u32 before = m->pool.num_pages, gone;

	gnttab_page_cache_shrink(&m->pool, max(keep, m->reserve));
	gone = before - m->pool.num_pages;
	m->charged -= gone;
	xsr_budget_return(m->budget, gone);
}
EXPORT_SYMBOL_GPL(xsr_mapped_trim);

static phys_addr_t mapped_addr(struct page *page)
{
	return (unsigned long)page_address(page);
}

static void mapped_set_map(struct xsr_mapped *m, u32 i)
{
	const struct xsr_piece *piece = m->plan.op[i];
	u32 flags = GNTMAP_host_map | (piece->readonly ? GNTMAP_readonly : 0);

	m->ops->page[i] = piece->page;
	gnttab_set_map_op(&m->ops->map[i], mapped_addr(piece->page), flags, piece->gref,
			  m->budget->domid);
}

void xsr_mapped_map(struct xsr_mapped *m)
{
	u32 i, n = m->plan.n;

	if (!n)
		return;
	for (i = 0; i < n; i++)
		mapped_set_map(m, i);
	m->map_calls++;
	m->map_ops += n;
	/* What became of each operation is in its status, which starts out as a failure. */
	(void)gnttab_map_refs(m->ops->map, NULL, m->ops->page, n);
	for (i = 0; i < n; i++) {
		bool done = m->ops->map[i].status == GNTST_okay;

		xsr_plan_mapped(&m->plan, i, done, m->ops->map[i].handle);
		if (!done)
			mapped_put_page(m, m->plan.op[i]);
	}
}
EXPORT_SYMBOL_GPL(xsr_mapped_map);

bool xsr_mapped_busy(const struct xsr_piece *pieces, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (pieces[i].owner == XSR_OWN_TRANSIENT && page_count(pieces[i].page) > 1)
			return true;
	return false;
}
EXPORT_SYMBOL_GPL(xsr_mapped_busy);

static void mapped_set_unmap(struct xsr_mapped *m, u32 i)
{
	const struct xsr_piece *piece = m->plan.op[i];

	m->ops->page[i] = piece->page;
	gnttab_set_unmap_op(&m->ops->unmap[i], mapped_addr(piece->page), GNTMAP_host_map,
			    piece->ref);
	m->ops->unmap[i].status = GNTST_general_error;
}

/* An operation of unmapping is over. A page that may still show the peer's is never used again. */
static void mapped_unmapped(struct xsr_mapped *m, u32 i)
{
	xsr_plan_unmapped(&m->plan, i);
	if (likely(m->ops->unmap[i].status == GNTST_okay)) {
		mapped_put_page(m, m->plan.op[i]);
		return;
	}
	m->plan.op[i]->page = NULL;
	m->out--;
	m->lost++;
}

static void mapped_run_unmap(struct xsr_mapped *m, bool wait)
{
	struct gntab_unmap_queue_data data = {
		.unmap_ops = m->ops->unmap,
		.pages = m->ops->page,
		.count = m->plan.n,
	};
	u32 i, n = m->plan.n;

	if (!n)
		return;
	for (i = 0; i < n; i++)
		mapped_set_unmap(m, i);
	m->unmap_calls++;
	m->unmap_ops += n;
	if (wait)
		(void)gnttab_unmap_refs_sync(&data);
	else
		(void)gnttab_unmap_refs(m->ops->unmap, NULL, m->ops->page, n);
	for (i = 0; i < n; i++)
		mapped_unmapped(m, i);
	xsr_plan_reset(&m->plan);
}

void xsr_mapped_unmap(struct xsr_mapped *m)
{
	mapped_run_unmap(m, false);
}
EXPORT_SYMBOL_GPL(xsr_mapped_unmap);

void xsr_mapped_unmap_wait(struct xsr_mapped *m)
{
	mapped_run_unmap(m, true);
}
EXPORT_SYMBOL_GPL(xsr_mapped_unmap_wait);

void xsr_mapped_read(const struct xsr_piece *piece, void *to, u32 bytes)
{
	const u64 *from = page_address(piece->page);
	u64 *word = to;
	u32 i;

	for (i = 0; i < bytes / sizeof(*word); i++)
		word[i] = READ_ONCE(from[i]);
}
EXPORT_SYMBOL_GPL(xsr_mapped_read);
