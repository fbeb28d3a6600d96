// SPDX-License-Identifier: GPL-2.0
/*
 * bucket: the rate is right over any time and however it is asked for, the burst is bounded, and no
 * number makes it wrap.
 */
#include "ring/bucket.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

/* Bytes that got through from @now on for @time, packets of @size, asked for every @step. */
static u64 pass(struct xsr_bucket *b, u64 now, u64 time, u32 size, u64 step)
{
	u64 end = now + time, sum = 0;

	for (; now < end; now += step)
		while (xsr_bucket_take(b, size, now))
			sum += size;
	return sum;
}

static void test_no_limit(void **state)
{
	struct xsr_bucket b;
	u32 i;

	(void)state;
	for (i = 0; i < 3; i++) {
		xsr_bucket_init(&b, i == 1 ? 1000 : 0, i == 2 ? 1000 : 0, 0);
		assert_true(xsr_bucket_take(&b, 0xffffffff, 0));
		assert_true(xsr_bucket_take(&b, 0xffffffff, 0));
		assert_int_equal(xsr_bucket_wait(&b, 0), 0);
	}
}

/* After the first burst exactly bytes/usec get through, up to one packet, at any rate and size. */
static void test_rate(void **state)
{
	static const struct {
		u64 bytes;
		u32 usec;
	} rates[] = {
		{ 655360, 50000 }, { 62500, 50000 }, { 1000, 1000000 }, { 12500000, 100000 },
		{ 1, 7 },	   { 7, 1 },	     { 65536, 1 },	{ 999983, 1000003 },
	};
	static const u32 sizes[] = { 60, 1514, 65535 };
	static const u64 steps[] = { 1, 17, 1000, 20000 };
	u32 r, s, t;

	(void)state;
	for (r = 0; r < ARRAY_SIZE(rates); r++)
		for (s = 0; s < ARRAY_SIZE(sizes); s++)
			for (t = 0; t < ARRAY_SIZE(steps); t++) {
				u64 time = rates[r].bytes > 5 * (u64)rates[r].usec ? 100000 :
										     3000000;
				u64 due = rates[r].bytes * time / rates[r].usec;
				u64 burst = rates[r].bytes > 131072 ? rates[r].bytes : 131072;
				u64 got, slack, start = 12345;
				struct xsr_bucket b;

				if (steps[t] == 1) {
					time /= 10;
					due /= 10;
				}
				/* Enough packets to tell, and not so many that nobody waits for it. */
				if (due / sizes[s] > 200000)
					continue;
				/* A bucket fuller than its burst would lose what flows in. */
				if (steps[t] * rates[r].bytes / rates[r].usec > burst / 2)
					continue;
				xsr_bucket_init(&b, rates[r].bytes, rates[r].usec, start);
				/* Drain it, so that only the rate is left. */
				while (xsr_bucket_take(&b, 60, start))
					;
				got = pass(&b, start + steps[t], time, sizes[s], steps[t]);
				/* A packet each way, and what flows in from one asking to the next. */
				slack = sizes[s] + 120 + steps[t] * due / time;
				if (got > due + slack || got + slack < due)
					fail_msg("%llu bytes instead of %llu",
						 (unsigned long long)got, (unsigned long long)due);
			}
}

static void test_burst(void **state)
{
	static const u64 bytes[] = { 1, 1000, 131071, 131072, 131073, 1000000 };
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		u64 burst = bytes[i] > 131072 ? bytes[i] : 131072, now = 0;
		struct xsr_bucket b;
		u32 round;

		xsr_bucket_init(&b, bytes[i], 1000000, now);
		/* Full at the start, and after any long rest; never more. */
		for (round = 0; round < 3; round++) {
			u64 sum = 0;

			while (xsr_bucket_take(&b, 1, now))
				sum++;
			assert_int_equal(sum, burst);
			now += 1000000000000ull;
		}
	}
}

/* One packet may overdraw, the next waits for all of it. */
static void test_debt(void **state)
{
	struct xsr_bucket b;

	(void)state;
	xsr_bucket_init(&b, 1000, 1000, 0); /* a byte a microsecond */
	assert_true(xsr_bucket_take(&b, 131071, 0));
	assert_true(xsr_bucket_take(&b, 65535, 0));
	assert_false(xsr_bucket_take(&b, 1, 0));
	assert_int_equal(xsr_bucket_wait(&b, 0), 65535);
	assert_false(xsr_bucket_take(&b, 1, 65534));
	assert_int_equal(xsr_bucket_wait(&b, 65534), 1);
	assert_true(xsr_bucket_take(&b, 1, 65535));
}

