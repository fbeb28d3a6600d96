// SPDX-License-Identifier: GPL-2.0
/*
 * net_to_back: packets of a guest to checked descriptions, answers, and the way back.
 *
 * Entries are written byte by byte (tests/fakes/net_raw.h). The grids are the ones that advisories
 * 423, 432 and 448 came from; a model in plain arithmetic says a second time what every chain of
 * slots must come to.
 */
#include "ring/net_to_back.h"
#include "tests/fakes/net_raw.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define CSUM 1
#define VALID 2
#define MORE 4
#define EXTRA 8

static struct ring_pair pair;
static const struct xsr_net_limits stock = { .fatal_slots = 20 };
static struct xsr_net_pkt pkt;

static void start(void)
{
	ring_pair_init(&pair, 1, RAW_BACK_STRIDE, 0xfffffff0);
	memset(&pkt, 0xa5, sizeof(pkt));
}

static enum xsr_verdict take_with(const struct xsr_net_limits *lim)
{
	u32 n = 0;

	assert_int_equal(xsr_ring_peek(&pair.back, &n), XSR_OK);
	assert_true(n > 0);
	return xsr_net_take_pkt(&pair.back, n, lim, &pkt);
}

static enum xsr_verdict take(void)
{
	return take_with(&stock);
}

static void put_extra(u8 type, u8 flags, u32 low, u16 high)
{
	u8 body[6];

	raw_poke(body, low, 4);
	raw_poke(body + 4, high, 2);
	raw_extra(raw_next_req(&pair), type, flags, body);
}

static void put_gso(u16 size, u8 type, u8 flags)
{
	put_extra(1, flags, size | (u32)type << 16, 0);
}

static u32 taken(void)
{
	return pair.back.in - 0xfffffff0;
}

/* --- good packets ------------------------------------------------------------------------------ */

static void test_one_slot(void **state)
{
	(void)state;
	start();
	raw_put_slot(&pair, 0x12345678, 100, CSUM | VALID, 0xbeef, 60);
	assert_int_equal(take(), XSR_OK);
	assert_int_equal(pkt.why, XSR_NET_FINE);
	assert_int_equal(pkt.len, 60);
	assert_int_equal(pkt.entries, 1);
	assert_int_equal(pkt.nr_extras, 0);
	assert_int_equal(pkt.nr_ids, 1);
	assert_int_equal(pkt.id[0], 0xbeef);
	assert_int_equal(pkt.nr_slots, 1);
	assert_int_equal(pkt.slot[0].gref, 0x12345678);
	assert_int_equal(pkt.slot[0].offset, 100);
	assert_int_equal(pkt.slot[0].size, 60);
	assert_int_equal(pkt.mcast, XSR_NET_MCAST_NONE);
	assert_true(pkt.meta.csum_blank && pkt.meta.validated);
	assert_int_equal(pkt.meta.gso_type, 0);
	assert_int_equal(pkt.meta.hash_alg, 0);
	assert_int_equal(taken(), 1);
}

static void test_flags(void **state)
{
	u32 flags;

	(void)state;
	for (flags = 0; flags < 4; flags++) {
		start();
		/* Bits that nobody has defined mean nothing. */
		raw_put_slot(&pair, 1, 0, flags | 0xfff0, 1, 60);
		assert_int_equal(take(), XSR_OK);
		assert_int_equal(pkt.meta.csum_blank, !!(flags & CSUM));
		assert_int_equal(pkt.meta.validated, !!(flags & VALID));
	}
}

/* The first size is the whole packet's, and what the others hold comes off it. */
static void test_first_size(void **state)
{
	(void)state;
	start();
	raw_put_slot(&pair, 1, 4000, MORE, 10, 96 + 4096 + 7);
	raw_put_slot(&pair, 2, 0, MORE, 11, 4096);
	raw_put_slot(&pair, 3, 4089, 0, 12, 7);
	raw_put_slot(&pair, 4, 0, 0, 13, 99); /* of another packet */
	assert_int_equal(take(), XSR_OK);
	assert_int_equal(pkt.len, 96 + 4096 + 7);
	assert_int_equal(pkt.nr_slots, 3);
	assert_int_equal(pkt.nr_ids, 3);
	assert_int_equal(pkt.entries, 3);
	assert_int_equal(pkt.slot[0].size, 96);
	assert_int_equal(pkt.slot[1].size, 4096);
	assert_int_equal(pkt.slot[2].size, 7);
	assert_int_equal(pkt.slot[2].offset, 4089);
	assert_int_equal(pkt.id[2], 12);
	assert_int_equal(taken(), 3);
	assert_int_equal(take(), XSR_OK);
	assert_int_equal(pkt.id[0], 13);
	assert_int_equal(pkt.len, 99);
}

