// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a block request, in both layouts, against any limits.
 *
 * A request that passes the checks lies inside the device, keeps to its pages and counts, and asks
 * for nothing that was not offered. One that does not can still be answered with its own id. The
 * same request in the other layout comes out the same.
 *
 * Input: a byte of flags, the limits (marks were agreed on if the highest bit of the last is set), then
 * the entry.
 */
#include "ring/blk_codec.h"
#include "tests/fakes/ring_pair.h"
#include "tests/fuzz/input.h"

static struct ring_pair pair;

/* Put @bytes where a front-end would and take them as its request. */
static void take(enum xsr_blk_abi abi, const u8 *bytes, struct xsr_blk_req *req)
{
	u32 n = 0;

	ring_pair_init(&pair, 1, xsr_blk_stride(abi), 0xffffffff);
	memcpy(ring_pair_entry(&pair, 0xffffffff), bytes, xsr_blk_stride(abi));
	ring_pair_header(&pair)->req_prod++;
	must(xsr_ring_peek(&pair.back, &n) == XSR_OK && n == 1);
	xsr_blk_take_req(&pair.back, abi, req);
}

static void check_fine(const struct xsr_blk_req *req, const struct xsr_blk_limits *lim)
{
	unsigned __int128 end = (unsigned __int128)req->sector + req->nr_sectors;
	u64 sum = 0;
	u32 i;

	if (req->op != XSR_BLK_OP_READ && req->nr_sectors)
		must(!lim->read_only);
	must(!req->mark || (lim->lent && req->mark == XSR_BLK_MARK_LENT));
	must(!req->mark || req->op == XSR_BLK_OP_READ || req->op == XSR_BLK_OP_WRITE);
	if (req->indirect) {
		must(req->op == XSR_BLK_OP_READ || req->op == XSR_BLK_OP_WRITE);
		must(req->nr_segs >= 1 && req->nr_segs <= lim->max_indirect_segs);
		must(xsr_blk_indirect_pages(req->nr_segs) <= ARRAY_SIZE(req->gref));
		return;
	}
	switch (req->op) {
	case XSR_BLK_OP_DISCARD:
		must(lim->discard && req->nr_sectors && req->flag <= XSR_BLK_DISCARD_SECURE);
		must(!req->flag || lim->secure_discard);
		break;
	case XSR_BLK_OP_FLUSH:
		must(lim->flush && !req->nr_segs && !req->nr_sectors);
		return;
	case XSR_BLK_OP_BARRIER:
		must(lim->flush && req->nr_segs <= ARRAY_SIZE(req->seg));
		if (!req->nr_segs)
			return;
		break;
	default:
		must(req->op == XSR_BLK_OP_READ || req->op == XSR_BLK_OP_WRITE);
		must(req->nr_segs >= 1 && req->nr_segs <= ARRAY_SIZE(req->seg));
	}
	must(end <= lim->capacity);
	must(req->sector % lim->block_sectors == 0 && req->nr_sectors % lim->block_sectors == 0);
	for (i = 0; req->op != XSR_BLK_OP_DISCARD && i < req->nr_segs; i++) {
		const struct xsr_blk_seg *seg = &req->seg[i];

		must(seg->first_sect <= seg->last_sect && seg->last_sect < 8);
		must(lim->block_sectors > 8 || (seg->first_sect % lim->block_sectors == 0 &&
						(seg->last_sect + 1) % lim->block_sectors == 0));
		sum += seg->last_sect - seg->first_sect + 1;
	}
	if (req->op != XSR_BLK_OP_DISCARD)
		must(sum == req->nr_sectors);
}

static void check_answer(enum xsr_blk_abi abi, const struct xsr_blk_req *req, s16 status)
{
	u8 *entry = ring_pair_entry(&pair, 0xffffffff);
	s16 got;

	must(xsr_ring_room(&pair.back) == 1);
	xsr_blk_put_rsp(&pair.back, abi, req->id, req->ring_op, status);
	must(!memcmp(entry, &req->id, 8) && entry[8] == req->ring_op && entry[9] == 0);
	memcpy(&got, entry + 10, 2);
	must(got == status && got <= 0 && got >= -2);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u8 flags = input_u8(&in), entry[112], other[112];
	enum xsr_blk_abi abi = flags & 1 ? XSR_BLK_ABI_32 : XSR_BLK_ABI_64;
	struct xsr_blk_limits lim = {
		.read_only = flags & 2,
		.flush = flags & 4,
		.discard = flags & 8,
		.secure_discard = flags & 16,
		.block_sectors = 1u << (flags >> 5),
		.capacity = input_u64(&in),
		.max_indirect_segs = input_u32(&in),
	};
	struct xsr_blk_req req, twin;
	enum xsr_blk_why why;

	lim.lent = lim.max_indirect_segs >> 31;
	memset(&req, 0, sizeof(req));
	memset(&twin, 0, sizeof(twin));
	input_bytes(&in, entry, sizeof(entry));
	/* In the other layout all after the first word is four bytes away. */
	memset(other, 0x5a, sizeof(other));
	memcpy(other, entry, 4);
	if (abi == XSR_BLK_ABI_64)
		memcpy(other + 4, entry + 8, 104);
	else
		memcpy(other + 8, entry + 4, 104);
	take(!abi, other, &twin);
	take(abi, entry, &req);
	/* ... where one of them has its mark, and the other none. */
	must((abi == XSR_BLK_ABI_32 ? req : twin).mark == 0);
	if (abi == XSR_BLK_ABI_64)
		must(!memcmp(&req.mark, entry + 4, 4));
	twin.mark = req.mark;
	must(!memcmp(&req, &twin, sizeof(req)));

	must(!memcmp(&req.id, entry + (abi == XSR_BLK_ABI_64 ? 8 : 4), 8));
	why = xsr_blk_check_req(&req, &lim);
	must(why < XSR_BLK_BAD_GREF);
	must(why != XSR_BLK_BAD_MARK || lim.lent);
	must(!memcmp(&req.id, &twin.id, 8) && req.ring_op == twin.ring_op);
	if (why == XSR_BLK_FINE)
		check_fine(&req, &lim);
	check_answer(abi, &req, xsr_blk_why_status(why));
	return 0;
}
