// SPDX-License-Identifier: GPL-2.0
/*
 * net_to_front: how a packet lies over a guest's pages, and what a guest makes of what comes.
 *
 * Responses are written and read byte by byte (tests/fakes/net_raw.h). The grid is the one that
 * advisory 522 came from: short first slots with more behind them.
 */
#include "ring/net_to_front.h"
#include "tests/fakes/net_raw.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define VALID 1
#define CSUM 2
#define MORE 4
#define EXTRA 8
#define BASE 0xfffffff8u

static struct ring_pair pair;
static struct xsr_net_fill fill;
static struct xsr_net_got got;

/* A ring with @pages pages offered under ids and references that tell them apart. */
static void start(u32 pages)
{
	u32 i;

	ring_pair_init(&pair, 1, RAW_FRONT_STRIDE, BASE);
	for (i = 0; i < pages; i++)
		xsr_net_put_page(&pair.front, (BASE + i) & 255, 0x1000 + i);
	xsr_ring_publish(&pair.front);
	memset(&got, 0xa5, sizeof(got));
	memset(&fill, 0xa5, sizeof(fill));
	memset(&fill.meta, 0, sizeof(fill.meta));
	fill.headroom = 0;
}

static enum xsr_verdict take(void)
{
	u32 n = 0;

	assert_int_equal(xsr_ring_peek(&pair.front, &n), XSR_OK);
	assert_true(n > 0);
	return xsr_net_take_got(&pair.front, n, &got);
}

static void put_extra(u8 type, u8 flags, u16 first)
{
	u8 body[6] = { first & 255, first >> 8, type == 1 };

	raw_extra(raw_next_rsp(&pair), type, flags, body);
}

/* --- back-end ---------------------------------------------------------------------------------- */

static void test_put_page(void **state)
{
	static const u8 want[RAW_FRONT_STRIDE] = { 0x34, 0x12, 0, 0, 0x44, 0x33, 0x22, 0x11 };

	(void)state;
	start(0);
	memset((u8 *)pair.page + 64, 0xa5, 4096 - 64);
	xsr_net_put_page(&pair.front, 0x1234, 0x11223344);
	assert_memory_equal(ring_pair_entry(&pair, BASE), want, RAW_FRONT_STRIDE);
}

/* Every length around the edges of pages, with and without room before it. */
static void test_plan(void **state)
{
	static const u16 rooms[] = { 0, 1, 256, 4032 };
	u32 r, page, d, i;

	(void)state;
	for (r = 0; r < ARRAY_SIZE(rooms); r++)
		for (page = 0; page <= 18; page++)
			for (d = 0; d < 5; d++) {
				u32 len = page * 4096 - rooms[r] + d - 2, sum = 0, n;
				u32 want = (len + rooms[r] + 4095) / 4096;

				if ((s32)len < 1)
					continue;
				start(0);
				fill.len = len;
				fill.headroom = rooms[r];
				n = xsr_net_plan_fill(&fill);
				if (want > 18) {
					assert_int_equal(n, 0);
					continue;
				}
				assert_int_equal(n, want + (rooms[r] != 0));
				assert_int_equal(fill.nr_slots, want);
				assert_int_equal(fill.nr_extras, rooms[r] != 0);
				for (i = 0; i < want; i++) {
					assert_int_equal(fill.slot[i].offset, i ? 0 : rooms[r]);
					assert_true(fill.slot[i].size > 0);
					assert_true(fill.slot[i].offset + fill.slot[i].size <=
						    4096);
					assert_false(fill.slot[i].failed);
					sum += fill.slot[i].size;
				}
				assert_int_equal(sum, len);
			}
}

static void test_plan_extras(void **state)
{
	u32 set;

	(void)state;
	for (set = 0; set < 8; set++) {
		start(0);
		fill.len = 5000;
		fill.meta.gso_type = set & 1 ? 2 : 0;
		fill.meta.hash_alg = set & 2 ? 1 : 0;
		fill.headroom = set & 4 ? 256 : 0;
		assert_int_equal(xsr_net_plan_fill(&fill),
				 2 + (set & 1) + (set >> 1 & 1) + (set >> 2));
	}
}

