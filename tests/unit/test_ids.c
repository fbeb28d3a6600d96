// SPDX-License-Identifier: GPL-2.0
/*
 * ids.h: ids go round between a sender and whoever takes answers, and none counts as out before it
 * was shown.
 */
#include "ring/ids.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define SIZE 16u

static u16 storage[SIZE];
static u8 op[SIZE];
static struct xsr_slots slots;
static struct xsr_ids ids;

static void begin(void)
{
	xsr_slots_init(&slots, op, SIZE);
	xsr_ids_init(&ids, storage, SIZE);
}

static void test_all_once(void **state)
{
	bool seen[SIZE] = {};
	u32 i;

	(void)state;
	begin();
	for (i = 0; i < SIZE; i++) {
		u16 id, next;

		assert_int_equal(xsr_ids_free(&ids), SIZE - i);
		next = xsr_ids_next(&ids);
		id = xsr_ids_take(&ids);
		assert_int_equal(id, next);
		assert_true(id < SIZE);
		assert_false(seen[id]);
		seen[id] = true;
	}
	assert_int_equal(xsr_ids_free(&ids), 0);
}

/* The hole that a lying peer would use: an id that was taken and not yet shown. */
static void test_not_out_before_shown(void **state)
{
	u16 first, second;

	(void)state;
	begin();
	first = xsr_ids_take(&ids);
	xsr_ids_show(&ids, &slots);
	second = xsr_ids_take(&ids);
	assert_int_equal(xsr_slots_match(&slots, second, 0), XSR_FATAL);
	assert_false(xsr_slots_busy(&slots, second));
	assert_int_equal(xsr_slots_match(&slots, first, 0), XSR_OK);
	xsr_ids_show(&ids, &slots);
	assert_int_equal(xsr_slots_match(&slots, second, 0), XSR_OK);
}

static void test_show_twice(void **state)
{
	u16 id;

	(void)state;
	begin();
	id = xsr_ids_take(&ids);
	xsr_ids_show(&ids, &slots);
	assert_int_equal(xsr_slots_match(&slots, id, 0), XSR_OK);
	xsr_ids_show(&ids, &slots); /* what is answered does not come back */
	assert_false(xsr_slots_busy(&slots, id));
	xsr_ids_give(&ids, id);
	assert_int_equal(xsr_ids_free(&ids), SIZE);
}

/* Any order of takes, shows and answers, against a plain model; the indexes wrap on the way. */
static void test_against_model(void **state)
{
	enum {
		FREE,
		TAKEN,
		OUT
	} model[SIZE] = {};
	struct rng rng;
	u32 i, k, nr_free = SIZE;

	(void)state;
	begin();
	ids.taken = ids.shown = 0u - 100;
	ids.given = 0u - 100 + SIZE;
	rng_seed(&rng, 11);
	for (i = 0; i < 200000; i++) {
		u32 id = rng_below(&rng, SIZE);

		switch (rng_below(&rng, 4)) {
		case 0:
		case 1:
			if (!nr_free)
				break;
			id = xsr_ids_take(&ids);
			assert_int_equal(model[id], FREE);
			model[id] = TAKEN;
			nr_free--;
			break;
		case 2:
			xsr_ids_show(&ids, &slots);
			for (k = 0; k < SIZE; k++)
				if (model[k] == TAKEN)
					model[k] = OUT;
			break;
		default:
			assert_int_equal(xsr_slots_match(&slots, id, 0),
					 model[id] == OUT ? XSR_OK : XSR_FATAL);
			if (model[id] != OUT)
				break;
			xsr_ids_give(&ids, id);
			model[id] = FREE;
			nr_free++;
		}
		assert_int_equal(xsr_ids_free(&ids), nr_free);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_once),
		cmocka_unit_test(test_not_out_before_shown),
		cmocka_unit_test(test_show_twice),
		cmocka_unit_test(test_against_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
