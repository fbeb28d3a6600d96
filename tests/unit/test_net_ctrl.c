// SPDX-License-Identifier: GPL-2.0
/*
 * net_ctrl: every control message with the numbers that hostile guests send (advisory 270), what it
 * does to the hash, and entries byte by byte.
 */
#include "ring/net_ctrl.h"
#include "tests/fakes/net_raw.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define STRIDE 16

static struct ring_pair pair;
static struct xsr_net_hash hash;
static struct xsr_net_ctrl_job job;
static const struct xsr_net_ctrl_offer none = { 0 };

static const u32 edges[] = { 0,	  1,   39,  40,	 41,   63,	   64,	       127,
			     128, 129, 512, 513, 4096, 0x7fffffff, 0x80000000, 0xffffffff };

static void start(void)
{
	xsr_net_hash_init(&hash, 4);
	memset(&job, 0xa5, sizeof(job));
}

static u32 send_to(const struct xsr_net_ctrl_offer *offer, u16 type, u32 d0, u32 d1, u32 d2)
{
	struct xsr_net_ctrl_req req = { .id = 0x1234, .type = type, .data = { d0, d1, d2 } };

	xsr_net_ctrl_begin(&hash, offer, &req, &job);
	assert_int_equal(job.rsp.id, 0x1234);
	assert_int_equal(job.rsp.type, type);
	return job.rsp.status;
}

static u32 send(u16 type, u32 d0, u32 d1, u32 d2)
{
	return send_to(&none, type, d0, d1, d2);
}

/* Nothing has changed since @before. */
static void same(const struct xsr_net_hash *before)
{
	assert_memory_equal(&hash, before, sizeof(hash));
}

static void test_unknown(void **state)
{
	struct xsr_net_hash before;
	u32 type;

	(void)state;
	start();
	before = hash;
	for (type = 0; type <= 0xffff; type++) {
		if (type >= 1 && type <= 7)
			continue;
		assert_int_equal(send(type, 1, 1, 1), XSR_NET_CTRL_NOT_SUPPORTED);
		assert_int_equal(job.need, XSR_NET_CTRL_READY);
		assert_int_equal(job.rsp.data, 0);
	}
	same(&before);
}

static void test_algorithm_and_types(void **state)
{
	u32 i;

	(void)state;
	start();
	/* Types mean nothing before there is an algorithm. */
	assert_int_equal(send(XSR_NET_CTRL_GET_HASH_FLAGS, 0, 0, 0), XSR_NET_CTRL_NOT_SUPPORTED);
	assert_int_equal(job.rsp.data, 0);
	assert_int_equal(send(XSR_NET_CTRL_SET_HASH_FLAGS, 1, 0, 0),
			 XSR_NET_CTRL_INVALID_PARAMETER);
	assert_int_equal(hash.types, 0);
	for (i = 2; i < 40; i++)
		assert_int_equal(send(XSR_NET_CTRL_SET_HASH_ALGORITHM, i, 0, 0),
				 XSR_NET_CTRL_INVALID_PARAMETER);
	assert_int_equal(send(XSR_NET_CTRL_SET_HASH_ALGORITHM, 0xffffffff, 0, 0),
			 XSR_NET_CTRL_INVALID_PARAMETER);
	assert_int_equal(hash.alg, 0);
	assert_int_equal(send(XSR_NET_CTRL_SET_HASH_ALGORITHM, 1, 0, 0), XSR_NET_CTRL_SUCCESS);
	assert_int_equal(hash.alg, 1);
	assert_int_equal(send(XSR_NET_CTRL_GET_HASH_FLAGS, 0, 0, 0), XSR_NET_CTRL_SUCCESS);
	assert_int_equal(job.rsp.data, 15);
	for (i = 0; i < 32; i++) {
		assert_int_equal(send(XSR_NET_CTRL_SET_HASH_FLAGS, 1u << i, 0, 0),
				 i < 4 ? XSR_NET_CTRL_SUCCESS : XSR_NET_CTRL_INVALID_PARAMETER);
		assert_int_equal(hash.types, i < 4 ? 1u << i : 8);
	}
	assert_int_equal(send(XSR_NET_CTRL_SET_HASH_FLAGS, 0, 0, 0), XSR_NET_CTRL_SUCCESS);
	assert_int_equal(hash.types, 0);
	assert_int_equal(send(XSR_NET_CTRL_SET_HASH_ALGORITHM, 0, 0, 0), XSR_NET_CTRL_SUCCESS);
	assert_int_equal(hash.alg, 0);
}

