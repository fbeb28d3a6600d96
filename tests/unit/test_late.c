// SPDX-License-Identifier: GPL-2.0
/*
 * late.h: a stream of one direction is left alone for as long as some entries take, an exchange of
 * questions and answers and a slow stream never are.
 */
#include "ring/late.h"
#include "tests/unit/unit.h"

#define MOST 1000000ull

/* @n looks that find @each entries, @gap ns between two entries. Returns the time. */
static u64 stream(struct xsr_late *l, u64 now, u32 n, u32 each, u64 gap)
{
	while (n--) {
		now += each * gap;
		xsr_late_found(l, each, l->other, now);
	}
	return now;
}

static void test_stream(void **state)
{
	struct xsr_late l = {};
	u64 now = 5000000000ull;

	(void)state;
	now = stream(&l, now, 63, 1, 10000);
	assert_int_equal(xsr_late_wait(&l, MOST), 0); /* not yet */
	now = stream(&l, now, 100, 1, 10000);
	assert_in_range(xsr_late_wait(&l, MOST), 150000, 170000);
	assert_int_equal(xsr_late_wait(&l, 100000), 100000);
	/* Faster, and found in large numbers. */
	now = stream(&l, now, 50, 64, 1000);
	assert_in_range(xsr_late_wait(&l, MOST), 15000, 17000);
	/* As fast as can be. */
	now = stream(&l, now, 50, 256, 0);
	assert_true(xsr_late_wait(&l, MOST) < 1000);
}

static void test_answers(void **state)
{
	struct xsr_late l = {};
	u64 now = 1;
	u32 i;

	(void)state;
	for (i = 0; i < 200; i++) {
		xsr_late_found(&l, 1, i, now += 10000);
		assert_int_equal(xsr_late_wait(&l, MOST), 0);
	}
	now = stream(&l, now, 80, 1, 10000);
	assert_true(xsr_late_wait(&l, MOST) > 0);
	/* One answer is enough, also if it is seen with nothing found. */
	xsr_late_found(&l, 0, l.other + 1, now += 10000);
	assert_int_equal(xsr_late_wait(&l, MOST), 0);
	xsr_late_found(&l, 63, l.other, now += 630000);
	assert_int_equal(xsr_late_wait(&l, MOST), 0);
	xsr_late_found(&l, 1, l.other, now += 10000);
	assert_true(xsr_late_wait(&l, MOST) > 0);
}

/* Slower than a few in the longest time; and a limit of 0 switches it off. */
static void test_slow(void **state)
{
	struct xsr_late l = {};
	u64 now = 0;

	(void)state;
	now = stream(&l, now, 200, 1, 300000);
	assert_int_equal(xsr_late_wait(&l, MOST), 0);
	now = stream(&l, now, 200, 1, 200000);
	assert_int_equal(xsr_late_wait(&l, MOST), MOST);
	assert_int_equal(xsr_late_wait(&l, 0), 0);
	/* A pause counts, but is forgotten soon. */
	now = stream(&l, now + (1ull << 60), 1, 64, 0);
	assert_int_equal(xsr_late_wait(&l, MOST), 0);
	stream(&l, now, 40, 1, 10000);
	assert_true(xsr_late_wait(&l, MOST) > 0);
}

/* Who has it left alone and does not go on is served at once for a while. */
static void test_stops(void **state)
{
	struct xsr_late l = {};
	u64 now = 1;

	(void)state;
	now = stream(&l, now, 200, 1, 10000);
	assert_true(xsr_late_wait(&l, MOST) > 0);
	xsr_late_found(&l, 16, 0, now += 160000);
	assert_true(xsr_late_wait(&l, MOST) > 0);
	xsr_late_found(&l, 3, 0, now += 160000);
	assert_int_equal(xsr_late_wait(&l, MOST), 0);
	now = stream(&l, now, 60, 1, 10000);
	assert_int_equal(xsr_late_wait(&l, MOST), 0);
	stream(&l, now, 1, 1, 10000);
	assert_true(xsr_late_wait(&l, MOST) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
