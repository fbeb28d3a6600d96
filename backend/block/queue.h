/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One queue: a ring, its event channel, and the thread that serves it.
 *
 * The thread takes, checks, maps and submits, and it alone maps and unmaps. What is over is
 * answered by whoever finds it: the thread for requests that ended while it submitted them or that
 * have something to unmap, else the publisher, a tasklet, so that all that ends in one interrupt is
 * published together and without a change of threads.
 *
 * The lock covers the ring's outgoing half, the cache of persistent grants and the counts of what
 * is in flight. It is taken in any context, with interrupts off, for requests one at a time.
 */
#ifndef XSR_VBD_QUEUE_H
#define XSR_VBD_QUEUE_H

#include <linux/interrupt.h>
#include <linux/llist.h>
#include <linux/wait.h>

#include "backend/block/counts.h"
#include "backend/block/request.h"
#include "backend/block/vbd.h"
#include "grant/linux/bounced.h"
#include "grant/linux/mapped.h"
#include "ring/adapt.h"
#include "ring/hist.h"
#include "ring/linux/channel.h"

/* Most requests between two looks at the ring, and so between two publications by the thread. */
#define XSR_VBD_BATCH 64
/* Pages a queue never gives back while connected: one direct request always gets its pages. */
#define XSR_VBD_RESERVE_PAGES (XSR_VBD_SMALL + 1)
/* Slots of a cache to begin with; it grows as needed. */
#define XSR_VBD_CACHE_SLOTS 64

static_assert(XSR_VBD_MAX_SEGS <= BIO_MAX_VECS, "one bio holds a request");
static_assert(XSR_VBD_MAX_SEGS <= XSR_BLK_SEGS_PER_PAGE, "one page holds the segments");
static_assert(XSR_VBD_MAX_SEGS + 1 <= XSR_MAPPED_BATCH, "one plan holds a request");

/* Why a thread is woken: bits of kicks. */
enum {
	XSR_VBD_KICK_EVENT, /* the front-end's; an end of interrupt is owed */
	XSR_VBD_KICK_CHECK, /* something the thread had waited for may be here */
	XSR_VBD_KICK_PURGE, /* look for persistent grants that are not used */
	XSR_VBD_KICK_WINDOW, /* look for pages of ours that were not used */
};

/* Kinds of requests whose latency is told apart. */
enum xsr_vbd_kind {
	XSR_VBD_READ,
	XSR_VBD_WRITE,
	XSR_VBD_OTHER, /* flush, barrier, discard */
	XSR_VBD_KINDS,
};

/* Scratch memory of a queue's thread. */
struct xsr_vbd_scratch {
	struct xsr_blk_seg segs[XSR_VBD_MAX_SEGS];
	struct xsr_piece gone[XSR_MAPPED_BATCH]; /* from the cache, to be unmapped */
};

struct xsr_vbd_queue {
	struct xsr_vbd *vbd;
	u32 index;
	struct xsr_channel channel;
	struct task_struct *thread;
	wait_queue_head_t wait;
	unsigned long kicks;

	/* The thread's own. */
	bool owes_eoi;
	bool worked; /* requests were found since the last end of interrupt */
	bool draining; /* stopping: takes nothing more */
	bool starved; /* something waits for memory */
	u32 stuck_at; /* what answered was when it began to wait */
	unsigned long stuck_since; /* jiffies, of then */
	struct xsr_adapt adapt; /* how long to look for requests before sleeping */
	unsigned long nap; /* jiffies to sleep at most; 0: any time */
	struct list_head waiting; /* taken and checked, not yet mapped */
	struct list_head finished; /* over: unmap and answer */
	struct list_head busy; /* over, but a page is still being looked at */
	struct xsr_vbd_req *barrier; /* nothing is taken until it is over; cleared at its answer */
	bool barrier_out; /* ... it was submitted */
	struct xsr_mapped mapped;
	struct xsr_bounced bounced; /* of a front-end with grants that do not stay */
	struct xsr_vbd_reserve reserve;
	struct xsr_vbd_scratch *scratch;
	u32 taken;
	bool overflow; /* the cache could not keep everything */
	unsigned long evicted; /* jiffies, of the last time that room was made */

	spinlock_t lock; /* of all up to done, and of the outgoing half of the ring */
	struct xsr_cache cache;
	void *cache_storage;
	u32 answered; /* taken and answered are equal when nothing is in flight */
	u32 inflight[2]; /* by epoch; see barrier.c */
	bool watch; /* kick the thread when something was answered */

