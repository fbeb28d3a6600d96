// SPDX-License-Identifier: GPL-2.0
/*
 * grant/refs: every member is in exactly one of three places, whatever order the calls come in;
 * last given is first taken, chains in their order; what nobody touched is found by the window and
 * retired first.
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
	struct xsr_chain c = xsr_refs_make(&refs, 1);

	assert_int_equal(c.n, 1);
	return c.first;
}

static u32 take(void)
{
	struct xsr_chain c = xsr_refs_take(&refs, 1);

	assert_int_equal(c.n, 1);
	return c.first;
}

static bool give(u32 member)
{
	struct xsr_chain c = xsr_chain_of(member);
	bool given = xsr_refs_give(&refs, &c);

	assert_int_equal(c.n, !given);
	return given;
}

static bool drop(u32 member)
{
	struct xsr_chain c = xsr_chain_of(member);
	bool dropped = xsr_refs_drop(&refs, &c);

	assert_int_equal(c.n, !dropped);
	return dropped;
}

/* @c is the @n members of @want, in that order, and they are taken off it. */
static void assert_chain(struct xsr_chain *c, const u32 *want, u32 n)
{
	u32 i;

	assert_int_equal(c->n, n);
	if (n)
		assert_int_equal(c->last, want[n - 1]);
	for (i = 0; i < n; i++)
		assert_int_equal(xsr_refs_pop(&refs, c), want[i]);
	assert_int_equal(c->n, 0);
}

static void assert_counts(u32 in_use, u32 idle)
{
	assert_int_equal(xsr_refs_in_use(&refs), in_use);
	assert_int_equal(refs.idle.n, idle);
	assert_int_equal(xsr_refs_made(&refs), in_use + idle);
	assert_int_equal(storage[SIZE], CANARY);
}

static void test_empty(void **state)
{
	(void)state;
	assert_counts(0, 0);
	assert_int_equal(xsr_refs_take(&refs, 1).n, 0);
	assert_int_equal(xsr_refs_window(&refs), 0);
	assert_int_equal(xsr_refs_retire(&refs, 1).n, 0);
	assert_counts(0, 0);
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
	assert_int_equal(xsr_refs_make(&refs, 1).n, 0);
	assert_counts(SIZE, 0);
}

static void test_zero_size(void **state)
{
	(void)state;
	xsr_refs_init(&refs, storage, 0);
	assert_int_equal(xsr_refs_make(&refs, 1).n, 0);
	assert_int_equal(xsr_refs_take(&refs, 1).n, 0);
	assert_false(give(0));
	assert_false(drop(0));
}

static void test_last_given_first_taken(void **state)
{
	u32 a = make(), b = make(), c = make();

	(void)state;
	assert_true(give(b));
	assert_true(give(c));
	assert_true(give(a));
	assert_counts(0, 3);
	assert_int_equal(take(), a);
	assert_int_equal(take(), c);
	assert_true(give(a));
	assert_int_equal(take(), a);
	assert_int_equal(take(), b);
	assert_counts(3, 0);
}

/* Who takes as many again gets the same ones in the same order; what is short is not made up. */
static void test_chains_keep_their_order(void **state)
{
	struct xsr_chain all = xsr_refs_make(&refs, 6), head, rest, none = {};

	(void)state;
	assert_int_equal(all.n, 6);
	assert_true(xsr_refs_give(&refs, &all));
	assert_int_equal(all.n, 0);
	head = xsr_refs_take(&refs, 2);
	rest = xsr_refs_take(&refs, 99);
	assert_counts(6, 0);
	assert_int_equal(rest.n, 4);
	assert_true(xsr_refs_give(&refs, &none));
	assert_true(xsr_refs_give(&refs, &rest));
	assert_true(xsr_refs_give(&refs, &none));
	assert_true(xsr_refs_give(&refs, &head));
	assert_counts(0, 6);
	assert_int_equal(xsr_refs_take(&refs, 0).n, 0);
	head = xsr_refs_take(&refs, 3);
	assert_chain(&head, (u32[]){ 0, 1, 2 }, 3);
	rest = xsr_refs_take(&refs, 3);
	assert_chain(&rest, (u32[]){ 3, 4, 5 }, 3);
	assert_counts(6, 0);
}

static void test_join_and_cut(void **state)
{
	struct xsr_chain a = xsr_refs_make(&refs, 2), b = xsr_refs_make(&refs, 3), c = {};

	(void)state;
	xsr_refs_join(&refs, &a, &c);
	assert_int_equal(a.n, 2);
	xsr_refs_join(&refs, &c, &b);
	assert_int_equal(b.n, 0);
	xsr_refs_join(&refs, &c, &a);
	xsr_refs_add(&refs, &c, make());
	b = xsr_refs_cut(&refs, &c, 4);
	assert_chain(&b, (u32[]){ 2, 3, 4, 0 }, 4);
	assert_chain(&c, (u32[]){ 1, 5 }, 2);
}

