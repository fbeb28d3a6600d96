// SPDX-License-Identifier: GPL-2.0
/*
 * grant/cache: an entry is found by its reference and lent to one at a time; slots survive growth;
 * the limit and the length of a chain hold whatever references come; sweeps take what is not lent,
 * oldest or coldest first. At the end everything is played at random against a plain array.
 */
#include <stdlib.h>

#include "grant/cache.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define SIZE 16u
#define CANARY 0xab

static struct xsr_cache cache;
static u8 *storage;

static const u64 secret[2] = { 0x9e3779b97f4a7c15ull, 0x1234567890abcdefull };
/* With this one the bucket does not depend on the reference: the worst that a peer could find. */
static const u64 no_secret[2] = { 1, 0 };

static u8 *make_storage(u32 size)
{
	size_t bytes = xsr_cache_bytes(size);
	u8 *mem = malloc(bytes + 1);

	assert_non_null(mem);
	memset(mem, CANARY, bytes + 1);
	return mem;
}

static void drop_storage(u8 *mem, u32 size)
{
	assert_int_equal(mem[xsr_cache_bytes(size)], CANARY);
	free(mem);
}

static void start(u32 size, u32 limit, const u64 *with)
{
	storage = make_storage(size);
	xsr_cache_init(&cache, storage, size, limit, with);
}

static int setup(void **state)
{
	start(SIZE, SIZE, secret);
	return 0;
}

static int teardown(void **state)
{
	drop_storage(storage, cache.size);
	return 0;
}

static void grow(u32 size)
{
	u32 former = cache.size;
	u8 *larger = make_storage(size);

	assert_ptr_equal(xsr_cache_grow(&cache, larger, size), storage);
	drop_storage(storage, former);
	storage = larger;
}

static void *page_of(u32 gref)
{
	return (void *)(uintptr_t)(gref * 4096ull + 4096);
}

static u32 insert(u32 gref)
{
	return xsr_cache_insert(&cache, gref, gref ^ 0x5555, page_of(gref));
}

/* Insert and give back at @now. */
static void keep(u32 gref, u32 now)
{
	u32 slot = insert(gref);

	assert_int_not_equal(slot, XSR_CACHE_NONE);
	xsr_cache_give(&cache, slot, now);
}

static void assert_piece(const struct xsr_piece *piece, u32 gref)
{
	assert_int_equal(piece->gref, gref);
	assert_int_equal(piece->ref, gref ^ 0x5555);
	assert_int_equal(piece->owner, XSR_OWN_TRANSIENT);
	assert_ptr_equal(piece->page, page_of(gref));
}

static void test_empty(void **state)
{
	struct xsr_piece out[1];

	assert_int_equal(xsr_cache_take(&cache, 0), XSR_CACHE_NONE);
	assert_int_equal(xsr_cache_take(&cache, ~0u), XSR_CACHE_NONE);
	assert_int_equal(xsr_cache_purge(&cache, 0, 0, out, 1), 0);
	assert_int_equal(xsr_cache_evict(&cache, out, 1), 0);
	assert_int_equal(xsr_cache_wants(&cache, 0), SIZE);
}

/* No more than the limit asks for, a power of two, and never less than there is. */
static void test_wants(void **state)
{
	cache.limit = 100;
	assert_int_equal(xsr_cache_wants(&cache, SIZE), SIZE);
	assert_int_equal(xsr_cache_wants(&cache, SIZE + 1), 2 * SIZE);
	insert(7);
	assert_int_equal(xsr_cache_wants(&cache, SIZE), 2 * SIZE);
	assert_int_equal(xsr_cache_wants(&cache, 64), 128);
	assert_int_equal(xsr_cache_wants(&cache, ~0u), 128);
	cache.limit = 64;
	assert_int_equal(xsr_cache_wants(&cache, ~0u), 64);
	cache.limit = 0;
	assert_int_equal(xsr_cache_wants(&cache, ~0u), SIZE);
	cache.limit = ~0u;
	assert_int_equal(xsr_cache_wants(&cache, ~0u), XSR_CACHE_MAX_SIZE);
}

static void test_lent_once(void **state)
{
	u32 slot = insert(7);

	assert_int_equal(cache.count, 1);
	assert_int_equal(cache.lent, 1);
	assert_int_equal(xsr_cache_take(&cache, 7), XSR_CACHE_NONE);
	xsr_cache_give(&cache, slot, 0);
	assert_int_equal(cache.lent, 0);
	assert_int_equal(xsr_cache_take(&cache, 7), slot);
	assert_ptr_equal(xsr_cache_page(&cache, slot), page_of(7));
	assert_int_equal(xsr_cache_take(&cache, 7), XSR_CACHE_NONE);
	assert_int_equal(cache.lent, 1);
	assert_int_equal(cache.count, 1);
}