/* What passes in a tenth of a second, between the smallest burst and what the caller wants at most. */
static void test_backlog(void **state)
{
	struct xsr_bucket b;

	(void)state;
	xsr_bucket_init(&b, 0, 0, 0);
	assert_int_equal(xsr_bucket_backlog(&b, 100000, 524288), 524288);
	xsr_bucket_init(&b, 25000, 50000, 0); /* 4 Mbit/s */
	assert_int_equal(xsr_bucket_backlog(&b, 100000, 524288), XSR_BUCKET_MIN_BURST);
	assert_int_equal(xsr_bucket_backlog(&b, 1000000, 524288), 500000);
	assert_int_equal(xsr_bucket_backlog(&b, 10000000, 524288), 524288);
	assert_int_equal(xsr_bucket_backlog(&b, 100000, 1000), 1000);
	xsr_bucket_init(&b, 0xffffffffffffffff, 1, 0);
	assert_int_equal(xsr_bucket_backlog(&b, 0xffffffff, 0xffffffff), 0xffffffff);
	xsr_bucket_init(&b, 1, 0xffffffff, 0);
	assert_int_equal(xsr_bucket_backlog(&b, 0xffffffff, 0xffffffff), XSR_BUCKET_MIN_BURST);
}

/* Who waits as long as he is told may go, and not a microsecond earlier. */
static void test_wait(void **state)
{
	struct rng rng;
	u32 round;

	(void)state;
	rng_seed(&rng, 2);
	for (round = 0; round < 3000; round++) {
		u64 now = rng_next(&rng) >> 20, wait;
		struct xsr_bucket b;

		xsr_bucket_init(&b, 1 + (rng_next(&rng) >> 30 >> rng_below(&rng, 34)),
				1 + rng_below(&rng, 1u << (1 + rng_below(&rng, 27))), now);
		while (xsr_bucket_take(&b, 60 + rng_below(&rng, 65000) * 60000, now))
			;
		wait = xsr_bucket_wait(&b, now);
		assert_true(wait > 0);
		assert_false(xsr_bucket_take(&b, 1, now + wait - 1));
		assert_true(xsr_bucket_take(&b, 1, now + wait));
	}
}

/* The ends of what a key can say. Scaling keeps the rate to one part in a thousand. */
static void test_extremes(void **state)
{
	static const u64 bytes[] = { 1,		 1ull << 34,	    1ull << 35, (1ull << 35) + 1,
				     1ull << 63, 0xffffffffffffffff };
	static const u32 usecs[] = { 1, 1u << 27, (1u << 27) + 1, 0xffffffff };
	u32 i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bytes); i++)
		for (k = 0; k < ARRAY_SIZE(usecs); k++) {
			double want = (double)bytes[i] / usecs[k], is;
			struct xsr_bucket b;
			u32 n;

			xsr_bucket_init(&b, bytes[i], usecs[k], 0);
			assert_true(b.bytes >= 1 && b.bytes <= 1ull << 35);
			assert_true(b.usec >= 1 && b.usec <= 1ull << 27);
			assert_true(b.full <= 1ull << 62);
			is = (double)b.bytes / b.usec;
			/* Rates beyond 32 GiB a microsecond or below a byte in two minutes aside. */
			if (want < (double)(1ull << 35) && bytes[i] > 1 && usecs[k] > 1)
				assert_true(is > want * 0.999 && is < want * 1.001);
			for (n = 0; n < 100; n++)
				xsr_bucket_take(&b, 0xffffffff, (u64)n << 56);
			assert_true(b.level <= (s64)b.full);
			assert_true(xsr_bucket_wait(&b, 100ull << 56) < 1ull << 62);
		}
}

/* Queues on several CPUs read the clock before they get the lock. */
static void test_time_goes_back(void **state)
{
	struct xsr_bucket b;

	(void)state;
	xsr_bucket_init(&b, 1000, 1000, 5000);
	assert_true(xsr_bucket_take(&b, 200000, 5000));
	assert_false(xsr_bucket_take(&b, 1, 4000));
	assert_false(xsr_bucket_take(&b, 1, 0));
	assert_int_equal(xsr_bucket_wait(&b, 4000), 200000 - 131072 + 1);
	assert_false(xsr_bucket_take(&b, 1, 5000 + 200000 - 131072));
	assert_true(xsr_bucket_take(&b, 1, 5000 + 200000 - 131072 + 1));
}

/* Many queues that share a bucket get together what one would get. */
static void test_shared(void **state)
{
	struct xsr_bucket b;
	u64 now, sum = 0;
	u32 q;

	(void)state;
	xsr_bucket_init(&b, 50000, 1000, 0);
	for (now = 0; now < 1000000; now += 10)
		for (q = 0; q < 8; q++)
			if (xsr_bucket_take(&b, 1514, now + q))
				sum += 1514;
	assert_true(sum <= 50000ull * 1000 + 131072 + 1514);
	assert_true(sum >= 50000ull * 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_limit), cmocka_unit_test(test_rate),
		cmocka_unit_test(test_burst),	 cmocka_unit_test(test_debt),
		cmocka_unit_test(test_backlog),	 cmocka_unit_test(test_wait),
		cmocka_unit_test(test_extremes), cmocka_unit_test(test_time_goes_back),
		cmocka_unit_test(test_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
