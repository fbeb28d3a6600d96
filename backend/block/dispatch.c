// SPDX-License-Identifier: GPL-2.0
/*
 * From requests that passed the checks to I/O on the disk.
 *
 * Works on all that waits at once, in stages, so that one hypercall maps for many requests: storage
 * for large requests, the pages that hold the segments of indirect ones, the data pages, the data
 * of small writes (copy.c), bios under one plug. With persistent grants all pages are in the cache
 * and there is no hypercall at all.
 * When memory is short, the requests from there on keep waiting, in their order, and nothing of
 * what they have got so far is lost. Nothing here waits for the front-end.
 */
#include "backend/block/params.h"
#include "backend/block/queue.h"
#include "backend/block/trace.h"

/*
 * What of @req a stage maps: its page of segments, or its data unless that is copied. Returns how
 * many pieces.
 */
static u32 dispatch_pieces(struct xsr_vbd_req *req, bool desc, struct xsr_piece **piece)
{
	if (!desc) {
		*piece = req->piece;
		return req->copied ? 0 : req->nr_segs;
	}
	*piece = req->piece + req->nr_segs;
	return req->unread;
}

/*
 * Count a request as in flight for barriers (see barrier.c), once. The barrier itself is not. Under
 * the queue's lock.
 */
static void dispatch_count(struct xsr_vbd_req *req)
{
	struct xsr_vbd_queue *q = req->queue;

	if (req->counted || req->op == XSR_BLK_OP_BARRIER)
		return;
	req->counted = true;
	req->epoch = READ_ONCE(q->vbd->barrier.epoch);
	q->inflight[req->epoch]++;
}

/* Have the cache lend what it has. */
static void dispatch_find(struct xsr_vbd_queue *q, struct list_head *batch, bool desc)
{
	struct xsr_cache *cache = q->vbd->persistent ? &q->cache : NULL;
	struct xsr_vbd_req *req;
	struct xsr_piece *piece;
	u32 n, missing;

	list_for_each_entry(req, batch, link) {
		n = dispatch_pieces(req, desc, &piece);
		/* For each by itself: interrupts are off meanwhile. */
		spin_lock_irq(&q->lock);
		missing = xsr_plan_find(cache, piece, n);
		if (!desc)
			dispatch_count(req);
		spin_unlock_irq(&q->lock);
		req->missing = missing;
		q->counts.cache_misses += missing;
		q->counts.cache_hits += n - missing;
	}
}

static void dispatch_flush_plan(struct xsr_vbd_queue *q)
{
	if (!q->mapped.plan.n)
		return;
	trace_xsr_vbd_map(q, q->mapped.plan.n);
	xsr_mapped_map(&q->mapped);
	xsr_vbd_keep(q);
	xsr_plan_reset(&q->mapped.plan);
}

/*
 * From @req on, the batch has to wait for memory: give it back to the waiting list. Nothing is
 * taken from the ring while somebody waits, so that the list is empty now.
 */
static void dispatch_defer(struct xsr_vbd_queue *q, struct list_head *batch,
			   struct xsr_vbd_req *req)
{
	LIST_HEAD(ready);

	list_cut_before(&ready, batch, &req->link);
	list_splice_init(batch, &q->waiting);
	list_splice(&ready, batch);
	q->starved = true;
	q->counts.oo_req++;
}

/* A request that waits for the guest's budget, and nothing of its queue ends: how long it may. */
#define DISPATCH_STUCK (HZ / 5)

/*
 * The guest's budget is for all its queues, and those that wait may hold what the others need. So that
 * they all move on, the first request of a queue that got nowhere for a while goes beyond it.
 */
static u32 dispatch_limit(struct xsr_vbd_queue *q, bool first)
{
	u32 limit = xsr_vbd_param(max_domain_pages) ?: INT_MAX;

	if (!first || !q->stuck_since || q->stuck_at != READ_ONCE(q->answered))
		return limit;
	return time_after(jiffies, q->stuck_since + DISPATCH_STUCK) ? INT_MAX : limit;
}

/* @req, perhaps the first, has to wait. */
static void dispatch_stuck(struct xsr_vbd_queue *q, bool first)
{
	u32 answered = READ_ONCE(q->answered);

	if (first && q->stuck_since && q->stuck_at == answered)
		return;
	q->stuck_at = answered;
	q->stuck_since = jiffies ?: 1;
}

