// SPDX-License-Identifier: GPL-2.0
/*
 * Block requests and responses between ring entries and checked descriptions; see blk_codec.h.
 *
 * Decides whether a request may reach the disk. Each take copies its entry out of the ring in one
 * go and then works on that copy; nothing here looks at the ring a second time. Never follows a
 * grant reference: the segments of an indirect request are brought by the caller.
 *
 * The 32-bit layout is the 64-bit one without the four bytes before the id. A 32-bit entry that is
 * copied four bytes into a 64-bit one therefore has all from the id onwards in its place.
 */
#include "ring/blk_codec.h"

#define STRIDE_64 ((u32)sizeof(union xsr_blk_entry_64))
#define STRIDE_32 ((u32)sizeof(union xsr_blk_entry_32))

XSR_ASSERT(sizeof(union xsr_blk_entry_32) + 4 == sizeof(union xsr_blk_entry_64), "shift of 4");
XSR_ASSERT(offsetof(struct xsr_blk_rw_32, id) + 4 == offsetof(struct xsr_blk_rw_64, id), "id");
XSR_ASSERT(offsetof(struct xsr_blk_rw_32, seg) + 4 == offsetof(struct xsr_blk_rw_64, seg), "seg");
XSR_ASSERT(offsetof(struct xsr_blk_discard_32, nr_sectors) + 4 ==
		   offsetof(struct xsr_blk_discard_64, nr_sectors),
	   "discard");
XSR_ASSERT(offsetof(struct xsr_blk_indirect_32, gref) + 4 ==
		   offsetof(struct xsr_blk_indirect_64, gref),
	   "indirect");
XSR_ASSERT(offsetof(struct xsr_blk_rsp_32, status) == offsetof(struct xsr_blk_rsp_64, status),
	   "responses differ in their tail only");

static const char *const blk_abi_names[] = {
	[XSR_BLK_ABI_64] = "x86_64-abi",
	[XSR_BLK_ABI_32] = "x86_32-abi",
};

int xsr_blk_abi_by_name(const char *name)
{
	u32 abi;

	for (abi = 0; name && abi < ARRAY_SIZE(blk_abi_names); abi++)
		if (!strcmp(name, blk_abi_names[abi]))
			return abi;
	return -1;
}

const char *xsr_blk_abi_name(enum xsr_blk_abi abi)
{
	return (u32)abi < ARRAY_SIZE(blk_abi_names) ? blk_abi_names[abi] : "invalid";
}

const char *xsr_blk_why_name(enum xsr_blk_why why)
{
	static const char *const names[XSR_BLK_WHY_COUNT] = {
		[XSR_BLK_FINE] = "fine",
		[XSR_BLK_BAD_OP] = "operation unknown or not offered",
		[XSR_BLK_BAD_INNER_OP] = "indirect operation neither read nor write",
		[XSR_BLK_BAD_SEG_COUNT] = "bad number of segments",
		[XSR_BLK_BAD_SEG] = "segment not inside its page",
		[XSR_BLK_BAD_RANGE] = "sectors not inside the device",
		[XSR_BLK_BAD_ALIGN] = "not aligned to the logical block",
		[XSR_BLK_READ_ONLY] = "device is read-only",
		[XSR_BLK_BAD_MARK] = "mark unknown or out of place",
		[XSR_BLK_BAD_GREF] = "bad grant reference",
		[XSR_BLK_NO_MEMORY] = "out of memory",
	};

	return (u32)why < XSR_BLK_WHY_COUNT ? names[why] : "invalid";
}

/* The one copy of an entry out of the ring, brought into the 64-bit layout. */
static void blk_take_entry(struct xsr_ring *r, enum xsr_blk_abi abi, union xsr_blk_entry_64 *e)
{
	if (abi == XSR_BLK_ABI_32) {
		xsr_ring_take_as(r, STRIDE_32, &e->word[1], STRIDE_32);
		e->word[0] = e->word[1];
	} else {
		xsr_ring_take_as(r, STRIDE_64, e, STRIDE_64);
	}
}