/* One give or drop too many must not overwrite the books. */
static void test_give_too_many(void **state)
{
	u32 a = make();

	(void)state;
	assert_true(give(a));
	assert_false(give(a));
	assert_false(drop(a));
	assert_counts(0, 1);
	assert_int_equal(take(), a);
	assert_true(drop(a));
	assert_false(drop(a));
	assert_false(give(a));
	assert_counts(0, 0);
}

static void test_drop_and_make_again(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < SIZE; i++)
		make();
	assert_true(drop(5));
	assert_true(drop(9));
	assert_counts(SIZE - 2, 0);
	assert_int_equal(make(), 9);
	assert_int_equal(make(), 5);
	assert_counts(SIZE, 0);
}

static void test_retire_oldest(void **state)
{
	struct xsr_chain gone;
	u32 i;

	(void)state;
	for (i = 0; i < 6; i++)
		make();
	for (i = 0; i < 6; i++)
		assert_true(give(i));
	gone = xsr_refs_retire(&refs, 2);
	assert_chain(&gone, (u32[]){ 1, 0 }, 2);
	assert_counts(2, 4);
	assert_true(drop(0));
	assert_true(give(1)); /* could not be ended: back on top */
	assert_counts(0, 5);
	assert_int_equal(take(), 1);
	assert_int_equal(take(), 5);
	gone = xsr_refs_retire(&refs, SIZE);
	assert_chain(&gone, (u32[]){ 4, 3, 2 }, 3);
	assert_counts(5, 0);
	assert_int_equal(refs.low, 0);
}

static void test_window(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 4; i++)
		make();
	for (i = 0; i < 4; i++)
		give(i);
	assert_int_equal(xsr_refs_window(&refs), 0); /* all were in use in this window */
	assert_int_equal(xsr_refs_window(&refs), 4); /* none was */
	take();
	take();
	take();
	give(3);
	give(2);
	give(1);
	assert_int_equal(xsr_refs_window(&refs), 1); /* three were needed at once */
	assert_int_equal(xsr_refs_window(&refs), 4);
}

static void test_window_after_retire(void **state)
{
	u32 a = make(), b = make();

	(void)state;
	give(a);
	give(b);
	xsr_refs_window(&refs);
	assert_int_equal(xsr_refs_retire(&refs, 1).n, 1);
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

/* Chain @c, of up to @n, went from one place to another, and must be as long as there were members for. */
static void move_chain(struct xsr_chain c, u32 n, enum place from, enum place to)
{
	u32 there = count(from);

	assert_int_equal(c.n, n < there ? n : there);
	while (c.n)
		move(xsr_refs_pop(&refs, &c), from, to);
}

/* A chain of up to @n members in use. */
static struct xsr_chain any_used(u32 n, u32 dice)
{
	struct xsr_chain c = {};
	u32 i;

	for (i = 0; i < SIZE && c.n < n; i++)
		if (place[(i + dice) % SIZE] == USED)
			xsr_refs_add(&refs, &c, (i + dice) % SIZE);
	return c;
}

static void random_step(u32 dice)
{
	u32 n = dice >> 3 & 3;
	struct xsr_chain c = any_used(n, dice >> 5), was = c;

	switch (dice & 7) {
	case 0:
	case 1:
		move_chain(xsr_refs_make(&refs, n), n, BLANK, USED);
		break;
	case 2:
	case 3:
		move_chain(xsr_refs_take(&refs, n), n, IDLE, USED);
		break;
	case 4:
	case 5:
		move_chain(was, n, USED, IDLE);
		assert_true(xsr_refs_give(&refs, &c));
		break;
	case 6:
		move_chain(was, n, USED, BLANK);
		assert_true(xsr_refs_drop(&refs, &c));
		break;
	default:
		move_chain(xsr_refs_retire(&refs, n), n, IDLE, USED);
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
		assert_true(refs.low <= refs.idle.n);
		if (i % 97 == 0)
			assert_true(xsr_refs_window(&refs) <= refs.idle.n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_empty, setup),
		cmocka_unit_test_setup(test_ceiling, setup),
		cmocka_unit_test_setup(test_zero_size, setup),
		cmocka_unit_test_setup(test_last_given_first_taken, setup),
		cmocka_unit_test_setup(test_chains_keep_their_order, setup),
		cmocka_unit_test_setup(test_join_and_cut, setup),
		cmocka_unit_test_setup(test_give_too_many, setup),
		cmocka_unit_test_setup(test_drop_and_make_again, setup),
		cmocka_unit_test_setup(test_retire_oldest, setup),
		cmocka_unit_test_setup(test_window, setup),
		cmocka_unit_test_setup(test_window_after_retire, setup),
		cmocka_unit_test_setup(test_against_model, setup),
	};

	return cmocka_run_group_tests_name("refs", tests, NULL, NULL);
}
