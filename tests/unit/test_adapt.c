// SPDX-License-Identifier: GPL-2.0
/*
 * adapt.h: who is woken soon looks longer, who sleeps long stops looking, and nobody looks longer than
 * the limit.
 */
#include "ring/adapt.h"
#include "tests/unit/unit.h"

#define MOST 50000

/* One idle time of @ns that ended with a wake-up. */
static void sleep_for(struct xsr_adapt *a, u64 ns, u64 most)
{
	static u64 now = 1;

	xsr_adapt_look(a, now, most);
	now += ns;
	xsr_adapt_woken(a, now, most);
}

static void test_busy(void **state)
{
	struct xsr_adapt a = {};
	u32 i;

	assert_int_equal(xsr_adapt_look(&a, 1, MOST), 0);
	a.idle_since = 0;
	sleep_for(&a, MOST, MOST);
	assert_int_equal(xsr_adapt_look(&a, 1, MOST), XSR_ADAPT_LEAST);
	for (i = 0; i < 100; i++) {
		sleep_for(&a, 1000, MOST);
		assert_true(xsr_adapt_look(&a, 1, MOST) <= MOST);
	}
	assert_int_equal(xsr_adapt_look(&a, 1, MOST), MOST);
}

static void test_idle(void **state)
{
	struct xsr_adapt a = { .window = MOST };
	u32 i;

	for (i = 0; i < 5; i++)
		sleep_for(&a, MOST + 1, MOST);
	assert_int_equal(xsr_adapt_look(&a, 1, MOST), 0);
}

/* The limit may be lowered at any time; at 0 nobody looks. */
static void test_limit(void **state)
{
	struct xsr_adapt a = { .window = MOST };

	assert_int_equal(xsr_adapt_look(&a, 1, MOST / 10), MOST / 10);
	assert_int_equal(xsr_adapt_look(&a, 1, 0), 0);
	sleep_for(&a, 0, 0);
	assert_int_equal(a.window, 0);
}

/* A wake-up that ends no idle time says nothing. */
static void test_unknown(void **state)
{
	struct xsr_adapt a = { .window = XSR_ADAPT_LEAST };

	xsr_adapt_woken(&a, 5, MOST);
	assert_int_equal(a.window, XSR_ADAPT_LEAST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
