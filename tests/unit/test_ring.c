// SPDX-License-Identifier: GPL-2.0
/*
 * ring.h: index arithmetic, bounds on the peer's producer, and the notify decisions, over every
 * combination a small ring allows and at every place where an index wraps.
 *
 * Which orderings keep wake-ups from being lost is the subject of test_ring_model.c.
 */
#include "tests/fakes/ring_pair.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define STRIDE 112u

static struct ring_pair pair;

/* Places where 32-bit arithmetic goes wrong first. */
static const u32 bases[] = { 0,		  1,	       31,	    0x7ffffff0u, 0x7fffffffu,
			     0x80000000u, 0xffffffe0u, 0xfffffffeu, 0xffffffffu };

#define for_each_base(b)                                                                        \
	for (const u32 *b##_at = bases, *b##_end = bases + ARRAY_SIZE(bases); b##_at < b##_end; \
	     b##_at++)                                                                          \
		for (u32 b = *b##_at, b##_once = 1; b##_once; b##_once = 0)

static u32 peek_ok(struct xsr_ring *r)
{
	u32 n = 0xdead;

	assert_int_equal(xsr_ring_peek(r, &n), XSR_OK);
	return n;
}

static void put_word(struct xsr_ring *r, u32 tag)
{
	u32 words[STRIDE / 4], i;

	for (i = 0; i < STRIDE / 4; i++)
		words[i] = tag * 31 + i;
	xsr_ring_put(r, words, STRIDE);
}

static void take_word(struct xsr_ring *r, u32 tag)
{
	u32 words[STRIDE / 4], i;

	xsr_ring_take(r, words, STRIDE);
	for (i = 0; i < STRIDE / 4; i++)
		assert_int_equal(words[i], tag * 31 + i);
}

static void test_at_rest(void **state)
{
	(void)state;
	for_each_base(base)
	{
		ring_pair_init(&pair, 1, STRIDE, base);
		assert_int_equal(pair.front.size, 32);
		assert_int_equal(xsr_ring_busy(&pair.front), 0);
		assert_int_equal(xsr_ring_room(&pair.front), 32);
		assert_int_equal(xsr_ring_busy(&pair.back), 0);
		assert_int_equal(xsr_ring_room(&pair.back), 0);
		assert_int_equal(peek_ok(&pair.front), 0);
		assert_int_equal(peek_ok(&pair.back), 0);
		assert_false(xsr_ring_publish(&pair.front));
		assert_false(xsr_ring_publish(&pair.back));
	}
}

/* Requests go there and responses come back, in bursts of every size, across every wrap. */
static void test_round_trips(void **state)
{
	(void)state;
	for_each_base(base)
	{
		u32 tag = 0, burst, i;

		ring_pair_init(&pair, 1, STRIDE, base);
		for (burst = 1; burst <= pair.front.size; burst++) {
			for (i = 0; i < burst; i++)
				put_word(&pair.front, tag + i);
			assert_int_equal(peek_ok(&pair.back), 0); /* nothing before publish */
			xsr_ring_publish(&pair.front);
			assert_int_equal(xsr_ring_room(&pair.front), 32 - burst);
			assert_int_equal(peek_ok(&pair.back), burst);
			for (i = 0; i < burst; i++)
				take_word(&pair.back, tag + i);
			assert_int_equal(peek_ok(&pair.back), 0);
			assert_int_equal(xsr_ring_room(&pair.back), burst);
			for (i = 0; i < burst; i++)
				put_word(&pair.back, ~tag - i);
			xsr_ring_publish(&pair.back);
			assert_int_equal(peek_ok(&pair.front), burst);
			for (i = 0; i < burst; i++)
				take_word(&pair.front, ~tag - i);
			assert_int_equal(xsr_ring_room(&pair.front), 32);
			assert_int_equal(xsr_ring_room(&pair.back), 0);
			tag += burst;
		}
	}
}

/* An entry stays inside its stride: what lies around it is not touched. */
static void test_put_stays_inside(void **state)
{
	u32 idx, i, bytes;

	(void)state;
	for (idx = 0xfffffff0u; idx != 16; idx++) {
		for (bytes = 0; bytes <= STRIDE; bytes += 4) {
			u32 words[STRIDE / 4];
			u8 *entry;

			ring_pair_init(&pair, 1, STRIDE, idx);
			memset(words, 0x5a, sizeof(words));
			memset(&pair.page[16], 0xc3, XSR_PAGE_SIZE - 64);
			xsr_ring_put(&pair.front, words, bytes);
			entry = (u8 *)pair.page + 64 + (idx % 32) * STRIDE;
			for (i = 64; i < XSR_PAGE_SIZE; i++) {
				u8 *at = (u8 *)pair.page + i;
				bool mine = at >= entry && at < entry + bytes;

				if (*at != (mine ? 0x5a : 0xc3))
					fail_msg("entry %u, %u bytes: byte %u", idx, bytes, i);
			}
		}
	}
}

/*
 * Every state a ring of four can be in, at every base, and every value near it that the peer may
 * write as its producer: exactly those that a peer who keeps the rules can write are accepted.
 */
static void check_peek(struct xsr_ring *r, u32 __shared *prod, u32 limit)
{
	u32 n, delta, bit;

	for (delta = -20u; delta != 20; delta++) {
		enum xsr_verdict verdict;

		*prod = r->in + delta;
		n = 0xdead;
		verdict = xsr_ring_peek(r, &n);
		if (delta <= limit) {
			assert_int_equal(verdict, XSR_OK);
			assert_int_equal(n, delta);
		} else {
			assert_int_equal(verdict, XSR_FATAL);
			assert_int_equal(n, 0xdead);
		}
	}
	for (bit = 3; bit < 32; bit++) {
		*prod = r->in + (1u << bit);
		assert_int_equal(xsr_ring_peek(r, &n), XSR_FATAL);
		*prod = r->in - (1u << bit);
		assert_int_equal(xsr_ring_peek(r, &n), XSR_FATAL);
	}
}

static void test_peek_bounds_front(void **state)
{
	u32 sent, unpublished, got;

	(void)state;
	for_each_base(base)
	{
		for (sent = 0; sent <= 4; sent++)
			for (unpublished = 0; unpublished <= 4 - sent; unpublished++)
				for (got = 0; got <= sent; got++) {
					ring_pair_init(&pair, 1, STRIDE, base);
					pair.front.size = 4;
					pair.front.out_pub = base + sent;
					pair.front.out = base + sent + unpublished;
					pair.front.in = base + got;
					/* no answer to what has not been published */
					check_peek(&pair.front, pair.front.in_idx, sent - got);
				}
	}
}

static void test_peek_bounds_back(void **state)
{
	u32 taken, answered;

	(void)state;
	for_each_base(base)
	{
		for (taken = 0; taken <= 8; taken++)
			for (answered = taken > 4 ? taken - 4 : 0; answered <= taken; answered++) {
				ring_pair_init(&pair, 1, STRIDE, base);
				pair.back.size = 4;
				pair.back.in = base + taken;
				pair.back.out = base + answered;
				/* a slot that is owed a response cannot hold a request */
				check_peek(&pair.back, pair.back.in_idx, 4 - (taken - answered));
			}
	}
}

/* Notify if and only if the event index is one of those just published. */
static void test_publish_notifies(void **state)
{
	u32 burst, away;

	(void)state;
	for_each_base(base)
	{
		for (burst = 0; burst <= 8; burst++)
			for (away = -40u; away != 40; away++) {
				bool wanted = false;
				u32 k;

				ring_pair_init(&pair, 1, STRIDE, base);
				ring_pair_header(&pair)->req_event = base + away;
				for (k = 1; k <= burst; k++) {
					put_word(&pair.front, k);
					wanted |= base + k == base + away;
				}
				assert_int_equal(xsr_ring_publish(&pair.front), wanted);
				assert_int_equal(ring_pair_header(&pair)->req_prod, base + burst);
				assert_false(xsr_ring_publish(&pair.front));
			}
	}
}

/* What the peer does to our own producer in the page changes none of our decisions. */
static void test_own_index_is_private(void **state)
{
	struct xsr_sring *s = ring_pair_header(&pair);
	struct rng rng;
	u32 i;

	(void)state;
	rng_seed(&rng, 1);
	for (i = 0; i < 1000; i++) {
		u32 base = (u32)rng_next(&rng);

		ring_pair_init(&pair, 1, STRIDE, base);
		s->req_prod = (u32)rng_next(&rng);
		put_word(&pair.front, i);
		assert_int_equal(xsr_ring_room(&pair.front), 31);
		assert_true(xsr_ring_publish(&pair.front));
		assert_int_equal(s->req_prod, base + 1);
		s->req_prod = (u32)rng_next(&rng);
		s->req_event = base + 2;
		put_word(&pair.front, i);
		assert_true(xsr_ring_publish(&pair.front));
		s->rsp_prod = base + 3;
		assert_int_equal(xsr_ring_peek(&pair.front, &(u32){ 0 }), XSR_FATAL);
		s->rsp_prod = base + 2;
		assert_int_equal(peek_ok(&pair.front), 2);
	}
}

/* Arm writes the wish and tells whether it is granted already. */
static void test_arm(void **state)
{
	u32 ahead, avail;

	(void)state;
	for_each_base(base)
	{
		for (ahead = 1; ahead <= 32; ahead++)
			for (avail = 0; avail <= 32; avail++) {
				ring_pair_init(&pair, 1, STRIDE, base);
				ring_pair_header(&pair)->req_prod = base + avail;
				assert_int_equal(xsr_ring_arm(&pair.back, ahead), avail >= ahead);
				assert_int_equal(ring_pair_header(&pair)->req_event, base + ahead);
			}
	}
}

/* One after the other, arm and publish always agree who has to act: either sees the other. */
static void test_arm_and_publish_agree(void **state)
{
	u32 before, after, ahead;

	(void)state;
	for_each_base(base)
	{
		for (before = 0; before <= 8; before++)
			for (after = 1; after <= 8; after++)
				for (ahead = 1; ahead <= 16; ahead++) {
					bool there, told;
					u32 i;

					ring_pair_init(&pair, 1, STRIDE, base);
					for (i = 0; i < before; i++)
						put_word(&pair.front, i);
					xsr_ring_publish(&pair.front);
					there = xsr_ring_arm(&pair.back, ahead);
					for (i = 0; i < after; i++)
						put_word(&pair.front, i);
					told = xsr_ring_publish(&pair.front);
					assert_int_equal(there, before >= ahead);
					assert_int_equal(told,
							 before < ahead && before + after >= ahead);
				}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_rest),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_put_stays_inside),
		cmocka_unit_test(test_peek_bounds_front),
		cmocka_unit_test(test_peek_bounds_back),
		cmocka_unit_test(test_publish_notifies),
		cmocka_unit_test(test_own_index_is_private),
		cmocka_unit_test(test_arm),
		cmocka_unit_test(test_arm_and_publish_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