	struct llist_head done; /* over, for the publisher */
	struct llist_head reap; /* over, for the thread */
	struct tasklet_struct publisher;

	struct xsr_vbd_counts counts;
	struct xsr_hist latency[XSR_VBD_KINDS]; /* from the ring and back; under the lock */
};

/* queue.c */
int xsr_vbd_queue_create(struct xsr_vbd_queue *q, struct xsr_vbd *vbd, u32 index);
int xsr_vbd_queue_start(struct xsr_vbd_queue *q);
/* Waits for the disk, not for the peer; afterwards nothing is in flight. */
void xsr_vbd_queue_stop(struct xsr_vbd_queue *q);
/* After a stop and an RCU grace period. */
void xsr_vbd_queue_destroy(struct xsr_vbd_queue *q);
irqreturn_t xsr_vbd_queue_event(int irq, void *data);
void xsr_vbd_queue_kick(struct xsr_vbd_queue *q, unsigned int why);
u32 xsr_vbd_queue_held(const struct xsr_vbd_queue *q);

/* take.c: move up to a batch of requests from the ring to the waiting list; how many were taken. */
u32 xsr_vbd_take(struct xsr_vbd_queue *q);
/* This request will not be done; it goes to the finished list. The thread only. */
void xsr_vbd_refuse(struct xsr_vbd_req *req, enum xsr_blk_why why);
/* The same for one that is on that list already. */
void xsr_vbd_blame(struct xsr_vbd_req *req, enum xsr_blk_why why);

/* Is the data of @req in pages that stay mapped? */
static inline bool xsr_vbd_req_stays(const struct xsr_vbd_req *req)
{
	return req->queue->vbd->persistent && !req->lent;
}

/* Have the pieces of @req be what its @segs, which passed the checks, describe. */
static inline void xsr_vbd_req_describe(struct xsr_vbd_req *req, const struct xsr_blk_seg *segs)
{
	bool readonly = !xsr_vbd_req_stays(req) && req->op != XSR_BLK_OP_READ;
	struct xsr_piece *piece = req->piece;
	const struct xsr_blk_seg *end = segs + req->nr_segs;
	bool lent = req->lent;

	for (; segs < end; segs++)
		*piece++ = (struct xsr_piece){
			.gref = segs->gref,
			.offset = segs->first_sect << SECTOR_SHIFT,
			.bytes = xsr_blk_seg_sectors(segs) << SECTOR_SHIFT,
			.readonly = readonly,
			.lent = lent,
		};
}

/* dispatch.c: map and submit what waits, in order, as far as memory allows. */
void xsr_vbd_dispatch(struct xsr_vbd_queue *q);
void xsr_vbd_submit(struct xsr_vbd_req *req);

/* copy.c: the data of small requests. The thread only. */
void xsr_vbd_copy_choose(struct xsr_vbd_queue *q, struct list_head *batch);
void xsr_vbd_copy_in(struct xsr_vbd_queue *q, struct list_head *batch);
void xsr_vbd_copy_out(struct xsr_vbd_queue *q);

/* Is there data to be copied to the front-end before the answer? Any context. */
static inline bool xsr_vbd_copy_is_owed(const struct xsr_vbd_req *req)
{
	return req->copied && req->op == XSR_BLK_OP_READ && req->status == XSR_BLK_STATUS_OKAY;
}

/* complete.c: all I/O of a request is over. Any context. */
void xsr_vbd_req_done(struct xsr_vbd_req *req);
s16 xsr_vbd_status(blk_status_t status);
/* The thread: collect what ended elsewhere, unmap, answer. */
void xsr_vbd_finish(struct xsr_vbd_queue *q);
void xsr_vbd_publisher(struct tasklet_struct *t);

/* keep.c: what stays mapped. The thread only. */
void xsr_vbd_keep(struct xsr_vbd_queue *q);
void xsr_vbd_keep_trim(struct xsr_vbd_queue *q, unsigned long kicks);
void xsr_vbd_keep_nothing(struct xsr_vbd_queue *q);

/* discard.c */
void xsr_vbd_discard(struct xsr_vbd_req *req);

/* barrier.c */
void xsr_vbd_barrier_begin(struct xsr_vbd_req *req);
void xsr_vbd_barrier_try(struct xsr_vbd_queue *q);
void xsr_vbd_barrier_drop(struct xsr_vbd_queue *q);
void xsr_vbd_barrier_end(struct xsr_vbd_req *req);

#endif /* XSR_VBD_QUEUE_H */
