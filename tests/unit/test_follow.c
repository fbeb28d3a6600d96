// SPDX-License-Identifier: GPL-2.0
/*
 * follow.h: interrupts come home to who waits, leave a home that has no time to spare for a CPU that has,
 * and do not go to and fro.
 */
#include "ring/follow.h"
#include "tests/unit/unit.h"

#define BUSY 0
#define IDLE 1000

/* @n interrupts for @home. Returns the last thing that was to be done. */
static enum xsr_follow_what saw(struct xsr_follow *f, u32 n, u32 home)
{
	enum xsr_follow_what what = XSR_FOLLOW_NOTHING;

	while (n--)
		what = xsr_follow_saw(f, home);
	return what;
}

static void test_looks(void **state)
{
	struct xsr_follow f = {};

	assert_int_equal(saw(&f, 1, 0), XSR_FOLLOW_BEGIN);
	assert_int_equal(saw(&f, XSR_FOLLOW_LOOK - 1, 0), XSR_FOLLOW_NOTHING);
	assert_int_equal(saw(&f, 1, 0), XSR_FOLLOW_JUDGE);
	assert_int_equal(f.home, 0);
	assert_int_equal(saw(&f, 1, 0), XSR_FOLLOW_BEGIN);
	assert_int_equal(saw(&f, XSR_FOLLOW_LOOK, 0), XSR_FOLLOW_JUDGE);
}

/* Who moves about is no home. */
static void test_homes_change(void **state)
{
	struct xsr_follow f = {};
	u32 i;

	for (i = 0; i < 1000; i++) {
		assert_int_equal(saw(&f, 1, 2 + i % 2), XSR_FOLLOW_BEGIN);
		assert_int_equal(saw(&f, XSR_FOLLOW_LOOK / 2, 2 + i % 2), XSR_FOLLOW_NOTHING);
	}
	assert_int_equal(f.home, 3);
}

static void test_at_home(void **state)
{
	struct xsr_follow f = {};

	assert_int_equal(xsr_follow_judge(&f, false, IDLE, IDLE), XSR_FOLLOW_STAY);
	assert_int_equal(xsr_follow_judge(&f, false, XSR_FOLLOW_PRESSED, IDLE), XSR_FOLLOW_STAY);
	assert_int_equal(xsr_follow_judge(&f, false, BUSY, XSR_FOLLOW_FREE - 1), XSR_FOLLOW_STAY);
	assert_int_equal(xsr_follow_judge(&f, false, XSR_FOLLOW_PRESSED - 1, XSR_FOLLOW_FREE),
			 XSR_FOLLOW_AWAY);
}

static void test_away(void **state)
{
	struct xsr_follow f = {};

	assert_int_equal(xsr_follow_judge(&f, true, BUSY, IDLE), XSR_FOLLOW_STAY);
	assert_int_equal(xsr_follow_judge(&f, true, XSR_FOLLOW_AT_EASE - 1, XSR_FOLLOW_PRESSED),
			 XSR_FOLLOW_STAY);
	/* Somebody waits there, or has nothing to do; and here is no time to spare either. */
	assert_int_equal(xsr_follow_judge(&f, true, XSR_FOLLOW_AT_EASE, IDLE), XSR_FOLLOW_HOME);
	assert_int_equal(xsr_follow_judge(&f, true, BUSY, XSR_FOLLOW_PRESSED - 1), XSR_FOLLOW_HOME);
}

/* How many looks it takes until they go away again. */
static u32 until_away(struct xsr_follow *f)
{
	u32 n = 1;

	while (xsr_follow_judge(f, false, BUSY, IDLE) == XSR_FOLLOW_STAY)
		n++;
	return n;
}

static void test_to_and_fro(void **state)
{
	struct xsr_follow f = {};
	u32 i, wait;

	assert_int_equal(until_away(&f), 1);
	for (wait = 1; wait < XSR_FOLLOW_HOLD_MOST; wait *= 2) {
		assert_int_equal(xsr_follow_judge(&f, true, BUSY, BUSY), XSR_FOLLOW_HOME);
		assert_int_equal(until_away(&f), wait + 1);
	}
	for (i = 0; i < 3; i++) {
		assert_int_equal(xsr_follow_judge(&f, true, BUSY, BUSY), XSR_FOLLOW_HOME);
		assert_int_equal(until_away(&f), XSR_FOLLOW_HOLD_MOST + 1);
	}
	/* What goes well is soon trusted again. */
	for (i = 0; i < 11; i++)
		assert_int_equal(xsr_follow_judge(&f, true, BUSY, IDLE), XSR_FOLLOW_STAY);
	assert_int_equal(xsr_follow_judge(&f, true, BUSY, BUSY), XSR_FOLLOW_HOME);
	assert_int_equal(until_away(&f), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_looks),	   cmocka_unit_test(test_homes_change),
		cmocka_unit_test(test_at_home),	   cmocka_unit_test(test_away),
		cmocka_unit_test(test_to_and_fro),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
