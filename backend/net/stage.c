// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of the guest that stay mapped (control messages 8 and 9).
 *
 * A guest that copies its small packets into the same few pages over and over names them once a
 * connection; they are mapped for reading, and packets in them are then copied by the CPU instead of by
 * Xen. Whether a packet's page is among them is found by its reference, so that the ring says nothing
 * new. The copy is all that is looked at afterwards, whatever the guest writes meanwhile.
 *
 * So many pages of a queue are bounded, and counted in the guest's budget beside those of its disks. They
 * are unmapped when the vif disconnects and not before: a message that removes some is refused.
 */
#include <linux/random.h>
#include <linux/slab.h>

#include "backend/net/queue.h"

int xsr_vif_stage_create(struct xsr_vif_stage *s)
{
	u64 secret[2];

	spin_lock_init(&s->lock);
	s->storage = kvmalloc(xsr_cache_bytes(XSR_VIF_STAGE_PAGES), GFP_KERNEL);
	if (!s->storage)
		return -ENOMEM;
	get_random_bytes(secret, sizeof(secret));
	xsr_cache_init(&s->cache, s->storage, XSR_VIF_STAGE_PAGES, XSR_VIF_STAGE_PAGES, secret);
	return 0;
}

void xsr_vif_stage_destroy(struct xsr_vif_stage *s)
{
	kvfree(s->storage);
	s->storage = NULL;
}

static struct xsr_vif_stages *stages_create(int domid)
{
	struct xsr_vif_stages *all = kvzalloc(sizeof(*all), GFP_KERNEL);

	if (!all)
		return NULL;
	all->budget = xsr_budget_get(domid);
	if (all->budget && !xsr_mapped_create(&all->mapped, all->budget, 0))
		return all;
	xsr_budget_put(all->budget);
	kvfree(all);
	return NULL;
}

static void stages_destroy(struct xsr_vif_stages *all)
{
	xsr_mapped_destroy(&all->mapped);
	xsr_budget_put(all->budget);
	kvfree(all);
}

/* Unmap the transient ones of the first @n pieces. */
static void stages_unmap(struct xsr_vif_stages *all, u32 n)
{
	xsr_plan_unmap(&all->mapped.plan, all->piece, n);
	xsr_mapped_unmap(&all->mapped);
}

/* Map the first @n pieces, as far as possible. */
static void stages_map(struct xsr_vif_stages *all, u32 n)
{
	if (!xsr_mapped_get_pages(&all->mapped, all->piece, n))
		return;
	xsr_plan_map(&all->mapped.plan, all->piece, n);
	xsr_mapped_map(&all->mapped);
}

/*
 * Have the queue's cache keep what was mapped. Returns whether it keeps all @n; one that is named twice
 * it does not.
 */
static bool stages_keep(struct xsr_vif_stages *all, struct xsr_vif_stage *s, u32 n)
{
	u32 i, kept = 0;

	spin_lock_bh(&s->lock);
	xsr_plan_keep(&all->mapped.plan, &s->cache);
	for (i = 0; i < n; i++)
		kept += all->piece[i].owner == XSR_OWN_PERSISTENT;
	xsr_pieces_give(&s->cache, all->piece, n, 0);
	spin_unlock_bh(&s->lock);
	xsr_plan_reset(&all->mapped.plan);
	return kept == n;
}

bool xsr_vif_stage_add(struct xsr_vif *vif, u32 index, const struct xsr_net_gref *list, u32 n)
{
	struct xsr_vif_queue *queue;
	struct xsr_vif_stage *s;
	bool all_kept;
	u32 i;

	/* The queues are there until this work is cancelled, once they were seen. */
	queue = rcu_access_pointer(vif->queue);
	if (!queue || index >= READ_ONCE(vif->nr_queues) || n > XSR_VIF_STAGE_PAGES)
		return false;
	if (!vif->stages)
		vif->stages = stages_create(vif->xdev->otherend_id);
	if (!vif->stages)
		return false;
	s = &queue[index].from.stage;
	for (i = 0; i < n; i++)
		vif->stages->piece[i] =
			(struct xsr_piece){ .gref = list[i].gref, .readonly = true };
	stages_map(vif->stages, n);
	all_kept = stages_keep(vif->stages, s, n);
	stages_unmap(vif->stages, n);
	return all_kept;
}

void xsr_vif_stage_release(struct xsr_vif *vif, struct xsr_vif_queue *queue, u32 n)
{
	struct xsr_vif_stages *all = vif->stages;
	u32 i, gone;

	if (!all)
		return;
	for (i = 0; i < n; i++) {
		gone = xsr_cache_purge(&queue[i].from.stage.cache, 0, 0, all->piece,
				       XSR_VIF_STAGE_PAGES);
		stages_unmap(all, gone);
	}
	vif->stages = NULL;
	stages_destroy(all);
}

bool xsr_vif_stage_read(struct xsr_vif_stage *s, u32 gref, u32 offset, void *to, u32 bytes)
{
	struct page *page;
	u32 slot;

	if (!READ_ONCE(s->cache.count))
		return false;
	spin_lock(&s->lock);
	slot = xsr_cache_take(&s->cache, gref);
	if (slot != XSR_CACHE_NONE) {
		page = xsr_cache_page(&s->cache, slot);
		memcpy(to, page_address(page) + offset, bytes);
		xsr_cache_give(&s->cache, slot, 0);
	}
	spin_unlock(&s->lock);
	return slot != XSR_CACHE_NONE;
}
