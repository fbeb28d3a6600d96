// SPDX-License-Identifier: GPL-2.0
/*
 * The queues of a network front-end: made when the back-end has made its offer, freed when it has
 * let go of them; see queue.h. Runs in steps of the device and in remove(), never on the data path.
 *
 * What a queue costs: two ring pages, a page for each buffer that is posted (1 MiB), 16 pages for small
 * packets, 528 grant references, and 40 KiB of tables. References are got ahead, so that the data path
 * cannot run out.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "frontend/net/queue.h"

static void queue_refill_fire(struct timer_list *t)
{
	struct xsr_nf_queue *q = timer_container_of(q, t, refill);

	napi_schedule(&q->napi);
}

static int queue_refs(struct xsr_granted *g, const struct xsr_nf *nf)
{
	int err = xsr_granted_create(g, nf->xdev->otherend_id, XSR_NF_SLOTS, true);

	return err ? err : xsr_granted_fill(g, XSR_NF_SLOTS);
}

static int queue_pools(struct xsr_nf_queue *q)
{
	struct page_pool_params params = {
		.pool_size = XSR_NF_SLOTS,
		.nid = NUMA_NO_NODE,
		.dev = &q->nf->xdev->dev,
	};
	struct page_pool *pool;
	int err = queue_refs(&q->bare, q->nf);

	if (!err)
		err = queue_refs(&q->posts, q->nf);
	if (!err)
		err = xsr_granted_create(&q->pages, q->nf->xdev->otherend_id, XSR_NF_SLOTS, false);
	if (!err)
		err = xsr_granted_create(&q->stage, q->nf->xdev->otherend_id, XSR_NET_STAGE_PAGES,
					 false);
	if (!err)
		err = xsr_granted_fill(&q->stage, XSR_NET_STAGE_PAGES);
	if (err)
		return err;
	pool = page_pool_create(&params);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	q->pool = pool;
	err = xdp_rxq_info_reg(&q->rxq, q->nf->netdev, q->nr, q->napi.napi_id);
	if (!err)
		err = xdp_rxq_info_reg_mem_model(&q->rxq, MEM_TYPE_PAGE_POOL, pool);
	return err;
}

static int queue_channels(struct xsr_nf_queue *q)
{
	const char *last = strrchr(q->nf->xdev->nodename, '/');
	bool split = q->nf->deal.split;
	int err;

	snprintf(q->name[0], sizeof(q->name[0]), "vif%s-q%u%s", last ? last + 1 : "", q->nr,
		 split ? "-tx" : "");
	snprintf(q->name[1], sizeof(q->name[1]), "vif%s-q%u-rx", last ? last + 1 : "", q->nr);
	err = xsr_channel_create(&q->to_back, q->nf->xdev, 0, sizeof(union xsr_net_to_back_entry),
				 xsr_nf_interrupt, q->name[0], q);
	if (err)
		return err;
	return xsr_channel_create(&q->to_front, q->nf->xdev, 0,
				  sizeof(union xsr_net_to_front_entry),
				  split ? xsr_nf_front_interrupt : NULL, q->name[1], q);
}

static void queue_destroy(struct xsr_nf_queue *q)
{
	if (!q->nf) /* not reached by create */
		return;
	xsr_channel_destroy(&q->to_back);
	xsr_channel_destroy(&q->to_front);
	netif_napi_del(&q->napi);
	if (xdp_rxq_info_is_reg(&q->rxq))
		xdp_rxq_info_unreg(&q->rxq);
	if (q->pool)
		page_pool_destroy(q->pool);
	xsr_granted_destroy(&q->bare);
	xsr_granted_destroy(&q->posts);
	xsr_granted_destroy(&q->pages);
	xsr_granted_destroy(&q->stage);
	memset(q, 0, sizeof(*q));
}