static void test_plan_absurd(void **state)
{
	(void)state;
	start(0);
	fill.len = 0xffffffff;
	assert_int_equal(xsr_net_plan_fill(&fill), 0);
	fill.len = 18 * 4096 + 1;
	assert_int_equal(xsr_net_plan_fill(&fill), 0);
}

/* Pages are taken in ring order; those in the places of extra infos stay empty. */
static void test_take_fill(void **state)
{
	(void)state;
	start(10);
	fill.len = 9000;
	fill.meta.gso_type = 1;
	fill.meta.gso_size = 1448;
	fill.meta.hash_alg = 1;
	assert_int_equal(xsr_net_plan_fill(&fill), 5);
	xsr_net_take_fill(&pair.back, &fill);
	assert_int_equal(pair.back.in - BASE, 5);
	assert_int_equal(fill.slot[0].gref, 0x1000);
	assert_int_equal(fill.slot[0].id, BASE & 255);
	assert_int_equal(fill.slot[1].gref, 0x1003);
	assert_int_equal(fill.slot[2].gref, 0x1004);
	assert_int_equal(fill.slot[2].id, (BASE + 4) & 255);
}

static void test_put_fill(void **state)
{
	static const u8 want[4][RAW_FRONT_STRIDE] = {
		{ 0xf8, 0, 0, 1, VALID | CSUM | MORE | EXTRA, 0, 0, 0x0f },
		{ 5, 0, 0, 1, 0, 0, 0, 0 },
		{ 0xfa, 0, 0, 0, MORE, 0, 0xff, 0xff },
		{ 0xfb, 0, 0, 0, 0, 0, 8, 0 },
	};
	u32 i;

	(void)state;
	start(4);
	fill.len = 3840 + 4096 + 8;
	fill.headroom = 256;
	fill.meta.csum_blank = true;
	fill.meta.validated = true;
	assert_int_equal(xsr_net_plan_fill(&fill), 4);
	xsr_net_take_fill(&pair.back, &fill);
	fill.slot[1].failed = true;
	xsr_net_put_fill(&pair.back, &fill);
	assert_int_equal(pair.back.out - BASE, 4);
	for (i = 0; i < 4; i++)
		assert_memory_equal(ring_pair_entry(&pair, BASE + i), want[i], RAW_FRONT_STRIDE);
}

/* --- front-end --------------------------------------------------------------------------------- */

static void test_got_one(void **state)
{
	u32 flags;

	(void)state;
	for (flags = 0; flags < 4; flags++) {
		start(4);
		/* The id means nothing: the place in the ring says which page it is. */
		raw_put_filled(&pair, 0x4242, 100, flags | 0xfff0, 60);
		assert_int_equal(take(), XSR_OK);
		assert_int_equal(got.why, XSR_NET_FINE);
		assert_int_equal(got.len, 60);
		assert_int_equal(got.first, BASE);
		assert_int_equal(got.entries, 1);
		assert_int_equal(got.nr_parts, 1);
		assert_int_equal(got.headroom, 0);
		assert_int_equal(got.part[0].offset, 100);
		assert_int_equal(got.part[0].size, 60);
		assert_int_equal(got.meta.validated, !!(flags & VALID));
		assert_int_equal(got.meta.csum_blank, !!(flags & CSUM));
	}
}

static void test_got_extras(void **state)
{
	u8 hash[6] = { 1, 1, 4, 3, 2, 1 };

	(void)state;
	start(8);
	raw_put_filled(&pair, 0, 0, MORE | EXTRA, 4096);
	put_extra(1, 1, 1448);
	raw_extra(raw_next_rsp(&pair), 4, 0, hash);
	raw_put_filled(&pair, 0, 8, MORE, 0);
	raw_put_filled(&pair, 0, 8, 0, 100);
	raw_put_filled(&pair, 0, 0, 0, 77);
	assert_int_equal(take(), XSR_OK);
	assert_int_equal(got.len, 4196);
	assert_int_equal(got.entries, 5);
	assert_int_equal(got.nr_parts, 2);
	assert_int_equal(got.meta.gso_size, 1448);
	assert_int_equal(got.meta.gso_type, 1);
	assert_int_equal(got.meta.hash, 0x01020304);
	assert_int_equal(got.part[0].size, 4096);
	assert_int_equal(got.part[1].size, 0);
	assert_int_equal(got.part[2].size, 0);
	assert_int_equal(got.part[3].size, 0);
	assert_int_equal(got.part[4].size, 100);
	assert_int_equal(got.part[4].offset, 8);
	assert_int_equal(take(), XSR_OK);
	assert_int_equal(got.first, BASE + 5);
	assert_int_equal(got.len, 77);
}

