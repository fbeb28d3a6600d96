// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of our own that small pieces are copied through; see bounced.h.
 *
 * Which pieces are to be copied is the back-end's choice, and whose they are is kept by grant/plan.c;
 * here is where the pages come from and go to. A page that somebody below still looks at when its
 * request ends, such as a network card that may send it again, leaves the pool instead of being used
 * again under its eyes.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "grant/linux/bounced.h"
#include "ring/linux/compat/compat.h"

int xsr_bounced_create(struct xsr_bounced *b, struct xsr_budget *budget)
{
	int err;

	memset(b, 0, sizeof(*b));
	spin_lock_init(&b->lock);
	INIT_LIST_HEAD(&b->idle);
	b->budget = budget;
	b->limit = INT_MAX;
	b->op = kvmalloc_array(XSR_BOUNCED_BATCH, sizeof(*b->op), GFP_KERNEL);
	if (!b->op)
		return -ENOMEM;
	err = xsr_copied_create(&b->copied, budget->domid, XSR_BOUNCED_BATCH);
	if (err) {
		kvfree(b->op);
		b->op = NULL;
		return err;
	}
	xsr_plan_init(&b->plan, b->op, XSR_BOUNCED_BATCH);
	return 0;
}
EXPORT_SYMBOL_GPL(xsr_bounced_create);

void xsr_bounced_destroy(struct xsr_bounced *b)
{
	if (!b->op)
		return;
	xsr_bounced_trim(b, 0);
	xsr_copied_destroy(&b->copied);
	kvfree(b->op);
	b->op = NULL;
}
EXPORT_SYMBOL_GPL(xsr_bounced_destroy);

/* An unused page, out of the pool, counted as being out. */
static struct page *bounced_pop(struct xsr_bounced *b)
{
	struct page *page;

	spin_lock_irq(&b->lock);
	page = list_first_entry_or_null(&b->idle, struct page, lru);
	if (page) {
		list_del(&page->lru);
		b->nr_idle--;
		b->least = min(b->least, b->nr_idle);
		b->out++;
	}
	spin_unlock_irq(&b->lock);
	return page;
}

/* A new page, counted as being out. */
static struct page *bounced_make(struct xsr_bounced *b)
{
	struct page *page;

	if (!xsr_budget_charge(b->budget, 1, b->limit))
		return NULL;
	page = alloc_page(GFP_NOIO | __GFP_NORETRY | __GFP_NOWARN | __GFP_ZERO);
	if (!page) {
		xsr_budget_return(b->budget, 1);
		return NULL;
	}
	spin_lock_irq(&b->lock);
	b->out++;
	spin_unlock_irq(&b->lock);
	return page;
}

bool xsr_bounced_get_pages(struct xsr_bounced *b, struct xsr_piece *pieces, u32 n)
{
	u32 i;

	if (!b->op)
		return false;
	for (i = 0; i < n; i++) {
		struct page *page = bounced_pop(b) ?: bounced_make(b);

		if (!page) {
			xsr_bounced_put_pages(b, pieces, i);
			return false;
		}
		xsr_piece_back(&pieces[i], page);
	}
	return true;
}
EXPORT_SYMBOL_GPL(xsr_bounced_get_pages);

static void bounced_push_locked(struct xsr_bounced *b, struct page *page)
{
	lockdep_assert_held(&b->lock);
	b->out--;
	if (unlikely(page_count(page) > 1)) {
		put_page(page);
		xsr_budget_return(b->budget, 1);
		return;
	}
	list_add(&page->lru, &b->idle);
	b->nr_idle++;
}

void xsr_bounced_put_pages(struct xsr_bounced *b, struct xsr_piece *pieces, u32 n)
{
	unsigned long flags;
	struct page *page;
	u32 i;

	spin_lock_irqsave(&b->lock, flags);
	for (i = 0; i < n; i++) {
		page = xsr_piece_unback(&pieces[i]);
		if (page)
			bounced_push_locked(b, page);
	}
	spin_unlock_irqrestore(&b->lock, flags);
}
EXPORT_SYMBOL_GPL(xsr_bounced_put_pages);

static void bounced_gather(struct xsr_bounced *b, const struct xsr_piece *piece, bool to_peer)
{
	void *at = page_address((struct page *)piece->page) + piece->offset;

	if (to_peer)
		xsr_copied_to(&b->copied, piece->gref, piece->offset, at, piece->bytes);
	else
		xsr_copied_from(&b->copied, piece->gref, piece->offset, at, piece->bytes);
}

bool xsr_bounced_plan(struct xsr_bounced *b, struct xsr_piece *pieces, u32 n, bool to_peer)
{
	u32 i = b->plan.n;

	if (!xsr_plan_copy(&b->plan, pieces, n))
		return false;
	for (; i < b->plan.n; i++)
		bounced_gather(b, b->plan.op[i], to_peer);
	return true;
}
EXPORT_SYMBOL_GPL(xsr_bounced_plan);

void xsr_bounced_run(struct xsr_bounced *b)
{
	u32 i;

	xsr_copied_run_wait(&b->copied);
	for (i = 0; i < b->plan.n; i++)
		xsr_plan_copied(&b->plan, i, !xsr_copied_failed(&b->copied, i));
	xsr_copied_reset(&b->copied);
	xsr_plan_reset(&b->plan);
}
EXPORT_SYMBOL_GPL(xsr_bounced_run);

void xsr_bounced_trim(struct xsr_bounced *b, u32 keep)
{
	struct page *page, *next;
	LIST_HEAD(gone);
	u32 n = 0;

	spin_lock_irq(&b->lock);
	for (; b->nr_idle > keep; b->nr_idle--, n++)
		list_move(b->idle.prev, &gone);
	b->least = min(b->least, b->nr_idle);
	spin_unlock_irq(&b->lock);
	list_for_each_entry_safe(page, next, &gone, lru)
		__free_page(page);
	xsr_budget_return(b->budget, n);
}
EXPORT_SYMBOL_GPL(xsr_bounced_trim);

void xsr_bounced_window(struct xsr_bounced *b)
{
	u32 keep;

	spin_lock_irq(&b->lock);
	keep = b->nr_idle - b->least;
	spin_unlock_irq(&b->lock);
	xsr_bounced_trim(b, keep);
	spin_lock_irq(&b->lock);
	b->least = b->nr_idle;
	spin_unlock_irq(&b->lock);
}
EXPORT_SYMBOL_GPL(xsr_bounced_window);
