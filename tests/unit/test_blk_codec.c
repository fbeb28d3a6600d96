// SPDX-License-Identifier: GPL-2.0
/*
 * blk_codec: entries of both layouts to descriptions and back, and every check on a request.
 *
 * Entries are built here byte by byte from the protocol's offsets, not with the codec or its
 * structs. What a check should say is stated a second time in wide arithmetic (want_*), and the two
 * are compared over all values of small fields and the edges of large ones.
 */
#include <stdlib.h>

#include "ring/blk_codec.h"
#include "tests/fakes/ring_pair.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

static struct ring_pair pair;
static const enum xsr_blk_abi abis[] = { XSR_BLK_ABI_64, XSR_BLK_ABI_32 };

#define for_each_abi(abi) \
	for (u32 abi##_i = 0, abi = abis[0]; abi##_i < 2; abi = abis[++abi##_i & 1])

static const struct xsr_blk_limits plain = {
	.capacity = 1000,
	.max_indirect_segs = 256,
	.block_sectors = 1,
	.flush = true,
	.discard = true,
	.secure_discard = true,
};

/* --- raw entries ------------------------------------------------------------------------------ */

static void poke(u8 *entry, u32 offset, u64 value, u32 bytes)
{
	for (; bytes--; value >>= 8)
		entry[offset++] = (u8)value;
}

/* Bytes by which all from the id onwards is further ahead than in the 64-bit layout. */
static u32 shift(enum xsr_blk_abi abi)
{
	return abi == XSR_BLK_ABI_32 ? 4 : 0;
}

/* A front-end that writes @entry as its next request. */
static void send_raw(enum xsr_blk_abi abi, const u8 *entry)
{
	struct xsr_sring *s = ring_pair_header(&pair);

	memcpy(ring_pair_entry(&pair, s->req_prod), entry, xsr_blk_stride(abi));
	s->req_prod++;
}

static void start(enum xsr_blk_abi abi)
{
	ring_pair_init(&pair, 1, xsr_blk_stride(abi), 0xfffffffd);
}

static struct xsr_blk_req *take(enum xsr_blk_abi abi)
{
	/* on the heap, so that a write past its end is seen */
	struct xsr_blk_req *req = malloc(sizeof(*req));
	u32 n = 0;

	assert_int_equal(xsr_ring_peek(&pair.back, &n), XSR_OK);
	assert_true(n > 0);
	memset(req, 0xcc, sizeof(*req));
	xsr_blk_take_req(&pair.back, abi, req);
	return req;
}

static void test_take_rw(void **state)
{
	static const u8 ops[] = {
		XSR_BLK_OP_READ, XSR_BLK_OP_WRITE, XSR_BLK_OP_BARRIER, XSR_BLK_OP_FLUSH, 4, 7, 255
	};
	u32 o, segs, i;

	(void)state;
	for_each_abi(abi)
	{
		u32 sh = shift(abi);

		for (o = 0; o < ARRAY_SIZE(ops); o++)
			for (segs = 0; segs < 256; segs++) {
				u8 entry[112];
				struct xsr_blk_req *req;

				start(abi);
				memset(entry, 0x99, sizeof(entry));
				entry[0] = ops[o];
				entry[1] = segs;
				poke(entry, 2, 0x1234, 2);
				poke(entry, 8 - sh, 0x8877665544332211ull, 8);
				poke(entry, 16 - sh, 0xfedcba9876543210ull, 8);
				for (i = 0; i < 11; i++) {
					poke(entry, 24 - sh + 8 * i, 0x80000000u + i, 4);
					entry[28 - sh + 8 * i] = i;
					entry[29 - sh + 8 * i] = 255 - i;
				}
				send_raw(abi, entry);
				req = take(abi);
				assert_int_equal(req->op, ops[o]);
				assert_int_equal(req->ring_op, ops[o]);
				assert_false(req->indirect);
				assert_int_equal(req->nr_segs, segs);
				assert_int_equal(req->handle, 0x1234);
				assert_int_equal(req->mark, abi == XSR_BLK_ABI_64 ? 0x99999999 : 0);
				assert_true(req->id == 0x8877665544332211ull);
				assert_true(req->sector == 0xfedcba9876543210ull);
				assert_int_equal(req->nr_sectors, 0);
				assert_int_equal(req->flag, 0);
				for (i = 0; i < 11; i++) {
					assert_int_equal(req->seg[i].gref, 0x80000000u + i);
					assert_int_equal(req->seg[i].first_sect, i);
					assert_int_equal(req->seg[i].last_sect, 255 - i);
				}
				free(req);
			}
	}
}

static void test_take_discard(void **state)
{
	(void)state;
	for_each_abi(abi)
	{
		u32 sh = shift(abi);
		struct xsr_blk_req *req;
		u8 entry[112];

		start(abi);
		memset(entry, 0xaa, sizeof(entry));
		entry[0] = XSR_BLK_OP_DISCARD;
		entry[1] = 0x81;
		poke(entry, 8 - sh, 7, 8);
		poke(entry, 16 - sh, 8, 8);
		poke(entry, 24 - sh, ULLONG_MAX, 8);
		send_raw(abi, entry);
		req = take(abi);
		assert_int_equal(req->op, XSR_BLK_OP_DISCARD);
		assert_int_equal(req->ring_op, XSR_BLK_OP_DISCARD);
		assert_int_equal(req->flag, 0x81);
		assert_true(req->id == 7 && req->sector == 8 && req->nr_sectors == ULLONG_MAX);
		assert_int_equal(req->nr_segs, 0);
		assert_int_equal(req->handle, 0);
		assert_false(req->indirect);
		free(req);
	}
}

static void test_take_indirect(void **state)
{
	u32 inner, i;

	(void)state;
	for_each_abi(abi) for (inner = 0; inner < 256; inner++)
	{
		u32 sh = shift(abi);
		struct xsr_blk_req *req;
		u8 entry[112];

		start(abi);
		memset(entry, 0xbb, sizeof(entry));
		entry[0] = XSR_BLK_OP_INDIRECT;
		entry[1] = inner;
		poke(entry, 2, 0xffff, 2);
		poke(entry, 8 - sh, 0xa1a2a3a4a5a6a7a8ull, 8);
		poke(entry, 16 - sh, 1ull << 63, 8);
		poke(entry, 24 - sh, 0x4321, 2);
		for (i = 0; i < 8; i++)
			poke(entry, 28 - sh + 4 * i, 100 + i, 4);
		send_raw(abi, entry);
		req = take(abi);
		assert_true(req->indirect);
		assert_int_equal(req->op, inner);
		assert_int_equal(req->ring_op, inner); /* what front-ends want to be told */
		assert_int_equal(req->nr_segs, 0xffff);
		assert_true(req->id == 0xa1a2a3a4a5a6a7a8ull);
		assert_true(req->sector == 1ull << 63);
		assert_int_equal(req->handle, 0x4321);
		assert_int_equal(req->mark, abi == XSR_BLK_ABI_64 ? 0xbbbbbbbb : 0);
		for (i = 0; i < 8; i++)
			assert_int_equal(req->gref[i], 100 + i);
		free(req);
	}
}

/* One entry is taken and no byte of its neighbours is looked at. */
static void test_take_steps_by_one(void **state)
{
	u32 i;

	(void)state;
	for_each_abi(abi)
	{
		start(abi);
		for (i = 0; i < 32; i++) {
			u8 entry[112] = { XSR_BLK_OP_READ, 1 };

			poke(entry, 8 - shift(abi), i, 8);
			send_raw(abi, entry);
		}
		for (i = 0; i < 32; i++) {
			struct xsr_blk_req *req = take(abi);
			u32 left;

			assert_true(req->id == i);
			free(req);
			assert_int_equal(xsr_ring_peek(&pair.back, &left), XSR_OK);
			assert_int_equal(left, 31 - i);
		}
	}
}

/* --- checks ----------------------------------------------------------------------------------- */

static struct xsr_blk_req request(u8 op, u64 sector, u16 nr_segs)
{
	struct xsr_blk_req req = { .op = op, .ring_op = op, .sector = sector, .nr_segs = nr_segs };
	u32 i;

	for (i = 0; i < XSR_BLK_MAX_SEGS; i++)
		req.seg[i] = (struct xsr_blk_seg){ .gref = i, .last_sect = 7 };
	return req;
}

static void expect(struct xsr_blk_req req, const struct xsr_blk_limits *lim, enum xsr_blk_why want)
{
	struct xsr_blk_req before = req;
	enum xsr_blk_why why = xsr_blk_check_req(&req, lim);

	if (why != want)
		fail_msg("op %u, sector %llu, %u segments: %s", before.op,
			 (unsigned long long)before.sector, before.nr_segs, xsr_blk_why_name(why));
	/* always what is needed to answer */
	assert_true(req.id == before.id);
	assert_int_equal(req.ring_op, before.ring_op);
}

static void test_check_op(void **state)
{
	struct xsr_blk_limits none = { .capacity = 1000, .block_sectors = 1 };
	u32 op;

	(void)state;
	for (op = 0; op < 256; op++) {
		bool rw = op == 0 || op == 1, flush = op == 2 || op == 3;
		struct xsr_blk_req req = request(op, 0, 1);

		req.nr_sectors = 1;
		expect(req, &plain, rw || flush || op == 5 ? XSR_BLK_FINE : XSR_BLK_BAD_OP);
		expect(req, &none, rw ? XSR_BLK_FINE : XSR_BLK_BAD_OP);
		req.indirect = true;
		expect(req, &plain, rw ? XSR_BLK_FINE : XSR_BLK_BAD_INNER_OP);
		expect(req, &none, XSR_BLK_BAD_OP);
	}
}

/* A mark is looked at if it was agreed on, and then means something on reads and writes only. */
static void test_check_mark(void **state)
{
	static const u32 marks[] = { 0, XSR_BLK_MARK_LENT, 2, 0x100, 0x80000000, 0xffffffff };
	static const u8 ops[] = { XSR_BLK_OP_READ, XSR_BLK_OP_WRITE, XSR_BLK_OP_BARRIER,
				  XSR_BLK_OP_FLUSH, XSR_BLK_OP_DISCARD };
	struct xsr_blk_limits agreed = plain, read_only = plain;
	u32 m, o;

	(void)state;
	agreed.lent = true;
	read_only.lent = true;
	read_only.read_only = true;
	for (m = 0; m < ARRAY_SIZE(marks); m++)
		for (o = 0; o < ARRAY_SIZE(ops); o++) {
			bool rw = ops[o] == XSR_BLK_OP_READ || ops[o] == XSR_BLK_OP_WRITE;
			bool fine = !marks[m] || (rw && marks[m] == XSR_BLK_MARK_LENT);
			struct xsr_blk_req req = request(ops[o], 0, 1), copy;

			req.nr_sectors = 1;
			req.mark = marks[m];
			copy = req;
			assert_int_equal(xsr_blk_check_req(&copy, &plain), XSR_BLK_FINE);
			assert_int_equal(copy.mark, 0);
			copy = req;
			assert_int_equal(xsr_blk_check_req(&copy, &agreed),
					 fine ? XSR_BLK_FINE : XSR_BLK_BAD_MARK);
			assert_int_equal(copy.mark, marks[m]);
			copy = req;
			copy.indirect = true;
			assert_int_equal(xsr_blk_check_req(&copy, &agreed),
					 !rw  ? XSR_BLK_BAD_INNER_OP :
					 fine ? XSR_BLK_FINE :
						XSR_BLK_BAD_MARK);
			copy = req;
			copy.op = 4;
			assert_int_equal(xsr_blk_check_req(&copy, &agreed), XSR_BLK_BAD_OP);
		}
	/* What is wrong with the request itself comes first. */
	expect((struct xsr_blk_req){ .op = XSR_BLK_OP_WRITE, .nr_segs = 1, .mark = 9 }, &read_only,
	       XSR_BLK_READ_ONLY);
}

static void test_check_seg_count(void **state)
{
	u32 n, max;

	(void)state;
	for (n = 0; n < 256; n++) {
		enum xsr_blk_why rw = n >= 1 && n <= 11 ? XSR_BLK_FINE : XSR_BLK_BAD_SEG_COUNT;
		enum xsr_blk_why flush = n <= 11 ? XSR_BLK_FINE : XSR_BLK_BAD_SEG_COUNT;

		expect(request(XSR_BLK_OP_READ, 0, n), &plain, rw);
		expect(request(XSR_BLK_OP_WRITE, 0, n), &plain, rw);
		expect(request(XSR_BLK_OP_BARRIER, 0, n), &plain, flush);
		expect(request(XSR_BLK_OP_FLUSH, 0, n), &plain, flush);
	}
	for (max = 1; max <= 70000; max = max * 2 + 1)
		for (n = 0; n <= 0xffff; n += n < 5000 ? 1 : 101) {
			struct xsr_blk_limits lim = plain;
			struct xsr_blk_req req = request(XSR_BLK_OP_READ, 0, n);
			bool good = n >= 1 && n <= max && n <= 4096;

			req.indirect = true;
			lim.max_indirect_segs = max;
			expect(req, &lim, good ? XSR_BLK_FINE : XSR_BLK_BAD_SEG_COUNT);
			/* the pages that hold them are never more than the request names */
			if (good)
				assert_in_range(xsr_blk_indirect_pages(n), 1, 8);
		}
}

/* What follows a pass is known: header of blk_codec.h. */
static void test_check_flush(void **state)
{
	static const u8 ops[] = { XSR_BLK_OP_BARRIER, XSR_BLK_OP_FLUSH };
	struct xsr_blk_limits ro = plain;
	u32 i;

	(void)state;
	ro.read_only = true;
	for (i = 0; i < 2; i++) {
		struct xsr_blk_req req = request(ops[i], ULLONG_MAX, 0);

		/* without data the sector means nothing */
		assert_int_equal(xsr_blk_check_req(&req, &plain), XSR_BLK_FINE);
		assert_int_equal(req.op, ops[i]);
		assert_true(req.nr_sectors == 0);
		expect(request(ops[i], 0, 0), &ro, XSR_BLK_FINE);

		req = request(ops[i], 992, 1);
		assert_int_equal(xsr_blk_check_req(&req, &plain), XSR_BLK_FINE);
		assert_int_equal(req.op, XSR_BLK_OP_BARRIER); /* a write behind a flush */
		assert_int_equal(req.ring_op, ops[i]);
		assert_true(req.nr_sectors == 8);
		expect(request(ops[i], 993, 1), &plain, XSR_BLK_BAD_RANGE);
		expect(request(ops[i], 0, 1), &ro, XSR_BLK_READ_ONLY);
	}
}

static void test_check_read_only(void **state)
{
	struct xsr_blk_limits ro = plain;
	struct xsr_blk_req req = request(XSR_BLK_OP_DISCARD, 0, 0);

	(void)state;
	ro.read_only = true;
	expect(request(XSR_BLK_OP_READ, 0, 1), &ro, XSR_BLK_FINE);
	expect(request(XSR_BLK_OP_WRITE, 0, 1), &ro, XSR_BLK_READ_ONLY);
	req.nr_sectors = 1;
	expect(req, &ro, XSR_BLK_READ_ONLY);
	req = request(XSR_BLK_OP_READ, 0, 12);
	req.indirect = true;
	expect(req, &ro, XSR_BLK_FINE);
	req.op = XSR_BLK_OP_WRITE;
	expect(req, &ro, XSR_BLK_READ_ONLY);
}

/* All first and last sectors, for all logical blocks, at all small offsets of the request. */
static enum xsr_blk_why want_seg(u32 first, u32 last, u32 block, u64 sector)
{
	u32 len = last - first + 1;

	if (first > last || last > 7)
		return XSR_BLK_BAD_SEG;
	if (block <= 8 && (first % block || (last + 1) % block))
		return XSR_BLK_BAD_ALIGN;
	if (sector + len > 1000)
		return XSR_BLK_BAD_RANGE;
	if (sector % block || len % block)
		return XSR_BLK_BAD_ALIGN;
	return XSR_BLK_FINE;
}

static void test_check_seg(void **state)
{
	u32 first, last, block;

	(void)state;
	for (block = 1; block <= 128; block *= 2)
		for (first = 0; first < 256; first++)
			for (last = 0; last < 256; last++) {
				struct xsr_blk_limits lim = plain;
				static const u16 sectors[] = { 0, 1, 2, 4, 8, 16, 992, 996, 1000 };
				u32 s;

				lim.block_sectors = block;
				if (last > 12 && first > 12 && (last + first) % 7)
					continue; /* a sample of what is far outside */
				for (s = 0; s < ARRAY_SIZE(sectors); s++) {
					struct xsr_blk_req req = request(0, sectors[s], 1);

					req.seg[0].first_sect = first;
					req.seg[0].last_sect = last;
					expect(req, &lim, want_seg(first, last, block, sectors[s]));
				}
			}
}

/* One bad segment at any place spoils a request. */
static void test_check_each_seg(void **state)
{
	u32 n, bad;

	(void)state;
	for (n = 1; n <= 11; n++)
		for (bad = 0; bad < n; bad++) {
			struct xsr_blk_req req = request(XSR_BLK_OP_WRITE, 0, n);

			req.seg[bad].last_sect = 8;
			expect(req, &plain, XSR_BLK_BAD_SEG);
			req.seg[bad].last_sect = 3;
			req.seg[bad].first_sect = 4;
			expect(req, &plain, XSR_BLK_BAD_SEG);
		}
}

static const u64 big[] = {
	0,
	1,
	7,
	8,
	9,
	87,
	88,
	89,
	1000,
	1ull << 31,
	(1ull << 32) - 1,
	1ull << 32,
	(1ull << 54) - 1,
	1ull << 54,
	(1ull << 55) - 8,
	1ull << 55,
	1ull << 63,
	ULLONG_MAX - 88,
	ULLONG_MAX - 87,
	ULLONG_MAX - 8,
	ULLONG_MAX - 7,
	ULLONG_MAX - 1,
	ULLONG_MAX,
};

/* Beginning and end inside the device, with sums of any size. */
static void test_check_range(void **state)
{
	u32 c, s, n;

	(void)state;
	for (c = 0; c < ARRAY_SIZE(big); c++)
		for (s = 0; s < ARRAY_SIZE(big); s++) {
			struct xsr_blk_limits lim = plain;

			lim.capacity = big[c];
			for (n = 1; n <= 11; n++) {
				bool in = (unsigned __int128)big[s] + 8 * n <= big[c];

				expect(request(XSR_BLK_OP_READ, big[s], n), &lim,
				       in ? XSR_BLK_FINE : XSR_BLK_BAD_RANGE);
			}
			for (n = 0; n < ARRAY_SIZE(big); n++) {
				struct xsr_blk_req req = request(XSR_BLK_OP_DISCARD, big[s], 0);
				bool in = (unsigned __int128)big[s] + big[n] <= big[c] && big[n];

				req.nr_sectors = big[n];
				expect(req, &lim, in ? XSR_BLK_FINE : XSR_BLK_BAD_RANGE);
			}
		}
}

static void test_check_discard(void **state)
{
	u32 flag, offer, block;

	(void)state;
	for (flag = 0; flag < 256; flag++)
		for (offer = 0; offer < 4; offer++) {
			struct xsr_blk_req req = request(XSR_BLK_OP_DISCARD, 5, 0);
			struct xsr_blk_limits lim = plain;
			bool good = (offer & 1) && (!(flag & 1) || (offer & 2));

			lim.discard = offer & 1;
			lim.secure_discard = offer >> 1;
			req.nr_sectors = 3;
			req.flag = flag;
			expect(req, &lim, good ? XSR_BLK_FINE : XSR_BLK_BAD_OP);
			xsr_blk_check_req(&req, &lim);
			assert_int_equal(req.flag, flag & 1); /* no unknown bit gets through */
			assert_true(req.nr_sectors == 3);
		}
	for (block = 1; block <= 128; block *= 2) {
		struct xsr_blk_limits lim = plain;
		u32 s, n;

		lim.block_sectors = block;
		for (s = 0; s <= 256; s++)
			for (n = 1; n <= 256; n++) {
				struct xsr_blk_req req = request(XSR_BLK_OP_DISCARD, s, 0);

				req.nr_sectors = n;
				expect(req, &lim,
				       s % block || n % block ? XSR_BLK_BAD_ALIGN : XSR_BLK_FINE);
			}
	}
}

/* Segments that came in pages: as many as there can be, and the sum they make. */
static void test_check_segs_indirect(void **state)
{
	struct xsr_blk_seg *segs = calloc(4096, sizeof(*segs));
	struct xsr_blk_limits lim = plain;
	u32 n, i;

	(void)state;
	lim.capacity = 4096 * 8 + 5;
	for (i = 0; i < 4096; i++)
		segs[i].last_sect = 7;
	for (n = 1; n <= 4096; n += n < 20 ? 1 : 37) {
		struct xsr_blk_req req = request(XSR_BLK_OP_READ, 5, n);
		struct xsr_blk_seg *exact = malloc(n * sizeof(*exact));

		memcpy(exact, segs, n * sizeof(*exact));
		req.indirect = true;
		assert_int_equal(xsr_blk_check_segs(&req, exact, &lim), XSR_BLK_FINE);
		assert_true(req.nr_sectors == n * 8);
		exact[n - 1].first_sect = 8;
		exact[n - 1].last_sect = 8;
		assert_int_equal(xsr_blk_check_segs(&req, exact, &lim), XSR_BLK_BAD_SEG);
		exact[n - 1].first_sect = 7;
		exact[n - 1].last_sect = 7;
		assert_int_equal(xsr_blk_check_segs(&req, exact, &lim), XSR_BLK_FINE);
		assert_true(req.nr_sectors == n * 8 - 7);
		req.sector = lim.capacity - (n * 8 - 7) + 1;
		assert_int_equal(xsr_blk_check_segs(&req, exact, &lim), XSR_BLK_BAD_RANGE);
		free(exact);
	}
	free(segs);
}

/* A block size nobody should have set lets nothing through rather than everything. */
static void test_check_without_block(void **state)
{
	struct xsr_blk_limits lim = plain;

	(void)state;
	lim.block_sectors = 0;
	expect(request(XSR_BLK_OP_READ, 0, 1), &lim, XSR_BLK_BAD_ALIGN);
}

static void test_why(void **state)
{
	u32 why, k;

	(void)state;
	for (why = 0; why < XSR_BLK_WHY_COUNT; why++) {
		s16 want = why == XSR_BLK_FINE ? 0 : why == XSR_BLK_BAD_OP ? -2 : -1;

		assert_int_equal(xsr_blk_why_status(why), want);
		for (k = 0; k < why; k++)
			assert_string_not_equal(xsr_blk_why_name(why), xsr_blk_why_name(k));
	}
	assert_string_equal(xsr_blk_why_name(XSR_BLK_WHY_COUNT), "invalid");
	assert_string_equal(xsr_blk_why_name((enum xsr_blk_why) - 1), "invalid");
}

static void test_abi_names(void **state)
{
	(void)state;
	assert_int_equal(xsr_blk_abi_by_name("x86_64-abi"), XSR_BLK_ABI_64);
	assert_int_equal(xsr_blk_abi_by_name("x86_32-abi"), XSR_BLK_ABI_32);
	assert_int_equal(xsr_blk_abi_by_name("arm-abi"), -1);
	assert_int_equal(xsr_blk_abi_by_name("x86_64-ab"), -1);
	assert_int_equal(xsr_blk_abi_by_name("x86_64-abi "), -1);
	assert_int_equal(xsr_blk_abi_by_name(""), -1);
	assert_int_equal(xsr_blk_abi_by_name(NULL), -1);
	assert_string_equal(xsr_blk_abi_name(XSR_BLK_ABI_64), "x86_64-abi");
	assert_string_equal(xsr_blk_abi_name(XSR_BLK_ABI_32), "x86_32-abi");
	assert_string_equal(xsr_blk_abi_name((enum xsr_blk_abi)2), "invalid");
	assert_int_equal(xsr_blk_stride(XSR_BLK_ABI_64), 112);
	assert_int_equal(xsr_blk_stride(XSR_BLK_ABI_32), 108);
}

/* --- what we write ---------------------------------------------------------------------------- */

/* The response, byte by byte, and nothing else of the page. */
static void test_put_rsp(void **state)
{
	static const s16 statuses[] = { 0, -1, -2 };
	u32 st, i;

	(void)state;
	for_each_abi(abi) for (st = 0; st < 3; st++)
	{
		u8 want[112], *page = (u8 *)pair.page;
		u32 len = abi == XSR_BLK_ABI_32 ? 12 : 16;

		start(abi);
		pair.back.in = pair.back.out + 1;
		memset(&pair.page[16], 0xff, XSR_PAGE_SIZE - 64);
		memset(want, 0xff, sizeof(want));
		memset(want, 0, len);
		poke(want, 0, 0x0102030405060708ull, 8);
		want[8] = XSR_BLK_OP_INDIRECT;
		poke(want, 10, (u16)statuses[st], 2);
		xsr_blk_put_rsp(&pair.back, abi, 0x0102030405060708ull, XSR_BLK_OP_INDIRECT,
				statuses[st]);
		assert_memory_equal(ring_pair_entry(&pair, 0xfffffffd), want, xsr_blk_stride(abi));
		for (i = 64; i < XSR_PAGE_SIZE; i++) {
			u32 off = 64 + (0xfffffffd % 32) * xsr_blk_stride(abi);

			if ((i < off || i >= off + len) && page[i] != 0xff)
				fail_msg("byte %u was written", i);
		}
		assert_int_equal(xsr_ring_room(&pair.back), 0);
	}
}

/* Requests as they lie in the ring: every byte that goes to the peer is meant to. */
static void check_bytes(const struct xsr_blk_req *req, const u8 *want, u32 used)
{
	u8 tail[112];

	start(XSR_BLK_ABI_64);
	memset(ring_pair_entry(&pair, 0xfffffffd), 0xee, 112);
	memset(tail, 0xee, sizeof(tail));
	xsr_blk_put_req(&pair.front, req);
	assert_memory_equal(ring_pair_entry(&pair, 0xfffffffd), want, used);
	assert_memory_equal(ring_pair_entry(&pair, 0xfffffffd) + used, tail, 112 - used);
}

static void test_put_rw(void **state)
{
	static const u8 ops[] = { XSR_BLK_OP_READ, XSR_BLK_OP_WRITE, XSR_BLK_OP_BARRIER,
				  XSR_BLK_OP_FLUSH };
	u32 o, n, i;

	(void)state;
	for (o = 0; o < ARRAY_SIZE(ops); o++)
		for (n = 0; n <= 12; n++) {
			u32 segs = n < 11 ? n : 11; /* never more than fit */
			struct xsr_blk_req req;
			u8 want[112] = { 0 };

			memset(&req, 0xdd, sizeof(req)); /* secrets of ours, in pads too */
			req.op = ops[o];
			req.nr_segs = n;
			req.handle = 0x0a0b;
			req.mark = n & 1;
			req.indirect = false;
			req.id = 0x1122334455667788ull;
			req.sector = 0x99aabbccddeeff00ull;
			want[0] = ops[o];
			want[1] = segs;
			poke(want, 2, 0x0a0b, 2);
			want[4] = n & 1;
			poke(want, 8, req.id, 8);
			poke(want, 16, req.sector, 8);
			for (i = 0; i < segs; i++) {
				req.seg[i].gref = 1000 + i;
				req.seg[i].first_sect = 1;
				req.seg[i].last_sect = 6;
				poke(want, 24 + 8 * i, 1000 + i, 4);
				want[28 + 8 * i] = 1;
				want[29 + 8 * i] = 6;
			}
			check_bytes(&req, want, 24 + 8 * segs);
		}
}

static void test_put_discard(void **state)
{
	struct xsr_blk_req req;
	u8 want[112] = { XSR_BLK_OP_DISCARD, XSR_BLK_DISCARD_SECURE };

	(void)state;
	memset(&req, 0xdd, sizeof(req));
	req.op = XSR_BLK_OP_DISCARD;
	req.flag = XSR_BLK_DISCARD_SECURE;
	req.indirect = false;
	req.id = 3;
	req.sector = 4;
	req.nr_sectors = 5;
	poke(want, 8, 3, 8);
	poke(want, 16, 4, 8);
	poke(want, 24, 5, 8);
	check_bytes(&req, want, 32);
}

static void test_put_indirect(void **state)
{
	static const u16 counts[] = { 1, 12, 512, 513, 1024, 4096 };
	u32 c, i;

	(void)state;
	for (c = 0; c < ARRAY_SIZE(counts); c++) {
		struct xsr_blk_req req;
		u8 want[112] = { XSR_BLK_OP_INDIRECT, XSR_BLK_OP_WRITE };

		memset(&req, 0xdd, sizeof(req));
		req.op = XSR_BLK_OP_WRITE;
		req.indirect = true;
		req.nr_segs = counts[c];
		req.mark = c & 1;
		req.handle = 0x0a0b;
		req.id = 3;
		req.sector = 4;
		poke(want, 2, counts[c], 2);
		want[4] = c & 1;
		poke(want, 8, 3, 8);
		poke(want, 16, 4, 8);
		poke(want, 24, 0x0a0b, 2);
		for (i = 0; i < (counts[c] + 511u) / 512; i++) {
			req.gref[i] = 77 + i;
			poke(want, 28 + 4 * i, 77 + i, 4);
		}
		check_bytes(&req, want, 64);
	}
}

static void test_take_rsp(void **state)
{
	struct xsr_sring *s = ring_pair_header(&pair);
	u32 status, i;

	(void)state;
	start(XSR_BLK_ABI_64);
	pair.front.out += 32;
	pair.front.out_pub += 32;
	for (i = 0, status = 0; status < 0x10000; status += 0x7ff, i++) {
		struct xsr_blk_rsp rsp;
		u8 entry[112];
		u32 n;

		memset(entry, 0x77, sizeof(entry));
		poke(entry, 0, ~(u64)i, 8);
		entry[8] = i;
		poke(entry, 10, status, 2);
		memcpy(ring_pair_entry(&pair, s->rsp_prod), entry, sizeof(entry));
		s->rsp_prod++;
		pair.front.out++;
		pair.front.out_pub++;
		assert_int_equal(xsr_ring_peek(&pair.front, &n), XSR_OK);
		assert_int_equal(n, 1);
		xsr_blk_take_rsp(&pair.front, &rsp);
		assert_true(rsp.id == ~(u64)i);
		assert_int_equal(rsp.op, i);
		assert_int_equal((u16)rsp.status, status);
	}
}

/* --- there and back --------------------------------------------------------------------------- */

static struct xsr_blk_req random_request(struct rng *rng)
{
	static const u8 ops[] = { 0, 1, 2, 3, 5, 6 };
	struct xsr_blk_req req;
	u32 i;

	for (i = 0; i < sizeof(req); i++)
		((u8 *)&req)[i] = rng_next(rng) >> 32;
	req.op = ops[rng_below(rng, ARRAY_SIZE(ops))];
	req.indirect = req.op == XSR_BLK_OP_INDIRECT;
	if (req.indirect)
		req.op = rng_below(rng, 2);
	req.ring_op = req.op;
	req.nr_segs = req.indirect ? 1 + rng_below(rng, 4096) : rng_below(rng, 12);
	req.mark = rng_below(rng, 2);
	return req;
}

static void check_same(const struct xsr_blk_req *a, const struct xsr_blk_req *b)
{
	u32 i;

	assert_int_equal(a->op, b->op);
	assert_int_equal(a->ring_op, b->ring_op);
	assert_int_equal(a->indirect, b->indirect);
	assert_true(a->id == b->id && a->sector == b->sector);
	if (a->op == XSR_BLK_OP_DISCARD) {
		assert_true(a->nr_sectors == b->nr_sectors && a->flag == b->flag);
		return;
	}
	assert_int_equal(a->nr_segs, b->nr_segs);
	assert_int_equal(a->handle, b->handle);
	assert_int_equal(a->mark, b->mark);
	for (i = 0; a->indirect && i < xsr_blk_indirect_pages(a->nr_segs); i++)
		assert_int_equal(a->gref[i], b->gref[i]);
	for (i = 0; !a->indirect && i < a->nr_segs; i++) {
		assert_int_equal(a->seg[i].gref, b->seg[i].gref);
		assert_int_equal(a->seg[i].first_sect, b->seg[i].first_sect);
		assert_int_equal(a->seg[i].last_sect, b->seg[i].last_sect);
	}
}

static void test_there_and_back(void **state)
{
	struct rng rng;
	u32 i;

	(void)state;
	rng_seed(&rng, 11);
	start(XSR_BLK_ABI_64);
	for (i = 0; i < 100000; i++) {
		struct xsr_blk_req sent = random_request(&rng), got;
		struct xsr_blk_rsp rsp;
		s16 status = -(s16)rng_below(&rng, 3);
		u32 n;

		xsr_blk_put_req(&pair.front, &sent);
		xsr_ring_publish(&pair.front);
		assert_int_equal(xsr_ring_peek(&pair.back, &n), XSR_OK);
		assert_int_equal(n, 1);
		xsr_blk_take_req(&pair.back, XSR_BLK_ABI_64, &got);
		check_same(&sent, &got);
		xsr_blk_put_rsp(&pair.back, XSR_BLK_ABI_64, got.id, got.ring_op, status);
		xsr_ring_publish(&pair.back);
		assert_int_equal(xsr_ring_peek(&pair.front, &n), XSR_OK);
		assert_int_equal(n, 1);
		xsr_blk_take_rsp(&pair.front, &rsp);
		assert_true(rsp.id == sent.id);
		assert_int_equal(rsp.op, sent.ring_op);
		assert_int_equal(rsp.status, status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take_rw),
		cmocka_unit_test(test_take_discard),
		cmocka_unit_test(test_take_indirect),
		cmocka_unit_test(test_take_steps_by_one),
		cmocka_unit_test(test_check_op),
		cmocka_unit_test(test_check_mark),
		cmocka_unit_test(test_check_seg_count),
		cmocka_unit_test(test_check_flush),
		cmocka_unit_test(test_check_read_only),
		cmocka_unit_test(test_check_seg),
		cmocka_unit_test(test_check_each_seg),
		cmocka_unit_test(test_check_range),
		cmocka_unit_test(test_check_discard),
		cmocka_unit_test(test_check_segs_indirect),
		cmocka_unit_test(test_check_without_block),
		cmocka_unit_test(test_why),
		cmocka_unit_test(test_abi_names),
		cmocka_unit_test(test_put_rsp),
		cmocka_unit_test(test_put_rw),
		cmocka_unit_test(test_put_discard),
		cmocka_unit_test(test_put_indirect),
		cmocka_unit_test(test_take_rsp),
		cmocka_unit_test(test_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
