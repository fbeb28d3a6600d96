// SPDX-License-Identifier: GPL-2.0
/*
 * hist.h: every duration falls into the bucket whose limits it lies between.
 */
#include "ring/hist.h"
#include "tests/unit/unit.h"

static void test_limits(void **state)
{
	u32 i;

	(void)state;
	assert_int_equal(xsr_hist_bucket(0), 0);
	for (i = 0; xsr_hist_below(i); i++) {
		u64 end = (u64)xsr_hist_below(i) << 10;

		assert_int_equal(xsr_hist_bucket(end - 1), i);
		assert_int_equal(xsr_hist_bucket(end), i + 1);
	}
	assert_int_equal(i, XSR_HIST_BUCKETS - 1);
	assert_int_equal(xsr_hist_bucket(UINT64_MAX), i);
}

static void test_add(void **state)
{
	struct xsr_hist h = {};
	u64 sum = 0;
	u32 i;

	(void)state;
	for (i = 0; i < 64; i++)
		xsr_hist_add(&h, 1ull << i);
	for (i = 0; i < XSR_HIST_BUCKETS; i++)
		sum += h.n[i];
	assert_int_equal(sum, 64);
	assert_int_equal(h.n[0], 10);
	assert_int_equal(h.n[1], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_add),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
