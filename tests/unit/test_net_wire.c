// SPDX-License-Identifier: GPL-2.0
/*
 * net_wire.h: each field stands at the byte the protocol says, counted by hand here and not taken
 * from the structs; and the numbers that both ends must agree on.
 */
#include "ring/net_wire.h"
#include "ring/ring_attach.h"
#include "tests/unit/unit.h"

/* The bytes of a field are 0, 1, 2 ... counted from the entry's start, so each value tells where it is. */
static u32 at(u32 offset, u32 bytes)
{
	u32 value = 0;

	while (bytes--)
		value = value << 8 | (offset + bytes);
	return value;
}

static void count_up(void *entry, u32 bytes)
{
	u8 *b = entry;
	u32 i;

	for (i = 0; i < bytes; i++)
		b[i] = i;
}

static void test_to_back(void **state)
{
	union xsr_net_to_back_entry e;

	(void)state;
	assert_int_equal(sizeof(e), 12);
	count_up(&e, sizeof(e));
	assert_int_equal(e.req.gref, at(0, 4));
	assert_int_equal(e.req.offset, at(4, 2));
	assert_int_equal(e.req.flags, at(6, 2));
	assert_int_equal(e.req.id, at(8, 2));
	assert_int_equal(e.req.size, at(10, 2));
	assert_int_equal(e.rsp.id, at(0, 2));
	assert_int_equal(e.rsp.status, at(2, 2));
	assert_int_equal(xsr_ring_capacity(1, sizeof(e)), XSR_NET_RING_SIZE);
}

static void test_to_front(void **state)
{
	union xsr_net_to_front_entry e;

	(void)state;
	assert_int_equal(sizeof(e), 8);
	count_up(&e, sizeof(e));
	assert_int_equal(e.req.id, at(0, 2));
	assert_int_equal(e.req.gref, at(4, 4));
	assert_int_equal(e.rsp.id, at(0, 2));
	assert_int_equal(e.rsp.offset, at(2, 2));
	assert_int_equal(e.rsp.flags, at(4, 2));
	assert_int_equal(e.rsp.status, at(6, 2));
	assert_int_equal(xsr_ring_capacity(1, sizeof(e)), XSR_NET_RING_SIZE);
}

static void test_extra(void **state)
{
	struct xsr_net_extra e;

	(void)state;
	assert_int_equal(sizeof(e), 8);
	count_up(&e, sizeof(e));
	assert_int_equal(e.type, 0);
	assert_int_equal(e.flags, 1);
	assert_int_equal(e.gso.size, at(2, 2));
	assert_int_equal(e.gso.type, 4);
	assert_int_equal(e.gso.features, at(6, 2));
	assert_int_equal(e.mcast[0], 2);
	assert_int_equal(e.mcast[5], 7);
	assert_int_equal(e.hash.type, 2);
	assert_int_equal(e.hash.algorithm, 3);
	assert_int_equal(e.hash.value[0], 4);
	assert_int_equal(e.hash.value[3], 7);
	assert_int_equal(e.xdp.headroom, at(2, 2));
}

static void test_ctrl(void **state)
{
	union xsr_net_ctrl_entry e;
	struct xsr_net_gref g;

	(void)state;
	assert_int_equal(sizeof(e), 16);
	count_up(&e, sizeof(e));
	assert_int_equal(e.req.id, at(0, 2));
	assert_int_equal(e.req.type, at(2, 2));
	assert_int_equal(e.req.data[0], at(4, 4));
	assert_int_equal(e.req.data[2], at(12, 4));
	assert_int_equal(e.rsp.id, at(0, 2));
	assert_int_equal(e.rsp.type, at(2, 2));
	assert_int_equal(e.rsp.status, at(4, 4));
	assert_int_equal(e.rsp.data, at(8, 4));
	assert_int_equal(sizeof(e.rsp), 12);
	assert_int_equal(xsr_ring_capacity(1, sizeof(e)), XSR_NET_CTRL_RING_SIZE);
	count_up(&g, sizeof(g));
	assert_int_equal(sizeof(g), 8);
	assert_int_equal(g.gref, at(0, 4));
	assert_int_equal(g.flags, at(4, 2));
	assert_int_equal(g.status, at(6, 2));
}

/* The flags of the two directions are the same bits in another order: easily mixed up. */
static void test_numbers(void **state)
{
	(void)state;
	assert_int_equal(XSR_NET_TO_BACK_CSUM_BLANK, 1);
	assert_int_equal(XSR_NET_TO_BACK_VALIDATED, 2);
	assert_int_equal(XSR_NET_TO_BACK_MORE, 4);
	assert_int_equal(XSR_NET_TO_BACK_EXTRA, 8);
	assert_int_equal(XSR_NET_TO_FRONT_VALIDATED, 1);
	assert_int_equal(XSR_NET_TO_FRONT_CSUM_BLANK, 2);
	assert_int_equal(XSR_NET_TO_FRONT_MORE, 4);
	assert_int_equal(XSR_NET_TO_FRONT_EXTRA, 8);
	assert_int_equal(XSR_NET_STATUS_NULL, 1);
	assert_int_equal(XSR_NET_STATUS_ERROR, -1);
	assert_int_equal(XSR_NET_STATUS_DROPPED, -2);
	assert_int_equal(XSR_NET_MIN_SLOTS, 18);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_to_back), cmocka_unit_test(test_to_front),
		cmocka_unit_test(test_extra),	cmocka_unit_test(test_ctrl),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