static void test_key(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		u32 bytes = edges[i];
		struct xsr_net_hash before;

		start();
		memset(hash.key, 0x77, sizeof(hash.key));
		before = hash;
		if (bytes > 40) {
			assert_int_equal(send(XSR_NET_CTRL_SET_HASH_KEY, 5, bytes, 0),
					 XSR_NET_CTRL_BUFFER_OVERFLOW);
			assert_int_equal(job.need, XSR_NET_CTRL_READY);
			same(&before);
			continue;
		}
		assert_int_equal(send(XSR_NET_CTRL_SET_HASH_KEY, 5, bytes, 0),
				 XSR_NET_CTRL_SUCCESS);
		if (bytes) {
			assert_int_equal(job.need, XSR_NET_CTRL_FETCH);
			assert_int_equal(job.gref, 5);
			assert_int_equal(job.bytes, bytes);
			same(&before);
			memset(job.data, 0x55, sizeof(job.data));
			xsr_net_ctrl_fetched(&hash, &job, true);
			assert_int_equal(job.rsp.status, XSR_NET_CTRL_SUCCESS);
		}
		assert_int_equal(job.need, XSR_NET_CTRL_READY);
		/* A new key replaces all of the old one. */
		for (u32 k = 0; k < 40; k++)
			assert_int_equal(hash.key[k], k < bytes ? 0x55 : 0);
	}
}

static void test_key_not_fetched(void **state)
{
	struct xsr_net_hash before;

	(void)state;
	start();
	memset(hash.key, 0x77, sizeof(hash.key));
	before = hash;
	assert_int_equal(send(XSR_NET_CTRL_SET_HASH_KEY, 5, 40, 0), XSR_NET_CTRL_SUCCESS);
	xsr_net_ctrl_fetched(&hash, &job, false);
	assert_int_equal(job.rsp.status, XSR_NET_CTRL_INVALID_PARAMETER);
	assert_int_equal(job.need, XSR_NET_CTRL_READY);
	same(&before);
}

static void test_table_size(void **state)
{
	u32 i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		start();
		hash.size = 7;
		memset(hash.table, 1, sizeof(hash.table));
		if (edges[i] > 128) {
			assert_int_equal(send(XSR_NET_CTRL_SET_HASH_MAPPING_SIZE, edges[i], 0, 0),
					 XSR_NET_CTRL_INVALID_PARAMETER);
			assert_int_equal(hash.size, 7);
			continue;
		}
		assert_int_equal(send(XSR_NET_CTRL_SET_HASH_MAPPING_SIZE, edges[i], 0, 0),
				 XSR_NET_CTRL_SUCCESS);
		assert_int_equal(hash.size, edges[i]);
		for (k = 0; k < 128; k++)
			assert_int_equal(hash.table[k], 0);
	}
	start();
	assert_int_equal(send(XSR_NET_CTRL_GET_HASH_MAPPING_SIZE, 0, 0, 0), XSR_NET_CTRL_SUCCESS);
	assert_int_equal(job.rsp.data, 128);
}

/* 270: each pair of length and place, sums that wrap among them, for several sizes of table. */
static void test_grid_270(void **state)
{
	static const u32 sizes[] = { 0, 1, 64, 127, 128 };
	u32 s, l, f;

	(void)state;
	for (s = 0; s < ARRAY_SIZE(sizes); s++)
		for (l = 0; l < ARRAY_SIZE(edges); l++)
			for (f = 0; f < ARRAY_SIZE(edges); f++) {
				u64 end = (u64)edges[l] + edges[f];
				u32 want = edges[l] > 128 ? XSR_NET_CTRL_BUFFER_OVERFLOW :
					   end > sizes[s] ? XSR_NET_CTRL_INVALID_PARAMETER :
							    XSR_NET_CTRL_SUCCESS;
				struct xsr_net_hash before;

				start();
				hash.size = sizes[s];
				before = hash;
				assert_int_equal(send(XSR_NET_CTRL_SET_HASH_MAPPING, 9, edges[l],
						      edges[f]),
						 want);
				same(&before);
				if (want || !edges[l]) {
					assert_int_equal(job.need, XSR_NET_CTRL_READY);
					continue;
				}
				assert_int_equal(job.need, XSR_NET_CTRL_FETCH);
				assert_int_equal(job.gref, 9);
				assert_int_equal(job.bytes, edges[l] * 4);
				memset(job.data, 0, sizeof(job.data));
				job.data[edges[l] - 1] = 3;
				xsr_net_ctrl_fetched(&hash, &job, true);
				assert_int_equal(job.rsp.status, XSR_NET_CTRL_SUCCESS);
				assert_int_equal(hash.table[end - 1], 3);
				hash.table[end - 1] = 0;
				same(&before);
			}
}

