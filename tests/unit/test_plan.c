// SPDX-License-Identifier: GPL-2.0
/*
 * grant/plan: each piece of a request ends with the owner its operation gave it, whatever subset of
 * the operations fails; undoing names exactly what was mapped; nothing is lost between cache, plan
 * and pieces. A grant table in an array stands for Xen and notices double and missing unmaps.
 */
#include "grant/plan.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define SLOTS 64u
#define OPS 24u
#define PIECES 11u

static struct xsr_cache cache;
static _Alignas(16) u8 cache_storage[SLOTS * (sizeof(struct xsr_cache_entry) + sizeof(u32))];
static struct xsr_piece *plan_storage[OPS];
static struct xsr_plan plan;

/* --- the grant table ------------------------------------------------------------------------------ */

#define HANDLES 512u

static bool table_mapped[HANDLES]; /* by handle */
static u32 table_next;
static u64 table_calls;

/* Execute @plan as the shell does; operation i fails if bit i of @fail is set. */
static void table_map(u64 fail)
{
	u32 i;

	table_calls += plan.n != 0;
	for (i = 0; i < plan.n; i++) {
		bool done = !(fail >> i & 1);
		u32 handle = 0xdead;

		if (done) {
			while (table_mapped[table_next % HANDLES])
				table_next++;
			handle = table_next++ % HANDLES;
			table_mapped[handle] = true;
		}
		xsr_plan_mapped(&plan, i, done, handle);
		if (!done)
			plan.op[i]->page = NULL;
	}
}

static void table_unmap(void)
{
	u32 i;

	table_calls += plan.n != 0;
	for (i = 0; i < plan.n; i++) {
		u32 handle = plan.op[i]->ref;

		assert_true(handle < HANDLES);
		assert_true(table_mapped[handle]);
		table_mapped[handle] = false;
		xsr_plan_unmapped(&plan, i);
	}
	xsr_plan_reset(&plan);
}

static u32 table_count(void)
{
	u32 i, n = 0;

	for (i = 0; i < HANDLES; i++)
		n += table_mapped[i];
	return n;
}

/* --- helpers -------------------------------------------------------------------------------------- */

static int setup(void **state)
{
	static const u64 secret[2] = { 0x9e3779b97f4a7c15ull, 99 };

	memset(table_mapped, 0, sizeof(table_mapped));
	table_calls = 0;
	xsr_cache_init(&cache, cache_storage, SLOTS, SLOTS, secret);
	xsr_plan_init(&plan, plan_storage, OPS);
	return 0;
}

static void make_pieces(struct xsr_piece *pieces, u32 n, u32 first_gref)
{
	u32 i;

	for (i = 0; i < n; i++)
		pieces[i] = (struct xsr_piece){ .gref = first_gref + i, .page = &pieces[i] };
}

static u32 owned_by(const struct xsr_piece *pieces, u32 n, enum xsr_owner owner)
{
	u32 i, count = 0;

	for (i = 0; i < n; i++)
		count += pieces[i].owner == owner;
	return count;
}

/* Map @pieces, the operations in @fail failing. */
static void map(struct xsr_cache *with, struct xsr_piece *pieces, u32 n, u64 fail)
{
	if (!xsr_plan_find(with, pieces, n))
		return;
	assert_true(xsr_plan_map(&plan, pieces, n));
	table_map(fail);
	if (with)
		xsr_plan_keep(&plan, with);
	xsr_plan_reset(&plan);
}

/* Undo whatever @pieces have. */
static void undo(struct xsr_cache *with, struct xsr_piece *pieces, u32 n)
{
	assert_true(xsr_plan_unmap(&plan, pieces, n));
	table_unmap();
	if (with)
		xsr_pieces_give(with, pieces, n, 0);
	assert_int_equal(owned_by(pieces, n, XSR_OWN_NONE), n);
}

/* --- tests ---------------------------------------------------------------------------------------- */

static void test_transient(void **state)
{
	struct xsr_piece pieces[PIECES];

	make_pieces(pieces, PIECES, 100);
	assert_int_equal(xsr_plan_find(NULL, pieces, PIECES), PIECES);
	map(NULL, pieces, PIECES, 0);
	assert_true(xsr_pieces_owned(pieces, PIECES));
	assert_int_equal(xsr_pieces_transient(pieces, PIECES), PIECES);
	assert_int_equal(table_count(), PIECES);
	undo(NULL, pieces, PIECES);
	assert_int_equal(table_count(), 0);
	assert_int_equal(table_calls, 2);
}