/* What followed is found without the table, and only if it is what is asked for, and there, and idle. */
static void test_follows(void **state)
{
	u32 slot[3], i;
	struct xsr_piece out[3];

	for (i = 0; i < 3; i++)
		slot[i] = insert(10 + i);
	for (i = 0; i < 3; i++)
		xsr_cache_give(&cache, slot[i], i);
	assert_int_equal(xsr_cache_take(&cache, 10), slot[0]);
	memset(cache.bucket, 0, SIZE * sizeof(*cache.bucket));
	assert_int_equal(xsr_cache_take(&cache, 12), XSR_CACHE_NONE);
	assert_int_equal(xsr_cache_take(&cache, 11), slot[1]);
	assert_int_equal(xsr_cache_take(&cache, 11), XSR_CACHE_NONE);
	assert_int_equal(xsr_cache_take(&cache, 12), slot[2]);
	assert_int_equal(xsr_cache_take(&cache, 12), XSR_CACHE_NONE);
	assert_int_equal(cache.lent, 3);
	grow(SIZE * 2);
	for (i = 0; i < 3; i++)
		xsr_cache_give(&cache, slot[i], i);
	assert_int_equal(xsr_cache_take(&cache, 10), slot[0]);
	assert_int_equal(xsr_cache_take(&cache, 12), slot[2]);
	assert_int_equal(xsr_cache_take(&cache, 11), slot[1]);
	for (i = 0; i < 3; i++)
		xsr_cache_give(&cache, slot[i], i);
	assert_int_equal(xsr_cache_take(&cache, 10), slot[0]);
	assert_int_equal(xsr_cache_purge(&cache, 2, 0, out, 3), 2);
	assert_int_equal(xsr_cache_take(&cache, 12), XSR_CACHE_NONE);
	assert_int_equal(cache.lent, 1);
}

static void test_insert_twice(void **state)
{
	u32 slot = insert(7);

	assert_int_equal(insert(7), XSR_CACHE_NONE);
	xsr_cache_give(&cache, slot, 0);
	assert_int_equal(insert(7), XSR_CACHE_NONE);
	assert_int_equal(cache.count, 1);
}

/* What nobody borrowed cannot be given back, so that an error of ours does not lend it twice. */
static void test_give_wrong(void **state)
{
	u32 slot = insert(7);

	xsr_cache_give(&cache, slot, 0);
	xsr_cache_give(&cache, slot, 0);
	xsr_cache_give(&cache, slot + 1, 0);
	assert_int_equal(cache.lent, 0);
	assert_int_equal(cache.count, 1);
	assert_int_equal(xsr_cache_take(&cache, 7), slot);
}

static void test_limit(void **state)
{
	u32 gref;

	cache.limit = 5;
	for (gref = 0; gref < 5; gref++)
		assert_int_not_equal(insert(gref), XSR_CACHE_NONE);
	assert_int_equal(insert(5), XSR_CACHE_NONE);
	cache.limit = 0;
	assert_int_equal(insert(5), XSR_CACHE_NONE);
	assert_int_equal(cache.count, 5);
}

static void test_full(void **state)
{
	u32 gref;

	cache.limit = 100;
	for (gref = 0; gref < SIZE; gref++) {
		assert_int_equal(xsr_cache_wants(&cache, 1), SIZE);
		keep(gref, 0);
	}
	assert_int_equal(xsr_cache_wants(&cache, 1), 2 * SIZE);
	assert_int_equal(insert(SIZE), XSR_CACHE_NONE);
	for (gref = 0; gref < SIZE; gref++)
		assert_int_not_equal(xsr_cache_take(&cache, gref), XSR_CACHE_NONE);
}

static void test_grow(void **state)
{
	u32 slot[SIZE], gref;
	struct xsr_piece out[2];

	cache.limit = 1000;
	for (gref = 0; gref < SIZE; gref++)
		slot[gref] = insert(gref * 1000);
	xsr_cache_give(&cache, slot[3], 0);
	xsr_cache_give(&cache, slot[4], 0);
	assert_int_equal(xsr_cache_purge(&cache, 0, 0, out, 1), 1);
	grow(4 * SIZE);
	assert_int_equal(cache.count, SIZE - 1);
	assert_int_equal(cache.lent, SIZE - 2);
	for (gref = 5; gref < SIZE; gref++) {
		xsr_cache_give(&cache, slot[gref], 0);
		assert_int_equal(xsr_cache_take(&cache, gref * 1000), slot[gref]);
	}
	for (gref = 1; gref <= 4 * SIZE - (SIZE - 1); gref++)
		assert_int_not_equal(insert(gref), XSR_CACHE_NONE);
	assert_int_equal(insert(gref), XSR_CACHE_NONE);
	assert_int_equal(cache.count, 4 * SIZE);
}