/* An entry that names no queue spoils all of them, and what there was stays. */
static void test_table_entries(void **state)
{
	struct xsr_net_hash before;
	u32 i;

	(void)state;
	for (i = 0; i < 10; i++) {
		start();
		hash.size = 20;
		hash.table[12] = 2;
		before = hash;
		assert_int_equal(send(XSR_NET_CTRL_SET_HASH_MAPPING, 9, 10, 5),
				 XSR_NET_CTRL_SUCCESS);
		memset(job.data, 0, sizeof(job.data));
		job.data[i] = i % 2 ? 4 : 0xffffffff;
		job.data[10] = 0xffffffff; /* beyond what was asked for */
		xsr_net_ctrl_fetched(&hash, &job, true);
		assert_int_equal(job.rsp.status, XSR_NET_CTRL_INVALID_PARAMETER);
		same(&before);
	}
	start();
	hash.size = 20;
	assert_int_equal(send(XSR_NET_CTRL_SET_HASH_MAPPING, 9, 10, 5), XSR_NET_CTRL_SUCCESS);
	before = hash;
	xsr_net_ctrl_fetched(&hash, &job, false);
	assert_int_equal(job.rsp.status, XSR_NET_CTRL_INVALID_PARAMETER);
	same(&before);
}

static void test_grefs(void **state)
{
	static const u32 offers[] = { 0, 1, 256, 512, 10000 };
	u32 o, q, n, type;

	(void)state;
	for (o = 0; o < ARRAY_SIZE(offers); o++)
		for (q = 0; q < ARRAY_SIZE(edges); q++)
			for (n = 0; n < ARRAY_SIZE(edges); n++)
				for (type = 8; type <= 10; type++) {
					struct xsr_net_ctrl_offer offer = { offers[o] };
					u32 most = offers[o] < 512 ? offers[o] : 512, status;
					bool good = edges[q] < 4;

					if (type > 8)
						good &= edges[n] && edges[n] <= most;
					start();
					status = send_to(&offer, type, edges[q], 77, edges[n]);
					if (!offers[o])
						assert_int_equal(status,
								 XSR_NET_CTRL_NOT_SUPPORTED);
					else
						assert_int_equal(
							status,
							good ? XSR_NET_CTRL_SUCCESS :
							       XSR_NET_CTRL_INVALID_PARAMETER);
					if (type == 8 || !good || !offers[o]) {
						assert_int_equal(job.need, XSR_NET_CTRL_READY);
						assert_int_equal(job.rsp.data,
								 good && type == 8 ? offers[o] : 0);
						continue;
					}
					assert_int_equal(job.need, type == 9 ? XSR_NET_CTRL_ADD :
									       XSR_NET_CTRL_DEL);
					assert_int_equal(job.queue, edges[q]);
					assert_int_equal(job.gref, 77);
					assert_int_equal(job.count, edges[n]);
				}
}

static void test_grefs_done(void **state)
{
	struct xsr_net_ctrl_offer offer = { 512 };
	u32 type;

	(void)state;
	for (type = 9; type <= 10; type++) {
		start();
		send_to(&offer, type, 0, 77, 10);
		xsr_net_ctrl_done(&job, true, 8);
		assert_int_equal(job.need, XSR_NET_CTRL_READY);
		assert_int_equal(job.rsp.status, XSR_NET_CTRL_SUCCESS);
		assert_int_equal(job.rsp.data, type == 10 ? 8 : 0);
		send_to(&offer, type, 0, 77, 10);
		xsr_net_ctrl_done(&job, false, 8);
		assert_int_equal(job.need, XSR_NET_CTRL_READY);
		assert_int_equal(job.rsp.status, XSR_NET_CTRL_INVALID_PARAMETER);
		assert_int_equal(job.rsp.data, 0);
	}
}

