// SPDX-License-Identifier: GPL-2.0
/*
 * keys_blk: the tables say what the protocol says, impossible geometry is blamed on the right key,
 * and what two ends settle on is never above what either can do.
 */
#include "ring/keys_blk.h"
#include "ring/ring_attach.h"
#include "tests/unit/unit.h"

static void check_tables(const struct xsr_key *keys, u32 n)
{
	u32 i, k;

	for (i = 0; i < n; i++) {
		assert_non_null(keys[i].name);
		assert_non_null(keys[i].help);
		assert_true(strlen(keys[i].name) > 0);
		assert_true(strlen(keys[i].help) > 0);
		assert_true(keys[i].min <= keys[i].max);
		if (!keys[i].required)
			assert_true(keys[i].def >= keys[i].min && keys[i].def <= keys[i].max);
		for (k = 0; k < i; k++)
			assert_string_not_equal(keys[i].name, keys[k].name);
	}
}

static void test_tables_are_sound(void **state)
{
	(void)state;
	check_tables(xsr_blk_back_keys, XSR_BB_COUNT);
	check_tables(xsr_blk_front_keys, XSR_BF_COUNT);
	check_tables(&xsr_key_gref, 1);
	check_tables(&xsr_key_evtchn, 1);
}

/* Names, and what it means to a stock peer when the key is not there. */
static void test_tables_speak_blkif(void **state)
{
	static const struct {
		const struct xsr_key *key;
		const char *name;
		enum xsr_key_type type;
		u64 def;
		bool required;
	} want[] = {
		{ &xsr_blk_back_keys[XSR_BB_MAX_QUEUES], "multi-queue-max-queues", XSR_KEY_UINT, 1,
		  false },
		{ &xsr_blk_back_keys[XSR_BB_MAX_RING_ORDER], "max-ring-page-order", XSR_KEY_UINT, 0,
		  false },
		{ &xsr_blk_back_keys[XSR_BB_MAX_INDIRECT], "feature-max-indirect-segments",
		  XSR_KEY_UINT, 0, false },
		{ &xsr_blk_back_keys[XSR_BB_PERSISTENT], "feature-persistent", XSR_KEY_BOOL, 0,
		  false },
		{ &xsr_blk_back_keys[XSR_BB_LENT], "feature-lent-segments", XSR_KEY_BOOL, 0,
		  false },
		{ &xsr_blk_back_keys[XSR_BB_FLUSH], "feature-flush-cache", XSR_KEY_BOOL, 0, false },
		{ &xsr_blk_back_keys[XSR_BB_BARRIER], "feature-barrier", XSR_KEY_BOOL, 0, false },
		{ &xsr_blk_back_keys[XSR_BB_DISCARD], "feature-discard", XSR_KEY_BOOL, 0, false },
		{ &xsr_blk_back_keys[XSR_BB_DISCARD_GRANULARITY], "discard-granularity",
		  XSR_KEY_UINT, 0, false },
		{ &xsr_blk_back_keys[XSR_BB_DISCARD_ALIGNMENT], "discard-alignment", XSR_KEY_UINT,
		  0, false },
		{ &xsr_blk_back_keys[XSR_BB_DISCARD_SECURE], "discard-secure", XSR_KEY_BOOL, 0,
		  false },
		{ &xsr_blk_back_keys[XSR_BB_SECTORS], "sectors", XSR_KEY_UINT, 0, true },
		{ &xsr_blk_back_keys[XSR_BB_INFO], "info", XSR_KEY_UINT, 0, false },
		{ &xsr_blk_back_keys[XSR_BB_SECTOR_SIZE], "sector-size", XSR_KEY_UINT, 512, false },
		{ &xsr_blk_back_keys[XSR_BB_PHYS_SECTOR_SIZE], "physical-sector-size", XSR_KEY_UINT,
		  0, false },
		{ &xsr_blk_front_keys[XSR_BF_NUM_QUEUES], "multi-queue-num-queues", XSR_KEY_UINT, 1,
		  false },
		{ &xsr_blk_front_keys[XSR_BF_RING_ORDER], "ring-page-order", XSR_KEY_UINT, 0,
		  false },
		{ &xsr_blk_front_keys[XSR_BF_PERSISTENT], "feature-persistent", XSR_KEY_BOOL, 0,
		  false },
		{ &xsr_blk_front_keys[XSR_BF_LENT], "lent-segments", XSR_KEY_BOOL, 0, false },
		{ &xsr_key_gref, "ring-ref", XSR_KEY_UINT, 0, true },
		{ &xsr_key_evtchn, "event-channel", XSR_KEY_UINT, 0, true },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		assert_string_equal(want[i].key->name, want[i].name);
		assert_int_equal(want[i].key->type, want[i].type);
		assert_int_equal(want[i].key->def, want[i].def);
		assert_int_equal(want[i].key->required, want[i].required);
	}
	assert_int_equal(ARRAY_SIZE(want), XSR_BB_COUNT + XSR_BF_COUNT + 2);
}

