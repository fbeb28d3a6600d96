// SPDX-License-Identifier: GPL-2.0
/*
 * From the end of I/O to the answer on the ring.
 *
 * Three ways, by where a request ends. In the queue's own thread while it submits, or in an
 * interrupt of it: the thread answers it with the rest of the batch. Elsewhere with nothing to
 * unmap: the publisher, a tasklet that runs right after the interrupt's other work, answers all
 * that ended there, with one publication and at most one event. Elsewhere with something to unmap
 * or to copy: the thread, which does that for many requests in one hypercall. Grants go back to the cache before
 * the answer shows, since the front-end may use them again at once.
 */
#include <linux/ktime.h>
#include <linux/rcupdate.h>

#include "backend/block/queue.h"
#include "backend/block/trace.h"

s16 xsr_vbd_status(blk_status_t status)
{
	if (likely(status == BLK_STS_OK))
		return XSR_BLK_STATUS_OKAY;
	return status == BLK_STS_NOTSUPP ? XSR_BLK_STATUS_UNSUPPORTED : XSR_BLK_STATUS_ERROR;
}

static enum xsr_vbd_kind complete_kind(const struct xsr_vbd_req *req)
{
	switch (req->op) {
	case XSR_BLK_OP_READ:
		return XSR_VBD_READ;
	case XSR_BLK_OP_WRITE:
		return XSR_VBD_WRITE;
	default:
		return XSR_VBD_OTHER;
	}
}

static void complete_measure(struct xsr_vbd_queue *q, const struct xsr_vbd_req *req, u64 now)
{
	xsr_hist_add(&q->latency[complete_kind(req)], now - req->taken_ns);
	trace_xsr_vbd_complete(req, now - req->taken_ns);
}

/*
 * One answer; @now is the same for a batch. Returns whether the last of an epoch ended. Any context:
 * the lock is taken for each answer by itself, since interrupts are off meanwhile.
 */
static bool complete_one(struct xsr_vbd_queue *q, struct xsr_vbd_req *req, u64 now)
{
	unsigned long flags;
	bool drained;

	spin_lock_irqsave(&q->lock, flags);
	complete_measure(q, req, now);
	if (q->vbd->persistent)
		xsr_pieces_give(&q->cache, req->piece, req->nr_pieces, (u32)jiffies);
	if (req->copied)
		xsr_bounced_put_pages(&q->bounced, req->piece, req->nr_segs);
	if (!xsr_vbd_dead(q->vbd))
		xsr_blk_put_rsp(&q->channel.ring, q->vbd->abi, req->id, req->ring_op, req->status);
	q->counts.answered++;
	q->counts.failed += req->status != XSR_BLK_STATUS_OKAY;
	q->answered++;
	drained = req->counted && !--q->inflight[req->epoch];
	spin_unlock_irqrestore(&q->lock, flags);
	return drained;
}

/* What the answers of one batch lead to. */
struct complete_after {
	bool notify;
	bool wake; /* the thread waits for an answer */
	bool drained; /* an epoch of this queue has ended */
};

static void complete_publish(struct xsr_vbd_queue *q, struct complete_after *after)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	if (!xsr_vbd_dead(q->vbd)) {
		after->notify = xsr_ring_publish(&q->channel.ring);
		trace_xsr_vbd_publish(q);
		q->counts.published++;
		q->counts.notified += after->notify;
	}
	after->wake = q->watch;
	q->watch = false;
	spin_unlock_irqrestore(&q->lock, flags);
}

static void complete_act(struct xsr_vbd_queue *q, const struct complete_after *after)
{
	struct xsr_vbd_queue *owner = READ_ONCE(q->vbd->barrier.owner);

	if (after->notify) {
		trace_xsr_vbd_notify(q);
		xsr_channel_notify(&q->channel);
	}
	if (after->drained && owner)
		xsr_vbd_queue_kick(owner, XSR_VBD_KICK_CHECK);
	if (after->wake)
		xsr_vbd_queue_kick(q, XSR_VBD_KICK_CHECK);
}

static void complete_free(struct xsr_vbd_req *req)
{
	xsr_vbd_barrier_end(req);
	xsr_vbd_req_put(req);
}