static void test_got_bounds(void **state)
{
	static const s32 sizes[] = { -32768, -2, -1, 0, 1, 13, 14, 60, 4095, 4096, 4097, 32767 };
	static const u32 offsets[] = { 0, 1, 256, 4082, 4083, 4095, 4096, 0x8000, 0xffff };
	u32 i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (k = 0; k < ARRAY_SIZE(offsets); k++) {
			bool inside = sizes[i] >= 0 && offsets[k] + sizes[i] <= 4096;
			enum xsr_net_why why = sizes[i] < 0  ? XSR_NET_FAILED :
					       !inside	     ? XSR_NET_BAD_BOUNDS :
					       sizes[i] < 14 ? XSR_NET_TOO_SHORT :
							       XSR_NET_FINE;

			start(4);
			raw_put_filled(&pair, 0, offsets[k], 0, sizes[i]);
			assert_int_equal(take(), why ? XSR_DROP : XSR_OK);
			assert_int_equal(got.why, why);
			assert_int_equal(got.entries, 1);
			/* The same as a second slot. */
			start(4);
			raw_put_filled(&pair, 0, 0, MORE, 100);
			raw_put_filled(&pair, 0, offsets[k], 0, sizes[i]);
			if (why == XSR_NET_TOO_SHORT)
				why = XSR_NET_FINE;
			assert_int_equal(take(), why ? XSR_DROP : XSR_OK);
			assert_int_equal(got.why, why);
			assert_int_equal(got.entries, 2);
		}
}

/* A bad slot in the middle: the whole packet goes, and the next one starts where it should. */
static void test_got_bad_middle(void **state)
{
	(void)state;
	start(8);
	raw_put_filled(&pair, 0, 0, MORE, 4096);
	raw_put_filled(&pair, 0, 0, MORE, -1);
	raw_put_filled(&pair, 0, 0, 0, 100);
	raw_put_filled(&pair, 0, 0, 0, 88);
	assert_int_equal(take(), XSR_DROP);
	assert_int_equal(got.why, XSR_NET_FAILED);
	assert_int_equal(got.first, BASE);
	assert_int_equal(got.entries, 3);
	assert_int_equal(take(), XSR_OK);
	assert_int_equal(got.len, 88);
}

/* 522: a first slot of 0 to 13 bytes, 1 to 18 slots behind it. */
static void test_grid_522(void **state)
{
	u32 first, n, i;

	(void)state;
	for (first = 0; first <= 14; first++)
		for (n = 0; n <= 18; n++) {
			bool good = first >= 14;

			start(32);
			raw_put_filled(&pair, 0, 0, n ? MORE : 0, first);
			for (i = 1; i <= n; i++)
				raw_put_filled(&pair, 0, 0, i < n ? MORE : 0, 100);
			assert_int_equal(take(), good ? XSR_OK : XSR_DROP);
			assert_int_equal(got.entries, n + 1);
			assert_int_equal(got.why, good ? XSR_NET_FINE : XSR_NET_TOO_SHORT);
		}
}

/* A small first slot may have one more slot behind it, as its bytes are copied out. */
static void test_got_slot_count(void **state)
{
	static const u32 firsts[] = { 14, 256, 257, 4096 };
	u32 f, n, i;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(firsts); f++)
		for (n = 1; n <= 256; n += n < 30 ? 1 : 113) {
			u32 most = firsts[f] <= 256 ? 19 : 18;

			start(256);
			for (i = 0; i < n; i++)
				raw_put_filled(&pair, 0, 0, i + 1 < n ? MORE : 0,
					       i ? 10 : firsts[f]);
			assert_int_equal(take(), n <= most ? XSR_OK : XSR_DROP);
			assert_int_equal(got.entries, n);
			if (n > most)
				assert_int_equal(got.why, XSR_NET_TOO_MANY_SLOTS);
			else
				assert_int_equal(got.len, firsts[f] + 10 * (n - 1));
		}
}

