// SPDX-License-Identifier: GPL-2.0
/*
 * slots.h: a response is matched exactly once, and only by its id and operation.
 */
#include "ring/slots.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define SIZE 32u

static u8 storage[SIZE];
static struct xsr_slots slots;

static void test_empty(void **state)
{
	u32 id, op;

	(void)state;
	memset(storage, 0, sizeof(storage));
	xsr_slots_init(&slots, storage, SIZE);
	for (id = 0; id < SIZE + 8; id++) {
		assert_false(xsr_slots_busy(&slots, id));
		for (op = 0; op < 256; op++)
			assert_int_equal(xsr_slots_match(&slots, id, op), XSR_FATAL);
	}
}

static void test_one_answer(void **state)
{
	u32 id, op, wrong;

	(void)state;
	xsr_slots_init(&slots, storage, SIZE);
	for (id = 0; id < SIZE; id++)
		for (op = 0; op < XSR_SLOT_IDLE; op++) {
			assert_true(xsr_slots_send(&slots, id, op));
			assert_true(xsr_slots_busy(&slots, id));
			assert_false(xsr_slots_send(&slots, id, op)); /* out already */
			for (wrong = 0; wrong < 256; wrong++)
				if (wrong != op)
					assert_int_equal(xsr_slots_match(&slots, id, wrong),
							 XSR_FATAL);
			assert_true(xsr_slots_busy(&slots, id));
			assert_int_equal(xsr_slots_match(&slots, id, op), XSR_OK);
			assert_false(xsr_slots_busy(&slots, id));
			assert_int_equal(xsr_slots_match(&slots, id, op), XSR_FATAL);
		}
}

/* Ids of 64 bits: one that has a good one in its low bits is still foreign. */
static void test_foreign_ids(void **state)
{
	u32 bit, id;

	(void)state;
	xsr_slots_init(&slots, storage, SIZE);
	for (id = 0; id < SIZE; id++)
		assert_true(xsr_slots_send(&slots, id, 0));
	for (id = 0; id < SIZE; id++)
		for (bit = 5; bit < 64; bit++)
			assert_int_equal(xsr_slots_match(&slots, id | 1ull << bit, 0), XSR_FATAL);
	assert_int_equal(xsr_slots_match(&slots, SIZE, 0), XSR_FATAL);
	assert_int_equal(xsr_slots_match(&slots, ~0ull, 0), XSR_FATAL);
	assert_int_equal(xsr_slots_match(&slots, ~0ull, XSR_SLOT_IDLE), XSR_FATAL);
	assert_false(xsr_slots_send(&slots, SIZE, 0));
	assert_false(xsr_slots_send(&slots, ~0u, 0));
	for (id = 0; id < SIZE; id++)
		assert_int_equal(xsr_slots_match(&slots, id, 0), XSR_OK);
}

/* Any sequence of sends and answers, true and false ones, against a plain model. */
static void test_against_model(void **state)
{
	int model[SIZE];
	struct rng rng;
	u32 i;

	(void)state;
	for (i = 0; i < SIZE; i++)
		model[i] = -1;
	xsr_slots_init(&slots, storage, SIZE);
	rng_seed(&rng, 7);
	for (i = 0; i < 300000; i++) {
		u32 id = rng_below(&rng, SIZE + 2), op = rng_below(&rng, 4);
		bool known = id < SIZE;

		if (rng_below(&rng, 2)) {
			bool want = known && model[id] < 0;

			assert_int_equal(xsr_slots_send(&slots, id, op), want);
			if (want)
				model[id] = op;
		} else {
			bool want = known && model[id] == (int)op;

			assert_int_equal(xsr_slots_match(&slots, id, op),
					 want ? XSR_OK : XSR_FATAL);
			if (want)
				model[id] = -1;
		}
		assert_int_equal(xsr_slots_busy(&slots, id), known && model[id] >= 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_one_answer),
		cmocka_unit_test(test_foreign_ids),
		cmocka_unit_test(test_against_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
