// SPDX-License-Identifier: GPL-2.0
/*
 * gather.h: with many requests under way answers gather, with few, and where it would save nothing, they
 * do not; and how long they may.
 */
#include "ring/gather.h"
#include "tests/unit/unit.h"

/* What answers take once many took @ns. */
static struct xsr_gather taking(u64 ns)
{
	struct xsr_gather g = {};
	u32 i;

	for (i = 0; i < 200; i++)
		xsr_gather_took(&g, ns);
	return g;
}

static void test_typical(void **state)
{
	struct xsr_gather g = taking(100000);

	(void)state;
	assert_in_range(g.typical, 95000, 100000);
	/* One that took long is not typical. */
	xsr_gather_took(&g, 800000);
	assert_in_range(g.typical, 150000, 200000);
	g = taking(0);
	assert_int_equal(g.typical, 0);
}

static void test_many(void **state)
{
	struct xsr_gather g = taking(100000);

	(void)state;
	/* One every 3 us, and 2 us to deal with it. */
	assert_int_equal(xsr_gather_ahead(&g, 1, 32, 2000), 8);
	assert_int_equal(xsr_gather_ahead(&g, 4, 32, 8000), 8);
	assert_int_equal(xsr_gather_ahead(&g, 1, 400, 2000), 16);
	assert_int_equal(xsr_gather_ahead(&g, 1, XSR_GATHER_LEAST, 2000), 2);
}

static void test_few(void **state)
{
	struct xsr_gather g = taking(1000);

	(void)state;
	assert_int_equal(xsr_gather_ahead(&g, 1, XSR_GATHER_LEAST - 1, 2000), 1);
	assert_int_equal(xsr_gather_ahead(&g, 1, 0, 2000), 1);
	/* Nothing came. */
	assert_int_equal(xsr_gather_ahead(&g, 0, 32, 2000), 1);
}

/* A slow device: one every 300 us. */
static void test_saves_nothing(void **state)
{
	struct xsr_gather g = taking(10000000);

	(void)state;
	assert_int_equal(xsr_gather_ahead(&g, 1, 32, 2000), 1);
	assert_int_equal(xsr_gather_ahead(&g, 1, 32, 60000), 8);
}

static void test_hold(void **state)
{
	struct xsr_gather g = taking(100000);

	(void)state;
	assert_in_range(xsr_gather_hold(&g, 1000000), 47000, 50000);
	assert_int_equal(xsr_gather_hold(&g, 10000), 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typical), cmocka_unit_test(test_many),
		cmocka_unit_test(test_few),	cmocka_unit_test(test_saves_nothing),
		cmocka_unit_test(test_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