static void test_got_cut(void **state)
{
	u32 n, i;

	(void)state;
	for (n = 1; n <= 256; n += n < 30 ? 1 : 113) {
		start(256);
		for (i = 0; i < n; i++)
			raw_put_filled(&pair, 0, 0, MORE, 60);
		assert_int_equal(take(), XSR_DROP);
		assert_int_equal(got.why, n > 24 ? XSR_NET_TOO_MANY_SLOTS : XSR_NET_CUT);
		assert_int_equal(got.entries, n);
	}
}

static void test_got_extra_cut(void **state)
{
	(void)state;
	start(8);
	raw_put_filled(&pair, 0, 0, EXTRA, 60);
	assert_int_equal(take(), XSR_DROP);
	assert_int_equal(got.why, XSR_NET_EXTRA_CUT);
	assert_int_equal(got.entries, 1);
	start(8);
	raw_put_filled(&pair, 0, 0, EXTRA | MORE, 60);
	put_extra(1, 1, 1448);
	put_extra(1, 1, 1448);
	assert_int_equal(take(), XSR_DROP);
	assert_int_equal(got.why, XSR_NET_EXTRA_CUT);
	assert_int_equal(got.entries, 3);
}

/* More extra infos than there are types: dropped, and no part is written where none is. */
static void test_got_many_extras(void **state)
{
	u32 n, i;

	(void)state;
	for (n = 1; n <= 255; n++) {
		start(256);
		raw_put_filled(&pair, 0, 0, EXTRA, 60);
		for (i = 0; i < n; i++)
			put_extra(1, i + 1 < n, 1448);
		assert_int_equal(take(), n < XSR_NET_GOT_ENTRIES ? XSR_OK : XSR_DROP);
		assert_int_equal(got.entries, n + 1);
		if (n < XSR_NET_GOT_ENTRIES)
			for (i = 1; i <= n; i++)
				assert_int_equal(got.part[i].size, 0);
	}
}

static void test_got_bad_extra(void **state)
{
	u32 type;

	(void)state;
	for (type = 0; type < 256; type++) {
		start(8);
		raw_put_filled(&pair, 0, 0, EXTRA, 60);
		put_extra(type, 0, type == 5 ? 0 : 1448);
		assert_int_equal(take(), type >= 1 && type <= 5 ? XSR_OK : XSR_DROP);
		if (!type || type > 5)
			assert_int_equal(got.why, XSR_NET_BAD_EXTRA);
	}
	start(8);
	raw_put_filled(&pair, 0, 0, EXTRA, 60);
	put_extra(1, 0, 0);
	assert_int_equal(take(), XSR_DROP);
	assert_int_equal(got.why, XSR_NET_BAD_GSO);
}

/* Stock counts the room before the packet into the size and leaves the offset 0. */
static void test_got_headroom_of_stock(void **state)
{
	u32 size;

	(void)state;
	for (size = 250; size < 280; size++) {
		start(8);
		raw_put_filled(&pair, 0, 0, EXTRA, size);
		put_extra(5, 0, 256);
		assert_int_equal(take(), size < 270 ? XSR_DROP : XSR_OK);
		if (size < 256)
			assert_int_equal(got.why, XSR_NET_BAD_BOUNDS);
		else if (size < 270)
			assert_int_equal(got.why, XSR_NET_TOO_SHORT);
		else
			assert_int_equal(got.len, size - 256);
	}
	start(8);
	raw_put_filled(&pair, 0, 0, EXTRA | MORE, 4096);
	put_extra(5, 0, 256);
	raw_put_filled(&pair, 0, 0, 0, 300);
	assert_int_equal(take(), XSR_OK);
	assert_int_equal(got.headroom, 256);
	assert_int_equal(got.len, 3840 + 44);
	assert_int_equal(got.part[0].offset, 256);
	assert_int_equal(got.part[0].size, 3840);
	assert_int_equal(got.part[2].offset, 256);
	assert_int_equal(got.part[2].size, 44);
}

