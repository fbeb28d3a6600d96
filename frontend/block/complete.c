// SPDX-License-Identifier: GPL-2.0
/*
 * Responses from the ring to blk-mq.
 *
 * A pass takes what is there, matches each response with the request it answers, copies data out or
 * takes lent pages back, and ends the requests in one batch; so it goes on until a look finds the
 * ring empty. Only then is an event asked for: what comes while a batch is being ended needs none.
 * All passes of an interrupt share a budget in pages; what is beyond is left to a work item, so that
 * a back-end cannot keep a CPU in interrupts and a burst of large reads does not stop the machine.
 * The event channel stays masked until then, and the core slows down a back-end that sends events
 * for nothing.
 *
 * A response that answers nothing we asked means the back-end has lost its mind: the device fails.
 * All under the queue's in_lock; the submitting half is never touched. The lock is held with
 * interrupts enabled by the work item: an interrupt that finds it taken leaves its work to that.
 */
#include <linux/ktime.h>

#include "frontend/block/queue.h"
#include "frontend/block/trace.h"

/* Pages a pass may work on. Copying 64 takes some 50 us; the work item may be preempted. */
#define COMPLETE_IRQ_BUDGET 64
#define COMPLETE_WORK_BUDGET 256

/* How a pass ended. */
enum complete_end {
	COMPLETE_AGAIN, /* end what was taken, then look again */
	COMPLETE_DRY, /* nothing left, events are armed */
	COMPLETE_MORE, /* budget spent */
	COMPLETE_DEAD, /* the device has failed */
};

/* What a pass gathers. */
struct complete_pass {
	struct io_comp_batch iob;
	struct xsr_chain pages; /* to be given back */
	struct xsr_chain bare;
	u32 responses;
	u32 cost; /* in pages */
	u32 home; /* the CPU that sent the last request answered */
	u64 now; /* ktime; 0: nobody has asked for it yet */
};

/* The back-end no longer does @feature: have blk-mq told, and say so once. */
static void complete_revoke(struct xsr_bf *bf, int feature)
{
	if (!test_and_set_bit(feature, &bf->revoked))
		schedule_work(&bf->revoke);
}

/* What was asked and is not supported: which feature is that? */
static void complete_unsupported(struct xsr_bf *bf, const struct xsr_bf_req *br)
{
	switch (br->req.op) {
	case XSR_BLK_OP_FLUSH:
	case XSR_BLK_OP_BARRIER:
		complete_revoke(bf, XSR_BF_NO_FLUSH);
		break;
	case XSR_BLK_OP_DISCARD:
		complete_revoke(bf, br->req.flag ? XSR_BF_NO_SECURE : XSR_BF_NO_DISCARD);
		break;
	default:
		break;
	}
}

/* How a request ends that is not supported. The block layer takes NOTSUPP of a flush for a success. */
static blk_status_t complete_refused(const struct xsr_bf_req *br)
{
	bool flush = br->req.op == XSR_BLK_OP_FLUSH || br->req.op == XSR_BLK_OP_BARRIER;

	return flush && xsr_bf_param_require_flush() ? BLK_STS_IOERR : BLK_STS_NOTSUPP;
}

static blk_status_t complete_status(struct xsr_bf *bf, const struct xsr_bf_req *br, s16 status)
{
	if (likely(status == XSR_BLK_STATUS_OKAY))
		return BLK_STS_OK;
	/* Old back-ends refuse a barrier without data as a bad request. */
	if (status == XSR_BLK_STATUS_UNSUPPORTED || br->req.op == XSR_BLK_OP_BARRIER) {
		complete_unsupported(bf, br);
		return complete_refused(br);
	}
	return BLK_STS_IOERR;
}

/* Find the request that @rsp answers and take it off the queue; NULL if there is none. */
static struct request *complete_match(struct xsr_bf_queue *q, const struct xsr_blk_rsp *rsp)
{
	u8 op = rsp->op;

	if (!xsr_slots_busy(&q->slots, min_t(u64, rsp->id, U32_MAX)))
		goto bad;
	/* An indirect request is answered with its inner operation, or, by some, with the outer. */
	if (op == XSR_BLK_OP_INDIRECT && xsr_bf_req(q->rq[rsp->id])->req.indirect)
		op = xsr_bf_req(q->rq[rsp->id])->req.op;
	if (xsr_slots_match(&q->slots, rsp->id, op) != XSR_OK)
		goto bad;
	return q->rq[rsp->id];
bad:
	xsr_device_fail(&q->bf->dev, "queue %u: response to request %llu, operation %u: not asked",
			q->nr, rsp->id, rsp->op);
	return NULL;
}