/* Map what the cache did not have. */
static void dispatch_map(struct xsr_vbd_queue *q, struct list_head *batch, bool desc)
{
	struct xsr_vbd_req *req;
	struct xsr_piece *piece;
	bool first;
	u32 n;

	dispatch_find(q, batch, desc);
	list_for_each_entry(req, batch, link) {
		if (likely(!req->missing))
			continue;
		n = dispatch_pieces(req, desc, &piece);
		first = list_is_first(&req->link, batch);
		q->mapped.limit = dispatch_limit(q, first);
		if (!xsr_mapped_get_pages(&q->mapped, piece, n)) {
			dispatch_stuck(q, first);
			dispatch_defer(q, batch, req);
			break;
		}
		req->transient = true; /* perhaps; settled when it is submitted */
		if (!xsr_plan_map(&q->mapped.plan, piece, n)) {
			dispatch_flush_plan(q);
			(void)xsr_plan_map(&q->mapped.plan, piece, n);
		}
	}
	dispatch_flush_plan(q);
}

/* The first stage: storage for those that are large. Returns whether any is indirect. */
static bool dispatch_extend(struct xsr_vbd_queue *q, struct list_head *batch)
{
	struct xsr_vbd_req *req;
	bool indirect = false;

	list_for_each_entry(req, batch, link) {
		if (!req->unread || req->nr_pieces)
			continue;
		if (!xsr_vbd_req_extend(req)) {
			dispatch_defer(q, batch, req);
			break;
		}
		memset(req->piece, 0, (req->nr_segs + 1) * sizeof(*req->piece));
		req->piece[req->nr_segs].gref = req->desc_gref;
		req->piece[req->nr_segs].readonly = !q->vbd->persistent;
		req->nr_pieces = req->nr_segs + 1;
	}
	list_for_each_entry(req, batch, link)
		indirect |= req->unread;
	return indirect;
}

/* Copy the segments of an indirect request out of their page, once, and check the copy. */
static enum xsr_blk_why dispatch_read_segs(struct xsr_vbd_req *req)
{
	struct xsr_vbd_queue *q = req->queue;
	struct xsr_blk_seg *segs = q->scratch->segs;
	struct xsr_blk_req in = {
		.op = req->op,
		.sector = req->sector,
		.nr_segs = req->nr_segs,
	};
	enum xsr_blk_why why;

	if (!xsr_pieces_owned(&req->piece[req->nr_segs], 1))
		return XSR_BLK_BAD_GREF;
	xsr_mapped_read(&req->piece[req->nr_segs], segs, req->nr_segs * sizeof(*segs));
	why = xsr_blk_check_segs(&in, segs, &q->vbd->limits);
	if (why != XSR_BLK_FINE)
		return why;
	xsr_vbd_req_describe(req, segs);
	req->nr_sectors = in.nr_sectors;
	req->unread = false;
	return XSR_BLK_FINE;
}

/* The second stage: the segments of indirect requests. */
static void dispatch_indirect(struct xsr_vbd_queue *q, struct list_head *batch)
{
	struct xsr_vbd_req *req, *next;
	enum xsr_blk_why why;

	dispatch_map(q, batch, true);
	list_for_each_entry_safe(req, next, batch, link) {
		if (!req->unread)
			continue;
		why = dispatch_read_segs(req);
		if (likely(why == XSR_BLK_FINE))
			continue;
		list_del(&req->link);
		xsr_vbd_refuse(req, why);
	}
}

/* How the data of a request moves. */
static void dispatch_count_path(const struct xsr_vbd_req *req, struct xsr_vbd_counts *counts)
{
	if (!req->nr_segs)
		return;
	counts->lent_req += req->lent;
	if (req->copied)
		counts->copied_req++;
	else if (req->transient)
		counts->mapped_req++;
	else
		counts->kept_req++;
}

