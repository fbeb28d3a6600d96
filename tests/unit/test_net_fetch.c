// SPDX-License-Identifier: GPL-2.0
/*
 * The network codec looks at no shared byte twice, and reads back nothing that it wrote.
 *
 * As in test_blk_fetch.c the codec is built into this file once more with every access to the ring
 * going through a hook that counts loads of each word and spoils the word as soon as it has been
 * loaded, as a hostile peer would.
 */
#include "tests/fakes/hooked.h"

/* A second set of names, since the codec itself is linked too. */
#define xsr_net_why_name fetch_why_name
#define xsr_net_take_extras fetch_take_extras
#define xsr_net_read_extras fetch_read_extras
#define xsr_net_count_extras fetch_count_extras
#define xsr_net_put_extras fetch_put_extras
#define xsr_net_take_pkt fetch_take_pkt
#define xsr_net_answer_pkt fetch_answer_pkt
#define xsr_net_put_pkt fetch_put_pkt
#define xsr_net_take_answer fetch_take_answer
#define xsr_net_plan_fill fetch_plan_fill
#define xsr_net_take_fill fetch_take_fill
#define xsr_net_put_fill fetch_put_fill
#define xsr_net_put_page fetch_put_page
#define xsr_net_take_got fetch_take_got
#define xsr_net_ctrl_take_req fetch_ctrl_take_req
#define xsr_net_ctrl_begin fetch_ctrl_begin
#define xsr_net_ctrl_fetched fetch_ctrl_fetched
#define xsr_net_ctrl_done fetch_ctrl_done
#define xsr_net_ctrl_put_rsp fetch_ctrl_put_rsp
#define xsr_net_ctrl_put_req fetch_ctrl_put_req
#define xsr_net_ctrl_take_rsp fetch_ctrl_take_rsp
#define xsr_net_ctrl_status_name fetch_ctrl_status_name
#include "ring/net_codec.c"
#include "ring/net_ctrl.c"
#include "ring/net_to_back.c"
#include "ring/net_to_front.c"

#include "tests/unit/fetch.h"

/*
 * Only words of @entries entries from entry @idx on were touched, none more than once, and of each
 * entry the first @least words at least; none in the other way.
 */
static void end(const struct xsr_ring *r, const u32 *wanted, const u32 *other, u32 idx, u32 entries,
		u32 least)
{
	u32 i, words = r->stride / 4;

	counting = false;
	for (i = 0; i < ARRAY_SIZE(pair.page); i++) {
		u32 entry = (i - 16) / words;
		bool mine = i >= 16 && i < 16 + r->size * words &&
			    ((entry - idx) & (r->size - 1)) < entries;

		if (wanted[i] > mine)
			fail_msg("word %u was touched %u times", i, wanted[i]);
		if (mine && (i - 16) % words < least && !wanted[i])
			fail_msg("word %u was not touched", i);
		if (other[i])
			fail_msg("word %u was touched the other way", i);
	}
}

/* Entries of random bytes with flags that make long chains likely. */
static void scribble(struct rng *rng, u32 stride)
{
	u32 i;

	for (i = 16; i < 1024; i++)
		pair.page[i] = (u32)rng_next(rng);
	for (i = 64; i + stride <= 4096; i += stride) {
		u8 *e = (u8 *)pair.page + i;

		if (rng_below(rng, 4))
			e[stride == 12 ? 6 : 4] |= 4; /* more */
		if (rng_below(rng, 4))
			e[0] = 1 + e[0] % 5; /* a type of extra info */
		if (rng_below(rng, 4)) {
			e[stride == 12 ? 5 : 3] = 0; /* small offset and size */
			e[stride == 12 ? 11 : 7] &= 7;
		}
	}
}

