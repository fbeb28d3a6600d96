/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One queue of a block front-end: a ring, its event channel, its pools, and the requests in it.
 *
 * The half that submits and the half that completes have a lock each and share none. Between them
 * a request is handed over by the ring itself and the id table. The pools have locks of their own.
 */
#ifndef XSR_BF_QUEUE_H
#define XSR_BF_QUEUE_H

#include "frontend/block/bf.h"
#include "grant/linux/granted.h"
#include "ring/blk_codec.h"
#include "ring/follow.h"
#include "ring/hist.h"
#include "ring/linux/channel.h"
#include "ring/slots.h"

/*
 * Most granted pages, and most references lent, of a queue: 4 MiB together with a ring of 16 pages.
 * Stock back-ends keep 1056 pages of a ring mapped; within that none is ever mapped twice. It bounds
 * the I/O in flight of a queue; 4 queues come to 16 MiB for a disk under full load, and only if it
 * asks for that much. Only a back-end that takes still longer requests raises it, to one such request.
 */
#define XSR_BF_POOL_MAX 1008
/* Pages kept while idle, so that some I/O is possible whatever the memory: 128 KiB a queue. */
#define XSR_BF_POOL_FLOOR 32

/* Each half writes its own, under its own lock; the interrupt alone writes what is about it. */
struct xsr_bf_out_stats {
	u64 requests;
	u64 batches;
	u64 notifies;
	u64 bytes_copied;
	u64 lent; /* requests whose pages were lent though others stay granted */
	u64 bytes_lent;
	u64 shortages; /* times a request had to wait for pages, references or room */
};

/* Kinds of requests whose latency is told apart. */
enum xsr_bf_kind {
	XSR_BF_READ,
	XSR_BF_WRITE,
	XSR_BF_OTHER, /* flush, discard */
	XSR_BF_KINDS,
};

struct xsr_bf_in_stats {
	u64 responses;
	u64 interrupts;
	u64 spurious; /* interrupts without a response */
	u64 moves; /* times that they were to come to another CPU */
	u64 polls; /* looks by who waits for an answer */
	u64 poll_hits; /* ... that found one */
	u64 handovers; /* interrupts that left work to the work queue */
	u64 bytes_copied;
	struct xsr_hist latency[XSR_BF_KINDS]; /* from the ring and back, of those that were timed */
};

/* Bits of a queue's flags. */
#define XSR_BF_OWES_EOI 0 /* drain has to end the interrupt */
#define XSR_BF_WAITED_FOR 1 /* blk-mq holds a request that found no pages, references or room */

/* Where a queue's interrupts come, and what speaks for another place; the interrupt's own. */
struct xsr_bf_place {
	struct xsr_follow follow;
	u32 other; /* the CPU whose idle time is compared with that of the home */
	u64 since_us; /* ktime of when that began, and idle times then */
	u64 home_idle_us;
	u64 other_idle_us;
};

struct xsr_bf_queue {
	struct xsr_bf *bf;
	u32 nr;
	bool polled; /* nobody is told of answers, who waits for them looks */
	struct xsr_channel ch;
	struct xsr_slots slots;
	struct request **rq; /* by id, valid while the slot is busy */
	struct xsr_granted pages; /* data that is copied, and descriptors */
	struct xsr_granted bare; /* references for requests' own pages */
	struct work_struct drain; /* completes what an interrupt left */
	unsigned long flags; /* XSR_BF_OWES_EOI, XSR_BF_WAITED_FOR */

	spinlock_t out_lock ____cacheline_aligned_in_smp;
	struct xsr_bf_out_stats out;

	spinlock_t in_lock ____cacheline_aligned_in_smp;
	struct xsr_bf_in_stats in;
	struct xsr_bf_place place;
};

/* blk-mq keeps one with each request. */
struct xsr_bf_req {
	struct xsr_blk_req req;
	struct xsr_chain pages; /* descriptors, then data that is copied */
	struct xsr_chain bare; /* lent to the request's own pages */
	u32 copied; /* bytes that go through pages */
	unsigned long put; /* when it was put into the ring, jiffies */
	u64 put_ns; /* the same if it is timed, ktime; else 0 */
	blk_status_t status;
};

