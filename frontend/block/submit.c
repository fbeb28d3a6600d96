// SPDX-License-Identifier: GPL-2.0
/*
 * Requests from blk-mq to the ring.
 *
 * Each request is prepared without a lock (pages, segments, copying), then put into the ring under
 * the queue's out_lock. The ring is published, and the back-end notified if it asked for that, once
 * for a batch: a plugged list, or what blk-mq says belongs together. blk-mq's tags are the ids; as a
 * ring has one entry for each tag, there is room, but after a restore to a host with smaller rings.
 *
 * A request that has to wait for pages, references or room goes back as BLK_STS_RESOURCE: blk-mq
 * then tries again when a request of the same context ends, or after some milliseconds.
 */
#include <linux/ktime.h>

#include "frontend/block/queue.h"
#include "frontend/block/trace.h"

/* Fill in what is the same for all operations. */
static void submit_begin(struct xsr_bf_queue *q, struct request *rq, u8 op)
{
	struct xsr_bf_req *br = xsr_bf_req(rq);

	br->req.id = xsr_bf_id(rq);
	br->req.op = op;
	br->req.flag = 0;
	br->req.indirect = false;
	br->req.handle = q->bf->handle;
	br->req.mark = 0;
	br->req.nr_segs = 0;
	br->req.sector = blk_rq_pos(rq);
	br->pages.n = 0;
	br->bare.n = 0;
	br->copied = 0;
	br->status = BLK_STS_OK;
}

static blk_status_t submit_prepare_rw(struct xsr_bf_queue *q, struct request *rq, u8 op)
{
	submit_begin(q, rq, op);
	switch (xsr_bf_data_prepare(q, rq)) {
	case XSR_BF_FITS:
		return BLK_STS_OK;
	case XSR_BF_SHORT:
		return BLK_STS_RESOURCE;
	default:
		/* Only after a restore to a host that takes less at a time; see xsr_bf_split(). */
		return BLK_STS_AGAIN;
	}
}

/* Whoever offers neither flush nor barrier has no cache to flush. */
static blk_status_t submit_prepare_flush(struct xsr_bf_queue *q, struct request *rq)
{
	const u64 *back = q->bf->back;

	if (test_bit(XSR_BF_NO_FLUSH, &q->bf->revoked))
		return xsr_bf_param_require_flush() ? BLK_STS_IOERR : BLK_STS_NOTSUPP;
	submit_begin(q, rq, back[XSR_BB_FLUSH] ? XSR_BLK_OP_FLUSH : XSR_BLK_OP_BARRIER);
	xsr_bf_req(rq)->req.sector = 0;
	return BLK_STS_OK;
}

static blk_status_t submit_prepare_discard(struct xsr_bf_queue *q, struct request *rq, bool secure)
{
	struct xsr_bf_req *br = xsr_bf_req(rq);
	struct xsr_bf *bf = q->bf;

	if (!bf->back[XSR_BB_DISCARD] || test_bit(XSR_BF_NO_DISCARD, &bf->revoked))
		return BLK_STS_NOTSUPP;
	if (secure &&
	    (!bf->back[XSR_BB_DISCARD_SECURE] || test_bit(XSR_BF_NO_SECURE, &bf->revoked)))
		return BLK_STS_NOTSUPP;
	submit_begin(q, rq, XSR_BLK_OP_DISCARD);
	br->req.flag = secure ? XSR_BLK_DISCARD_SECURE : 0;
	br->req.nr_sectors = blk_rq_sectors(rq);
	return BLK_STS_OK;
}

/*
 * Make @rq ready to be put into the ring. BLK_STS_AGAIN: it is too big and must be split; any other
 * error is blk-mq's. Nothing is held on error.
 */
static blk_status_t submit_prepare(struct xsr_bf_queue *q, struct request *rq)
{
	switch (READ_ONCE(q->bf->gate)) {
	case XSR_BF_OPEN:
		break;
	case XSR_BF_HELD:
		return BLK_STS_RESOURCE;
	default:
		return BLK_STS_IOERR;
	}
	switch (req_op(rq)) {
	case REQ_OP_READ:
		return submit_prepare_rw(q, rq, XSR_BLK_OP_READ);
	case REQ_OP_WRITE:
		return submit_prepare_rw(q, rq, XSR_BLK_OP_WRITE);
	case REQ_OP_FLUSH:
		return submit_prepare_flush(q, rq);
	case REQ_OP_DISCARD:
		return submit_prepare_discard(q, rq, false);
	case REQ_OP_SECURE_ERASE:
		return submit_prepare_discard(q, rq, true);
	default:
		return BLK_STS_NOTSUPP;
	}
}