/* The second time nothing is mapped, and there is no operation at all. */
static void test_persistent(void **state)
{
	struct xsr_piece pieces[PIECES], first[PIECES];
	u32 i;

	make_pieces(first, PIECES, 100);
	map(&cache, first, PIECES, 0);
	assert_int_equal(owned_by(first, PIECES, XSR_OWN_PERSISTENT), PIECES);
	undo(&cache, first, PIECES);
	assert_int_equal(table_count(), PIECES);
	assert_int_equal(table_calls, 1);

	make_pieces(pieces, PIECES, 100);
	assert_int_equal(xsr_plan_find(&cache, pieces, PIECES), 0);
	assert_true(xsr_pieces_owned(pieces, PIECES));
	assert_int_equal(xsr_pieces_transient(pieces, PIECES), 0);
	for (i = 0; i < PIECES; i++)
		assert_ptr_equal(pieces[i].page, &first[i]); /* where it was mapped before */
	undo(&cache, pieces, PIECES);
	assert_int_equal(table_calls, 1);
	assert_int_equal(cache.lent, 0);
}

/* A reference twice in one request: mapped twice, one of them kept, the other undone. */
static void test_same_twice(void **state)
{
	struct xsr_piece pieces[2];

	make_pieces(pieces, 2, 100);
	pieces[1].gref = 100;
	map(&cache, pieces, 2, 0);
	assert_int_equal(pieces[0].owner, XSR_OWN_PERSISTENT);
	assert_int_equal(pieces[1].owner, XSR_OWN_TRANSIENT);
	undo(&cache, pieces, 2);
	assert_int_equal(table_count(), 1);
	assert_int_equal(cache.count, 1);
}

/* A reference that another request has at this moment is mapped once more, for this one only. */
static void test_lent_elsewhere(void **state)
{
	struct xsr_piece first[1], second[1];

	make_pieces(first, 1, 100);
	make_pieces(second, 1, 100);
	map(&cache, first, 1, 0);
	map(&cache, second, 1, 0);
	assert_int_equal(second->owner, XSR_OWN_TRANSIENT);
	undo(&cache, second, 1);
	undo(&cache, first, 1);
	assert_int_equal(table_count(), 1);
}

static void test_cache_full(void **state)
{
	struct xsr_piece pieces[PIECES];

	cache.limit = 4;
	make_pieces(pieces, PIECES, 100);
	map(&cache, pieces, PIECES, 0);
	assert_int_equal(owned_by(pieces, PIECES, XSR_OWN_PERSISTENT), 4);
	assert_int_equal(owned_by(pieces, PIECES, XSR_OWN_TRANSIENT), PIECES - 4);
	undo(&cache, pieces, PIECES);
	assert_int_equal(table_count(), 4);
}

/* Every subset of operations fails once, with and without a cache. */
static void test_every_failure(void **state)
{
	struct xsr_piece pieces[PIECES];
	u32 mask, i;

	for (mask = 0; mask < 1u << PIECES; mask++) {
		struct xsr_cache *with = mask & 1 ? &cache : NULL;

		setup(NULL);
		make_pieces(pieces, PIECES, 100);
		map(with, pieces, PIECES, mask);
		assert_int_equal(xsr_pieces_owned(pieces, PIECES), mask == 0);
		for (i = 0; i < PIECES; i++)
			assert_int_equal(pieces[i].owner == XSR_OWN_NONE, mask >> i & 1);
		undo(with, pieces, PIECES);
		assert_int_equal(table_count(), cache.count);
		assert_int_equal(cache.lent, 0);
	}
}

/* The plan takes all pieces of a request or none, and several requests as long as there is room. */
static void test_room(void **state)
{
	struct xsr_piece a[PIECES], b[PIECES], c[PIECES];

	make_pieces(a, PIECES, 100);
	make_pieces(b, PIECES, 200);
	make_pieces(c, PIECES, 300);
	assert_true(xsr_plan_map(&plan, a, PIECES));
	assert_true(xsr_plan_map(&plan, b, PIECES));
	assert_false(xsr_plan_map(&plan, c, PIECES));
	assert_int_equal(plan.n, 2 * PIECES);
	assert_true(xsr_plan_map(&plan, c, OPS - 2 * PIECES));
	assert_false(xsr_plan_map(&plan, &c[OPS - 2 * PIECES], 1));
	table_map(0);
	xsr_plan_reset(&plan);
	assert_true(xsr_plan_unmap(&plan, a, PIECES));
	assert_true(xsr_plan_unmap(&plan, b, PIECES));
	assert_true(xsr_plan_unmap(&plan, c, PIECES));
	assert_int_equal(plan.n, OPS);
	assert_false(xsr_plan_unmap(&plan, a, 1));
	assert_int_equal(plan.n, OPS);
	table_unmap();
	assert_int_equal(table_count(), 0);
}

