// SPDX-License-Identifier: GPL-2.0
/*
 * What stays between requests: persistent grants and unused pages, and when they go.
 *
 * The cache of grants grows with use up to max_persistent_grants. When it cannot hold all that the
 * front-end uses, now and then a few that were not used lately make room; those that nobody used
 * for persistent_grant_unused_seconds are unmapped. All of it is done by the queue's thread, when
 * it is awake anyway or is woken because there is something to do.
 */
#include <linux/slab.h>

#include "backend/block/params.h"
#include "backend/block/queue.h"

/* When the cache is too small, one part in this many makes room, at most every KEEP_PAUSE. */
#define KEEP_EVICT_PART 20
#define KEEP_PAUSE (HZ / 10)

/* Have room for what was just mapped, within the limit. Without memory the cache stays as it is. */
static void keep_grow(struct xsr_vbd_queue *q)
{
	u32 size = xsr_cache_wants(&q->cache, xsr_plan_keepable(&q->mapped.plan));
	void *storage, *former;

	if (size == q->cache.size)
		return;
	storage = kvmalloc(xsr_cache_bytes(size), GFP_NOIO | __GFP_NORETRY | __GFP_NOWARN);
	if (!storage)
		return;
	spin_lock_irq(&q->lock);
	former = xsr_cache_grow(&q->cache, storage, size);
	spin_unlock_irq(&q->lock);
	q->cache_storage = storage;
	kvfree(former);
}

/* The plan has been mapped: keep what may be kept. */
void xsr_vbd_keep(struct xsr_vbd_queue *q)
{
	if (!q->vbd->persistent)
		return;
	WRITE_ONCE(q->cache.limit, xsr_vbd_param(max_persistent_grants));
	keep_grow(q);
	spin_lock_irq(&q->lock);
	xsr_plan_keep(&q->mapped.plan, &q->cache);
	q->overflow |= q->cache.count >= q->cache.limit;
	spin_unlock_irq(&q->lock);
}

/* Unmap what left the cache. */
static void keep_unmap(struct xsr_vbd_queue *q, u32 n)
{
	(void)xsr_plan_unmap(&q->mapped.plan, q->scratch->gone, n);
	xsr_mapped_unmap_wait(&q->mapped);
}

static u32 keep_purge_some(struct xsr_vbd_queue *q, unsigned long unused)
{
	u32 n;

	spin_lock_irq(&q->lock);
	n = xsr_cache_purge(&q->cache, (u32)jiffies, unused, q->scratch->gone, XSR_MAPPED_BATCH);
	spin_unlock_irq(&q->lock);
	keep_unmap(q, n);
	return n;
}

static void keep_purge(struct xsr_vbd_queue *q, unsigned long unused)
{
	while (keep_purge_some(q, unused) == XSR_MAPPED_BATCH)
		cond_resched();
}

/* The guest's budget is used up: keep nothing that is not being used right now. */
static void keep_least(struct xsr_vbd_queue *q)
{
	if (time_before(jiffies, q->evicted + KEEP_PAUSE))
		return;
	q->evicted = jiffies;
	keep_purge(q, 0);
}

static void keep_evict(struct xsr_vbd_queue *q)
{
	u32 limit = xsr_vbd_param(max_persistent_grants), n = 0;

	if (!q->overflow || time_before(jiffies, q->evicted + KEEP_PAUSE))
		return;
	q->overflow = false;
	q->evicted = jiffies;
	spin_lock_irq(&q->lock);
	if (q->cache.count >= limit)
		n = q->cache.count - limit + limit / KEEP_EVICT_PART;
	n = xsr_cache_evict(&q->cache, q->scratch->gone, min_t(u32, n, XSR_MAPPED_BATCH));
	spin_unlock_irq(&q->lock);
	keep_unmap(q, n);
}

/*
 * Of pages for copies as many are kept as pages for mapping leave of @keep, and of those none that
 * was unused for a window.
 */
static void keep_trim_bounced(struct xsr_vbd_queue *q, u32 keep, bool window)
{
	u32 mapped = q->mapped.pool.num_pages;

	if (window)
		xsr_bounced_window(&q->bounced);
	keep = keep > mapped ? keep - mapped : 0;
	if (READ_ONCE(q->bounced.nr_idle) > keep)
		xsr_bounced_trim(&q->bounced, keep);
	q->counts.copy_calls = q->bounced.copied.calls;
	q->counts.copy_ops = q->bounced.copied.ops;
}

/* After a round of work; @kicks: why the thread was woken. */
void xsr_vbd_keep_trim(struct xsr_vbd_queue *q, unsigned long kicks)
{
	unsigned long seconds = xsr_vbd_param(unused_seconds);
	u32 keep = xsr_vbd_param(max_buffer_pages);

	if ((kicks & BIT(XSR_VBD_KICK_PURGE)) && seconds)
		keep_purge(q, seconds * HZ);
	keep_evict(q);
	if (unlikely(xsr_budget_is_pressed(q->vbd->budget))) {
		keep_least(q);
		keep = 0;
	}
	if (time_before(jiffies, READ_ONCE(q->vbd->squeeze_end)))
		keep = 0;
	if (xsr_mapped_fat(&q->mapped, keep))
		xsr_mapped_trim(&q->mapped, keep);
	if (q->bounced.op)
		keep_trim_bounced(q, keep, kicks & BIT(XSR_VBD_KICK_WINDOW));
	q->counts.map_calls = q->mapped.map_calls;
	q->counts.map_ops = q->mapped.map_ops;
	q->counts.unmap_calls = q->mapped.unmap_calls;
	q->counts.unmap_ops = q->mapped.unmap_ops;
}

/* The queue has stopped: unmap everything. */
void xsr_vbd_keep_nothing(struct xsr_vbd_queue *q)
{
	keep_purge(q, 0);
}