/* Ours says where the packet begins; room that is not there is not believed in. */
static void test_got_headroom_of_ours(void **state)
{
	static const u32 rooms[] = { 1, 255, 256, 257, 4096, 0xffff };
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		start(8);
		raw_put_filled(&pair, 0, 256, EXTRA | MORE, 3840);
		put_extra(5, 0, rooms[i]);
		raw_put_filled(&pair, 0, 0, 0, 300);
		assert_int_equal(take(), XSR_OK);
		assert_int_equal(got.headroom, rooms[i] < 256 ? rooms[i] : 256);
		assert_int_equal(got.part[0].offset, 256);
		assert_int_equal(got.part[0].size, 3840);
		assert_int_equal(got.part[2].offset, 0);
		assert_int_equal(got.part[2].size, 300);
	}
}

/* What the back-end plans and puts is what the front-end gets. */
static void test_round_trip(void **state)
{
	struct rng rng;
	u32 round, i, e;

	(void)state;
	rng_seed(&rng, 5);
	start(256);
	for (round = 0; round < 20000; round++) {
		u32 n, room;

		memset(&fill, 0, sizeof(fill));
		fill.headroom = rng_below(&rng, 3) ? 0 : rng_below(&rng, XSR_NET_MAX_HEADROOM + 1);
		room = 18 * 4096 - fill.headroom;
		fill.len = 14 + rng_below(&rng, rng_below(&rng, 2) ? 3000 : room - 13);
		fill.meta.gso_type = rng_below(&rng, 3);
		fill.meta.gso_size = fill.meta.gso_type ? 1 + rng_below(&rng, 65535) : 0;
		fill.meta.hash_alg = rng_below(&rng, 2);
		fill.meta.hash = fill.meta.hash_alg ? rng_next(&rng) : 0;
		fill.meta.hash_type = fill.meta.hash_alg ? rng_below(&rng, 4) : 0;
		fill.meta.csum_blank = rng_below(&rng, 2);
		fill.meta.validated = rng_below(&rng, 2);
		n = xsr_net_plan_fill(&fill);
		assert_true(n > 0);
		xsr_net_take_fill(&pair.back, &fill);
		xsr_net_put_fill(&pair.back, &fill);
		assert_int_equal(pair.back.out, pair.back.in);
		xsr_ring_publish(&pair.back);
		assert_int_equal(take(), XSR_OK);
		assert_int_equal(got.entries, n);
		assert_int_equal(got.len, fill.len);
		assert_int_equal(got.headroom, fill.headroom);
		assert_int_equal(got.nr_parts, fill.nr_slots);
		assert_memory_equal(&got.meta, &fill.meta, sizeof(got.meta));
		for (i = 0, e = 0; e < n; e++) {
			if (!got.part[e].size)
				continue;
			/* The part lies in the page that the back-end put it into. */
			assert_int_equal(fill.slot[i].id, (got.first + e) & 255);
			assert_int_equal(got.part[e].offset, fill.slot[i].offset);
			assert_int_equal(got.part[e].size, fill.slot[i].size);
			i++;
		}
		for (i = 0; i < n; i++)
			xsr_net_put_page(&pair.front, pair.front.out & 255, 1);
		xsr_ring_publish(&pair.front);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_page),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_plan_extras),
		cmocka_unit_test(test_plan_absurd),
		cmocka_unit_test(test_take_fill),
		cmocka_unit_test(test_put_fill),
		cmocka_unit_test(test_got_one),
		cmocka_unit_test(test_got_extras),
		cmocka_unit_test(test_got_bounds),
		cmocka_unit_test(test_got_bad_middle),
		cmocka_unit_test(test_grid_522),
		cmocka_unit_test(test_got_slot_count),
		cmocka_unit_test(test_got_cut),
		cmocka_unit_test(test_got_extra_cut),
		cmocka_unit_test(test_got_many_extras),
		cmocka_unit_test(test_got_bad_extra),
		cmocka_unit_test(test_got_headroom_of_stock),
		cmocka_unit_test(test_got_headroom_of_ours),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