void xsr_blk_take_req(struct xsr_ring *r, enum xsr_blk_abi abi, struct xsr_blk_req *req)
{
	union xsr_blk_entry_64 e;

	blk_take_entry(r, abi, &e);
	/* Operation, id and first sector are in the same place for all operations. */
	req->ring_op = e.rw.op;
	req->op = e.rw.op;
	req->id = e.rw.id;
	req->sector = e.rw.sector;
	req->nr_sectors = 0;
	req->nr_segs = 0;
	req->flag = 0;
	req->handle = 0;
	/* The 32-bit layout has no such word; brought into the other, the first one is there twice. */
	req->mark = abi == XSR_BLK_ABI_64 ? e.rw.mark : 0;
	req->indirect = false;

	switch (e.rw.op) {
	case XSR_BLK_OP_DISCARD:
		req->flag = e.discard.flag;
		req->nr_sectors = e.discard.nr_sectors;
		break;
	case XSR_BLK_OP_INDIRECT:
		req->indirect = true;
		req->op = e.indirect.indirect_op;
		/* Front-ends expect the answer to name the inner operation, and refuse any other. */
		req->ring_op = e.indirect.indirect_op;
		req->nr_segs = e.indirect.nr_segs;
		req->handle = e.indirect.handle;
		memcpy(req->gref, e.indirect.gref, sizeof(req->gref));
		break;
	default: /* an unknown operation is treated as a read until the checks refuse it */
		req->nr_segs = e.rw.nr_segs;
		req->handle = e.rw.handle;
		memcpy(req->seg, e.rw.seg, sizeof(req->seg));
		break;
	}
}

static bool blk_misaligned(u64 sectors, const struct xsr_blk_limits *lim)
{
	return sectors & (lim->block_sectors - 1u);
}

/* Both ends of the range inside the device, without a sum that could wrap. */
static bool blk_inside(u64 sector, u64 nr_sectors, const struct xsr_blk_limits *lim)
{
	return sector <= lim->capacity && nr_sectors <= lim->capacity - sector;
}

enum xsr_blk_why xsr_blk_check_segs(struct xsr_blk_req *req, const struct xsr_blk_seg *segs,
				    const struct xsr_blk_limits *lim)
{
	u32 i, sum = 0; /* at most 65535 segments of 8 sectors */
	u32 edges = 0; /* where segments begin and end, or-ed together */

	for (i = 0; i < req->nr_segs; i++) {
		u32 begin = segs[i].first_sect, end = segs[i].last_sect + 1u;

		if (begin >= end || end > XSR_BLK_SECTORS_PER_PAGE)
			return XSR_BLK_BAD_SEG;
		edges |= begin | end;
		sum += end - begin;
	}
	/* Of a block that does not fit into a page only the whole request can be aligned. */
	if (lim->block_sectors <= XSR_BLK_SECTORS_PER_PAGE && blk_misaligned(edges, lim))
		return XSR_BLK_BAD_ALIGN;
	if (!blk_inside(req->sector, sum, lim))
		return XSR_BLK_BAD_RANGE;
	if (blk_misaligned(req->sector, lim) || blk_misaligned(sum, lim))
		return XSR_BLK_BAD_ALIGN;
	req->nr_sectors = sum;
	return XSR_BLK_FINE;
}

static enum xsr_blk_why blk_check_discard(struct xsr_blk_req *req, const struct xsr_blk_limits *lim)
{
	/* Bits of the flag byte that nobody has defined mean nothing, as to stock. */
	req->flag &= XSR_BLK_DISCARD_SECURE;
	if (!lim->discard || (req->flag && !lim->secure_discard))
		return XSR_BLK_BAD_OP;
	if (lim->read_only)
		return XSR_BLK_READ_ONLY;
	if (!req->nr_sectors || !blk_inside(req->sector, req->nr_sectors, lim))
		return XSR_BLK_BAD_RANGE;
	if (blk_misaligned(req->sector, lim) || blk_misaligned(req->nr_sectors, lim))
		return XSR_BLK_BAD_ALIGN;
	return XSR_BLK_FINE;
}