/* A front-end's keys decide what is allocated and mapped, so their limits are exact. */
static void test_limits(void **state)
{
	static const struct {
		const struct xsr_key *key;
		const char *text;
		enum xsr_key_result result;
	} table[] = {
		{ &xsr_blk_front_keys[XSR_BF_RING_ORDER], "0", XSR_KEY_OK },
		{ &xsr_blk_front_keys[XSR_BF_RING_ORDER], "4", XSR_KEY_OK },
		{ &xsr_blk_front_keys[XSR_BF_RING_ORDER], "5", XSR_KEY_RANGE },
		{ &xsr_blk_front_keys[XSR_BF_RING_ORDER], "31", XSR_KEY_RANGE },
		{ &xsr_blk_front_keys[XSR_BF_RING_ORDER], "32", XSR_KEY_RANGE },
		{ &xsr_blk_front_keys[XSR_BF_RING_ORDER], "4294967296", XSR_KEY_RANGE },
		{ &xsr_blk_front_keys[XSR_BF_NUM_QUEUES], "0", XSR_KEY_RANGE },
		{ &xsr_blk_front_keys[XSR_BF_NUM_QUEUES], "1", XSR_KEY_OK },
		{ &xsr_blk_front_keys[XSR_BF_NUM_QUEUES], "4294967297", XSR_KEY_RANGE },
		{ &xsr_key_gref, "4294967295", XSR_KEY_OK },
		{ &xsr_key_gref, "4294967296", XSR_KEY_RANGE },
		{ &xsr_key_evtchn, "0", XSR_KEY_RANGE },
		{ &xsr_key_evtchn, "1", XSR_KEY_OK },
		{ &xsr_key_evtchn, "131071", XSR_KEY_OK },
		{ &xsr_key_evtchn, "131072", XSR_KEY_RANGE },
		{ &xsr_blk_back_keys[XSR_BB_SECTORS], "0", XSR_KEY_OK },
		{ &xsr_blk_back_keys[XSR_BB_SECTORS], "18014398509481983", XSR_KEY_OK },
		{ &xsr_blk_back_keys[XSR_BB_SECTORS], "18014398509481984", XSR_KEY_RANGE },
		{ &xsr_blk_back_keys[XSR_BB_SECTORS], "18446744073709551615", XSR_KEY_RANGE },
		{ &xsr_blk_back_keys[XSR_BB_SECTOR_SIZE], "0", XSR_KEY_RANGE },
		{ &xsr_blk_back_keys[XSR_BB_SECTOR_SIZE], "511", XSR_KEY_RANGE },
		{ &xsr_blk_back_keys[XSR_BB_SECTOR_SIZE], "4096", XSR_KEY_OK },
		{ &xsr_blk_back_keys[XSR_BB_SECTOR_SIZE], "8192", XSR_KEY_RANGE },
		{ &xsr_blk_back_keys[XSR_BB_SECTOR_SIZE], "4294967296", XSR_KEY_RANGE },
		{ &xsr_blk_back_keys[XSR_BB_MAX_QUEUES], "0", XSR_KEY_OK },
		{ &xsr_blk_back_keys[XSR_BB_MAX_QUEUES], "1000000000", XSR_KEY_OK },
		{ &xsr_blk_back_keys[XSR_BB_MAX_RING_ORDER], "5", XSR_KEY_OK }, /* FreeBSD's */
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		u64 value;

		if (xsr_key_parse(table[i].key, table[i].text, strlen(table[i].text), &value) !=
		    table[i].result)
			fail_msg("%s = %s", table[i].key->name, table[i].text);
	}
}

static void defaults(u64 *v)
{
	u32 i;

	for (i = 0; i < XSR_BB_COUNT; i++)
		v[i] = xsr_blk_back_keys[i].def;
	v[XSR_BB_SECTORS] = 2048;
}

