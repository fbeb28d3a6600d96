// SPDX-License-Identifier: GPL-2.0
/*
 * Barriers: a write that comes after everything before it, on all queues of the device.
 *
 * Each request that goes to the disk is counted by its queue in one of two epochs. A barrier, of
 * which one at a time is under way on a device, turns the epoch and waits until the count of the
 * former one is 0 on every queue; what other queues take meanwhile is counted in the new one, so
 * that they neither wait nor keep the barrier waiting for ever. Then it is written with a flush
 * before it and to stable storage. Its own queue takes nothing more until it is over.
 *
 * Nobody blocks: the queue's thread looks again when a count reaches 0 or another barrier ends.
 */
#include "backend/block/queue.h"

/* @req is mapped and the last that its thread has taken. */
void xsr_vbd_barrier_begin(struct xsr_vbd_req *req)
{
	req->queue->barrier_out = false;
	WRITE_ONCE(req->queue->barrier, req);
}

/* Become the one whose barrier is under way, if nobody else is, and turn the epoch. */
static bool barrier_own(struct xsr_vbd_barrier *barrier, struct xsr_vbd_queue *q)
{
	bool own;

	spin_lock_irq(&barrier->lock);
	if (!barrier->owner) {
		WRITE_ONCE(barrier->owner, q);
		WRITE_ONCE(barrier->epoch, !barrier->epoch);
	}
	own = barrier->owner == q;
	spin_unlock_irq(&barrier->lock);
	return own;
}

/* Any context. */
static void barrier_disown(struct xsr_vbd_barrier *barrier, const struct xsr_vbd_queue *q)
{
	unsigned long flags;

	spin_lock_irqsave(&barrier->lock, flags);
	if (barrier->owner == q)
		WRITE_ONCE(barrier->owner, NULL);
	spin_unlock_irqrestore(&barrier->lock, flags);
}

/*
 * Requests of the former epoch still in flight on all queues. Taking each lock also waits for a
 * queue that is counting by the former epoch right now.
 */
static u32 barrier_before(struct xsr_vbd *vbd)
{
	u8 former = !vbd->barrier.epoch;
	u32 i, n = 0;

	for (i = 0; i < vbd->nr_queues; i++) {
		spin_lock_irq(&vbd->queue[i].lock);
		n += vbd->queue[i].inflight[former];
		spin_unlock_irq(&vbd->queue[i].lock);
	}
	return n;
}

/* Submit the barrier of @q if its time has come. The queue's thread. */
void xsr_vbd_barrier_try(struct xsr_vbd_queue *q)
{
	struct xsr_vbd *vbd = q->vbd;

	if (q->barrier_out || !barrier_own(&vbd->barrier, q) || barrier_before(vbd))
		return;
	q->barrier_out = true;
	xsr_vbd_submit(q->barrier);
}

/* The device is dead: a barrier that was not submitted goes to the finished list. The thread. */
void xsr_vbd_barrier_drop(struct xsr_vbd_queue *q)
{
	struct xsr_vbd_req *req = q->barrier;

	if (!req || q->barrier_out)
		return;
	q->barrier = NULL;
	req->status = XSR_BLK_STATUS_ERROR;
	list_add_tail(&req->link, &q->finished);
	barrier_disown(&q->vbd->barrier, q);
}

/* @req has been answered. If it is the barrier its queue waits for, let everybody go on. */
void xsr_vbd_barrier_end(struct xsr_vbd_req *req)
{
	struct xsr_vbd_queue *q = req->queue;
	struct xsr_vbd *vbd = q->vbd;
	u32 i;

	if (likely(req->op != XSR_BLK_OP_BARRIER) || READ_ONCE(q->barrier) != req)
		return;
	WRITE_ONCE(q->barrier, NULL);
	barrier_disown(&vbd->barrier, q);
	for (i = 0; i < vbd->nr_queues; i++)
		xsr_vbd_queue_kick(&vbd->queue[i], XSR_VBD_KICK_CHECK);
}