/* Answer all requests of @list, which own nothing transient and owe no copy any more. Any context. */
static void complete_list(struct xsr_vbd_queue *q, struct list_head *list)
{
	struct complete_after after = {};
	struct xsr_vbd_req *req, *next;
	u64 now;

	if (list_empty(list))
		return;
	now = ktime_get_ns();
	list_for_each_entry(req, list, link)
		after.drained |= complete_one(q, req, now);
	complete_publish(q, &after);
	complete_act(q, &after);
	list_for_each_entry_safe(req, next, list, link)
		complete_free(req);
	INIT_LIST_HEAD(list);
}

/* Move what is in @from to the end of @to, in the order in which it came. */
static void complete_gather(struct llist_head *from, struct list_head *to)
{
	struct llist_node *gathered;
	struct xsr_vbd_req *req, *next;

	if (llist_empty(from))
		return;
	gathered = llist_reverse_order(llist_del_all(from));
	llist_for_each_entry_safe(req, next, gathered, node)
		list_add_tail(&req->link, to);
}

/* Answer what has ended elsewhere. Any context. */
static void complete_done(struct xsr_vbd_queue *q)
{
	LIST_HEAD(list);

	complete_gather(&q->done, &list);
	complete_list(q, &list);
}

void xsr_vbd_publisher(struct tasklet_struct *t)
{
	struct xsr_vbd_queue *q = container_of(t, struct xsr_vbd_queue, publisher);

	complete_done(q);
}

/*
 * A request has ended outside its thread's own course. Who adds the first one sees to it that
 * somebody comes for all that follow until then. In process context nobody has to be waited for, not
 * even with interrupts off, as for flushes, where a tasklet would have to wait for its thread.
 */
static void complete_hand_over(struct xsr_vbd_queue *q, struct xsr_vbd_req *req)
{
	if (req->transient || xsr_vbd_copy_is_owed(req) || current == q->thread) {
		if (llist_add(&req->node, &q->reap))
			wake_up(&q->wait);
		return;
	}
	if (!llist_add(&req->node, &q->done))
		return;
	if (in_task())
		complete_done(q);
	else
		tasklet_schedule(&q->publisher);
}

void xsr_vbd_req_done(struct xsr_vbd_req *req)
{
	struct xsr_vbd_queue *q = req->queue;

	if (in_task() && current == q->thread) {
		list_add_tail(&req->link, &q->finished);
		return;
	}
	/* As soon as the request is answered the queue may go; a grace period holds it here. */
	rcu_read_lock();
	complete_hand_over(q, req);
	rcu_read_unlock();
}

/* How often to look whether a page is still being looked at. */
#define COMPLETE_BUSY_NAP msecs_to_jiffies(5)

static void complete_unmap(struct xsr_vbd_queue *q)
{
	if (q->mapped.plan.n)
		trace_xsr_vbd_unmap(q, q->mapped.plan.n);
	xsr_mapped_unmap(&q->mapped);
}

/* Plan to unmap what @req has, executing the plan when it is full. */
static void complete_plan(struct xsr_vbd_queue *q, struct xsr_vbd_req *req)
{
	if (xsr_plan_unmap(&q->mapped.plan, req->piece, req->nr_pieces))
		return;
	complete_unmap(q);
	(void)xsr_plan_unmap(&q->mapped.plan, req->piece, req->nr_pieces);
}

static void complete_collect(struct xsr_vbd_queue *q)
{
	list_splice_tail_init(&q->busy, &q->finished);
	complete_gather(&q->reap, &q->finished);
}

void xsr_vbd_finish(struct xsr_vbd_queue *q)
{
	struct xsr_vbd_req *req, *next;

	complete_collect(q);
	xsr_vbd_copy_out(q);
	list_for_each_entry_safe(req, next, &q->finished, link) {
		if (likely(!req->transient))
			continue;
		if (xsr_mapped_busy(req->piece, req->nr_pieces)) {
			list_move_tail(&req->link, &q->busy);
			q->nap = COMPLETE_BUSY_NAP;
			continue;
		}
		complete_plan(q, req);
	}
	complete_unmap(q);
	complete_list(q, &q->finished);
}