static void test_geometry(void **state)
{
	static const struct {
		enum xsr_blk_back_key key;
		u64 value;
		u32 block;
		bool discard;
		enum xsr_blk_back_key blame;
	} table[] = {
		{ XSR_BB_SECTORS, 0, 512, false, XSR_BB_COUNT },
		{ XSR_BB_SECTORS, 1, 512, false, XSR_BB_COUNT },
		{ XSR_BB_SECTORS, (1ull << 54) - 1, 512, false, XSR_BB_COUNT },
		{ XSR_BB_SECTORS, 1ull << 54, 512, false, XSR_BB_SECTORS },
		{ XSR_BB_SECTORS, 1ull << 63, 512, false, XSR_BB_SECTORS },
		{ XSR_BB_SECTORS, ULLONG_MAX, 512, false, XSR_BB_SECTORS },
		{ XSR_BB_SECTOR_SIZE, 0, 0, false, XSR_BB_SECTOR_SIZE },
		{ XSR_BB_SECTOR_SIZE, 3, 0, false, XSR_BB_SECTOR_SIZE },
		{ XSR_BB_SECTOR_SIZE, 256, 0, false, XSR_BB_SECTOR_SIZE },
		{ XSR_BB_SECTOR_SIZE, 511, 0, false, XSR_BB_SECTOR_SIZE },
		{ XSR_BB_SECTOR_SIZE, 512, 0, false, XSR_BB_COUNT },
		{ XSR_BB_SECTOR_SIZE, 513, 0, false, XSR_BB_SECTOR_SIZE },
		{ XSR_BB_SECTOR_SIZE, 520, 0, false, XSR_BB_SECTOR_SIZE },
		{ XSR_BB_SECTOR_SIZE, 1024, 0, false, XSR_BB_COUNT },
		{ XSR_BB_SECTOR_SIZE, 4096, 0, false, XSR_BB_COUNT },
		{ XSR_BB_SECTOR_SIZE, 8192, 0, false, XSR_BB_SECTOR_SIZE },
		{ XSR_BB_SECTOR_SIZE, 131072, 0, false, XSR_BB_SECTOR_SIZE },
		{ XSR_BB_SECTOR_SIZE, 1ull << 32, 0, false, XSR_BB_SECTOR_SIZE },
		{ XSR_BB_SECTOR_SIZE, (1ull << 32) + 512, 0, false, XSR_BB_SECTOR_SIZE },
		{ XSR_BB_PHYS_SECTOR_SIZE, 0, 4096, false, XSR_BB_COUNT },
		{ XSR_BB_PHYS_SECTOR_SIZE, 512, 4096, false, XSR_BB_PHYS_SECTOR_SIZE },
		{ XSR_BB_PHYS_SECTOR_SIZE, 4096, 4096, false, XSR_BB_COUNT },
		{ XSR_BB_PHYS_SECTOR_SIZE, 4096, 512, false, XSR_BB_COUNT },
		{ XSR_BB_PHYS_SECTOR_SIZE, 6144, 512, false, XSR_BB_PHYS_SECTOR_SIZE },
		{ XSR_BB_PHYS_SECTOR_SIZE, 1ull << 31, 512, false, XSR_BB_COUNT },
		{ XSR_BB_PHYS_SECTOR_SIZE, 1ull << 32, 512, false, XSR_BB_PHYS_SECTOR_SIZE },
		{ XSR_BB_DISCARD_GRANULARITY, 1, 512, false, XSR_BB_COUNT }, /* not offered */
		{ XSR_BB_DISCARD_GRANULARITY, 0, 512, true, XSR_BB_COUNT },
		{ XSR_BB_DISCARD_GRANULARITY, 1, 512, true, XSR_BB_DISCARD_GRANULARITY },
		{ XSR_BB_DISCARD_GRANULARITY, 196608, 512, true, XSR_BB_COUNT },
		{ XSR_BB_DISCARD_GRANULARITY, 1ull << 32, 512, true, XSR_BB_DISCARD_GRANULARITY },
		{ XSR_BB_DISCARD_ALIGNMENT, 0, 512, true, XSR_BB_COUNT },
		{ XSR_BB_DISCARD_ALIGNMENT, 511, 512, true, XSR_BB_DISCARD_ALIGNMENT },
		{ XSR_BB_DISCARD_ALIGNMENT, 1024, 512, true, XSR_BB_COUNT },
		{ XSR_BB_DISCARD_ALIGNMENT, UINT_MAX, 512, true, XSR_BB_DISCARD_ALIGNMENT },
	};
	u64 v[XSR_BB_COUNT];
	u32 i;

	(void)state;
	defaults(v);
	assert_int_equal(xsr_blk_check_geometry(v), XSR_BB_COUNT);
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		defaults(v);
		v[XSR_BB_SECTOR_SIZE] = table[i].block;
		v[XSR_BB_DISCARD] = table[i].discard;
		v[table[i].key] = table[i].value;
		if (xsr_blk_check_geometry(v) != table[i].blame)
			fail_msg("row %u: %s = %llu", i, xsr_blk_back_keys[table[i].key].name,
				 (unsigned long long)table[i].value);
	}
}

