// SPDX-License-Identifier: GPL-2.0
/*
 * The block codec looks at no shared byte twice.
 *
 * The codec is built into this file once more with every access to the ring going through a hook
 * that counts loads per byte and spoils each byte as soon as it has been loaded, as a hostile peer
 * would. A second load in one operation fails the test whatever it would have been used for.
 */
#include "tests/fakes/hooked.h"

/* A second set of names, since the codec itself is linked too. */
#define xsr_blk_abi_by_name fetch_abi_by_name
#define xsr_blk_abi_name fetch_abi_name
#define xsr_blk_why_name fetch_why_name
#define xsr_blk_take_req fetch_take_req
#define xsr_blk_take_rsp fetch_take_rsp
#define xsr_blk_put_req fetch_put_req
#define xsr_blk_put_rsp fetch_put_rsp
#define xsr_blk_check_req fetch_check_req
#define xsr_blk_check_segs fetch_check_segs
#include "ring/blk_codec.c"

#include "tests/unit/fetch.h"

/* Of the page, only @nr words from @first on were touched, and those once by @wanted. */
static void end(const u32 *wanted, const u32 *other, u32 first, u32 nr)
{
	u32 i;

	counting = false;
	for (i = 0; i < ARRAY_SIZE(pair.page); i++) {
		bool mine = i >= first && i < first + nr;

		if (wanted[i] != mine)
			fail_msg("word %u was touched %u times", i, wanted[i]);
		if (other[i])
			fail_msg("word %u was touched the other way", i);
	}
}

static u32 first_word(const struct xsr_ring *r, u32 idx)
{
	return 16 + (idx & (r->size - 1)) * (r->stride / 4);
}

static void test_take_req_loads_once(void **state)
{
	static const struct xsr_blk_limits lim = {
		.capacity = 1ull << 40,
		.max_indirect_segs = 4096,
		.block_sectors = 8,
		.flush = true,
		.discard = true,
	};
	u32 abi, op, i;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 5);
	for (abi = 0; abi < 2; abi++)
		for (op = 0; op < 256; op++) {
			struct xsr_blk_req req;

			ring_pair_init(&pair, 1, xsr_blk_stride(abi), (u32)rng_next(&rng));
			for (i = 16; i < 1024; i++)
				pair.page[i] = (u32)rng_next(&rng);
			*ring_pair_entry(&pair, pair.back.in) = op;
			ring_pair_header(&pair)->req_prod++;
			begin();
			fetch_take_req(&pair.back, abi, &req);
			fetch_check_req(&req, &lim);
			if (!req.indirect)
				fetch_check_segs(&req, req.seg,
						 &(struct xsr_blk_limits){ .block_sectors = 1 });
			end(loads, stores, first_word(&pair.back, pair.back.in - 1),
			    xsr_blk_stride(abi) / 4);
		}
}

static void test_take_rsp_loads_once(void **state)
{
	u32 i;

	(void)state;
	ring_pair_init(&pair, 1, 112, 0xfffffff0);
	for (i = 0; i < 40; i++) {
		struct xsr_blk_rsp rsp;

		begin();
		fetch_take_rsp(&pair.front, &rsp);
		end(loads, stores, first_word(&pair.front, pair.front.in - 1), 4);
	}
}

/* Nothing that was written is read back. */
static void test_puts_do_not_load(void **state)
{
	struct xsr_blk_req req = { .op = XSR_BLK_OP_READ, .nr_segs = 3 };
	u32 abi;

	(void)state;
	for (abi = 0; abi < 2; abi++) {
		ring_pair_init(&pair, 1, xsr_blk_stride(abi), 0xffffffff);
		begin();
		fetch_put_rsp(&pair.back, abi, 1, 2, -1);
		end(stores, loads, first_word(&pair.back, 0xffffffff),
		    abi == XSR_BLK_ABI_32 ? 3 : 4);
	}
	ring_pair_init(&pair, 1, 112, 0xffffffff);
	begin();
	fetch_put_req(&pair.front, &req);
	end(stores, loads, first_word(&pair.front, 0xffffffff), 6 + 2 * 3);
}

/* Peek, publish and arm each look at one index of the peer, once, and at nothing of ours. */
static void test_indexes_are_loaded_once(void **state)
{
	u32 n, word = 0;

	(void)state;
	ring_pair_init(&pair, 1, 112, 0xffffffff);
	begin();
	assert_int_equal(xsr_ring_peek(&pair.back, &n), XSR_OK);
	end(loads, stores, 0, 1);

	ring_pair_init(&pair, 1, 112, 0xffffffff);
	begin();
	xsr_ring_arm(&pair.back, 1);
	counting = false;
	assert_int_equal(loads[0], 1);
	assert_int_equal(stores[1], 1);
	assert_int_equal(loads[1] + loads[2] + loads[3] + stores[0] + stores[2] + stores[3], 0);

	ring_pair_init(&pair, 1, 112, 0xffffffff);
	xsr_ring_put(&pair.front, &word, 4);
	begin();
	assert_true(xsr_ring_publish(&pair.front));
	counting = false;
	assert_int_equal(loads[1], 1);
	assert_int_equal(stores[0], 1);
	assert_int_equal(loads[0] + loads[2] + loads[3] + stores[1] + stores[2] + stores[3], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take_req_loads_once),
		cmocka_unit_test(test_take_rsp_loads_once),
		cmocka_unit_test(test_puts_do_not_load),
		cmocka_unit_test(test_indexes_are_loaded_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
