// SPDX-License-Identifier: GPL-2.0
/*
 * lazy.h and net_stage.h: who waits for an answer has an event for it, whatever the two sides do in
 * between; who does not costs none; and each id has a place of its own in the pages of small packets.
 */
#include "ring/lazy.h"
#include "ring/net_stage.h"
#include "tests/fakes/ring_pair.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define STRIDE 12u

static struct ring_pair pair;
static struct xsr_lazy lazy;
static u8 waits[1024]; /* by place in the ring: somebody waits for the entry there */

static void begin(u32 base)
{
	ring_pair_init(&pair, 1, STRIDE, base);
	memset(&lazy, 0, sizeof(lazy));
}

/* The sender puts and publishes one. Returns whether the answers' side is to look. */
static bool send_one(bool waited)
{
	u32 entry[STRIDE / 4] = {};

	waits[pair.front.out % pair.front.size] = waited;
	if (waited)
		xsr_lazy_put(&lazy, 1);
	xsr_ring_put(&pair.front, entry, STRIDE);
	xsr_ring_publish(&pair.front);
	return xsr_lazy_look(&lazy, &pair.front);
}

/* The back-end answers @n. Returns whether it sends an event. */
static bool answer(u32 n)
{
	u32 entry[STRIDE / 4], avail;

	assert_int_equal(xsr_ring_peek(&pair.back, &avail), XSR_OK);
	for (; n && avail; n--, avail--) {
		xsr_ring_take(&pair.back, entry, STRIDE);
		xsr_ring_put(&pair.back, entry, STRIDE);
	}
	return xsr_ring_publish(&pair.back);
}

/* The answers' side: take all there is until the event can be waited for. */
static void look(void)
{
	u32 entry[STRIDE / 4], n;

	do {
		assert_int_equal(xsr_ring_peek(&pair.front, &n), XSR_OK);
		for (; n; n--) {
			if (waits[pair.front.in % pair.front.size])
				xsr_lazy_done(&lazy, 1);
			xsr_ring_take(&pair.front, entry, STRIDE);
		}
	} while (xsr_lazy_arm(&lazy, &pair.front));
}

/* Nobody waits: no event but one for most of the ring, which comes before the ring is full. */
static void test_late(void **state)
{
	u32 base, i;

	(void)state;
	for (base = 0; base < 2; base++) {
		begin(base ? 0xffffffc0u : 0);
		look();
		for (i = 0; i < XSR_LAZY_AHEAD(pair.front.size); i++) {
			send_one(false);
			assert_int_equal(answer(1), i + 1 == XSR_LAZY_AHEAD(pair.front.size));
		}
		look();
		assert_false(send_one(false));
		assert_false(answer(1));
	}
}

/* Nobody waits: no event, but the sender has them taken when they are many. */
static void test_many(void **state)
{
	u32 i;

	(void)state;
	begin(0);
	look();
	for (i = 0; i < XSR_LAZY_MANY; i++) {
		assert_false(send_one(false));
		answer(1);
	}
	assert_true(send_one(false));
	look();
	assert_false(send_one(false));
}

/* Somebody waits: the sender has it looked once, and half of what is under way sends the event. */
static void test_waited(void **state)
{
	(void)state;
	begin(0);
	look();
	assert_false(send_one(false));
	assert_true(send_one(true));
	look();
	assert_int_equal(xsr_lazy_waited(&lazy), 1);
	assert_false(send_one(true));
	assert_true(answer(1));
	look();
	assert_true(answer(1));
	look();
	assert_int_equal(xsr_lazy_waited(&lazy), 1);
	assert_true(answer(1));
	look();
	assert_int_equal(xsr_lazy_waited(&lazy), 0);
}

/* What the event would be for is there already. */
static void test_there_already(void **state)
{
	u32 i;

	(void)state;
	begin(0);
	for (i = 0; i < XSR_LAZY_AHEAD(pair.front.size); i++)
		send_one(false);
	answer(XSR_LAZY_AHEAD(pair.front.size) - 1);
	assert_false(xsr_lazy_arm(&lazy, &pair.front));
	assert_true(answer(1));
	assert_true(xsr_lazy_arm(&lazy, &pair.front));
}

/* It is sent after the answers' side has said that it is late, and before that has looked again. */
static void test_between(void **state)
{
	u32 entry[STRIDE / 4] = {};

	(void)state;
	begin(0);
	lazy.late = 1;
	xsr_lazy_put(&lazy, 1);
	xsr_ring_put(&pair.front, entry, STRIDE);
	assert_false(xsr_lazy_arm(&lazy, &pair.front));
	assert_int_equal(lazy.late, 0);
	xsr_ring_publish(&pair.front);
	assert_true(answer(1));
}

/* Any order of sending, answering and looking when told to: what is waited for is taken in the end. */
static void test_nobody_waits_for_ever(void **state)
{
	struct rng rng;
	u32 round, step;

	(void)state;
	rng_seed(&rng, 3);
	for (round = 0; round < 300; round++) {
		bool told = true;

		begin((u32)rng_next(&rng));
		look();
		for (step = 0; step < 500; step++) {
			if (xsr_ring_room(&pair.front) && rng_below(&rng, 3))
				told |= send_one(!rng_below(&rng, 1 + round % 9));
			if (!rng_below(&rng, 3))
				told |= answer(1 + rng_below(&rng, 20));
			if (told && !rng_below(&rng, 4)) {
				told = false;
				look();
			}
			/* A full ring whose entries are all answered has sent the event. */
			if (!xsr_ring_room(&pair.front)) {
				told |= answer(pair.front.size);
				assert_true(told);
			}
		}
		do {
			if (told)
				look();
			told = answer(pair.front.size);
		} while (told);
		assert_int_equal(xsr_lazy_waited(&lazy), 0);
	}
}

static void test_stage(void **state)
{
	static u8 page[XSR_NET_STAGE_PAGES][XSR_PAGE_SIZE];
	u32 id, i;

	(void)state;
	for (id = 0; id < XSR_NET_RING_SIZE; id++) {
		assert_true(xsr_net_stage_page(id) < XSR_NET_STAGE_PAGES);
		assert_true(xsr_net_stage_offset(id) + XSR_NET_STAGE_BYTES <= XSR_PAGE_SIZE);
		for (i = 0; i < XSR_NET_STAGE_BYTES; i++)
			assert_int_equal(
				page[xsr_net_stage_page(id)][xsr_net_stage_offset(id) + i]++, 0);
	}
	assert_false(xsr_net_stage_fits(13));
	assert_true(xsr_net_stage_fits(14));
	assert_true(xsr_net_stage_fits(256));
	assert_false(xsr_net_stage_fits(257));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late),	cmocka_unit_test(test_many),
		cmocka_unit_test(test_waited),	cmocka_unit_test(test_there_already),
		cmocka_unit_test(test_between), cmocka_unit_test(test_nobody_waits_for_ever),
		cmocka_unit_test(test_stage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
