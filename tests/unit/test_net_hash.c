// SPDX-License-Identifier: GPL-2.0
/*
 * net_hash: which type of hash a flow gets, that it is the published one, and where it goes.
 */
#include "ring/net_hash.h"
#include "tests/unit/rss.h"
#include "tests/unit/unit.h"

static void flow_of(const struct rss_vector *v, bool ipv6, bool tcp, struct xsr_net_flow *flow)
{
	u8 ports[4];

	memset(flow, 0xa5, sizeof(*flow)); /* what does not belong to the flow must not matter */
	memcpy(flow->src, v->src, ipv6 ? 16 : 4);
	memcpy(flow->dst, v->dst, ipv6 ? 16 : 4);
	rss_ports(v, ports);
	memcpy(flow->src_port, ports, 2);
	memcpy(flow->dst_port, ports + 2, 2);
	flow->ipv6 = ipv6;
	flow->tcp = tcp;
}

/* Every set of types, every kind of flow: the largest type that is set and fits. */
static void test_types(void **state)
{
	u32 types, kind;

	(void)state;
	for (types = 0; types < 16; types++)
		for (kind = 0; kind < 4; kind++) {
			bool ipv6 = kind & 1, tcp = kind & 2;
			u32 plain = ipv6 ? 2 : 0, ports = plain + 1;
			const struct rss_vector *v = ipv6 ? &rss_ipv6[0] : &rss_ipv4[0];
			struct xsr_net_meta meta = { 0 }, zero = { 0 };
			struct xsr_net_flow flow;
			struct xsr_net_hash h;

			xsr_net_hash_init(&h, 4);
			h.alg = XSR_NET_HASH_ALG_TOEPLITZ;
			h.types = types;
			memcpy(h.key, rss_key, sizeof(h.key));
			flow_of(v, ipv6, tcp, &flow);
			if (tcp && types >> ports & 1) {
				assert_true(xsr_net_hash_flow(&h, &flow, &meta));
				assert_int_equal(meta.hash, v->tcp);
				assert_int_equal(meta.hash_type, ports);
				assert_int_equal(meta.hash_alg, 1);
			} else if (types >> plain & 1) {
				assert_true(xsr_net_hash_flow(&h, &flow, &meta));
				assert_int_equal(meta.hash, v->plain);
				assert_int_equal(meta.hash_type, plain);
				assert_int_equal(meta.hash_alg, 1);
			} else {
				assert_false(xsr_net_hash_flow(&h, &flow, &meta));
				assert_memory_equal(&meta, &zero, sizeof(meta));
			}
			h.alg = XSR_NET_HASH_ALG_NONE;
			assert_false(xsr_net_hash_flow(&h, &flow, &meta));
		}
}

static void test_vectors(void **state)
{
	struct xsr_net_meta meta = { 0 };
	struct xsr_net_flow flow;
	struct xsr_net_hash h;
	u32 i;

	(void)state;
	xsr_net_hash_init(&h, 1);
	h.alg = XSR_NET_HASH_ALG_TOEPLITZ;
	h.types = XSR_NET_HASH_ALL;
	memcpy(h.key, rss_key, sizeof(h.key));
	for (i = 0; i < ARRAY_SIZE(rss_ipv4); i++) {
		flow_of(&rss_ipv4[i], false, true, &flow);
		assert_true(xsr_net_hash_flow(&h, &flow, &meta));
		assert_int_equal(meta.hash, rss_ipv4[i].tcp);
	}
	for (i = 0; i < ARRAY_SIZE(rss_ipv6); i++) {
		flow_of(&rss_ipv6[i], true, false, &flow);
		assert_true(xsr_net_hash_flow(&h, &flow, &meta));
		assert_int_equal(meta.hash, rss_ipv6[i].plain);
	}
}

static void test_queue(void **state)
{
	struct xsr_net_hash h;
	u32 i;

	(void)state;
	xsr_net_hash_init(&h, 3);
	for (i = 0; i < 10; i++)
		assert_int_equal(xsr_net_hash_queue(&h, i), i % 3);
	assert_int_equal(xsr_net_hash_queue(&h, 0xffffffff), 0);
	h.size = 5;
	for (i = 0; i < 5; i++)
		h.table[i] = 2 - i % 3;
	for (i = 0; i < 20; i++)
		assert_int_equal(xsr_net_hash_queue(&h, i), 2 - i % 5 % 3);
	h.size = 1;
	assert_int_equal(xsr_net_hash_queue(&h, 0xdeadbeef), 2);
}

/* Before the guest has said anything. No queues at all would be a division by 0. */
static void test_init(void **state)
{
	struct xsr_net_meta meta = { 0 };
	struct xsr_net_flow flow;
	struct xsr_net_hash h;

	(void)state;
	memset(&h, 0xff, sizeof(h));
	xsr_net_hash_init(&h, 0);
	assert_int_equal(h.queues, 1);
	assert_int_equal(h.size, 0);
	assert_int_equal(h.types, 0);
	flow_of(&rss_ipv4[0], false, true, &flow);
	assert_false(xsr_net_hash_flow(&h, &flow, &meta));
	assert_int_equal(xsr_net_hash_queue(&h, 12345), 0);
	/* Without a key a hash is always 0. */
	h.alg = XSR_NET_HASH_ALG_TOEPLITZ;
	h.types = XSR_NET_HASH_ALL;
	assert_true(xsr_net_hash_flow(&h, &flow, &meta));
	assert_int_equal(meta.hash, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_init),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