/* Is the next request to be timed? Whoever traces wants to know of each. */
static bool submit_is_timed(const struct xsr_bf_queue *q)
{
	u32 every = xsr_bf_param_latency_every();

	return (every && (u32)q->out.requests % every == 0) || trace_xsr_bf_complete_enabled();
}

/* When @rq was put. @now: ktime of the batch, read when it is first wanted; 0 before. */
static void submit_stamp(struct xsr_bf_queue *q, struct xsr_bf_req *br, u64 *now)
{
	br->put = jiffies;
	br->put_ns = 0;
	if (!submit_is_timed(q))
		return;
	if (!*now)
		*now = ktime_get_ns();
	br->put_ns = *now;
}

/*
 * Put a prepared request into the ring. After this it belongs to the completing half.
 * @now: as submit_stamp(). Returns false, nothing changed, if there is no room.
 */
static bool submit_put_locked(struct xsr_bf_queue *q, struct request *rq, u64 *now)
{
	struct xsr_bf_req *br = xsr_bf_req(rq);
	u32 id = br->req.id;

	lockdep_assert_held(&q->out_lock);
	if (!xsr_ring_room(&q->ch.ring) || xsr_slots_busy(&q->slots, id))
		return false;
	blk_mq_start_request(rq);
	submit_stamp(q, br, now);
	q->rq[id] = rq;
	q->out.requests++;
	if (br->req.op == XSR_BLK_OP_WRITE)
		q->out.bytes_copied += br->copied;
	if (br->req.mark) {
		q->out.lent++;
		q->out.bytes_lent += blk_rq_bytes(rq);
	}
	xsr_slots_send(&q->slots, id, br->req.op);
	xsr_blk_put_req(&q->ch.ring, &br->req);
	trace_xsr_bf_submit(q, br);
	return true;
}

/* Show what was put to the back-end. Returns whether it wants to be notified. */
static bool submit_publish_locked(struct xsr_bf_queue *q)
{
	bool notify;

	lockdep_assert_held(&q->out_lock);
	if (q->ch.ring.out == q->ch.ring.out_pub)
		return false;
	notify = xsr_ring_publish(&q->ch.ring);
	q->out.batches++;
	q->out.notifies += notify;
	trace_xsr_bf_publish(q);
	return notify;
}

static void submit_notify(struct xsr_bf_queue *q)
{
	trace_xsr_bf_notify(q);
	xsr_channel_notify(&q->ch);
}

/* Put a prepared request. Returns false, nothing held, if the ring has no room. */
static bool submit_one(struct xsr_bf_queue *q, struct request *rq, bool last)
{
	bool notify = false, room;
	u64 now = 0;

	spin_lock(&q->out_lock);
	room = submit_put_locked(q, rq, &now);
	if (last && room)
		notify = submit_publish_locked(q);
	spin_unlock(&q->out_lock);
	if (notify)
		submit_notify(q);
	if (!room)
		xsr_bf_data_undo(q, rq);
	return room;
}

/* Publish what was put so far. @shortage: because a request could not join it, and waits. */
static void submit_flush(struct xsr_bf_queue *q, bool shortage)
{
	bool notify;

	if (shortage)
		set_bit(XSR_BF_WAITED_FOR, &q->flags);
	spin_lock(&q->out_lock);
	q->out.shortages += shortage;
	notify = submit_publish_locked(q);
	spin_unlock(&q->out_lock);
	if (notify)
		submit_notify(q);
}

/* A flush of nothing, or a request that goes on in pieces: it ends without the back-end. */
static blk_status_t submit_end(struct xsr_bf_queue *q, struct request *rq, bool split)
{
	blk_mq_start_request(rq);
	if (split)
		xsr_bf_split(q->bf, rq);
	blk_mq_end_request(rq, BLK_STS_OK);
	return BLK_STS_OK;
}

static bool submit_is_idle_flush(const struct xsr_bf_queue *q, const struct request *rq)
{
	const u64 *back = q->bf->back;

	return req_op(rq) == REQ_OP_FLUSH && !back[XSR_BB_FLUSH] && !back[XSR_BB_BARRIER];
}

static blk_status_t xsr_bf_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	struct xsr_bf_queue *q = xsr_bf_queue_of(hctx);
	blk_status_t status = submit_prepare(q, bd->rq);

	if (status == BLK_STS_OK && !submit_is_idle_flush(q, bd->rq)) {
		if (submit_one(q, bd->rq, bd->last))
			return BLK_STS_OK;
		status = BLK_STS_RESOURCE;
	}
	/* Not every kernel calls commit_rqs() when the last of a batch goes wrong. */
	submit_flush(q, status == BLK_STS_RESOURCE);
	if (status == BLK_STS_OK || status == BLK_STS_AGAIN)
		return submit_end(q, bd->rq, status == BLK_STS_AGAIN);
	return status;
}