/* All but the segments themselves; the copies of those are not in the entry. */
static enum xsr_blk_why blk_check_indirect(const struct xsr_blk_req *req,
					   const struct xsr_blk_limits *lim)
{
	if (!lim->max_indirect_segs)
		return XSR_BLK_BAD_OP;
	if (req->op != XSR_BLK_OP_READ && req->op != XSR_BLK_OP_WRITE)
		return XSR_BLK_BAD_INNER_OP;
	if (!req->nr_segs || req->nr_segs > lim->max_indirect_segs ||
	    req->nr_segs > XSR_BLK_MAX_INDIRECT_SEGS)
		return XSR_BLK_BAD_SEG_COUNT;
	if (req->op == XSR_BLK_OP_WRITE && lim->read_only)
		return XSR_BLK_READ_ONLY;
	return XSR_BLK_FINE;
}

/*
 * Flush and barrier. Without segments both only flush, and their sector means nothing. A flush
 * with segments is a write behind a flush, which old front-ends send for a durable write after
 * they have been moved to a host that does not offer barriers; a barrier does all of that.
 */
static enum xsr_blk_why blk_check_flush(struct xsr_blk_req *req, const struct xsr_blk_limits *lim)
{
	if (!lim->flush)
		return XSR_BLK_BAD_OP;
	if (!req->nr_segs)
		return XSR_BLK_FINE;
	req->op = XSR_BLK_OP_BARRIER;
	if (req->nr_segs > XSR_BLK_MAX_SEGS)
		return XSR_BLK_BAD_SEG_COUNT;
	if (lim->read_only)
		return XSR_BLK_READ_ONLY;
	return xsr_blk_check_segs(req, req->seg, lim);
}

/* Of front-ends that know of no mark the word is padding, and may hold anything. */
static enum xsr_blk_why blk_check_mark(struct xsr_blk_req *req, const struct xsr_blk_limits *lim)
{
	bool data = req->op == XSR_BLK_OP_READ || req->op == XSR_BLK_OP_WRITE;

	if (!lim->lent)
		req->mark = 0;
	if (req->mark > XSR_BLK_MARK_LENT || (req->mark && !data))
		return XSR_BLK_BAD_MARK;
	return XSR_BLK_FINE;
}

static enum xsr_blk_why blk_check_rw(struct xsr_blk_req *req, const struct xsr_blk_limits *lim)
{
	if (!req->nr_segs || req->nr_segs > XSR_BLK_MAX_SEGS)
		return XSR_BLK_BAD_SEG_COUNT;
	if (req->op == XSR_BLK_OP_WRITE && lim->read_only)
		return XSR_BLK_READ_ONLY;
	return xsr_blk_check_segs(req, req->seg, lim);
}

static enum xsr_blk_why blk_check_by_op(struct xsr_blk_req *req, const struct xsr_blk_limits *lim)
{
	if (req->indirect)
		return blk_check_indirect(req, lim);
	switch (req->op) {
	case XSR_BLK_OP_READ:
	case XSR_BLK_OP_WRITE:
		return blk_check_rw(req, lim);
	case XSR_BLK_OP_BARRIER:
	case XSR_BLK_OP_FLUSH:
		return blk_check_flush(req, lim);
	case XSR_BLK_OP_DISCARD:
		return blk_check_discard(req, lim);
	default:
		return XSR_BLK_BAD_OP;
	}
}

