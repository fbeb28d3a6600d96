// SPDX-License-Identifier: GPL-2.0
/*
 * ring_attach: how many entries fit, what a new ring looks like, and where a back-end starts that
 * takes over a ring in mid-life or one whose indexes a hostile front-end made up.
 */
#include "tests/fakes/ring_pair.h"
#include "tests/unit/unit.h"

#define STRIDE 112u

static struct ring_pair pair;

static void test_capacity_of_block_rings(void **state)
{
	static const struct {
		u32 pages, stride, size;
	} table[] = {
		{ 1, 112, 32 },	  { 2, 112, 64 },   { 4, 112, 128 },  { 8, 112, 256 },
		{ 16, 112, 512 }, { 1, 108, 32 },   { 16, 108, 512 }, { 1, 4032, 1 },
		{ 1, 4033, 0 },	  { 1, 4096, 0 },   { 1, 100000, 0 }, { 1, 0xffffffff, 0 },
		{ 1, 2016, 2 },	  { 1, 2017, 1 },   { 1, 4, 512 },    { 1, 1, 2048 },
		{ 16, 1, 32768 }, { 16, 65472, 1 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++)
		assert_int_equal(xsr_ring_capacity(table[i].pages, table[i].stride), table[i].size);
}

/* The largest power of two that fits, for whatever stride a protocol may have. */
static void test_capacity_is_largest(void **state)
{
	u32 pages, stride;

	(void)state;
	for (pages = 1; pages <= XSR_RING_MAX_PAGES; pages *= 2)
		for (stride = 1; stride < 9000; stride++) {
			u64 bytes = (u64)pages * XSR_PAGE_SIZE - 64;
			u64 size = xsr_ring_capacity(pages, stride);

			assert_true(size * stride <= bytes);
			assert_int_equal(size & (size - 1), 0);
			assert_true((size ? size * 2 : 1) * stride > bytes);
		}
}

/* All of the pages is set, so nothing of their former use is shown to the peer. */
static void test_create_clears(void **state)
{
	u32 pages, i;

	(void)state;
	for (pages = 1; pages <= XSR_RING_MAX_PAGES; pages *= 2) {
		u8 *bytes = (u8 *)pair.page;

		memset(pair.page, 0xee, sizeof(pair.page));
		memset(&pair.front, 0xee, sizeof(pair.front));
		xsr_ring_create(&pair.front, pair.page, pages, STRIDE);
		for (i = 0; i < sizeof(pair.page); i++) {
			u8 want = i >= pages * XSR_PAGE_SIZE ? 0xee : i == 4 || i == 12;

			if (bytes[i] != want)
				fail_msg("%u pages: byte %u is %u", pages, i, bytes[i]);
		}
		assert_int_equal(pair.front.size, 32 * pages);
		assert_int_equal(xsr_ring_room(&pair.front), 32 * pages);
		assert_int_equal(pair.front.role, XSR_FRONT);
		assert_int_equal(pair.front.out, 0);
		assert_int_equal(pair.front.out_pub, 0);
		assert_int_equal(pair.front.in, 0);
	}
}

static void test_ends_are_crosswise(void **state)
{
	struct xsr_sring *s = ring_pair_header(&pair);

	(void)state;
	ring_pair_init(&pair, 1, STRIDE, 0);
	assert_ptr_equal(pair.front.out_idx, &s->req_prod);
	assert_ptr_equal(pair.back.in_idx, &s->req_prod);
	assert_ptr_equal(pair.front.out_event, &s->req_event);
	assert_ptr_equal(pair.back.in_event, &s->req_event);
	assert_ptr_equal(pair.front.in_idx, &s->rsp_prod);
	assert_ptr_equal(pair.back.out_idx, &s->rsp_prod);
	assert_ptr_equal(pair.front.in_event, &s->rsp_event);
	assert_ptr_equal(pair.back.out_event, &s->rsp_event);
	assert_ptr_equal(pair.front.entries, (u8 *)pair.page + 64);
	assert_ptr_equal(pair.back.entries, (u8 *)pair.page + 64);
	assert_int_equal(pair.back.role, XSR_BACK);
}

/* A second back-end takes every request that the first one has not answered. */
static void test_attach_in_mid_life(void **state)
{
	static const u32 bases[] = { 0, 0xfffffff0u, 0x7ffffff8u };
	u32 b, sent, answered, i, n;

	(void)state;
	for (b = 0; b < ARRAY_SIZE(bases); b++)
		for (sent = 0; sent <= 32; sent++)
			for (answered = 0; answered <= sent; answered++) {
				u32 words[STRIDE / 4] = { 0 };

				ring_pair_init(&pair, 1, STRIDE, bases[b]);
				for (i = 0; i < sent; i++) {
					words[0] = i;
					xsr_ring_put(&pair.front, words, STRIDE);
				}
				xsr_ring_publish(&pair.front);
				for (i = 0; i < sent; i++)
					xsr_ring_take(&pair.back, words, STRIDE);
				for (i = 0; i < answered; i++)
					xsr_ring_put(&pair.back, words, 4);
				xsr_ring_publish(&pair.back);

				assert_int_equal(xsr_ring_attach(&pair.back, pair.page, 1, STRIDE),
						 XSR_OK);
				assert_int_equal(xsr_ring_peek(&pair.back, &n), XSR_OK);
				assert_int_equal(n, sent - answered);
				assert_int_equal(xsr_ring_room(&pair.back), 0);
				for (i = answered; i < sent; i++) {
					xsr_ring_take(&pair.back, words, STRIDE);
					assert_int_equal(words[0], i);
				}
				assert_int_equal(xsr_ring_room(&pair.back), sent - answered);
				assert_int_equal(xsr_ring_peek(&pair.back, &n), XSR_OK);
				assert_int_equal(n, 0);
			}
}

static void test_attach_refuses_impossible(void **state)
{
	struct xsr_sring *s = ring_pair_header(&pair);
	static const u32 starts[] = { 0, 1, 33, 0x7fffffff, 0x80000000, 0xffffffe0, 0xffffffff };
	u32 i, delta, bit;

	(void)state;
	ring_pair_init(&pair, 1, STRIDE, 0);
	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		s->rsp_prod = starts[i];
		for (delta = 0; delta <= 32; delta++) {
			s->req_prod = starts[i] + delta;
			assert_int_equal(xsr_ring_attach(&pair.back, pair.page, 1, STRIDE), XSR_OK);
		}
		for (delta = 33; delta < 200; delta++) {
			s->req_prod = starts[i] + delta;
			assert_int_equal(xsr_ring_attach(&pair.back, pair.page, 1, STRIDE),
					 XSR_FATAL);
			s->req_prod = starts[i] - (delta - 32);
			assert_int_equal(xsr_ring_attach(&pair.back, pair.page, 1, STRIDE),
					 XSR_FATAL);
		}
		for (bit = 6; bit < 32; bit++) {
			s->req_prod = starts[i] + (1u << bit);
			assert_int_equal(xsr_ring_attach(&pair.back, pair.page, 1, STRIDE),
					 XSR_FATAL);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capacity_of_block_rings),
		cmocka_unit_test(test_capacity_is_largest),
		cmocka_unit_test(test_create_clears),
		cmocka_unit_test(test_ends_are_crosswise),
		cmocka_unit_test(test_attach_in_mid_life),
		cmocka_unit_test(test_attach_refuses_impossible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