static void test_take_pkt(void **state)
{
	static const struct xsr_net_limits lim = { .fatal_slots = 20 };
	u32 round, seen[3] = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, 5);
	for (round = 0; round < 8000; round++) {
		u32 base = (u32)rng_next(&rng), avail = 1 + rng_below(&rng, 256);
		struct xsr_net_pkt pkt;

		ring_pair_init(&pair, 1, 12, base);
		scribble(&rng, 12);
		begin();
		seen[fetch_take_pkt(&pair.back, avail, &lim, &pkt)]++;
		assert_true(pair.back.in - base <= avail);
		end(&pair.back, loads, stores, base, pair.back.in - base, 2);
	}
	assert_true(seen[XSR_OK] > 100 && seen[XSR_DROP] > 100 && seen[XSR_FATAL] > 100);
}

static void test_take_got(void **state)
{
	u32 round, seen[3] = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, 6);
	for (round = 0; round < 8000; round++) {
		u32 base = (u32)rng_next(&rng), avail = 1 + rng_below(&rng, 256);
		struct xsr_net_got got;

		ring_pair_init(&pair, 1, 8, base);
		scribble(&rng, 8);
		begin();
		seen[fetch_take_got(&pair.front, avail, &got)]++;
		assert_int_equal(got.entries, pair.front.in - base);
		assert_true(got.entries <= avail);
		end(&pair.front, loads, stores, base, got.entries, 2);
	}
	assert_true(seen[XSR_OK] > 100 && seen[XSR_DROP] > 100 && !seen[XSR_FATAL]);
}

static void test_single_entries(void **state)
{
	u8 storage[256];
	struct xsr_slots slots;
	struct xsr_net_ctrl_req req = { 0 };
	struct xsr_net_ctrl_rsp rsp = { 0 };
	struct xsr_net_fill fill = { .len = 5000, .headroom = 256 };
	u32 n;
	u16 id;
	s16 status;

	(void)state;
	xsr_slots_init(&slots, storage, 256);
	ring_pair_init(&pair, 1, 12, 7);
	begin();
	fetch_take_answer(&pair.front, &slots, &id, &status);
	end(&pair.front, loads, stores, 7, 1, 1);

	ring_pair_init(&pair, 1, 16, 9);
	begin();
	fetch_ctrl_take_req(&pair.back, &req);
	end(&pair.back, loads, stores, 9, 1, 4);
	begin();
	fetch_ctrl_take_rsp(&pair.front, &req, &rsp);
	end(&pair.front, loads, stores, 9, 1, 3);
	begin();
	fetch_ctrl_put_rsp(&pair.back, &rsp);
	end(&pair.back, stores, loads, 9, 1, 3);
	begin();
	fetch_ctrl_put_req(&pair.front, &req);
	end(&pair.front, stores, loads, 9, 1, 4);

	ring_pair_init(&pair, 1, 8, 11);
	n = fetch_plan_fill(&fill);
	begin();
	fetch_take_fill(&pair.back, &fill);
	end(&pair.back, loads, stores, 11, n, 2);
	begin();
	fetch_put_fill(&pair.back, &fill);
	end(&pair.back, stores, loads, 11, n, 2);
	begin();
	fetch_put_page(&pair.front, 1, 2);
	end(&pair.front, stores, loads, 11, 1, 2);
}

static void test_put_pkt(void **state)
{
	struct xsr_net_pkt pkt = {
		.meta = { .gso_type = 1, .hash_alg = 1 }, .nr_slots = 3, .nr_ids = 3, .nr_extras = 2
	};

	(void)state;
	ring_pair_init(&pair, 1, 12, 0xfffffffe);
	begin();
	fetch_put_pkt(&pair.front, &pkt);
	end(&pair.front, stores, loads, 0xfffffffe, 5, 2);
	begin();
	fetch_answer_pkt(&pair.back, &pkt, -1);
	end(&pair.back, stores, loads, 0xfffffffe, 5, 1);
	pkt.mcast = XSR_NET_MCAST_ADD;
	begin();
	fetch_put_pkt(&pair.front, &pkt);
	end(&pair.front, stores, loads, 3, 2, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take_pkt),
		cmocka_unit_test(test_take_got),
		cmocka_unit_test(test_single_entries),
		cmocka_unit_test(test_put_pkt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