/* What a piece owns already is neither looked for nor mapped again: a request may come twice. */
static void test_second_round(void **state)
{
	struct xsr_piece pieces[4];

	make_pieces(pieces, 4, 100);
	map(&cache, pieces, 2, 0);
	assert_int_equal(xsr_plan_find(&cache, pieces, 4), 2);
	map(&cache, pieces, 4, 0);
	assert_int_equal(table_count(), 4);
	assert_int_equal(cache.lent, 4);
	undo(&cache, pieces, 4);
	undo(&cache, pieces, 4);
	assert_int_equal(cache.lent, 0);
}

/* What the cache gives up can be unmapped like any other piece. */
static void test_purged(void **state)
{
	struct xsr_piece pieces[PIECES], gone[PIECES];
	u32 n;

	make_pieces(pieces, PIECES, 100);
	map(&cache, pieces, PIECES, 0);
	undo(&cache, pieces, PIECES);
	n = xsr_cache_purge(&cache, 0, 0, gone, PIECES);
	assert_int_equal(n, PIECES);
	undo(&cache, gone, n);
	assert_int_equal(table_count(), 0);
}

/* --- many requests at random ---------------------------------------------------------------------- */

#define REQS 16u

static struct {
	struct xsr_piece piece[PIECES];
	u32 n;
} reqs[REQS];

static void random_begin(struct rng *rng, u32 r)
{
	u32 i;

	reqs[r].n = 1 + rng_below(rng, PIECES);
	make_pieces(reqs[r].piece, reqs[r].n, 0);
	for (i = 0; i < reqs[r].n; i++)
		reqs[r].piece[i].gref = rng_below(rng, 100);
	map(&cache, reqs[r].piece, reqs[r].n, rng_below(rng, 4) ? 0 : rng_next(rng));
}

static void random_purge(struct rng *rng)
{
	struct xsr_piece gone[4];
	u32 n = rng_below(rng, 2) ? xsr_cache_purge(&cache, 0, 0, gone, 4) :
				    xsr_cache_evict(&cache, gone, 4);

	undo(&cache, gone, n);
}

/* Everything mapped belongs to a request or to the cache. */
static void assert_books(void)
{
	u32 r, transient = 0, lent = 0;

	for (r = 0; r < REQS; r++) {
		transient += owned_by(reqs[r].piece, reqs[r].n, XSR_OWN_TRANSIENT);
		lent += owned_by(reqs[r].piece, reqs[r].n, XSR_OWN_PERSISTENT);
	}
	assert_int_equal(cache.lent, lent);
	assert_int_equal(table_count(), transient + cache.count);
}

static void test_books_balance(void **state)
{
	struct rng rng;
	u32 i, r;

	rng_seed(&rng, 2);
	memset(reqs, 0, sizeof(reqs));
	for (i = 0; i < 50000; i++) {
		r = rng_below(&rng, REQS);
		if (reqs[r].n) {
			undo(&cache, reqs[r].piece, reqs[r].n);
			reqs[r].n = 0;
		} else {
			random_begin(&rng, r);
		}
		if (i % 50 == 0)
			random_purge(&rng);
		if (i % 1000 == 0)
			cache.limit = rng_below(&rng, SLOTS + 1);
		assert_books();
	}
}

/* Pieces that are backed by a page of ours: copied instead of mapped, whatever subset of copies fails. */
static void test_copies(void **state)
{
	struct xsr_piece pieces[PIECES];
	u32 mask, i;

	(void)state;
	for (mask = 0; mask < 1u << PIECES; mask++) {
		setup(NULL);
		make_pieces(pieces, PIECES, 100);
		for (i = 0; i < PIECES; i++)
			xsr_piece_back(&pieces[i], &pieces[i]);
		/* Nothing is to be found, mapped, unmapped or given back of them. */
		assert_int_equal(xsr_plan_find(&cache, pieces, PIECES), 0);
		assert_true(xsr_plan_map(&plan, pieces, PIECES));
		assert_true(xsr_plan_unmap(&plan, pieces, PIECES));
		assert_int_equal(plan.n, 0);
		assert_true(xsr_pieces_owned(pieces, PIECES));
		assert_int_equal(xsr_pieces_transient(pieces, PIECES), 0);
		assert_false(xsr_pieces_copied(pieces, PIECES));

		assert_true(xsr_plan_copy(&plan, pieces, PIECES));
		assert_int_equal(plan.n, PIECES);
		for (i = 0; i < plan.n; i++)
			xsr_plan_copied(&plan, i, !(mask >> i & 1));
		xsr_plan_reset(&plan);
		assert_int_equal(xsr_pieces_copied(pieces, PIECES), mask == 0);
		/* A second round is about those that failed, and no others. */
		assert_true(xsr_plan_copy(&plan, pieces, PIECES));
		assert_int_equal(plan.n, __builtin_popcount(mask));
		for (i = 0; i < plan.n; i++)
			xsr_plan_copied(&plan, i, true);
		assert_true(xsr_pieces_copied(pieces, PIECES));
		for (i = 0; i < PIECES; i++) {
			assert_ptr_equal(xsr_piece_unback(&pieces[i]), &pieces[i]);
			assert_null(pieces[i].page);
		}
		assert_int_equal(owned_by(pieces, PIECES, XSR_OWN_NONE), PIECES);
	}
}

