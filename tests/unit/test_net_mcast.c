// SPDX-License-Identifier: GPL-2.0
/*
 * net_mcast: lists hold each address once, and the messages lead from any list to any other without
 * ever exceeding what a back-end lists.
 */
#include "ring/net_mcast.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

static const u8 *addr(u32 n)
{
	static u8 a[6] = { 0x01, 0x00, 0x5e };

	a[4] = (u8)(n >> 8);
	a[5] = (u8)n;
	return a;
}

static void test_each_once(void **state)
{
	struct xsr_net_mcast_list list = {};
	u32 i;

	(void)state;
	for (i = 0; i < XSR_NET_MCAST_MAX; i++) {
		assert_true(xsr_net_mcast_add(&list, addr(i)));
		assert_true(xsr_net_mcast_add(&list, addr(i)));
		assert_int_equal(list.n, i + 1);
	}
	assert_false(xsr_net_mcast_add(&list, addr(i))); /* full */
	assert_true(xsr_net_mcast_add(&list, addr(3))); /* and yet there */
	xsr_net_mcast_del(&list, addr(i));
	assert_int_equal(list.n, XSR_NET_MCAST_MAX);
	xsr_net_mcast_del(&list, addr(XSR_NET_MCAST_MAX - 1)); /* the last */
	xsr_net_mcast_del(&list, addr(0)); /* the first */
	xsr_net_mcast_del(&list, addr(0));
	assert_int_equal(list.n, XSR_NET_MCAST_MAX - 2);
	assert_true(xsr_net_mcast_add(&list, addr(i)));
}

static void test_same(void **state)
{
	struct xsr_net_mcast_list a = {}, b = {};
	u8 got[6] = { 9 };

	(void)state;
	assert_int_equal(xsr_net_mcast_next(&a, &b, got), XSR_NET_MCAST_NONE);
	xsr_net_mcast_add(&a, addr(1));
	xsr_net_mcast_add(&a, addr(2));
	xsr_net_mcast_add(&b, addr(2));
	xsr_net_mcast_add(&b, addr(1));
	assert_int_equal(xsr_net_mcast_next(&a, &b, got), XSR_NET_MCAST_NONE);
	assert_int_equal(got[0], 9);
}

/* Play the messages to a back-end that lists 64: they end, it is never too full, it has the same. */
static void converge(struct xsr_net_mcast_list *known, const struct xsr_net_mcast_list *want)
{
	enum xsr_net_mcast what;
	u32 steps = 0;
	u8 a[6];

	while ((what = xsr_net_mcast_next(known, want, a)) != XSR_NET_MCAST_NONE) {
		u32 before = known->n;

		if (what == XSR_NET_MCAST_DEL) {
			xsr_net_mcast_del(known, a);
			assert_int_equal(known->n, before - 1);
		} else {
			assert_true(xsr_net_mcast_add(known, a));
			assert_int_equal(known->n, before + 1);
		}
		assert_true(++steps <= 2 * XSR_NET_MCAST_MAX);
	}
	assert_int_equal(known->n, want->n);
}

static void test_any_to_any(void **state)
{
	struct xsr_net_mcast_list known = {}, want;
	struct rng rng;
	u32 round, i, n;

	(void)state;
	rng_seed(&rng, 5);
	for (round = 0; round < 500; round++) {
		want.n = 0;
		n = rng_below(&rng, XSR_NET_MCAST_MAX + 1);
		for (i = 0; i < n; i++)
			xsr_net_mcast_add(&want, addr(rng_below(&rng, 200)));
		converge(&known, &want);
	}
}

static void test_full_to_full(void **state)
{
	struct xsr_net_mcast_list known = {}, want = {};
	u32 i;

	(void)state;
	for (i = 0; i < XSR_NET_MCAST_MAX; i++) {
		xsr_net_mcast_add(&known, addr(i));
		xsr_net_mcast_add(&want, addr(1000 + i));
	}
	converge(&known, &want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_once),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_any_to_any),
		cmocka_unit_test(test_full_to_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