/* Whatever is asked in whatever order, the hash stays usable: this is what "checked" means. */
static void test_random(void **state)
{
	struct rng rng;
	u32 round, i;

	(void)state;
	rng_seed(&rng, 4);
	start();
	for (round = 0; round < 200000; round++) {
		struct xsr_net_ctrl_offer offer = { rng_below(&rng, 2) ? 256 : 0 };

		send_to(&offer, rng_below(&rng, 12), edges[rng_below(&rng, ARRAY_SIZE(edges))],
			rng_below(&rng, 3) ? rng_below(&rng, 130) :
					     edges[rng_below(&rng, ARRAY_SIZE(edges))],
			rng_below(&rng, 3) ? rng_below(&rng, 130) : (u32)rng_next(&rng));
		if (job.need == XSR_NET_CTRL_FETCH) {
			assert_true(job.bytes > 0 && job.bytes <= sizeof(job.data));
			for (i = 0; i < ARRAY_SIZE(job.data); i++)
				job.data[i] = rng_below(&rng, 200) ? rng_below(&rng, 4) :
								     (u32)rng_next(&rng);
			xsr_net_ctrl_fetched(&hash, &job, rng_below(&rng, 8));
		}
		assert_true(hash.alg <= 1 && hash.types <= 15 && hash.size <= 128);
		assert_int_equal(hash.queues, 4);
		for (i = 0; i < hash.size; i++)
			assert_true(hash.table[i] < 4);
		assert_true(xsr_net_hash_queue(&hash, (u32)rng_next(&rng)) < 4);
	}
}

static void test_entries(void **state)
{
	static const u8 raw_req[STRIDE] = {
		0x34, 0x12, 6, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
	};
	static const u8 raw_rsp[12] = { 0x34, 0x12, 6, 0, 2, 0, 0, 0, 0x78, 0x56, 0x34, 0x12 };
	struct xsr_net_ctrl_rsp rsp = { 0x1234, 6, 2, 0x12345678 }, back;
	struct xsr_net_ctrl_req req;

	(void)state;
	ring_pair_init(&pair, 1, STRIDE, 0xffffffff);
	assert_int_equal(pair.front.size, XSR_NET_CTRL_RING_SIZE);
	memcpy(raw_next_req(&pair), raw_req, STRIDE);
	xsr_net_ctrl_take_req(&pair.back, &req);
	assert_int_equal(req.id, 0x1234);
	assert_int_equal(req.type, 6);
	assert_int_equal(req.data[0], 0x04030201);
	assert_int_equal(req.data[1], 0x08070605);
	assert_int_equal(req.data[2], 0x0c0b0a09);
	memset(ring_pair_entry(&pair, 0xffffffff), 0xa5, STRIDE);
	xsr_net_ctrl_put_rsp(&pair.back, &rsp);
	assert_memory_equal(ring_pair_entry(&pair, 0xffffffff), raw_rsp, 12);
	assert_int_equal(raw_peek(ring_pair_entry(&pair, 0xffffffff) + 12, 4), 0xa5a5a5a5);
	assert_int_equal(xsr_net_ctrl_take_rsp(&pair.front, &req, &back), XSR_OK);
	assert_memory_equal(&back, &rsp, sizeof(rsp));
	memset(ring_pair_entry(&pair, 0), 0xa5, STRIDE);
	pair.front.out = 0;
	xsr_net_ctrl_put_req(&pair.front, &req);
	assert_memory_equal(ring_pair_entry(&pair, 0), raw_req, STRIDE);
}

static void test_answers_match(void **state)
{
	struct xsr_net_ctrl_req sent = { .id = 7, .type = 1 };
	struct xsr_net_ctrl_rsp rsp;
	u32 id, type;

	(void)state;
	for (id = 6; id <= 8; id++)
		for (type = 0; type <= 2; type++) {
			u8 *e;

			ring_pair_init(&pair, 1, STRIDE, 0);
			e = raw_next_rsp(&pair);
			raw_poke(e, id, 2);
			raw_poke(e + 2, type, 2);
			assert_int_equal(xsr_net_ctrl_take_rsp(&pair.front, &sent, &rsp),
					 id == 7 && type == 1 ? XSR_OK : XSR_FATAL);
		}
}

static void test_names(void **state)
{
	u32 i, k;

	(void)state;
	for (i = 0; i < 5; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(xsr_net_ctrl_status_name(i),
						xsr_net_ctrl_status_name(k));
	assert_string_equal(xsr_net_ctrl_status_name(0), "success");
	assert_string_equal(xsr_net_ctrl_status_name(0xffffffff), "invalid");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown),	      cmocka_unit_test(test_algorithm_and_types),
		cmocka_unit_test(test_key),	      cmocka_unit_test(test_key_not_fetched),
		cmocka_unit_test(test_table_size),    cmocka_unit_test(test_grid_270),
		cmocka_unit_test(test_table_entries), cmocka_unit_test(test_grefs),
		cmocka_unit_test(test_grefs_done),    cmocka_unit_test(test_random),
		cmocka_unit_test(test_entries),	      cmocka_unit_test(test_answers_match),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