static void xsr_bf_commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	submit_flush(xsr_bf_queue_of(hctx), false);
}

/* Put the prepared requests of one queue; those without room go to @back. */
static void submit_list(struct xsr_bf_queue *q, struct rq_list *ready, struct rq_list *back)
{
	struct rq_list left = {};
	struct request *rq;
	u64 now = 0;
	bool notify;

	spin_lock(&q->out_lock);
	while ((rq = rq_list_pop(ready)))
		if (!submit_put_locked(q, rq, &now))
			rq_list_add_tail(&left, rq);
	notify = submit_publish_locked(q);
	spin_unlock(&q->out_lock);
	if (notify)
		submit_notify(q);
	while ((rq = rq_list_pop(&left))) {
		xsr_bf_data_undo(q, rq);
		rq_list_add_tail(back, rq);
	}
}

/* A plugged list. What stays in it, blk-mq gives to queue_rq one by one. */
static void xsr_bf_queue_rqs(struct rq_list *list)
{
	struct rq_list ready = {}, back = {};
	struct xsr_bf_queue *q = NULL;
	struct request *rq;

	while ((rq = rq_list_pop(list))) {
		struct xsr_bf_queue *next = xsr_bf_queue_of(rq->mq_hctx);

		if (q && q != next)
			submit_list(q, &ready, &back);
		q = next;
		if (!submit_is_idle_flush(q, rq) && submit_prepare(q, rq) == BLK_STS_OK)
			rq_list_add_tail(&ready, rq);
		else
			rq_list_add_tail(&back, rq);
	}
	if (q)
		submit_list(q, &ready, &back);
	*list = back;
}
XSR_OP_QUEUE_RQS(xsr_bf_queue_rqs)

/*
 * The back-end has not answered for a long time. Perhaps an event was lost, on either side: look,
 * and have it look. The request itself stays, since the back-end may still write into its pages,
 * until it is answered or the administrator's patience ends; then the whole disk fails, because a
 * back-end that still holds one page cannot be given another request with the same id.
 */
static enum blk_eh_timer_return xsr_bf_timeout(struct request *rq)
{
	struct xsr_bf_disk *disk = rq->q->queuedata;
	struct xsr_bf *bf = disk->bf;
	u32 limit = xsr_bf_param_timeout(), waited;
	struct xsr_bf_queue *q;

	/* Whoever shuts the gate waits for us before it takes the queues away. */
	if (READ_ONCE(bf->gate) != XSR_BF_OPEN)
		return BLK_EH_RESET_TIMER;
	q = xsr_bf_queue_of(rq->mq_hctx);
	waited = (jiffies - xsr_bf_req(rq)->put) / HZ;
	if (limit && waited >= limit) {
		xsr_device_fail(&bf->dev, "no answer to request %u of queue %u for %u s", rq->tag,
				q->nr, waited);
		return BLK_EH_RESET_TIMER;
	}
	if (!test_and_set_bit(XSR_BF_STALLED, &bf->stalled))
		xsr_device_note(&bf->dev, "no answer to request %u of queue %u for %u s, waiting",
				rq->tag, q->nr, waited);
	xsr_channel_notify(&q->ch);
	queue_work(xsr_bf_wq, &q->drain);
	return BLK_EH_RESET_TIMER;
}

/* Which contexts are for polled I/O: the last ones, if any; a crash kernel has none. */
static void xsr_bf_map_queues(struct blk_mq_tag_set *set)
{
	const struct xsr_bf *bf = set->driver_data;
	u32 polled = set->nr_maps > HCTX_TYPE_POLL ? bf->polled : 0;
	struct blk_mq_queue_map *map = set->map;

	map[HCTX_TYPE_DEFAULT].nr_queues = set->nr_hw_queues - polled;
	blk_mq_map_queues(&map[HCTX_TYPE_DEFAULT]);
	if (!polled)
		return;
	map[HCTX_TYPE_READ].nr_queues = 0;
	map[HCTX_TYPE_POLL].nr_queues = polled;
	map[HCTX_TYPE_POLL].queue_offset = set->nr_hw_queues - polled;
	blk_mq_map_queues(&map[HCTX_TYPE_POLL]);
}

const struct blk_mq_ops xsr_bf_mq_ops = {
	.queue_rq = xsr_bf_queue_rq,
	.queue_rqs = xsr_bf_queue_rqs_op,
	.commit_rqs = xsr_bf_commit_rqs,
	.complete = xsr_bf_complete_rq,
	.timeout = xsr_bf_timeout,
	.poll = xsr_bf_poll,
	.map_queues = xsr_bf_map_queues,
};
