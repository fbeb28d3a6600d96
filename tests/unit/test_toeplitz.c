// SPDX-License-Identifier: GPL-2.0
/*
 * toeplitz: the verification vectors of the public specification of receive side scaling, and a
 * second, bit by bit implementation.
 */
#include <stdlib.h>

#include "ring/toeplitz.h"
#include "tests/fakes/rng.h"
#include "tests/unit/rss.h"
#include "tests/unit/unit.h"

static void test_ipv4(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rss_ipv4); i++) {
		const struct rss_vector *v = &rss_ipv4[i];
		u8 input[12];

		memcpy(input, v->src, 4);
		memcpy(input + 4, v->dst, 4);
		rss_ports(v, input + 8);
		assert_int_equal(xsr_toeplitz(rss_key, sizeof(rss_key), input, 8), v->plain);
		assert_int_equal(xsr_toeplitz(rss_key, sizeof(rss_key), input, 12), v->tcp);
	}
}

static void test_ipv6(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rss_ipv6); i++) {
		const struct rss_vector *v = &rss_ipv6[i];
		u8 input[36];

		memcpy(input, v->src, 16);
		memcpy(input + 16, v->dst, 16);
		rss_ports(v, input + 32);
		assert_int_equal(xsr_toeplitz(rss_key, sizeof(rss_key), input, 32), v->plain);
		assert_int_equal(xsr_toeplitz(rss_key, sizeof(rss_key), input, 36), v->tcp);
	}
}

static u32 key_bit(const u8 *key, u32 key_len, u32 i)
{
	return i / 8 < key_len ? key[i / 8] >> (7 - i % 8) & 1 : 0;
}

static u32 slow(const u8 *key, u32 key_len, const u8 *data, u32 len)
{
	u32 hash = 0, i, k;

	for (i = 0; i < len * 8; i++)
		for (k = 0; k < 32 && data[i / 8] >> (7 - i % 8) & 1; k++)
			hash ^= key_bit(key, key_len, i + k) << (31 - k);
	return hash;
}

/* Keys of any length, data of any length. The key is copied so that a read beyond it is seen. */
static void test_random(void **state)
{
	struct rng rng;
	u32 round, i;

	(void)state;
	rng_seed(&rng, 1);
	for (round = 0; round < 20000; round++) {
		u32 key_len = rng_below(&rng, 41), len = rng_below(&rng, 37);
		u8 *key = malloc(key_len + 1), data[36];

		for (i = 0; i < key_len; i++)
			key[i] = rng_next(&rng);
		for (i = 0; i < len; i++)
			data[i] = rng_next(&rng);
		assert_int_equal(xsr_toeplitz(key, key_len, data, len),
				 slow(key, key_len, data, len));
		free(key);
	}
}

static void test_no_key(void **state)
{
	u8 data[36], zero[40] = { 0 };

	(void)state;
	memset(data, 0xff, sizeof(data));
	assert_int_equal(xsr_toeplitz(NULL, 0, data, sizeof(data)), 0);
	assert_int_equal(xsr_toeplitz(zero, sizeof(zero), data, sizeof(data)), 0);
	assert_int_equal(xsr_toeplitz(rss_key, sizeof(rss_key), data, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipv4),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