static enum xsr_bf_kind complete_kind(const struct xsr_bf_req *br)
{
	switch (br->req.op) {
	case XSR_BLK_OP_READ:
		return XSR_BF_READ;
	case XSR_BLK_OP_WRITE:
		return XSR_BF_WRITE;
	default:
		return XSR_BF_OTHER;
	}
}

/* Under in_lock. A pass has one time for all; a request put meanwhile took no time at all. */
static void complete_measure(struct xsr_bf_queue *q, struct complete_pass *p,
			     const struct xsr_bf_req *br, s16 status)
{
	u64 ns = 0;

	if (br->put_ns) {
		if (!p->now)
			p->now = ktime_get_ns();
		ns = p->now > br->put_ns ? p->now - br->put_ns : 0;
		xsr_hist_add(&q->in.latency[complete_kind(br)], ns);
	}
	trace_xsr_bf_complete(q, br, status, ns);
}

/* Returns false if the device has failed. */
static bool complete_one(struct xsr_bf_queue *q, struct complete_pass *p)
{
	struct xsr_bf_req *br;
	struct xsr_blk_rsp rsp;
	struct request *rq;
	bool released;

	xsr_blk_take_rsp(&q->ch.ring, &rsp);
	rq = complete_match(q, &rsp);
	if (!rq)
		return false;
	br = xsr_bf_req(rq);
	br->status = complete_status(q->bf, br, rsp.status);
	complete_measure(q, p, br, rsp.status);
	p->responses++;
	p->home = blk_mq_rq_cpu(rq);
	p->cost += 1 + br->req.nr_segs;
	released = xsr_bf_data_finish(q, rq, br->status == BLK_STS_OK);
	if (!released) {
		br->status = BLK_STS_IOERR;
		xsr_device_fail(&q->bf->dev, "queue %u: page of an answered request still mapped",
				q->nr);
	}
	if (br->req.op == XSR_BLK_OP_READ)
		q->in.bytes_copied += br->copied;
	xsr_granted_join(&q->pages, &p->pages, &br->pages);
	xsr_granted_join(&q->bare, &p->bare, &br->bare);
	if (!blk_mq_add_to_batch(rq, &p->iob, br->status != BLK_STS_OK, blk_mq_end_request_batch))
		blk_mq_complete_request(rq);
	return released;
}

/* Take what is there, up to @budget pages; if there is nothing, ask for an event, unless it is polled. */
static enum complete_end complete_take_locked(struct xsr_bf_queue *q, struct complete_pass *p,
					      u32 budget)
{
	u32 n;

	lockdep_assert_held(&q->in_lock);
	if (xsr_ring_peek(&q->ch.ring, &n) != XSR_OK) {
		xsr_device_fail(&q->bf->dev, "queue %u: more responses than requests", q->nr);
		return COMPLETE_DEAD;
	}
	if (!n && (q->polled || !xsr_ring_arm(&q->ch.ring, 1)))
		return COMPLETE_DRY;
	/* A producer that is moved to and fro must not keep us here either. */
	if (p->cost++ >= budget)
		return COMPLETE_MORE;
	for (; n; n--) {
		if (p->cost >= budget)
			return COMPLETE_MORE;
		if (!complete_one(q, p))
			return COMPLETE_DEAD;
	}
	return COMPLETE_AGAIN;
}

static void complete_unstall(struct xsr_bf *bf)
{
	if (test_and_clear_bit(XSR_BF_STALLED, &bf->stalled))
		xsr_device_note(&bf->dev, "answers again");
}

/*
 * Pages and room are there again: have blk-mq try what had to wait for them. By itself it would after
 * 3 ms, and then find them taken by what was asked since.
 */
static void complete_rerun(struct xsr_bf_queue *q)
{
	if (test_and_clear_bit(XSR_BF_WAITED_FOR, &q->flags))
		blk_mq_run_hw_queues(q->bf->disk->gd->queue, true);
}

