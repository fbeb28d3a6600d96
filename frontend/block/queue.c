// SPDX-License-Identifier: GPL-2.0
/*
 * The queues of a block front-end: made when the back-end has made its offer, freed when it has let
 * go of them; see queue.h. Runs in steps of the device and in remove(), never on the I/O path.
 *
 * What an idle queue of order 4 costs: 16 ring pages, 32 data pages, and 25 KiB of tables.
 */
#include <linux/slab.h>

#include "frontend/block/queue.h"

/* How many ids a queue may see: its share of blk-mq's tags. */
static u32 queue_ids(const struct xsr_bf *bf)
{
	const struct blk_mq_tag_set *set;

	if (!bf->disk)
		return xsr_ring_capacity(1u << bf->deal.ring_order, xsr_blk_stride(XSR_BLK_ABI_64));
	set = &bf->disk->set;
	return DIV_ROUND_UP(set->nr_hw_queues, bf->deal.queues) * set->queue_depth;
}

/*
 * Is queue @nr for polled I/O? Not when, after a restore, it also serves contexts whose owners wait for
 * events.
 */
static bool queue_is_polled(const struct xsr_bf *bf, u32 nr)
{
	if (bf->disk && bf->disk->set.nr_hw_queues != bf->deal.queues)
		return false;
	return nr >= bf->deal.queues - bf->polled;
}

static int queue_create(struct xsr_bf *bf, struct xsr_bf_queue *q, u32 nr)
{
	u32 ids = queue_ids(bf);
	u8 *op = kvmalloc(ids, GFP_KERNEL);

	q->bf = bf;
	q->nr = nr;
	q->polled = queue_is_polled(bf, nr);
	spin_lock_init(&q->out_lock);
	spin_lock_init(&q->in_lock);
	INIT_WORK(&q->drain, xsr_bf_drain);
	q->rq = kvcalloc(ids, sizeof(*q->rq), GFP_KERNEL);
	if (!op || !q->rq) {
		kvfree(op);
		return -ENOMEM;
	}
	xsr_slots_init(&q->slots, op, ids);
	return xsr_channel_create(&q->ch, bf->xdev, bf->deal.ring_order,
				  xsr_blk_stride(XSR_BLK_ABI_64), xsr_bf_interrupt, "blkif", q);
}

static void queue_destroy(struct xsr_bf_queue *q)
{
	if (!q->bf) /* not reached by create */
		return;
	xsr_channel_destroy(&q->ch);
	xsr_granted_destroy(&q->pages);
	xsr_granted_destroy(&q->bare);
	kvfree(q->slots.op);
	kvfree(q->rq);
}

int xsr_bf_queues_create(struct xsr_bf *bf)
{
	int err = 0;
	u32 i;

	if (!bf->disk) /* at least one queue is for all other I/O */
		bf->polled = min(xsr_bf_param_polled(), bf->deal.queues - 1);
	bf->queue = kvcalloc(bf->deal.queues, sizeof(*bf->queue), GFP_KERNEL);
	if (!bf->queue)
		return -ENOMEM;
	for (i = 0; i < bf->deal.queues && !err; i++)
		err = queue_create(bf, &bf->queue[i], i);
	if (err)
		xsr_bf_queues_destroy(bf);
	return err;
}

static int queue_pools(struct xsr_bf_queue *q)
{
	domid_t domid = q->bf->xdev->otherend_id;
	u32 segs = q->bf->deal.segs, max;
	int err;

	/* One request of the largest size must be possible. */
	max = max_t(u32, XSR_BF_POOL_MAX, segs + xsr_blk_indirect_pages(segs));
	err = xsr_granted_create(&q->pages, domid, max, false);
	if (!err)
		err = xsr_granted_fill(&q->pages, XSR_BF_POOL_FLOOR);
	if (!err && q->bf->bare)
		err = xsr_granted_create(&q->bare, domid, max, true);
	return err;
}

int xsr_bf_queues_pools(struct xsr_bf *bf)
{
	int err = 0;
	u32 i;

	for (i = 0; i < bf->deal.queues && !err; i++)
		err = queue_pools(&bf->queue[i]);
	return err;
}

u32 xsr_bf_queues_busy(const struct xsr_bf *bf)
{
	u32 i, busy = 0;

	for (i = 0; bf->queue && i < bf->deal.queues; i++)
		busy += xsr_ring_busy(&bf->queue[i].ch.ring);
	return busy;
}

void xsr_bf_queues_mute(struct xsr_bf *bf)
{
	u32 i;

	for (i = 0; bf->queue && i < bf->deal.queues; i++) {
		struct xsr_bf_queue *q = &bf->queue[i];

		if (!q->bf)
			continue;
		xsr_channel_mute(&q->ch);
		cancel_work_sync(&q->drain);
	}
}

void xsr_bf_queues_destroy(struct xsr_bf *bf)
{
	u32 i;

	if (!bf->queue)
		return;
	xsr_bf_queues_mute(bf);
	for (i = 0; i < bf->deal.queues; i++)
		queue_destroy(&bf->queue[i]);
	kvfree(bf->queue);
	bf->queue = NULL;
}

void xsr_bf_queues_look(struct xsr_bf *bf)
{
	u32 i;

	for (i = 0; bf->queue && i < bf->deal.queues; i++)
		if (bf->queue[i].polled)
			queue_work(xsr_bf_wq, &bf->queue[i].drain);
}

void xsr_bf_queues_poke(struct xsr_bf *bf)
{
	u32 i;

	for (i = 0; i < bf->deal.queues; i++) {
		xsr_channel_notify(&bf->queue[i].ch);
		queue_work(xsr_bf_wq, &bf->queue[i].drain);
	}
}

void xsr_bf_queues_reap(struct xsr_bf *bf, void (*fn)(struct xsr_bf_queue *q, struct request *rq))
{
	u32 i, id;

	for (i = 0; bf->queue && i < bf->deal.queues; i++) {
		struct xsr_bf_queue *q = &bf->queue[i];

		for (id = 0; id < q->slots.size; id++) {
			if (!xsr_slots_busy(&q->slots, id))
				continue;
			xsr_slots_match(&q->slots, id, q->slots.op[id]);
			fn(q, q->rq[id]);
		}
	}
}
