// SPDX-License-Identifier: GPL-2.0
/*
 * Small requests whose grants do not stay mapped: Xen copies their data.
 *
 * To map a page for one request and to unmap it again takes two hypercalls, and each CPU of the host
 * has to forget the address. Up to copy_most bytes it costs less to have Xen copy them, between the
 * front-end's pages and some of ours: before a write goes to the disk, after a read has come from it,
 * in one hypercall for all requests that are at this point. What does not fit into memory, or into
 * the guest's share of it, is mapped after all. A copy that Xen refuses fails its request, as a page
 * that cannot be mapped does.
 *
 * Once the device is dead nothing is copied any more. All here is the queue's thread.
 */
#include "backend/block/params.h"
#include "backend/block/queue.h"
#include "backend/block/trace.h"

static bool copy_is_small(const struct xsr_vbd_req *req, u32 most)
{
	if (xsr_vbd_req_stays(req))
		return false;
	if (req->op != XSR_BLK_OP_READ && req->op != XSR_BLK_OP_WRITE)
		return false;
	return req->nr_segs <= XSR_VBD_SMALL && req->nr_sectors <= most >> SECTOR_SHIFT;
}

/* Decide which requests of @batch, of which nothing is mapped but segments, are copied. */
void xsr_vbd_copy_choose(struct xsr_vbd_queue *q, struct list_head *batch)
{
	u32 most = xsr_vbd_param(copy_most);
	struct xsr_vbd_req *req;

	if (!q->bounced.op || !most)
		return;
	q->bounced.limit = xsr_vbd_param(max_domain_pages) ?: INT_MAX;
	list_for_each_entry(req, batch, link)
		if (!req->copied && copy_is_small(req, most))
			req->copied = xsr_bounced_get_pages(&q->bounced, req->piece, req->nr_segs);
}

static void copy_run(struct xsr_vbd_queue *q)
{
	if (!q->bounced.plan.n)
		return;
	trace_xsr_vbd_copy(q, q->bounced.plan.n);
	xsr_bounced_run(&q->bounced);
}

/* Gather what @req needs, making the copies so far when there are many. */
static void copy_plan(struct xsr_vbd_queue *q, struct xsr_vbd_req *req, bool to_front)
{
	if (xsr_bounced_plan(&q->bounced, req->piece, req->nr_segs, to_front))
		return;
	copy_run(q);
	(void)xsr_bounced_plan(&q->bounced, req->piece, req->nr_segs, to_front);
}

/* The copies of @req were tried. Returns whether all went well. */
static bool copy_is_done(struct xsr_vbd_queue *q, const struct xsr_vbd_req *req)
{
	if (!xsr_pieces_copied(req->piece, req->nr_segs))
		return false;
	q->counts.copied_bytes += req->nr_sectors << SECTOR_SHIFT;
	return true;
}

static bool copy_is_write(const struct xsr_vbd_req *req)
{
	return req->copied && req->op == XSR_BLK_OP_WRITE;
}

/* Has any request pages of ours? Most batches of a device whose grants stay have none. */
static bool copy_is_any(const struct xsr_vbd_queue *q)
{
	return READ_ONCE(q->bounced.out);
}

/* Bring what the writes of @batch write. Those for which that fails are refused. */
void xsr_vbd_copy_in(struct xsr_vbd_queue *q, struct list_head *batch)
{
	struct xsr_vbd_req *req, *next;

	if (!copy_is_any(q))
		return;
	list_for_each_entry(req, batch, link)
		if (copy_is_write(req))
			copy_plan(q, req, false);
	copy_run(q);
	list_for_each_entry_safe(req, next, batch, link) {
		if (!copy_is_write(req) || copy_is_done(q, req))
			continue;
		list_del(&req->link);
		xsr_vbd_refuse(req, XSR_BLK_BAD_GREF);
	}
}

/* Bring what the finished reads have read to the front-end. */
void xsr_vbd_copy_out(struct xsr_vbd_queue *q)
{
	struct xsr_vbd_req *req;

	if (!copy_is_any(q) || xsr_vbd_dead(q->vbd))
		return;
	list_for_each_entry(req, &q->finished, link)
		if (xsr_vbd_copy_is_owed(req))
			copy_plan(q, req, true);
	copy_run(q);
	list_for_each_entry(req, &q->finished, link)
		if (xsr_vbd_copy_is_owed(req) && !copy_is_done(q, req))
			xsr_vbd_blame(req, XSR_BLK_BAD_GREF);
}