static void test_whole_sectors(void **state)
{
	static const struct {
		u32 block;
		u64 sectors;
		u64 whole;
	} table[] = {
		{ 512, 0, 0 },
		{ 512, 1, 1 },
		{ 1024, 1, 0 },
		{ 4096, 7, 0 },
		{ 4096, 8, 8 },
		{ 4096, 15, 8 },
		{ 4096, 16, 16 },
		{ 512, ULLONG_MAX, ULLONG_MAX },
		{ 4096, (1ull << 54) - 1, (1ull << 54) - 8 },
	};
	u64 v[XSR_BB_COUNT];
	u32 i;

	(void)state;
	defaults(v);
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		v[XSR_BB_SECTOR_SIZE] = table[i].block;
		assert_int_equal(xsr_blk_whole_sectors(v, table[i].sectors), table[i].whole);
	}
}

static const u64 offers[] = { 0, 1, 2, 3, 4, 5, 11, 12, 32, 256, 4095, 4096, 4097, 65536, UINT_MAX };

static void check_deal(const struct xsr_blk_wish *wish, const u64 *v)
{
	struct xsr_blk_deal deal;
	u64 segs;

	memset(&deal, 0xee, sizeof(deal));
	xsr_blk_settle(wish, v, &deal);
	/* as much as both allow */
	segs = wish->indirect_segs < v[XSR_BB_MAX_INDIRECT] ? wish->indirect_segs :
							      v[XSR_BB_MAX_INDIRECT];
	if (segs > 4096)
		segs = 4096;
	assert_int_equal(deal.indirect, segs >= 12);
	assert_int_equal(deal.segs, segs >= 12 ? segs : 11);
	assert_true(deal.queues >= 1);
	assert_true(deal.queues == 1 || deal.queues <= wish->queues);
	assert_true(deal.queues == 1 || deal.queues <= v[XSR_BB_MAX_QUEUES]);
	assert_true(deal.queues == 1 || deal.queues == wish->queues ||
		    deal.queues == v[XSR_BB_MAX_QUEUES]);
	assert_true(deal.ring_order <= wish->ring_order && deal.ring_order <= 4 &&
		    deal.ring_order <= v[XSR_BB_MAX_RING_ORDER]);
	assert_true(deal.ring_order == wish->ring_order || deal.ring_order == 4 ||
		    deal.ring_order == v[XSR_BB_MAX_RING_ORDER]);
	assert_int_equal(deal.persistent, wish->persistent && v[XSR_BB_PERSISTENT]);
	assert_int_equal(deal.lent, deal.persistent && wish->lent && v[XSR_BB_LENT]);
}

static void test_settle(void **state)
{
	u32 w, o, persistent;

	(void)state;
	for (w = 0; w < ARRAY_SIZE(offers); w++)
		for (o = 0; o < ARRAY_SIZE(offers); o++)
			for (persistent = 0; persistent < 16; persistent++) {
				struct xsr_blk_wish wish = {
					.queues = offers[w],
					.ring_order = offers[w],
					.indirect_segs = offers[w],
					.persistent = persistent & 1,
					.lent = persistent & 4,
				};
				u64 v[XSR_BB_COUNT];

				defaults(v);
				v[XSR_BB_MAX_QUEUES] = offers[o];
				v[XSR_BB_MAX_RING_ORDER] = offers[o];
				v[XSR_BB_MAX_INDIRECT] = offers[o];
				v[XSR_BB_PERSISTENT] = persistent >> 1 & 1;
				v[XSR_BB_LENT] = persistent >> 3;
				check_deal(&wish, v);
			}
}

/* A back-end that offers nothing at all gets the oldest protocol there is. */
static void test_settle_with_the_oldest(void **state)
{
	struct xsr_blk_wish wish = {
		.queues = 8, .ring_order = 4, .indirect_segs = 256, .persistent = true, .lent = true
	};
	struct xsr_blk_deal deal;
	u64 v[XSR_BB_COUNT];

	(void)state;
	defaults(v);
	xsr_blk_settle(&wish, v, &deal);
	assert_int_equal(deal.queues, 1);
	assert_int_equal(deal.ring_order, 0);
	assert_int_equal(deal.segs, 11);
	assert_false(deal.indirect);
	assert_false(deal.persistent);
	assert_false(deal.lent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_are_sound),
		cmocka_unit_test(test_tables_speak_blkif),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_geometry),
		cmocka_unit_test(test_whole_sectors),
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_settle_with_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