static enum complete_end complete_pass_locked(struct xsr_bf_queue *q, struct complete_pass *p,
					      u32 budget)
{
	enum complete_end end = COMPLETE_DEAD;
	u32 before = p->responses;

	p->now = 0;
	if (likely(!xsr_device_failed(&q->bf->dev)))
		end = complete_take_locked(q, p, budget);
	q->in.responses += p->responses - before;
	if (unlikely(p->responses && test_bit(XSR_BF_STALLED, &q->bf->stalled)))
		complete_unstall(q->bf);
	xsr_granted_give(&q->pages, &p->pages);
	xsr_granted_give(&q->bare, &p->bare);
	if (unlikely(p->responses && test_bit(XSR_BF_WAITED_FOR, &q->flags)))
		complete_rerun(q);
	return end;
}

/* End what the pass has gathered. */
static void complete_batch(struct complete_pass *p)
{
	if (p->iob.complete)
		p->iob.complete(&p->iob);
	p->iob = (struct io_comp_batch){};
}

/* The work item goes on, and ends the interrupt when the ring is empty. */
static void complete_hand_over(struct xsr_bf_queue *q)
{
	set_bit(XSR_BF_OWES_EOI, &q->flags);
	queue_work(xsr_bf_wq, &q->drain);
}

/* The event channel of a queue: the back-end has answered something. */
irqreturn_t xsr_bf_interrupt(int irq, void *data)
{
	struct xsr_bf_queue *q = data;
	struct complete_pass p = {};
	enum complete_end end;

	do {
		/* What is polled must not end in an interrupt: its bios go to a cache without a lock. */
		if (q->polled || !spin_trylock(&q->in_lock)) {
			end = COMPLETE_MORE;
			break;
		}
		end = complete_pass_locked(q, &p, COMPLETE_IRQ_BUDGET);
		spin_unlock(&q->in_lock);
		complete_batch(&p);
	} while (end == COMPLETE_AGAIN);
	q->in.interrupts++;
	q->in.spurious += end == COMPLETE_DRY && !p.responses;
	q->in.handovers += end == COMPLETE_MORE;
	if (p.responses)
		xsr_bf_queue_follow(q, p.home);
	/* A device that has failed is left masked. */
	if (end == COMPLETE_MORE)
		complete_hand_over(q);
	else if (end == COMPLETE_DRY)
		xen_irq_lateeoi(irq, p.responses ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

/* What an interrupt left over, or a look at the ring because an event may have been lost. */
void xsr_bf_drain(struct work_struct *work)
{
	struct xsr_bf_queue *q = container_of(work, struct xsr_bf_queue, drain);
	struct complete_pass p = {};
	enum complete_end end;

	do {
		spin_lock(&q->in_lock);
		end = complete_pass_locked(q, &p, COMPLETE_WORK_BUDGET);
		spin_unlock(&q->in_lock);
		complete_batch(&p);
	} while (end == COMPLETE_AGAIN);
	if (end == COMPLETE_MORE)
		queue_work(xsr_bf_wq, &q->drain);
	else if (end == COMPLETE_DRY && test_and_clear_bit(XSR_BF_OWES_EOI, &q->flags) &&
		 q->ch.irq) /* 0: muted meanwhile */
		xsr_channel_eoi(&q->ch, true);
}

static int complete_poll(struct xsr_bf_queue *q)
{
	struct complete_pass p = {};
	u32 n;

	/* Whoever holds the lock is doing what we came for. */
	if (!spin_trylock(&q->in_lock))
		return 0;
	q->in.polls++;
	if (xsr_ring_peek(&q->ch.ring, &n) != XSR_OK || n) {
		complete_pass_locked(q, &p, COMPLETE_WORK_BUDGET);
		q->in.poll_hits++;
	}
	spin_unlock(&q->in_lock);
	complete_batch(&p);
	return p.responses;
}

/*
 * Somebody waits for an answer and looks. Returns how many there were. The gate keeps the queues from
 * going meanwhile: who shuts it waits for a grace period before he takes them away.
 */
int xsr_bf_poll(struct blk_mq_hw_ctx *hctx, struct io_comp_batch *iob)
{
	const struct xsr_bf_disk *disk = hctx->queue->queuedata;
	int found = 0;

	rcu_read_lock();
	if (READ_ONCE(disk->bf->gate) == XSR_BF_OPEN)
		found = complete_poll(xsr_bf_queue_of(hctx));
	rcu_read_unlock();
	return found;
}

void xsr_bf_complete_rq(struct request *rq)
{
	blk_mq_end_request(rq, xsr_bf_req(rq)->status);
}