static void dispatch_count_io(struct xsr_vbd_req *req)
{
	struct xsr_vbd_counts *counts = &req->queue->counts;

	dispatch_count_path(req, counts);
	switch (req->op) {
	case XSR_BLK_OP_READ:
		counts->rd_req++;
		counts->rd_sect += req->nr_sectors;
		break;
	case XSR_BLK_OP_WRITE:
		counts->wr_req++;
		counts->wr_sect += req->nr_sectors;
		break;
	case XSR_BLK_OP_DISCARD:
		counts->ds_req++;
		break;
	default:
		counts->f_req++;
		if (req->nr_segs)
			counts->wr_sect += req->nr_sectors;
		break;
	}
}

static blk_opf_t dispatch_opf(const struct xsr_vbd_req *req)
{
	switch (req->op) {
	case XSR_BLK_OP_READ:
		return REQ_OP_READ;
	case XSR_BLK_OP_WRITE:
		return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE;
	case XSR_BLK_OP_BARRIER:
		if (req->nr_segs)
			return REQ_OP_WRITE | REQ_SYNC | REQ_PREFLUSH | REQ_FUA;
		fallthrough;
	default:
		return REQ_OP_WRITE | REQ_SYNC | REQ_PREFLUSH;
	}
}

static void dispatch_bio_end(struct bio *bio)
{
	struct xsr_vbd_req *req = container_of(bio, struct xsr_vbd_req, bio);

	req->status = xsr_vbd_status(bio->bi_status);
	bio_uninit(bio);
	if (unlikely(req->emulated))
		xsr_vbd_emulate_written(req->queue->vbd);
	xsr_vbd_req_done(req);
}

/* Send @req, which is mapped or copied, to the disk. Pages of the peer are never merged into one segment. */
void xsr_vbd_submit(struct xsr_vbd_req *req)
{
	struct bio *bio = &req->bio;
	const struct xsr_piece *piece = req->piece;
	struct bio_vec *vec = req->vec, *end = vec + req->nr_segs;
	u32 bytes = 0;

	bio_init(bio, req->queue->vbd->disk.bdev, vec, req->nr_segs, dispatch_opf(req));
	if (req->nr_segs)
		bio->bi_iter.bi_sector = req->sector;
	bio->bi_end_io = dispatch_bio_end;
	for (; vec < end; vec++, piece++) {
		*vec = (struct bio_vec){ piece->page, piece->bytes, piece->offset };
		bytes += piece->bytes;
	}
	bio->bi_vcnt = req->nr_segs;
	bio->bi_iter.bi_size = bytes;
	submit_bio(bio);
}

/* The last stage for one request, which gets its I/O or is refused. */
static void dispatch_one(struct xsr_vbd_req *req)
{
	bool emulate = req->queue->vbd->emulate.on;

	if (unlikely(req->transient)) {
		req->transient = xsr_pieces_transient(req->piece, req->nr_pieces);
		if (!xsr_pieces_owned(req->piece, req->nr_pieces)) {
			xsr_vbd_refuse(req, XSR_BLK_BAD_GREF);
			return;
		}
	}
	if (unlikely(emulate && req->op == XSR_BLK_OP_BARRIER && !xsr_vbd_emulate_is_whole(req))) {
		xsr_vbd_refuse(req, XSR_BLK_BAD_ALIGN);
		return;
	}
	dispatch_count_io(req);
	trace_xsr_vbd_submit(req);
	if (req->op == XSR_BLK_OP_DISCARD)
		xsr_vbd_discard(req);
	else if (req->op == XSR_BLK_OP_BARRIER && req->nr_segs)
		xsr_vbd_barrier_begin(req);
	else if (unlikely(emulate && req->nr_segs))
		xsr_vbd_emulate(req);
	else
		xsr_vbd_submit(req);
}

void xsr_vbd_dispatch(struct xsr_vbd_queue *q)
{
	struct xsr_vbd_req *req, *next;
	struct blk_plug plug;
	LIST_HEAD(batch);

	list_splice_init(&q->waiting, &batch);
	if (list_empty(&batch))
		return;
	if (dispatch_extend(q, &batch))
		dispatch_indirect(q, &batch);
	xsr_vbd_copy_choose(q, &batch);
	dispatch_map(q, &batch, false);
	xsr_vbd_copy_in(q, &batch);
	blk_start_plug(&plug);
	list_for_each_entry_safe(req, next, &batch, link) {
		list_del(&req->link);
		dispatch_one(req);
	}
	blk_finish_plug(&plug);
	if (q->barrier)
		xsr_vbd_barrier_try(q);
}