static void test_largest_packet(void **state)
{
	u32 i;

	(void)state;
	start();
	raw_put_slot(&pair, 0, 0, MORE, 0, 65535);
	for (i = 1; i < 16; i++)
		raw_put_slot(&pair, i, 0, i < 15 ? MORE : 0, i, 4096);
	assert_int_equal(take(), XSR_OK);
	assert_int_equal(pkt.len, 65535);
	assert_int_equal(pkt.nr_slots, 16);
	assert_int_equal(pkt.slot[0].size, 4095);
}

/* A frame of 64 KiB, whose size wrapped to 0: known front-ends do that, so they are only refused. */
static void test_frame_too_large(void **state)
{
	u32 i;

	(void)state;
	start();
	raw_put_slot(&pair, 0, 0, MORE, 0, 0);
	for (i = 1; i < 16; i++)
		raw_put_slot(&pair, i, 0, i < 15 ? MORE : 0, i, 4096);
	assert_int_equal(take(), XSR_DROP);
	assert_int_equal(pkt.why, XSR_NET_BAD_SIZE);
	assert_int_equal(pkt.nr_ids, 16);
	assert_int_equal(taken(), 16);
}

/* --- extra infos ------------------------------------------------------------------------------- */

static void test_gso(void **state)
{
	u32 type, size;

	(void)state;
	for (type = 0; type < 256; type++)
		for (size = 0; size < 3; size++) {
			bool good = size && (type == 1 || type == 2);

			start();
			raw_put_slot(&pair, 1, 0, MORE | EXTRA | CSUM, 5, 3000);
			put_gso(size * 700, type, 0);
			raw_put_slot(&pair, 2, 0, 0, 6, 1000);
			assert_int_equal(take(), good ? XSR_OK : XSR_FATAL);
			assert_int_equal(pkt.why, good ? XSR_NET_FINE : XSR_NET_BAD_GSO);
			if (!good)
				continue;
			assert_int_equal(pkt.meta.gso_type, type);
			assert_int_equal(pkt.meta.gso_size, size * 700);
			assert_int_equal(pkt.nr_slots, 2);
			assert_int_equal(pkt.nr_extras, 1);
			assert_int_equal(pkt.entries, 3);
			assert_int_equal(pkt.slot[0].size, 2000);
		}
}

static void test_hash(void **state)
{
	u8 body[6] = { 3, 1, 0x78, 0x56, 0x34, 0xf2 };

	(void)state;
	start();
	raw_put_slot(&pair, 1, 0, EXTRA, 5, 60);
	put_gso(1448, 1, 1);
	raw_extra(raw_next_req(&pair), 4, 0, body);
	assert_int_equal(take(), XSR_OK);
	assert_int_equal(pkt.nr_extras, 2);
	assert_int_equal(pkt.meta.hash_alg, 1);
	assert_int_equal(pkt.meta.hash_type, 3);
	assert_int_equal(pkt.meta.hash, 0xf2345678);
	assert_int_equal(pkt.meta.gso_size, 1448);
}

/* Only types that somebody has defined; 5 is Linux's own and means nothing in this direction. */
static void test_extra_types(void **state)
{
	u32 type;

	(void)state;
	for (type = 0; type < 256; type++) {
		start();
		raw_put_slot(&pair, 1, 0, EXTRA, 5, 60);
		put_extra(type, 0, 1400 | 1 << 16, 0);
		if (type >= 1 && type <= 5) {
			assert_int_equal(take(), XSR_OK);
			assert_int_equal(pkt.nr_extras, 1);
		} else {
			assert_int_equal(take(), XSR_FATAL);
			assert_int_equal(pkt.why, XSR_NET_BAD_EXTRA);
		}
	}
}

