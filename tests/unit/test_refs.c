// SPDX-License-Identifier: GPL-2.0
/*
 * grant/refs: every member is in exactly one of three places, whatever order the calls come in;
 * last given is first taken; what nobody touched is found by the window and retired first.
 */
#include "grant/refs.h"
#include "tests/unit/unit.h"

#define SIZE 16u

static struct xsr_refs refs;
static u32 storage[SIZE + 1]; /* the last one must stay untouched */

#define CANARY 0xc0ffeeu

static int setup(void **state)
{
	(void)state;
	memset(storage, 0xff, sizeof(storage));
	storage[SIZE] = CANARY;
	xsr_refs_init(&refs, storage, SIZE);
	return 0;
}

static u32 make(void)
{
	u32 member = ~0u;

	assert_true(xsr_refs_make(&refs, &member));
	return member;
}

static u32 take(void)
{
	u32 member = ~0u;

	assert_true(xsr_refs_take(&refs, &member));
	return member;
}

static void assert_counts(u32 in_use, u32 idle)
{
	assert_int_equal(xsr_refs_in_use(&refs), in_use);
	assert_int_equal(refs.idle, idle);
	assert_int_equal(xsr_refs_made(&refs), in_use + idle);
	assert_int_equal(storage[SIZE], CANARY);
}

static void test_empty(void **state)
{
	u32 member = 77;

	(void)state;
	assert_counts(0, 0);
	assert_false(xsr_refs_take(&refs, &member));
	assert_int_equal(member, 77);
	assert_int_equal(xsr_refs_window(&refs), 0);
	assert_int_equal(xsr_refs_retire(&refs, &member, 1), 0);
	assert_int_equal(member, 77);
}

static void test_ceiling(void **state)
{
	u32 seen = 0, member, i;

	(void)state;
	for (i = 0; i < SIZE; i++) {
		member = make();
		assert_in_range(member, 0, SIZE - 1);
		assert_false(seen & (1u << member));
		seen |= 1u << member;
	}
	member = 77;
	assert_false(xsr_refs_make(&refs, &member));
	assert_int_equal(member, 77);
	assert_counts(SIZE, 0);
}

static void test_zero_size(void **state)
{
	u32 member;

	(void)state;
	xsr_refs_init(&refs, storage, 0);
	assert_false(xsr_refs_make(&refs, &member));
	assert_false(xsr_refs_take(&refs, &member));
	assert_false(xsr_refs_give(&refs, 0));
	assert_false(xsr_refs_drop(&refs, 0));
}

static void test_last_given_first_taken(void **state)
{
	u32 a = make(), b = make(), c = make();

	(void)state;
	assert_true(xsr_refs_give(&refs, b));
	assert_true(xsr_refs_give(&refs, c));
	assert_true(xsr_refs_give(&refs, a));
	assert_counts(0, 3);
	assert_int_equal(take(), a);
	assert_int_equal(take(), c);
	assert_true(xsr_refs_give(&refs, a));
	assert_int_equal(take(), a);
	assert_int_equal(take(), b);
	assert_counts(3, 0);
}

/* One give or drop too many must not overwrite the books. */
static void test_give_too_many(void **state)
{
	u32 a = make();

	(void)state;
	assert_true(xsr_refs_give(&refs, a));
	assert_false(xsr_refs_give(&refs, a));
	assert_false(xsr_refs_drop(&refs, a));
	assert_counts(0, 1);
	assert_int_equal(take(), a);
	assert_true(xsr_refs_drop(&refs, a));
	assert_false(xsr_refs_drop(&refs, a));
	assert_false(xsr_refs_give(&refs, a));
	assert_counts(0, 0);
}

static void test_drop_and_make_again(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < SIZE; i++)
		make();
	assert_true(xsr_refs_drop(&refs, 5));
	assert_true(xsr_refs_drop(&refs, 9));
	assert_counts(SIZE - 2, 0);
	assert_int_equal(make(), 9);
	assert_int_equal(make(), 5);
	assert_counts(SIZE, 0);
}

static void test_retire_oldest(void **state)
{
	u32 out[SIZE] = { 0 }, member[6], i;

	(void)state;
	for (i = 0; i < 6; i++)
		member[i] = make();
	for (i = 0; i < 6; i++)
		assert_true(xsr_refs_give(&refs, member[i]));
	assert_int_equal(xsr_refs_retire(&refs, out, 2), 2);
	assert_int_equal(out[0], member[0]);
	assert_int_equal(out[1], member[1]);
	assert_counts(2, 4);
	assert_true(xsr_refs_drop(&refs, out[0]));
	assert_true(xsr_refs_give(&refs, out[1])); /* could not be ended: back on top */
	assert_counts(0, 5);
	assert_int_equal(take(), member[1]);
	assert_int_equal(take(), member[5]);
	assert_int_equal(xsr_refs_retire(&refs, out, SIZE), 3);
	assert_int_equal(out[0], member[2]);
	assert_int_equal(out[2], member[4]);
	assert_counts(5, 0);
}

