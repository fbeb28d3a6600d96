// SPDX-License-Identifier: GPL-2.0
/*
 * net_codec: extra infos of both directions, and the names of reasons.
 */
#include "ring/net_codec.h"
#include "tests/fakes/net_raw.h"
#include "tests/unit/unit.h"

static struct ring_pair pair;

static void start(void)
{
	ring_pair_init(&pair, 1, RAW_FRONT_STRIDE, 0xfffffffe);
}

static void put(u8 type, u8 flags, u8 b2, u8 b3, u8 b4, u8 b5, u8 b6, u8 b7)
{
	u8 body[6] = { b2, b3, b4, b5, b6, b7 };

	raw_extra(raw_next_req(&pair), type, flags, body);
}

static void test_names(void **state)
{
	u32 i, k;

	(void)state;
	for (i = 0; i < XSR_NET_WHY_COUNT; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(xsr_net_why_name(i), xsr_net_why_name(k));
	assert_string_equal(xsr_net_why_name(XSR_NET_FINE), "fine");
	assert_string_equal(xsr_net_why_name(XSR_NET_WHY_COUNT), "invalid");
	assert_string_equal(xsr_net_why_name(-1), "invalid");
}

static void test_chain(void **state)
{
	struct xsr_net_extras x;
	enum xsr_net_why why = XSR_NET_FINE;
	u32 type;

	(void)state;
	start();
	put(5, 0xff, 1, 2, 3, 4, 5, 6);
	put(1, 1, 7, 8, 9, 10, 11, 12);
	put(4, 0xfe, 13, 14, 15, 16, 17, 18); /* only one flag is defined */
	put(2, 0, 0, 0, 0, 0, 0, 0);
	assert_int_equal(xsr_net_take_extras(&pair.back, 4, &x, &why), XSR_OK);
	assert_int_equal(x.n, 3);
	assert_int_equal(pair.back.in, 1);
	for (type = 0; type < XSR_NET_EXTRA_COUNT; type++)
		assert_int_equal(xsr_net_has_extra(&x, type), type == 1 || type == 4 || type == 5);
	assert_int_equal(x.of[5].xdp.headroom, 0x201);
	assert_int_equal(x.of[1].gso.size, 0x807);
	assert_int_equal(x.of[1].gso.type, 9);
	assert_int_equal(x.of[4].hash.type, 13);
	assert_int_equal(x.of[4].hash.algorithm, 14);
	assert_int_equal(why, XSR_NET_FINE);
}

/* The chain is cut where the published entries end, whatever lies behind them. */
static void test_chain_cut(void **state)
{
	struct xsr_net_extras x;
	enum xsr_net_why why;
	u32 avail, i;

	(void)state;
	for (avail = 0; avail < 5; avail++) {
		start();
		for (i = 0; i < 5; i++)
			put(1, i < 4, 1, 1, 1, 0, 0, 0);
		why = XSR_NET_FINE;
		assert_int_equal(xsr_net_take_extras(&pair.back, avail, &x, &why), XSR_FATAL);
		assert_int_equal(why, XSR_NET_EXTRA_CUT);
		assert_int_equal(x.n, avail);
		assert_int_equal(pair.back.in, (u32)(0xfffffffe + avail));
	}
}

static void test_chain_bad_type(void **state)
{
	struct xsr_net_extras x;
	enum xsr_net_why why;
	u32 type;

	(void)state;
	for (type = 0; type < 256; type += type == 0 ? 6 : 1) {
		start();
		put(1, 1, 1, 1, 1, 0, 0, 0);
		put(type, 1, 0, 0, 0, 0, 0, 0);
		put(4, 0, 0, 0, 0, 0, 0, 0);
		assert_int_equal(xsr_net_take_extras(&pair.back, 3, &x, &why), XSR_FATAL);
		assert_int_equal(why, XSR_NET_BAD_EXTRA);
		assert_int_equal(x.n, 2);
	}
}

static void test_read(void **state)
{
	struct xsr_net_meta meta = { 0 }, zero = { 0 };
	struct xsr_net_extras x = { .there = 0 };

	(void)state;
	memset(x.of, 0xff, sizeof(x.of));
	/* What is not there is not read. */
	assert_int_equal(xsr_net_read_extras(&x, &meta), XSR_NET_FINE);
	assert_memory_equal(&meta, &zero, sizeof(meta));
	x.there = 1 << 1;
	x.of[1].gso.size = 1;
	assert_int_equal(xsr_net_read_extras(&x, &meta), XSR_NET_BAD_GSO);
	assert_int_equal(meta.gso_type, 0);
	x.of[1].gso.type = 1;
	assert_int_equal(xsr_net_read_extras(&x, &meta), XSR_NET_FINE);
	assert_int_equal(meta.gso_type, 1);
	assert_int_equal(meta.gso_size, 1);
	assert_int_equal(meta.hash_alg, 0);
	x.there = 1 << 4;
	x.of[4].hash.value[0] = 1;
	x.of[4].hash.algorithm = 1;
	assert_int_equal(xsr_net_read_extras(&x, &meta), XSR_NET_FINE);
	assert_int_equal(meta.hash, 0xffffff01);
	assert_int_equal(meta.hash_alg, 1);
}

/* All eight sets of extra infos: how many, in which order, which of them says "more". */
static void test_put(void **state)
{
	u32 set;

	(void)state;
	for (set = 0; set < 8; set++) {
		struct xsr_net_meta meta = { .gso_type = set & 1 ? 1 : 0,
					     .gso_size = 1448,
					     .hash_alg = set & 2 ? 1 : 0,
					     .hash = 0x04030201 };
		u16 headroom = set & 4 ? 256 : 0;
		u32 want = (set & 1) + (set >> 1 & 1) + (set >> 2), i, type = 0;

		start();
		memset((u8 *)pair.page + 64, 0xa5, 4096 - 64);
		assert_int_equal(xsr_net_count_extras(&meta, headroom), want);
		xsr_net_put_extras(&pair.front, &meta, headroom);
		assert_int_equal(pair.front.out - 0xfffffffe, want);
		for (i = 0; i < want; i++) {
			const u8 *e = ring_pair_entry(&pair, 0xfffffffe + i);
			static const u8 body[6][6] = { [1] = { 0xa8, 5, 1, 0, 0, 0 },
						       [4] = { 0, 1, 1, 2, 3, 4 },
						       [5] = { 0, 1, 0, 0, 0, 0 } };

			assert_true(e[0] > type);
			type = e[0];
			assert_int_equal(set & (type == 1 ? 1 : type == 4 ? 2 : 4) ? 1 : 0, 1);
			assert_int_equal(e[1], i + 1 < want);
			assert_memory_equal(e + 2, body[type], 6);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	  cmocka_unit_test(test_chain),
		cmocka_unit_test(test_chain_cut), cmocka_unit_test(test_chain_bad_type),
		cmocka_unit_test(test_read),	  cmocka_unit_test(test_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