static void test_smallest(void **state)
{
	start(XSR_CACHE_MIN_SIZE, 10, secret);
	keep(1, 0);
	keep(2, 0);
	assert_int_equal(insert(3), XSR_CACHE_NONE);
	assert_int_not_equal(xsr_cache_take(&cache, 1), XSR_CACHE_NONE);
	assert_int_not_equal(xsr_cache_take(&cache, 2), XSR_CACHE_NONE);
}

/* All references in one chain: it stops growing, and everything in it is still found. */
static void test_chain_is_bounded(void **state)
{
	u32 gref;

	start(8 * XSR_CACHE_CHAIN, 1000, no_secret);
	for (gref = 0; gref < XSR_CACHE_CHAIN; gref++)
		keep(gref, 0);
	assert_int_equal(insert(gref), XSR_CACHE_NONE);
	assert_int_equal(cache.count, XSR_CACHE_CHAIN);
	for (gref = 0; gref < XSR_CACHE_CHAIN; gref++)
		assert_int_not_equal(xsr_cache_take(&cache, gref), XSR_CACHE_NONE);
}

/* Entries leave from the middle of their chain, in any order, and the rest stays linked. */
static void test_remove_from_chain(void **state)
{
	struct xsr_piece out[1];
	u32 gref, left;

	start(8 * XSR_CACHE_CHAIN, 1000, no_secret);
	for (gref = 0; gref < XSR_CACHE_CHAIN; gref++)
		keep(gref, gref * 5 % XSR_CACHE_CHAIN);
	for (left = XSR_CACHE_CHAIN; left; left--) {
		u32 oldest = XSR_CACHE_CHAIN - left;

		assert_int_equal(xsr_cache_purge(&cache, 100 + oldest, 100, out, 1), 1);
		assert_int_equal(out->gref * 5 % XSR_CACHE_CHAIN, oldest);
		assert_int_equal(xsr_cache_take(&cache, out->gref), XSR_CACHE_NONE);
		assert_int_equal(cache.count, left - 1);
		assert_int_equal(xsr_cache_purge(&cache, 100 + oldest, 100, out, 1), 0);
	}
}

/* Honest references are dense; they must spread. */
static void test_spread(void **state)
{
	u32 gref;

	start(2048, 2048, secret);
	for (gref = 8; gref < 8 + 2048; gref++)
		keep(gref, 0);
	assert_int_equal(cache.count, 2048);
}

static void test_purge_age(void **state)
{
	struct xsr_piece out[SIZE];
	u32 now = ~0u - 10; /* the clock wraps while they age */

	keep(1, now);
	assert_int_equal(xsr_cache_purge(&cache, now + 5, 100, out, SIZE), 0);
	keep(2, now + 20);
	insert(3);
	assert_int_equal(xsr_cache_purge(&cache, now + 99, 100, out, SIZE), 0);
	assert_int_equal(xsr_cache_purge(&cache, now + 100, 100, out, SIZE), 1);
	assert_piece(out, 1);
	assert_int_equal(xsr_cache_purge(&cache, now + 120, 100, out, SIZE), 1);
	assert_piece(out, 2);
	assert_int_equal(cache.count, 1);
	assert_int_equal(xsr_cache_purge(&cache, now + 200, 0, out, SIZE), 0);
}

static void test_purge_in_parts(void **state)
{
	struct xsr_piece out[SIZE];
	u32 gref, n, sum = 0;

	for (gref = 0; gref < SIZE; gref++)
		keep(gref, 0);
	do {
		n = xsr_cache_purge(&cache, 0, 0, out, 3);
		sum += n;
	} while (n == 3);
	assert_int_equal(sum, SIZE);
	assert_int_equal(cache.count, 0);
	for (gref = 0; gref < SIZE; gref++)
		keep(100 + gref, 0);
}

/* What was used since the last sweep gets another chance; what was not goes. */
static void test_evict_cold_first(void **state)
{
	struct xsr_piece out[SIZE];
	u32 gref;

	for (gref = 0; gref < 4; gref++)
		keep(gref, 0);
	/* All are hot: the first sweep cools them, and takes one, since it must. */
	assert_int_equal(xsr_cache_evict(&cache, out, 1), 1);
	assert_piece(out, 0);
	/* The hand is before 1 and 2, which are used again; 3 is not. */
	for (gref = 1; gref < 3; gref++)
		xsr_cache_give(&cache, xsr_cache_take(&cache, gref), 0);
	assert_int_equal(xsr_cache_evict(&cache, out, 1), 1);
	assert_piece(out, gref);
}