static inline struct xsr_bf_req *xsr_bf_req(struct request *rq)
{
	return blk_mq_rq_to_pdu(rq);
}

/*
 * The queue that serves a hardware context. After a restore there may be fewer queues than contexts;
 * they then share, and ids are told apart by xsr_bf_id().
 */
static inline struct xsr_bf_queue *xsr_bf_queue_of(const struct blk_mq_hw_ctx *hctx)
{
	const struct xsr_bf_disk *disk = hctx->queue->queuedata;
	struct xsr_bf *bf = disk->bf;

	return &bf->queue[hctx->queue_num % bf->deal.queues];
}

static inline u32 xsr_bf_id(const struct request *rq)
{
	const struct xsr_bf_disk *disk = rq->q->queuedata;

	return rq->tag + rq->mq_hctx->queue_num / disk->bf->deal.queues * disk->set.queue_depth;
}

/* queue.c */

/* Make bf->deal.queues rings of bf->deal.ring_order. Returns 0, or an errno with nothing left. */
int xsr_bf_queues_create(struct xsr_bf *bf);
/* Make the pools, once bf->bare is known. On error what was made waits for destroy. */
int xsr_bf_queues_pools(struct xsr_bf *bf);
/* Requests that the back-end has not answered. */
u32 xsr_bf_queues_busy(const struct xsr_bf *bf);
/* No interrupt and no work of the queues runs or will run after this. */
void xsr_bf_queues_mute(struct xsr_bf *bf);
/* Free them, muted and with no request left. Harmless when there are none. */
void xsr_bf_queues_destroy(struct xsr_bf *bf);
/* Look for answers in queues whose owners do not look any more. */
void xsr_bf_queues_look(struct xsr_bf *bf);
/* Tell the back-end to look, and look ourselves: an event may have been lost. */
void xsr_bf_queues_poke(struct xsr_bf *bf);
/* Take every unanswered request off the queues and hand it to @fn. Muted. */
void xsr_bf_queues_reap(struct xsr_bf *bf, void (*fn)(struct xsr_bf_queue *q, struct request *rq));

/* place.c */

/*
 * Have each queue's interrupts come to a CPU whose requests it carries, where whoever waits for the
 * answer most likely is; the only queue's come where the kernel chose. Once the disk is there, before I/O.
 */
void xsr_bf_queues_place(struct xsr_bf *bf);
/* An interrupt told of answers, the last of them for CPU @home: is there a better place? The handler. */
void xsr_bf_queue_follow(struct xsr_bf_queue *q, u32 home);

/* submit.c */
extern const struct blk_mq_ops xsr_bf_mq_ops;

/* complete.c */
irqreturn_t xsr_bf_interrupt(int irq, void *data);
void xsr_bf_drain(struct work_struct *work); /* q->drain */
int xsr_bf_poll(struct blk_mq_hw_ctx *hctx, struct io_comp_batch *iob); /* blk_mq_ops.poll */
void xsr_bf_complete_rq(struct request *rq); /* blk_mq_ops.complete */

/* What became of xsr_bf_data_prepare(). */
enum xsr_bf_fit {
	XSR_BF_FITS,
	XSR_BF_SHORT, /* no pages or references now */
	XSR_BF_TOO_BIG, /* more segments than the back-end takes */
};

/* data.c */

/*
 * Turn a read's or write's pages into segments: sets nr_segs, seg or gref, and indirect of the
 * request. On anything but XSR_BF_FITS nothing is held.
 */
enum xsr_bf_fit xsr_bf_data_prepare(struct xsr_bf_queue *q, struct request *rq);
/*
 * The back-end has answered: copy out what it read, if @good, and take back what was lent. The
 * chains of the request stay for the caller to give back. Returns false if it keeps a page mapped.
 */
bool xsr_bf_data_finish(struct xsr_bf_queue *q, struct request *rq, bool good);
/* The request was never shown to the back-end: give everything back. */
void xsr_bf_data_undo(struct xsr_bf_queue *q, struct request *rq);
/* The back-end may be using the request's pages right now and never answer. */
void xsr_bf_data_quarantine(struct xsr_bf_queue *q, struct request *rq);

#endif /* XSR_BF_QUEUE_H */