enum xsr_blk_why xsr_blk_check_req(struct xsr_blk_req *req, const struct xsr_blk_limits *lim)
{
	/* First, since a flush with data becomes another operation below. */
	enum xsr_blk_why mark = blk_check_mark(req, lim), why = blk_check_by_op(req, lim);

	return why == XSR_BLK_FINE ? mark : why;
}

void xsr_blk_put_rsp(struct xsr_ring *r, enum xsr_blk_abi abi, u64 id, u8 ring_op, s16 status)
{
	/* The paddings are members, so naming none of them makes them 0. */
	struct xsr_blk_rsp_64 rsp = { .id = id, .op = ring_op, .status = status };

	if (abi == XSR_BLK_ABI_32)
		xsr_ring_put_as(r, STRIDE_32, &rsp, sizeof(struct xsr_blk_rsp_32));
	else
		xsr_ring_put_as(r, STRIDE_64, &rsp, sizeof(struct xsr_blk_rsp_64));
}

/*
 * The build functions set every byte they return the count of, since all of it goes to the peer.
 * What lies behind it in the entry stays as the peer has seen it before.
 */
static u32 blk_build_rw(struct xsr_blk_rw_64 *rw, const struct xsr_blk_req *req)
{
	u32 i, n = req->nr_segs < XSR_BLK_MAX_SEGS ? req->nr_segs : XSR_BLK_MAX_SEGS;

	rw->op = req->op;
	rw->nr_segs = n;
	rw->handle = req->handle;
	rw->mark = req->mark;
	rw->id = req->id;
	rw->sector = req->sector;
	for (i = 0; i < n; i++) {
		rw->seg[i].gref = req->seg[i].gref;
		rw->seg[i].first_sect = req->seg[i].first_sect;
		rw->seg[i].last_sect = req->seg[i].last_sect;
		rw->seg[i].pad = 0;
	}
	return offsetof(struct xsr_blk_rw_64, seg) + n * sizeof(rw->seg[0]);
}

static u32 blk_build_discard(struct xsr_blk_discard_64 *discard, const struct xsr_blk_req *req)
{
	discard->op = XSR_BLK_OP_DISCARD;
	discard->flag = req->flag;
	discard->pad0 = 0;
	discard->pad1 = 0;
	discard->id = req->id;
	discard->sector = req->sector;
	discard->nr_sectors = req->nr_sectors;
	return sizeof(*discard);
}

static u32 blk_build_indirect(struct xsr_blk_indirect_64 *indirect, const struct xsr_blk_req *req)
{
	u32 i, n = xsr_blk_indirect_pages(req->nr_segs);

	indirect->op = XSR_BLK_OP_INDIRECT;
	indirect->indirect_op = req->op;
	indirect->nr_segs = req->nr_segs;
	indirect->mark = req->mark;
	indirect->id = req->id;
	indirect->sector = req->sector;
	indirect->handle = req->handle;
	indirect->pad0 = 0;
	for (i = 0; i < XSR_BLK_MAX_INDIRECT_PAGES; i++)
		indirect->gref[i] = i < n ? req->gref[i] : 0;
	indirect->pad1 = 0;
	return sizeof(*indirect);
}

void xsr_blk_put_req(struct xsr_ring *r, const struct xsr_blk_req *req)
{
	union xsr_blk_entry_64 e;
	u32 bytes;

	if (req->indirect)
		bytes = blk_build_indirect(&e.indirect, req);
	else if (req->op == XSR_BLK_OP_DISCARD)
		bytes = blk_build_discard(&e.discard, req);
	else
		bytes = blk_build_rw(&e.rw, req);
	xsr_ring_put_as(r, STRIDE_64, &e, bytes);
}

void xsr_blk_take_rsp(struct xsr_ring *r, struct xsr_blk_rsp *rsp)
{
	struct xsr_blk_rsp_64 e;

	xsr_ring_take_as(r, STRIDE_64, &e, sizeof(e));
	rsp->id = e.id;
	rsp->op = e.op;
	rsp->status = e.status;
}