static void test_extra_missing(void **state)
{
	(void)state;
	start();
	raw_put_slot(&pair, 1, 0, EXTRA, 5, 60);
	assert_int_equal(take(), XSR_FATAL);
	assert_int_equal(pkt.why, XSR_NET_EXTRA_CUT);
	start();
	raw_put_slot(&pair, 1, 0, EXTRA, 5, 60);
	put_gso(1400, 1, 1);
	assert_int_equal(take(), XSR_FATAL);
	assert_int_equal(pkt.why, XSR_NET_EXTRA_CUT);
}

/* A chain without end goes as far as the ring and no further. */
static void test_extra_endless(void **state)
{
	u32 i;

	(void)state;
	start();
	raw_put_slot(&pair, 1, 0, EXTRA, 5, 60);
	for (i = 1; i < 256; i++)
		put_gso(1400, 1, 1);
	assert_int_equal(take(), XSR_FATAL);
	assert_int_equal(pkt.why, XSR_NET_EXTRA_CUT);
	assert_int_equal(taken(), 256);
}

/* Many of one type are odd but end: the last counts, and each is answered. */
static void test_extra_repeated(void **state)
{
	u32 i;

	(void)state;
	start();
	raw_put_slot(&pair, 1, 0, EXTRA, 5, 60);
	for (i = 1; i < 256; i++)
		put_gso(i, 1 + i % 2, i < 255);
	assert_int_equal(take(), XSR_OK);
	assert_int_equal(pkt.meta.gso_size, 255);
	assert_int_equal(pkt.meta.gso_type, 2);
	assert_int_equal(pkt.nr_extras, 255);
	assert_int_equal(pkt.entries, 256);
	xsr_net_answer_pkt(&pair.back, &pkt, XSR_NET_STATUS_OKAY);
	assert_int_equal(xsr_ring_room(&pair.back), 0);
}

static void test_mcast(void **state)
{
	static const u8 addr[6] = { 1, 0, 0x5e, 1, 2, 3 };
	u32 type;

	(void)state;
	for (type = 2; type <= 3; type++) {
		start();
		/* Size, place and "more" of a dummy mean nothing: the next entry is another packet. */
		raw_put_slot(&pair, 1, 0xffff, EXTRA | MORE, 77, 0xffff);
		raw_extra(raw_next_req(&pair), type, 0, addr);
		raw_put_slot(&pair, 1, 0, 0, 78, 60);
		assert_int_equal(take(), XSR_OK);
		assert_int_equal(pkt.mcast, type == 2 ? XSR_NET_MCAST_ADD : XSR_NET_MCAST_DEL);
		assert_memory_equal(pkt.mcast_addr, addr, 6);
		assert_int_equal(pkt.len, 0);
		assert_int_equal(pkt.nr_slots, 0);
		assert_int_equal(pkt.nr_ids, 1);
		assert_int_equal(pkt.nr_extras, 1);
		assert_int_equal(pkt.id[0], 77);
		assert_int_equal(taken(), 2);
		assert_int_equal(take(), XSR_OK);
		assert_int_equal(pkt.mcast, XSR_NET_MCAST_NONE);
		assert_int_equal(pkt.id[0], 78);
	}
}

/* --- what is wrong ----------------------------------------------------------------------------- */

static void test_too_short(void **state)
{
	u32 size;

	(void)state;
	for (size = 0; size < 32; size++) {
		start();
		raw_put_slot(&pair, 1, 0, 0, 1, size);
		assert_int_equal(take(), size < 14 ? XSR_DROP : XSR_OK);
		assert_int_equal(pkt.why, size < 14 ? XSR_NET_TOO_SHORT : XSR_NET_FINE);
	}
}

static void test_bounds(void **state)
{
	static const u32 edges[] = { 0, 1, 14, 60, 4081, 4082, 4095, 4096, 4097, 0x8000, 0xffff };
	u32 i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(edges); i++)
		for (k = 0; k < ARRAY_SIZE(edges); k++) {
			bool inside = edges[i] + edges[k] <= 4096;

			start();
			raw_put_slot(&pair, 1, edges[i], 0, 1, edges[k]);
			if (edges[k] < 14)
				assert_int_equal(take(), XSR_DROP);
			else
				assert_int_equal(take(), inside ? XSR_OK : XSR_FATAL);
			if (edges[k] >= 14 && !inside)
				assert_int_equal(pkt.why, XSR_NET_BAD_BOUNDS);

			start();
			raw_put_slot(&pair, 1, 0, MORE, 1, 14 + edges[k]);
			raw_put_slot(&pair, 2, edges[i], 0, 2, edges[k]);
			if (!inside)
				assert_int_equal(take(), XSR_FATAL);
			else
				assert_int_equal(take(), XSR_OK);
		}
}

