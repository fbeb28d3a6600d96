// SPDX-License-Identifier: GPL-2.0
/*
 * copy: pieces cross a page on neither side, follow each other, and move every byte to its place.
 *
 * The walk is compared with a byte-by-byte copy between two memories that stand for the peer's
 * pages and for ours.
 */
#include "grant/copy.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define PAGES 24
#define SPANS 24

static _Alignas(XSR_PAGE_SIZE) u8 theirs[PAGES * XSR_PAGE_SIZE];
static _Alignas(XSR_PAGE_SIZE) u8 ours[PAGES * XSR_PAGE_SIZE];
static _Alignas(XSR_PAGE_SIZE) u8 want[PAGES * XSR_PAGE_SIZE];

static u32 page_offset(const void *at)
{
	return (uintptr_t)at & (XSR_PAGE_SIZE - 1);
}

/* What Xen does: a copy that reaches beyond a page is refused. */
static void execute(const struct xsr_copy_piece *p)
{
	assert_true(p->bytes > 0);
	assert_true(p->offset + p->bytes <= XSR_PAGE_SIZE);
	assert_true(page_offset(p->at) + p->bytes <= XSR_PAGE_SIZE);
	memcpy(p->at, theirs + p->gref * XSR_PAGE_SIZE + p->offset, p->bytes);
}

static u32 run(const struct xsr_copy_peer *peer, u32 nr_peer, const struct xsr_copy_own *own,
	       u32 nr_own)
{
	struct xsr_copy_walk w;
	struct xsr_copy_piece p;
	u32 n = 0, count, span = 0;

	xsr_copy_begin(&w, peer, nr_peer, own, nr_own);
	count = xsr_copy_count(&w);
	while (xsr_copy_next(&w, &p)) {
		execute(&p);
		assert_true(p.span >= span && p.span < nr_peer);
		assert_int_equal(p.gref, peer[p.span].gref);
		span = p.span;
		n++;
		assert_int_equal(xsr_copy_count(&w), count - n);
	}
	assert_int_equal(n, count);
	assert_false(xsr_copy_next(&w, &p));
	return n;
}

static void start(void)
{
	u32 i;

	for (i = 0; !theirs[1] && i < sizeof(theirs); i++)
		theirs[i] = i * 31 + i / 251;
	memset(ours, 0, sizeof(ours));
	memset(want, 0, sizeof(want));
}

static void test_one_to_one(void **state)
{
	struct xsr_copy_peer peer = { 3, 100, 200 };
	struct xsr_copy_own own = { ours + 50, 200 };

	(void)state;
	start();
	assert_true(xsr_copy_matches(&peer, 1, &own, 1));
	assert_int_equal(run(&peer, 1, &own, 1), 1);
	assert_memory_equal(ours + 50, theirs + 3 * XSR_PAGE_SIZE + 100, 200);
}

/* A span of ours over two pages: two pieces, cut at the page. */
static void test_own_page(void **state)
{
	struct xsr_copy_peer peer = { 0, 0, 4096 };
	struct xsr_copy_own own = { ours + 4095, 4096 };

	(void)state;
	start();
	assert_int_equal(run(&peer, 1, &own, 1), 2);
	assert_memory_equal(ours + 4095, theirs, 4096);
}

static void test_page_by_page(void **state)
{
	struct xsr_copy_peer peer[16];
	struct xsr_copy_own own = { ours, 16 * 4096 };
	u32 i;

	(void)state;
	start();
	for (i = 0; i < 16; i++)
		peer[i] = (struct xsr_copy_peer){ 15 - i, 0, 4096 };
	assert_true(xsr_copy_matches(peer, 16, &own, 1));
	assert_int_equal(run(peer, 16, &own, 1), 16);
	for (i = 0; i < 16; i++)
		assert_memory_equal(ours + i * 4096, theirs + (15 - i) * 4096, 4096);
}