static void test_evict_not_lent(void **state)
{
	struct xsr_piece out[SIZE];

	insert(1);
	keep(2, 0);
	insert(3);
	assert_int_equal(xsr_cache_evict(&cache, out, SIZE), 1);
	assert_piece(out, 2);
	assert_int_equal(xsr_cache_evict(&cache, out, SIZE), 0);
	assert_int_equal(cache.count, 2);
}

/* --- at random against an array ------------------------------------------------------------------ */

#define GREFS 400u

enum place {
	OUT,
	IDLE,
	LENT,
};

static struct {
	enum place place;
	u32 slot;
	u32 given;
} model[GREFS];

static u32 model_count(enum place place)
{
	u32 gref, n = 0;

	for (gref = 0; gref < GREFS; gref++)
		n += model[gref].place == place;
	return n;
}

static void model_insert(u32 gref)
{
	u32 slot = insert(gref);

	if (model[gref].place != OUT) {
		assert_int_equal(slot, XSR_CACHE_NONE);
	} else if (slot != XSR_CACHE_NONE) {
		model[gref].place = LENT;
		model[gref].slot = slot;
	}
}

static void model_take(u32 gref)
{
	u32 slot = xsr_cache_take(&cache, gref);

	if (model[gref].place != IDLE) {
		assert_int_equal(slot, XSR_CACHE_NONE);
		return;
	}
	assert_int_equal(slot, model[gref].slot);
	model[gref].place = LENT;
}

static void model_give(u32 gref, u32 now)
{
	if (model[gref].place != LENT)
		return;
	xsr_cache_give(&cache, model[gref].slot, now);
	model[gref].place = IDLE;
	model[gref].given = now;
}

static void model_gone(const struct xsr_piece *out, u32 n, u32 now, u32 unused)
{
	for (; n--; out++) {
		assert_true(out->gref < GREFS);
		assert_piece(out, out->gref);
		assert_int_equal(model[out->gref].place, IDLE);
		assert_true(now - model[out->gref].given >= unused);
		model[out->gref].place = OUT;
	}
}

static void model_step(struct rng *rng, u32 now)
{
	struct xsr_piece out[8];
	u32 gref = rng_below(rng, GREFS), dice = rng_below(rng, 100), n;

	if (dice < 30) {
		model_insert(gref);
	} else if (dice < 55) {
		model_take(gref);
	} else if (dice < 94) {
		model_give(gref, now);
	} else if (dice < 96) {
		n = xsr_cache_purge(&cache, now, 50, out, 8);
		model_gone(out, n, now, 50);
	} else if (dice < 99) {
		n = xsr_cache_evict(&cache, out, 8);
		assert_true(n == 8 || !model_count(IDLE) || n <= model_count(IDLE));
		model_gone(out, n, now, 0);
	} else {
		cache.limit = rng_below(rng, GREFS);
		if (xsr_cache_wants(&cache, 1) > cache.size && cache.size < 256)
			grow(2 * cache.size);
	}
}

static void test_against_model(void **state)
{
	struct rng rng;
	u32 i;

	memset(model, 0, sizeof(model));
	rng_seed(&rng, 1);
	for (i = 0; i < 200000; i++) {
		model_step(&rng, i / 100);
		if (i % 64)
			continue;
		assert_int_equal(cache.count, GREFS - model_count(OUT));
		assert_int_equal(cache.lent, model_count(LENT));
	}
	assert_int_equal(cache.size, 256);
}

int main(void)
{
#define WITH_CACHE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define OWN_CACHE(test) cmocka_unit_test_setup_teardown(test, NULL, teardown)
	const struct CMUnitTest tests[] = {
		WITH_CACHE(test_empty),
		WITH_CACHE(test_wants),
		WITH_CACHE(test_lent_once),
		WITH_CACHE(test_follows),
		WITH_CACHE(test_insert_twice),
		WITH_CACHE(test_give_wrong),
		WITH_CACHE(test_limit),
		WITH_CACHE(test_full),
		WITH_CACHE(test_grow),
		OWN_CACHE(test_smallest),
		OWN_CACHE(test_chain_is_bounded),
		OWN_CACHE(test_remove_from_chain),
		OWN_CACHE(test_spread),
		WITH_CACHE(test_purge_age),
		WITH_CACHE(test_purge_in_parts),
		WITH_CACHE(test_evict_cold_first),
		WITH_CACHE(test_evict_not_lent),
		WITH_CACHE(test_against_model),
	};

	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
