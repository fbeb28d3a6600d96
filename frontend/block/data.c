// SPDX-License-Identifier: GPL-2.0
/*
 * A request's pages as segments of the ring, both ways of doing it.
 *
 * Copied: the data is packed into pages that stay granted, from the start of each page on. Used when
 * the back-end keeps pages mapped, when it must not see anything else, and for buffers that are not
 * aligned to sectors. Lent: the request's own pages are granted for as long as the request lasts; so
 * are those of a long request, which is marked, if the back-end keeps pages mapped but not these.
 * Either way the descriptors of more than 11 segments lie in granted pages of the pool.
 *
 * Callers: submit.c prepares without a lock held; complete.c finishes under the queue's in_lock.
 * Nothing read from a shared page is used for anything but the data of the request.
 */
#include <linux/bvec.h>
#include <linux/highmem.h>

#include "frontend/block/queue.h"
#include "frontend/block/trace.h"

static_assert(PAGE_SIZE == XSR_PAGE_SIZE, "a segment is a page of this kernel");

/* A request while its segments are being written. */
struct data_build {
	struct xsr_bf_queue *q;
	struct xsr_bf_req *br;
	struct request *rq;
	u32 nr_segs;
	bool copied;
	u32 n; /* segments so far */
	struct xsr_blk_seg *seg; /* where the next one goes */
	u32 desc; /* member whose page takes the current ones, if indirect */
};

/* A place in the packed data of a request. */
struct data_cursor {
	struct xsr_granted *g;
	u32 member;
	u32 offset; /* in its page */
};

static u32 data_nr_desc(const struct xsr_bf_req *br)
{
	return br->req.indirect ? xsr_blk_indirect_pages(br->req.nr_segs) : 0;
}

/* The place where the packed data of a request begins: behind the descriptors. */
static struct data_cursor data_begin(struct xsr_bf_queue *q, const struct xsr_bf_req *br)
{
	struct data_cursor c = { .g = &q->pages, .member = br->pages.first };
	u32 i;

	for (i = 0; i < data_nr_desc(br); i++)
		c.member = xsr_granted_next(c.g, c.member);
	return c;
}

/* Copy between @bv, of any number of pages, and the packed data, and move on. */
static void data_copy(struct data_cursor *c, struct bio_vec bv, bool write)
{
	while (bv.bv_len) {
		u32 offset = offset_in_page(bv.bv_offset), part;
		void *at, *buf;

		if (c->offset == XSR_PAGE_SIZE) {
			c->member = xsr_granted_next(c->g, c->member);
			c->offset = 0;
		}
		part = min3(bv.bv_len, XSR_PAGE_SIZE - offset, XSR_PAGE_SIZE - c->offset);
		at = xsr_granted_addr(c->g, c->member) + c->offset;
		buf = kmap_local_page(bv.bv_page + bv.bv_offset / PAGE_SIZE);
		if (write)
			memcpy(at, buf + offset, part);
		else
			memcpy(buf + offset, at, part);
		kunmap_local(buf);
		bv.bv_offset += part;
		bv.bv_len -= part;
		c->offset += part;
	}
}

/* Copy all of a request's data, into the granted pages if @write, else out of them. */
static void data_copy_all(struct xsr_bf_queue *q, struct request *rq, bool write)
{
	struct data_cursor c = data_begin(q, xsr_bf_req(rq));
	struct req_iterator iter;
	struct bio_vec bv;

	rq_for_each_bvec(bv, rq, iter)
		data_copy(&c, bv, write);
	/* What an earlier request left behind the data is not this request's. */
	if (write && q->bf->untrusted)
		memset(xsr_granted_addr(c.g, c.member) + c.offset, 0, XSR_PAGE_SIZE - c.offset);
}

/* Is @rq so long that it is better lent than copied, and may it be? */
static bool data_is_long(const struct xsr_bf *bf, const struct request *rq)
{
	u32 from = xsr_bf_param_lend_from();

	return from && READ_ONCE(bf->lends) && blk_rq_bytes(rq) >= from;
}

/* Count the segments of a request that is lent. Returns false if it cannot be. */
static bool data_measure_lent(struct data_build *b)
{
	const struct xsr_bf *bf = b->q->bf;
	struct req_iterator iter;
	struct bio_vec bv;
	u32 bits = 0;

	rq_for_each_segment(bv, b->rq, iter) {
		bits |= bv.bv_offset | bv.bv_len;
		b->nr_segs++;
	}
	if (bits & (SECTOR_SIZE - 1))
		return false;
	/* Packed, it takes fewer; without the choice it is too big. */
	return !bf->bounce || b->nr_segs <= bf->deal.segs;
}

/* How many segments @rq comes to, and whether its data must be copied. */
static void data_measure(struct data_build *b)
{
	const struct xsr_bf *bf = b->q->bf;

	b->copied = bf->bounce && !data_is_long(bf, b->rq);
	if (!b->copied)
		b->copied = !data_measure_lent(b);
	if (b->copied)
		b->nr_segs = DIV_ROUND_UP(blk_rq_bytes(b->rq), XSR_PAGE_SIZE);
}