static void test_empty(void **state)
{
	struct xsr_copy_peer peer[4] = { { 1, 4096, 0 }, { 2, 0, 5 }, { 3, 7, 0 }, { 4, 8, 0 } };
	struct xsr_copy_own own[4] = { { ours, 0 }, { ours, 3 }, { ours, 0 }, { ours + 3, 2 } };
	struct xsr_copy_walk w;
	struct xsr_copy_piece p;

	(void)state;
	start();
	assert_true(xsr_copy_matches(peer, 4, own, 4));
	assert_int_equal(run(peer, 4, own, 4), 2);
	assert_memory_equal(ours, theirs + 2 * XSR_PAGE_SIZE, 5);
	xsr_copy_begin(&w, NULL, 0, NULL, 0);
	assert_int_equal(xsr_copy_count(&w), 0);
	assert_false(xsr_copy_next(&w, &p));
	assert_true(xsr_copy_matches(NULL, 0, NULL, 0));
	assert_true(xsr_copy_matches(peer, 1, own, 1));
}

static void test_matches(void **state)
{
	static const struct {
		struct xsr_copy_peer peer;
		u32 own;
		bool match;
	} table[] = {
		{ { 0, 0, 4096 }, 4096, true },	       { { 0, 1, 4096 }, 4096, false },
		{ { 0, 4095, 1 }, 1, true },	       { { 0, 4096, 1 }, 1, false },
		{ { 0, 65535, 65535 }, 65535, false }, { { 0, 0, 10 }, 9, false },
		{ { 0, 0, 10 }, 11, false },	       { { 0, 0, 0 }, 0, true },
	};
	struct xsr_copy_peer many[2] = { { 0, 0, 4096 }, { 0, 0, 4096 } };
	struct xsr_copy_own huge[2] = { { ours, 0xffffffff }, { ours, 8193 } };
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		struct xsr_copy_own own = { ours, table[i].own };

		assert_int_equal(xsr_copy_matches(&table[i].peer, 1, &own, 1), table[i].match);
	}
	/* A sum that would wrap is none that matches. */
	assert_false(xsr_copy_matches(many, 2, huge, 2));
}

/* A walk ends with the shorter list, whatever the other says. */
static void test_ends_with_shorter(void **state)
{
	struct xsr_copy_peer peer = { 0, 0, 100 };
	struct xsr_copy_own own = { ours, 60 };

	(void)state;
	start();
	assert_int_equal(run(&peer, 1, &own, 1), 1);
	own.bytes = 400;
	assert_int_equal(run(&peer, 1, &own, 1), 1);
	assert_int_equal(ours[100], 0);
}

/* Any cut of the same bytes on both sides. */
static void test_random(void **state)
{
	struct rng rng;
	u32 round;

	(void)state;
	rng_seed(&rng, 9);
	for (round = 0; round < 400; round++) {
		struct xsr_copy_peer peer[SPANS];
		struct xsr_copy_own own[SPANS];
		u32 n = 1 + rng_below(&rng, 18), m = 0, sum = 0, at, left, i, done = 0;
		u8 flat[18 * XSR_PAGE_SIZE];

		start();
		for (i = 0; i < n; i++) {
			u32 bytes = rng_below(&rng, 4097);

			peer[i].gref = rng_below(&rng, PAGES);
			peer[i].offset = rng_below(&rng, 4097 - bytes);
			peer[i].bytes = bytes;
			memcpy(flat + sum, theirs + peer[i].gref * XSR_PAGE_SIZE + peer[i].offset,
			       bytes);
			sum += bytes;
		}
		at = rng_below(&rng, 4096);
		for (left = sum; left; m++) {
			u32 bytes = m == SPANS - 1 ? left : rng_below(&rng, left + 1);

			own[m].at = ours + at;
			own[m].bytes = bytes;
			memcpy(want + at, flat + done, bytes);
			done += bytes;
			left -= bytes;
			at += bytes + rng_below(&rng, 300);
		}
		assert_true(xsr_copy_matches(peer, n, own, m));
		run(peer, n, own, m);
		assert_memory_equal(ours, want, sizeof(ours));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_to_one),   cmocka_unit_test(test_own_page),
		cmocka_unit_test(test_page_by_page), cmocka_unit_test(test_empty),
		cmocka_unit_test(test_matches),	     cmocka_unit_test(test_ends_with_shorter),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