/* A packet that is to be dropped may still turn out to be hostile. */
static void test_bounds_of_dropped(void **state)
{
	(void)state;
	start();
	raw_put_slot(&pair, 1, 0, MORE, 1, 100);
	raw_put_slot(&pair, 2, 0, MORE, 2, 200);
	raw_put_slot(&pair, 3, 4000, 0, 3, 97);
	assert_int_equal(take(), XSR_FATAL);
	assert_int_equal(pkt.why, XSR_NET_BAD_BOUNDS);
}

/* Of several things wrong with a packet the first is what is said. */
static void test_first_reason_counts(void **state)
{
	u32 i;

	(void)state;
	start();
	raw_put_slot(&pair, 1, 0, MORE, 0, 10);
	for (i = 1; i <= 20; i++)
		raw_put_slot(&pair, 1, 0, i < 20 ? MORE : 0, i, 11);
	assert_int_equal(take(), XSR_DROP);
	assert_int_equal(pkt.why, XSR_NET_BAD_SIZE);
	/* All that the packet has is possible, but leaves nothing for the first slot. */
	start();
	raw_put_slot(&pair, 1, 0, MORE, 0, 100);
	raw_put_slot(&pair, 1, 0, 0, 1, 100);
	assert_int_equal(take(), XSR_DROP);
	assert_int_equal(pkt.why, XSR_NET_TOO_SHORT);
}

static void test_cut(void **state)
{
	u32 n, i;

	(void)state;
	for (n = 1; n <= 20; n++) {
		start();
		for (i = 0; i < n; i++)
			raw_put_slot(&pair, 1, 0, MORE, i, 60);
		assert_int_equal(take(), XSR_FATAL);
		assert_int_equal(pkt.why, XSR_NET_CUT);
	}
}

/* Slots 1 to 40 with limits around stock's and at the ends of what can be set. */
static void test_slot_count(void **state)
{
	static const u32 fatal[] = { 18, 19, 20, 21, 64, 65, 256, 0xffffffff };
	u32 f, n, i;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(fatal); f++)
		for (n = 0; n <= 80; n++) {
			struct xsr_net_limits lim = { .fatal_slots = fatal[f] };
			u32 most = fatal[f] < 64 ? fatal[f] : 64;
			enum xsr_verdict want = n <= 18 ? XSR_OK : n <= most ? XSR_DROP : XSR_FATAL;

			start();
			raw_put_slot(&pair, 0, 0, n ? MORE : 0, 0, 1000 + n);
			for (i = 1; i <= n; i++)
				raw_put_slot(&pair, i, 0, i < n ? MORE : 0, i, 1);
			assert_int_equal(take_with(&lim), want);
			if (want == XSR_FATAL) {
				assert_int_equal(pkt.why, XSR_NET_FAR_TOO_MANY_SLOTS);
				assert_int_equal(taken(), most + 1);
				continue;
			}
			assert_int_equal(pkt.nr_ids, n + 1);
			assert_int_equal(taken(), n + 1);
			for (i = 0; i <= n; i++)
				assert_int_equal(pkt.id[i], i);
			if (want == XSR_DROP)
				assert_int_equal(pkt.why, XSR_NET_TOO_MANY_SLOTS);
			else
				assert_int_equal(pkt.nr_slots, n + 1);
		}
}

/* --- grids and model --------------------------------------------------------------------------- */

/* What a chain must come to, in wide arithmetic; all slots inside their pages. */
static enum xsr_verdict model(u32 len, const u16 *size, u32 n)
{
	s64 left = len;
	u32 i;

	if (n > 20)
		return XSR_FATAL;
	for (i = 0; i < n; i++) {
		if (size[i] > left || i >= 18)
			return XSR_DROP;
		left -= size[i];
	}
	if (left < 14)
		return XSR_DROP;
	return left > 4096 ? XSR_FATAL : XSR_OK;
}