static void test_window(void **state)
{
	u32 member[4], i;

	(void)state;
	for (i = 0; i < 4; i++)
		member[i] = make();
	for (i = 0; i < 4; i++)
		xsr_refs_give(&refs, member[i]);
	assert_int_equal(xsr_refs_window(&refs), 0); /* all were in use in this window */
	assert_int_equal(xsr_refs_window(&refs), 4); /* none was */
	take();
	take();
	take();
	xsr_refs_give(&refs, member[3]);
	xsr_refs_give(&refs, member[2]);
	xsr_refs_give(&refs, member[1]);
	assert_int_equal(xsr_refs_window(&refs), 1); /* three were needed at once */
	assert_int_equal(xsr_refs_window(&refs), 4);
}

static void test_window_after_retire(void **state)
{
	u32 out[2], a = make(), b = make();

	(void)state;
	xsr_refs_give(&refs, a);
	xsr_refs_give(&refs, b);
	xsr_refs_window(&refs);
	assert_int_equal(xsr_refs_retire(&refs, out, 1), 1);
	assert_int_equal(xsr_refs_window(&refs), 1); /* never more than there are */
}

/* Where each member is, by a model that is only a table. */
enum place {
	BLANK,
	IDLE,
	USED
};

static enum place place[SIZE];

static void move(u32 member, enum place from, enum place to)
{
	assert_in_range(member, 0, SIZE - 1);
	assert_int_equal(place[member], from);
	place[member] = to;
}

static u32 count(enum place p)
{
	u32 i, n = 0;

	for (i = 0; i < SIZE; i++)
		n += place[i] == p;
	return n;
}

static u32 any(enum place p, u32 dice)
{
	u32 i;

	for (i = 0; i < SIZE; i++)
		if (place[(i + dice) % SIZE] == p)
			return (i + dice) % SIZE;
	return 0;
}

static void random_step(u32 dice)
{
	u32 member, used = any(USED, dice >> 3);
	bool have = count(USED) != 0;

	switch (dice & 7) {
	case 0:
	case 1:
		if (xsr_refs_make(&refs, &member))
			move(member, BLANK, USED);
		else
			assert_int_equal(count(BLANK), 0);
		break;
	case 2:
	case 3:
		if (xsr_refs_take(&refs, &member))
			move(member, IDLE, USED);
		else
			assert_int_equal(count(IDLE), 0);
		break;
	case 4:
	case 5:
		assert_int_equal(xsr_refs_give(&refs, used), have);
		if (have)
			move(used, USED, IDLE);
		break;
	case 6:
		assert_int_equal(xsr_refs_drop(&refs, used), have);
		if (have)
			move(used, USED, BLANK);
		break;
	default:
		if (xsr_refs_retire(&refs, &member, 1))
			move(member, IDLE, USED);
		else
			assert_int_equal(count(IDLE), 0);
		break;
	}
}

static void test_against_model(void **state)
{
	u32 dice = 1, i;

	(void)state;
	memset(place, 0, sizeof(place));
	for (i = 0; i < 200000; i++) {
		dice = dice * 1664525u + 1013904223u;
		random_step(dice >> 16);
		assert_counts(count(USED), count(IDLE));
		assert_true(refs.low <= refs.idle);
		if (i % 97 == 0)
			assert_true(xsr_refs_window(&refs) <= refs.idle);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_empty, setup),
		cmocka_unit_test_setup(test_ceiling, setup),
		cmocka_unit_test_setup(test_zero_size, setup),
		cmocka_unit_test_setup(test_last_given_first_taken, setup),
		cmocka_unit_test_setup(test_give_too_many, setup),
		cmocka_unit_test_setup(test_drop_and_make_again, setup),
		cmocka_unit_test_setup(test_retire_oldest, setup),
		cmocka_unit_test_setup(test_window, setup),
		cmocka_unit_test_setup(test_window_after_retire, setup),
		cmocka_unit_test_setup(test_against_model, setup),
	};

	return cmocka_run_group_tests_name("refs", tests, NULL, NULL);
}