/* What is granted for one request is neither looked for in the cache nor kept, next to what is. */
static void test_lent(void **state)
{
	struct xsr_piece pieces[PIECES], again[PIECES];
	u32 i;

	(void)state;
	make_pieces(pieces, PIECES, 100);
	for (i = 0; i < PIECES; i += 2)
		pieces[i].lent = true;
	assert_int_equal(xsr_plan_find(&cache, pieces, PIECES), PIECES);
	assert_true(xsr_plan_map(&plan, pieces, PIECES));
	assert_int_equal(xsr_plan_keepable(&plan), PIECES / 2);
	table_map(0);
	xsr_plan_keep(&plan, &cache);
	xsr_plan_reset(&plan);
	for (i = 0; i < PIECES; i++)
		assert_int_equal(pieces[i].owner, i % 2 ? XSR_OWN_PERSISTENT : XSR_OWN_TRANSIENT);
	undo(&cache, pieces, PIECES);
	assert_int_equal(table_count(), PIECES / 2);

	/* Even the name of a kept page is another page's, if the peer says that it is lent. */
	make_pieces(again, PIECES, 100);
	for (i = 0; i < PIECES; i++)
		again[i].lent = true;
	map(&cache, again, PIECES, 0);
	assert_int_equal(owned_by(again, PIECES, XSR_OWN_TRANSIENT), PIECES);
	assert_int_equal(cache.lent, 0);
	undo(&cache, again, PIECES);
	assert_int_equal(table_count(), PIECES / 2);
}

/* Only what is backed has a page to take back, or waits for a copy; a batch takes all of it or none. */
static void test_copies_among_others(void **state)
{
	struct xsr_piece pieces[PIECES], more[PIECES];
	u32 i;

	(void)state;
	make_pieces(pieces, PIECES, 100);
	make_pieces(more, PIECES, 200);
	xsr_piece_back(&pieces[0], &pieces[0]);
	map(NULL, pieces, PIECES, 0);
	assert_int_equal(owned_by(pieces, PIECES, XSR_OWN_TRANSIENT), PIECES - 1);
	assert_true(xsr_plan_copy(&plan, pieces, PIECES));
	assert_int_equal(plan.n, 1);
	assert_ptr_equal(plan.op[0], &pieces[0]);
	assert_null(xsr_piece_unback(&pieces[1]));
	assert_non_null(pieces[1].page);

	for (i = 0; i < PIECES; i++)
		xsr_piece_back(&more[i], &more[i]);
	plan.n = OPS - PIECES + 1;
	assert_false(xsr_plan_copy(&plan, more, PIECES));
	assert_int_equal(plan.n, OPS - PIECES + 1);
	assert_true(xsr_plan_copy(&plan, more, PIECES - 1));
	assert_int_equal(plan.n, OPS);
	xsr_plan_reset(&plan);

	assert_ptr_equal(xsr_piece_unback(&pieces[0]), &pieces[0]);
	assert_null(xsr_piece_unback(&pieces[0]));
	undo(NULL, pieces, PIECES);
	assert_int_equal(table_count(), 0);
	assert_true(xsr_pieces_copied(pieces, PIECES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_transient, setup),
		cmocka_unit_test_setup(test_persistent, setup),
		cmocka_unit_test_setup(test_same_twice, setup),
		cmocka_unit_test_setup(test_lent_elsewhere, setup),
		cmocka_unit_test_setup(test_cache_full, setup),
		cmocka_unit_test_setup(test_every_failure, setup),
		cmocka_unit_test_setup(test_room, setup),
		cmocka_unit_test_setup(test_second_round, setup),
		cmocka_unit_test_setup(test_purged, setup),
		cmocka_unit_test_setup(test_lent, setup),
		cmocka_unit_test_setup(test_copies, setup),
		cmocka_unit_test_setup(test_copies_among_others, setup),
		cmocka_unit_test_setup(test_books_balance, setup),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
