// SPDX-License-Identifier: GPL-2.0
/*
 * follow.h: who waits on one other CPU all the time is followed there, who is here or moves about is not.
 */
#include "ring/follow.h"
#include "tests/unit/unit.h"

/* The same answer @n times. Returns how often the interrupt should have moved. */
static u32 saw(struct xsr_follow *f, u32 n, u32 waiter, u32 here)
{
	u32 moves = 0;

	while (n--)
		moves += xsr_follow_saw(f, waiter, here);
	return moves;
}

static void test_elsewhere(void **state)
{
	struct xsr_follow f = {};

	assert_int_equal(saw(&f, XSR_FOLLOW_AFTER - 1, 3, 1), 0);
	assert_int_equal(saw(&f, 1, 3, 1), 1);
	assert_int_equal(f.cpu, 3);
	/* The move may be refused; it is not asked for with every answer. */
	assert_int_equal(saw(&f, 10 * XSR_FOLLOW_AFTER, 3, 1), 10);
}

static void test_first_cpu(void **state)
{
	struct xsr_follow f = {};

	assert_int_equal(saw(&f, XSR_FOLLOW_AFTER, 0, 1), 1);
}

static void test_here(void **state)
{
	struct xsr_follow f = {};

	assert_int_equal(saw(&f, 1000, 1, 1), 0);
	assert_int_equal(saw(&f, XSR_FOLLOW_AFTER - 1, 0, 1), 0);
	assert_int_equal(saw(&f, 1, 1, 1), 0);
	assert_int_equal(saw(&f, XSR_FOLLOW_AFTER - 1, 0, 1), 0);
}

static void test_about(void **state)
{
	struct xsr_follow f = {};
	u32 i;

	for (i = 0; i < 1000; i++)
		assert_int_equal(saw(&f, XSR_FOLLOW_AFTER / 2, 2 + i % 2, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_first_cpu),
		cmocka_unit_test(test_here),
		cmocka_unit_test(test_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