/* NAPI comes before the channels, whose interrupts may come at once. */
static int queue_create(struct xsr_nf *nf, struct xsr_nf_queue *q, u32 nr)
{
	int err;

	q->nf = nf;
	q->nr = nr;
	q->stats = &nf->stats[nr];
	timer_setup(&q->refill, queue_refill_fire, 0);
	hrtimer_setup(&q->company, xsr_nf_company_fire, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	xsr_slots_init(&q->slots, q->slot_op, XSR_NF_SLOTS);
	xsr_ids_init(&q->ids, q->free_id, XSR_NF_SLOTS);
	netif_napi_add(nf->netdev, &q->napi, xsr_nf_poll);
	err = queue_pools(q);
	if (!err)
		err = queue_channels(q);
	if (err)
		queue_destroy(q);
	return err;
}

/* A new back-end may have fewer queues than the user wants to send through; the wish outlives it. */
static int queues_show(struct xsr_nf *nf)
{
	u32 send = nf->channels ? min(nf->channels, nf->nr_queues) : nf->nr_queues;

	return netif_set_real_num_queues(nf->netdev, send, nf->nr_queues);
}

static int queues_create_locked(struct xsr_nf *nf)
{
	int err = 0;
	u32 i;

	ASSERT_RTNL();
	nf->queue = kvcalloc(nf->deal.queues, sizeof(*nf->queue), GFP_KERNEL);
	if (!nf->queue)
		return -ENOMEM;
	for (i = 0; i < nf->deal.queues && !err; i++) {
		err = queue_create(nf, &nf->queue[i], i);
		if (!err)
			nf->nr_queues = i + 1;
	}
	if (!nf->nr_queues)
		return err;
	if (nf->nr_queues < nf->deal.queues)
		xsr_device_note(&nf->dev, "only %u of %u queues could be made (error %d)",
				nf->nr_queues, nf->deal.queues, -err);
	return queues_show(nf);
}

int xsr_nf_queues_create(struct xsr_nf *nf)
{
	int err;

	rtnl_lock();
	err = queues_create_locked(nf);
	rtnl_unlock();
	if (err)
		xsr_nf_queues_destroy(nf);
	return err;
}

void xsr_nf_napi_enable(struct xsr_nf *nf)
{
	u32 i;

	ASSERT_RTNL();
	if (nf->napi_on)
		return;
	nf->napi_on = true;
	for (i = 0; i < nf->nr_queues; i++) {
		napi_enable(&nf->queue[i].napi);
		xsr_nf_poke(&nf->queue[i]); /* interrupts that came before were not ended */
	}
}

void xsr_nf_napi_disable(struct xsr_nf *nf)
{
	u32 i;

	ASSERT_RTNL();
	if (!nf->napi_on)
		return;
	nf->napi_on = false;
	for (i = 0; i < nf->nr_queues; i++)
		napi_disable(&nf->queue[i].napi);
}

void xsr_nf_queues_mute(struct xsr_nf *nf)
{
	u32 i;

	for (i = 0; i < nf->nr_queues; i++) {
		xsr_channel_mute(&nf->queue[i].to_back);
		xsr_channel_mute(&nf->queue[i].to_front);
	}
	xsr_nf_napi_disable(nf);
	for (i = 0; i < nf->nr_queues; i++) {
		timer_shutdown_sync(&nf->queue[i].refill);
		hrtimer_cancel(&nf->queue[i].company);
	}
}

void xsr_nf_queues_reap(struct xsr_nf *nf)
{
	u32 i;

	for (i = 0; i < nf->nr_queues; i++) {
		xsr_nf_sent_reap(&nf->queue[i]);
		xsr_nf_posted_reap(&nf->queue[i]);
	}
}

void xsr_nf_queues_destroy(struct xsr_nf *nf)
{
	struct xsr_nf_queue *queue;
	u32 i, n;

	xsr_nf_debugfs_destroy(nf);
	rtnl_lock();
	queue = nf->queue;
	n = nf->nr_queues;
	nf->queue = NULL;
	nf->nr_queues = 0;
	for (i = 0; queue && i < n; i++)
		queue_destroy(&queue[i]);
	rtnl_unlock();
	kvfree(queue);
}