static void check_chain(u32 len, const u16 *size, u32 n)
{
	enum xsr_verdict want = model(len, size, n), got;
	u32 i, sum = 0, full = 1;

	start();
	raw_put_slot(&pair, 1000, 0, n ? MORE : 0, 0, len);
	for (i = 0; i < n; i++)
		raw_put_slot(&pair, 1001 + i, 0, i + 1 < n ? MORE : 0, i + 1, size[i]);
	got = take();
	if (got != want)
		fail_msg("len %u, %u more slots: %d, not %d", len, n, got, want);
	if (got != XSR_OK)
		return;
	assert_int_equal(pkt.len, len);
	assert_int_equal(pkt.nr_ids, n + 1);
	assert_int_equal(pkt.entries, n + 1);
	for (i = 0; i < n; i++)
		full += size[i] != 0;
	assert_int_equal(pkt.nr_slots, full);
	for (i = 0; i < pkt.nr_slots; i++) {
		assert_true(pkt.slot[i].size > 0);
		assert_true(pkt.slot[i].offset + pkt.slot[i].size <= 4096);
		sum += pkt.slot[i].size;
	}
	assert_int_equal(sum, len);
	assert_true(pkt.slot[0].size >= 14);
	assert_int_equal(pkt.slot[0].gref, 1000);
}

/* 423: a header of 14 to 128 bytes, the rest spread over 18 slots. */
static void test_grid_423(void **state)
{
	u16 size[18];
	u32 head, rest, i;

	(void)state;
	for (head = 14; head <= 128; head++)
		for (rest = 1; rest <= 4096; rest = rest * 4 + 1) {
			for (i = 0; i < 18; i++)
				size[i] = rest;
			if (head + 18 * rest <= 65535)
				check_chain(head + 18 * rest, size, 18);
		}
}

/* 432: 1 to 22 slots, each total length 14 to 200, split evenly and with all in the last. */
static void test_grid_432(void **state)
{
	u16 size[22];
	u32 n, len, i;

	(void)state;
	for (n = 0; n < 22; n++)
		for (len = 14; len <= 200; len++) {
			for (i = 0; i < n; i++)
				size[i] = len / (n + 1);
			check_chain(len, size, n);
			memset(size, 0, sizeof(size));
			if (n)
				size[n - 1] = len - 14;
			check_chain(len, size, n);
		}
}

/* 448: 1 to 18 slots behind the first, any of them empty; all subsets of up to 12. */
static void test_grid_448(void **state)
{
	u16 size[18];
	u32 n, set, i, len;

	(void)state;
	for (n = 1; n <= 12; n++)
		for (set = 0; set < 1u << n; set++) {
			for (len = 100, i = 0; i < n; i++) {
				size[i] = set >> i & 1 ? 0 : 50 + i;
				len += size[i];
			}
			check_chain(len, size, n);
		}
	for (n = 13; n <= 18; n++) {
		memset(size, 0, sizeof(size));
		check_chain(14, size, n);
		check_chain(4096, size, n);
		size[n - 1] = 1;
		check_chain(15, size, n);
	}
}

static void test_random_chains(void **state)
{
	struct rng rng;
	u16 size[24];
	u32 round, i;

	(void)state;
	rng_seed(&rng, 3);
	for (round = 0; round < 100000; round++) {
		u32 n = rng_below(&rng, 23), sum = 0, kind = rng_below(&rng, 4);

		for (i = 0; i < n; i++) {
			size[i] = rng_below(&rng, kind ? 4097 : 60);
			sum += size[i];
		}
		check_chain((u16)(sum + rng_below(&rng, kind == 3 ? 5000 : 40)), size, n);
	}
}

/* --- answers ----------------------------------------------------------------------------------- */

