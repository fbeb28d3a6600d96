// SPDX-License-Identifier: GPL-2.0
/*
 * Taking requests out of the ring and checking them.
 *
 * An impossible ring index is the end of the connection; a request that may not be done is refused
 * with an answer and one line, at a bounded rate, and the thread goes on without a pause.
 */
#include <linux/ktime.h>

#include "backend/block/queue.h"

/* Most lines about refused requests of one connection; the counters know about all. */
#define TAKE_NOTES 100

static void take_note(struct xsr_vbd_queue *q, enum xsr_blk_why why)
{
	if (atomic_read(&q->vbd->notes) >= TAKE_NOTES)
		return;
	atomic_inc(&q->vbd->notes);
	xsr_device_note(&q->vbd->dev, "queue %u: request refused: %s", q->index,
			xsr_blk_why_name(why));
}

void xsr_vbd_blame(struct xsr_vbd_req *req, enum xsr_blk_why why)
{
	struct xsr_vbd_queue *q = req->queue;

	q->counts.refused[why]++;
	req->status = xsr_blk_why_status(why);
	take_note(q, why);
}

void xsr_vbd_refuse(struct xsr_vbd_req *req, enum xsr_blk_why why)
{
	req->transient = xsr_pieces_transient(req->piece, req->nr_pieces);
	list_add_tail(&req->link, &req->queue->finished);
	xsr_vbd_blame(req, why);
}

/* What we have to remember of a request that passed the checks. */
static void take_keep(struct xsr_vbd_req *req, const struct xsr_blk_req *in)
{
	req->sector = in->sector;
	req->nr_sectors = in->nr_sectors;
	req->flag = in->flag;
	req->lent = in->mark == XSR_BLK_MARK_LENT;
	req->nr_segs = in->nr_segs;
	req->unread = in->indirect;
	if (in->indirect) {
		req->desc_gref = in->gref[0];
		return;
	}
	xsr_vbd_req_describe(req, in->seg);
	req->nr_pieces = in->nr_segs;
}

static bool take_one(struct xsr_vbd_queue *q, u64 now)
{
	struct xsr_vbd_req *req = xsr_vbd_req_get(q);
	enum xsr_blk_why why;
	struct xsr_blk_req in;

	if (unlikely(!req)) {
		q->counts.oo_req++;
		q->starved = true;
		return false;
	}
	xsr_blk_take_req(&q->channel.ring, q->vbd->abi, &in);
	q->taken++;
	why = xsr_blk_check_req(&in, &q->vbd->limits);
	req->taken_ns = now;
	req->id = in.id;
	req->op = in.op;
	req->ring_op = in.ring_op;
	if (unlikely(why != XSR_BLK_FINE)) {
		xsr_vbd_refuse(req, why);
		return true;
	}
	take_keep(req, &in);
	list_add_tail(&req->link, &q->waiting);
	/* What comes after a barrier waits until it is over. */
	return req->op != XSR_BLK_OP_BARRIER;
}

u32 xsr_vbd_take(struct xsr_vbd_queue *q)
{
	u32 n, before = q->taken;
	u64 now;

	if (xsr_ring_peek(&q->channel.ring, &n) != XSR_OK) {
		xsr_device_fail(&q->vbd->dev, "queue %u: impossible request index", q->index);
		return 0;
	}
	n = min_t(u32, n, XSR_VBD_BATCH);
	if (!n)
		return 0;
	now = ktime_get_ns();
	while (n-- && take_one(q, now))
		;
	q->counts.taken += q->taken - before;
	q->counts.batches += q->taken != before;
	return q->taken - before;
}