/* The next segments go to the next page of descriptors, or the first. */
static void data_next_desc(struct data_build *b)
{
	if (b->n)
		b->desc = xsr_granted_next(&b->q->pages, b->desc);
	b->seg = xsr_granted_addr(&b->q->pages, b->desc);
}

static void data_put_seg(struct data_build *b, grant_ref_t gref, u32 first, u32 sectors)
{
	if (b->n % XSR_BLK_SEGS_PER_PAGE == 0 && b->br->req.indirect)
		data_next_desc(b);
	*b->seg++ = (struct xsr_blk_seg){
		.gref = gref,
		.first_sect = first,
		.last_sect = first + sectors - 1,
	};
	b->n++;
}

static void data_build_copied(struct data_build *b)
{
	struct data_cursor c = data_begin(b->q, b->br);
	u32 left = blk_rq_sectors(b->rq);

	b->br->copied = blk_rq_bytes(b->rq);
	if (b->br->req.op == XSR_BLK_OP_WRITE)
		data_copy_all(b->q, b->rq, true);
	while (left) {
		u32 part = min(left, XSR_BLK_SECTORS_PER_PAGE);

		data_put_seg(b, xsr_granted_gref(c.g, c.member), 0, part);
		left -= part;
		if (left)
			c.member = xsr_granted_next(c.g, c.member);
	}
}

static void data_build_lent(struct data_build *b)
{
	bool readonly = b->br->req.op == XSR_BLK_OP_WRITE;
	u32 member = b->br->bare.first;
	struct req_iterator iter;
	struct bio_vec bv;

	rq_for_each_segment(bv, b->rq, iter) {
		if (b->n)
			member = xsr_granted_next(&b->q->bare, member);
		xsr_granted_lend(&b->q->bare, member, bv.bv_page, readonly);
		data_put_seg(b, xsr_granted_gref(&b->q->bare, member), bv.bv_offset >> SECTOR_SHIFT,
			     bv.bv_len >> SECTOR_SHIFT);
	}
}

/* Name the pages of descriptors in the request. */
static void data_put_desc(struct data_build *b)
{
	u32 i, member = b->br->pages.first;

	b->desc = member;
	for (i = 0; i < data_nr_desc(b->br); i++) {
		b->br->req.gref[i] = xsr_granted_gref(&b->q->pages, member);
		member = xsr_granted_next(&b->q->pages, member);
	}
}

static bool data_take(struct data_build *b)
{
	struct xsr_bf_req *br = b->br;
	u32 pages = data_nr_desc(br) + (b->copied ? b->nr_segs : 0);

	br->pages.n = 0;
	br->bare.n = 0;
	if (pages && !xsr_granted_take(&b->q->pages, pages, &br->pages))
		return false;
	if (b->copied || xsr_granted_take(&b->q->bare, b->nr_segs, &br->bare))
		return true;
	xsr_granted_give(&b->q->pages, &br->pages);
	return false;
}

enum xsr_bf_fit xsr_bf_data_prepare(struct xsr_bf_queue *q, struct request *rq)
{
	struct data_build b = { .q = q, .br = xsr_bf_req(rq), .rq = rq };

	data_measure(&b);
	if (b.nr_segs > q->bf->deal.segs)
		return XSR_BF_TOO_BIG;
	b.br->req.nr_segs = b.nr_segs;
	b.br->req.indirect = b.nr_segs > XSR_BLK_MAX_SEGS;
	b.br->req.mark = q->bf->bounce && !b.copied ? XSR_BLK_MARK_LENT : 0;
	b.br->copied = 0;
	b.seg = b.br->req.seg;
	if (!data_take(&b))
		return XSR_BF_SHORT;
	if (b.br->req.indirect)
		data_put_desc(&b);
	if (b.copied)
		data_build_copied(&b);
	else
		data_build_lent(&b);
	trace_xsr_bf_map(q, b.br);
	return XSR_BF_FITS;
}

bool xsr_bf_data_finish(struct xsr_bf_queue *q, struct request *rq, bool good)
{
	struct xsr_bf_req *br = xsr_bf_req(rq);

	if (good && br->copied && br->req.op == XSR_BLK_OP_READ)
		data_copy_all(q, rq, false);
	return !br->bare.n || xsr_granted_revoke(&q->bare, &br->bare);
}

void xsr_bf_data_undo(struct xsr_bf_queue *q, struct request *rq)
{
	struct xsr_bf_req *br = xsr_bf_req(rq);

	xsr_bf_data_finish(q, rq, false);
	xsr_granted_give(&q->pages, &br->pages);
	xsr_granted_give(&q->bare, &br->bare);
}

void xsr_bf_data_quarantine(struct xsr_bf_queue *q, struct request *rq)
{
	struct xsr_bf_req *br = xsr_bf_req(rq);

	xsr_granted_quarantine(&q->pages, &br->pages);
	xsr_granted_quarantine(&q->bare, &br->bare);
}