static void test_answer(void **state)
{
	u32 i, base = 0xfffffff0;

	(void)state;
	start();
	raw_put_slot(&pair, 1, 0, MORE | EXTRA, 0x101, 100);
	put_gso(1400, 1, 0);
	raw_put_slot(&pair, 2, 0, 0, 0x202, 50);
	assert_int_equal(take(), XSR_OK);
	memset(ring_pair_entry(&pair, base), 0xa5, 3 * RAW_BACK_STRIDE);
	xsr_net_answer_pkt(&pair.back, &pkt, XSR_NET_STATUS_DROPPED);
	assert_int_equal(pair.back.out - base, 3);
	assert_int_equal(raw_peek(ring_pair_entry(&pair, base), 2), 0x101);
	assert_int_equal(raw_peek(ring_pair_entry(&pair, base) + 2, 2), 0xfffe);
	assert_int_equal(raw_peek(ring_pair_entry(&pair, base + 1), 2), 0x202);
	assert_int_equal(raw_peek(ring_pair_entry(&pair, base + 1) + 2, 2), 0xfffe);
	assert_int_equal(raw_peek(ring_pair_entry(&pair, base + 2), 4), 0x00010000);
	/* Nothing behind the four bytes of an answer was written. */
	for (i = 0; i < 3; i++)
		assert_int_equal(raw_peek(ring_pair_entry(&pair, base + i) + 4, 4), 0xa5a5a5a5);
}

static void test_take_answer(void **state)
{
	u8 storage[256];
	struct xsr_slots slots;
	u16 id = 999;
	s16 status = 999;
	u8 *e;
	u32 i;

	(void)state;
	start();
	xsr_slots_init(&slots, storage, 256);
	for (i = 0; i < 6; i++)
		raw_put_slot(&pair, 0, 0, 0, i, 60);
	pair.front.out = pair.front.out_pub = ring_pair_header(&pair)->req_prod;
	assert_true(xsr_slots_send(&slots, 7, 0));
	for (i = 0; i < 5; i++) {
		/* Extra info; good; again; never sent; beyond the table. */
		static const u16 ids[] = { 7, 7, 7, 8, 256 };
		static const u16 sts[] = { 1, 0xffff, 0, 0, 0 };

		e = raw_next_rsp(&pair);
		raw_poke(e, ids[i], 2);
		raw_poke(e + 2, sts[i], 2);
	}
	assert_int_equal(xsr_net_take_answer(&pair.front, &slots, &id, &status), XSR_DROP);
	assert_int_equal(id, 999);
	assert_true(xsr_slots_busy(&slots, 7));
	assert_int_equal(xsr_net_take_answer(&pair.front, &slots, &id, &status), XSR_OK);
	assert_int_equal(id, 7);
	assert_int_equal(status, -1);
	assert_int_equal(xsr_net_take_answer(&pair.front, &slots, &id, &status), XSR_FATAL);
	assert_int_equal(xsr_net_take_answer(&pair.front, &slots, &id, &status), XSR_FATAL);
	assert_int_equal(xsr_net_take_answer(&pair.front, &slots, &id, &status), XSR_FATAL);
}

/* --- the way to the ring ----------------------------------------------------------------------- */

static void test_put_bytes(void **state)
{
	struct xsr_net_pkt out = {
		.meta = { .gso_size = 0x5a8,
			  .gso_type = 2,
			  .hash_alg = 1,
			  .hash_type = 2,
			  .hash = 0x11223344,
			  .csum_blank = true,
			  .validated = true },
		.len = 0x1234,
		.nr_slots = 2,
		.id = { 0x77, 0x88 },
		.slot = { { 0xaabbccdd, 0x10, 0x234 }, { 0x01020304, 0, 0x1000 } },
	};
	static const u8 want[4][RAW_BACK_STRIDE] = {
		{ 0xdd, 0xcc, 0xbb, 0xaa, 0x10, 0, 0x0f, 0, 0x77, 0, 0x34, 0x12 },
		{ 1, 1, 0xa8, 5, 2, 0, 0, 0, 0xa5, 0xa5, 0xa5, 0xa5 },
		{ 4, 0, 2, 1, 0x44, 0x33, 0x22, 0x11, 0xa5, 0xa5, 0xa5, 0xa5 },
		{ 4, 3, 2, 1, 0, 0, 0, 0, 0x88, 0, 0, 0x10 },
	};
	u32 i;

	(void)state;
	start();
	memset((u8 *)pair.page + 64, 0xa5, 4096 - 64);
	assert_int_equal(xsr_net_pkt_entries(&out), 4);
	xsr_net_put_pkt(&pair.front, &out);
	assert_int_equal(pair.front.out, 0xfffffff4);
	for (i = 0; i < 4; i++)
		assert_memory_equal(ring_pair_entry(&pair, 0xfffffff0 + i), want[i],
				    RAW_BACK_STRIDE);
}

static void test_put_dummy(void **state)
{
	struct xsr_net_pkt out = { .id = { 5 }, .mcast_addr = { 1, 2, 3, 4, 5, 6 } };
	u32 mcast;

	(void)state;
	for (mcast = XSR_NET_MCAST_ADD; mcast <= XSR_NET_MCAST_DEL; mcast++) {
		start();
		out.mcast = mcast;
		assert_int_equal(xsr_net_pkt_entries(&out), 2);
		xsr_net_put_pkt(&pair.front, &out);
		xsr_ring_publish(&pair.front);
		assert_int_equal(take(), XSR_OK);
		assert_int_equal(pkt.mcast, mcast);
		assert_memory_equal(pkt.mcast_addr, out.mcast_addr, 6);
		assert_int_equal(pkt.id[0], 5);
		assert_int_equal(taken(), 2);
	}
}

/* Whatever is put comes out the same. */
static void test_round_trip(void **state)
{
	struct rng rng;
	u32 round, i;

	(void)state;
	rng_seed(&rng, 11);
	start();
	for (round = 0; round < 20000; round++) {
		struct xsr_net_pkt out;

		memset(&out, 0, sizeof(out));
		out.nr_slots = 1 + rng_below(&rng, XSR_NET_PKT_SLOTS);
		out.meta.csum_blank = rng_below(&rng, 2);
		out.meta.validated = rng_below(&rng, 2);
		if (rng_below(&rng, 2)) {
			out.meta.gso_type = 1 + rng_below(&rng, 2);
			out.meta.gso_size = 1 + rng_below(&rng, 65535);
		}
		if (rng_below(&rng, 2)) {
			out.meta.hash_alg = 1 + rng_below(&rng, 255);
			out.meta.hash_type = rng_below(&rng, 256);
			out.meta.hash = rng_next(&rng);
		}
		for (i = 0; i < out.nr_slots; i++) {
			out.slot[i].size = 14 + rng_below(&rng, 3000);
			out.slot[i].offset = rng_below(&rng, 4097 - out.slot[i].size);
			out.slot[i].gref = rng_next(&rng);
			out.id[i] = rng_next(&rng);
			out.len += out.slot[i].size;
		}
		xsr_net_put_pkt(&pair.front, &out);
		xsr_ring_publish(&pair.front);
		memset(&pkt, 0xa5, sizeof(pkt));
		assert_int_equal(take(), XSR_OK);
		assert_int_equal(pkt.entries, xsr_net_pkt_entries(&out));
		assert_int_equal(pkt.len, out.len);
		assert_int_equal(pkt.nr_slots, out.nr_slots);
		assert_int_equal(pkt.nr_ids, out.nr_slots);
		assert_memory_equal(pkt.id, out.id, out.nr_slots * sizeof(out.id[0]));
		assert_memory_equal(pkt.slot, out.slot, out.nr_slots * sizeof(out.slot[0]));
		assert_memory_equal(&pkt.meta, &out.meta, sizeof(out.meta));
		xsr_net_answer_pkt(&pair.back, &pkt, 0);
		xsr_ring_publish(&pair.back);
		pair.front.in = ring_pair_header(&pair)->rsp_prod;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_slot),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_first_size),
		cmocka_unit_test(test_largest_packet),
		cmocka_unit_test(test_frame_too_large),
		cmocka_unit_test(test_gso),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_extra_types),
		cmocka_unit_test(test_extra_missing),
		cmocka_unit_test(test_extra_endless),
		cmocka_unit_test(test_extra_repeated),
		cmocka_unit_test(test_mcast),
		cmocka_unit_test(test_too_short),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_bounds_of_dropped),
		cmocka_unit_test(test_first_reason_counts),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_slot_count),
		cmocka_unit_test(test_grid_423),
		cmocka_unit_test(test_grid_432),
		cmocka_unit_test(test_grid_448),
		cmocka_unit_test(test_random_chains),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_take_answer),
		cmocka_unit_test(test_put_bytes),
		cmocka_unit_test(test_put_dummy),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
