// SPDX-License-Identifier: GPL-2.0
/*
 * blk_wire.h: each field of each layout stands at the byte the protocol says, counted by hand here
 * and not taken from the structs.
 */
#include "ring/blk_wire.h"
#include "tests/unit/unit.h"

/* The bytes of a field are 0, 1, 2 ... counted from the entry's start, so each value tells where it is. */
static u64 at(u32 offset, u32 bytes)
{
	u64 value = 0;

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

static void test_layout_64(void **state)
{
	union xsr_blk_entry_64 e;
	u32 i;

	(void)state;
	assert_int_equal(sizeof(e), 112);
	count_up(&e, sizeof(e));
	assert_int_equal(e.rw.op, at(0, 1));
	assert_int_equal(e.rw.nr_segs, at(1, 1));
	assert_int_equal(e.rw.handle, at(2, 2));
	assert_int_equal(e.rw.id, at(8, 8));
	assert_int_equal(e.rw.sector, at(16, 8));
	for (i = 0; i < 11; i++) {
		assert_int_equal(e.rw.seg[i].gref, at(24 + 8 * i, 4));
		assert_int_equal(e.rw.seg[i].first_sect, at(28 + 8 * i, 1));
		assert_int_equal(e.rw.seg[i].last_sect, at(29 + 8 * i, 1));
	}
	assert_int_equal(e.discard.op, at(0, 1));
	assert_int_equal(e.discard.flag, at(1, 1));
	assert_int_equal(e.discard.id, at(8, 8));
	assert_int_equal(e.discard.sector, at(16, 8));
	assert_int_equal(e.discard.nr_sectors, at(24, 8));
	assert_int_equal(e.indirect.op, at(0, 1));
	assert_int_equal(e.indirect.indirect_op, at(1, 1));
	assert_int_equal(e.indirect.nr_segs, at(2, 2));
	assert_int_equal(e.indirect.id, at(8, 8));
	assert_int_equal(e.indirect.sector, at(16, 8));
	assert_int_equal(e.indirect.handle, at(24, 2));
	for (i = 0; i < 8; i++)
		assert_int_equal(e.indirect.gref[i], at(28 + 4 * i, 4));
	assert_int_equal(e.rsp.id, at(0, 8));
	assert_int_equal(e.rsp.op, at(8, 1));
	assert_int_equal((u16)e.rsp.status, at(10, 2));
}

static void test_layout_32(void **state)
{
	union xsr_blk_entry_32 e;
	u32 i;

	(void)state;
	assert_int_equal(sizeof(e), 108);
	count_up(&e, sizeof(e));
	assert_int_equal(e.rw.op, at(0, 1));
	assert_int_equal(e.rw.nr_segs, at(1, 1));
	assert_int_equal(e.rw.handle, at(2, 2));
	assert_int_equal(e.rw.id, at(4, 8));
	assert_int_equal(e.rw.sector, at(12, 8));
	for (i = 0; i < 11; i++) {
		assert_int_equal(e.rw.seg[i].gref, at(20 + 8 * i, 4));
		assert_int_equal(e.rw.seg[i].first_sect, at(24 + 8 * i, 1));
		assert_int_equal(e.rw.seg[i].last_sect, at(25 + 8 * i, 1));
	}
	assert_int_equal(e.discard.flag, at(1, 1));
	assert_int_equal(e.discard.id, at(4, 8));
	assert_int_equal(e.discard.sector, at(12, 8));
	assert_int_equal(e.discard.nr_sectors, at(20, 8));
	assert_int_equal(e.indirect.indirect_op, at(1, 1));
	assert_int_equal(e.indirect.nr_segs, at(2, 2));
	assert_int_equal(e.indirect.id, at(4, 8));
	assert_int_equal(e.indirect.sector, at(12, 8));
	assert_int_equal(e.indirect.handle, at(20, 2));
	for (i = 0; i < 8; i++)
		assert_int_equal(e.indirect.gref[i], at(24 + 4 * i, 4));
	assert_int_equal(e.rsp.id, at(0, 8));
	assert_int_equal(e.rsp.op, at(8, 1));
	assert_int_equal((u16)e.rsp.status, at(10, 2));
}

static void test_numbers(void **state)
{
	(void)state;
	assert_int_equal(XSR_BLK_OP_READ, 0);
	assert_int_equal(XSR_BLK_OP_WRITE, 1);
	assert_int_equal(XSR_BLK_OP_BARRIER, 2);
	assert_int_equal(XSR_BLK_OP_FLUSH, 3);
	assert_int_equal(XSR_BLK_OP_DISCARD, 5);
	assert_int_equal(XSR_BLK_OP_INDIRECT, 6);
	assert_int_equal(XSR_BLK_STATUS_OKAY, 0);
	assert_int_equal(XSR_BLK_STATUS_ERROR, -1);
	assert_int_equal(XSR_BLK_STATUS_UNSUPPORTED, -2);
	assert_int_equal(sizeof(struct xsr_blk_seg), 8);
	assert_int_equal(XSR_BLK_SEGS_PER_PAGE, 512);
	assert_int_equal(XSR_BLK_MAX_INDIRECT_SEGS, 4096);
	assert_int_equal(XSR_BLK_SECTORS_PER_PAGE, 8);
	assert_int_equal(sizeof(struct xsr_blk_rsp_64), 16);
	assert_int_equal(sizeof(struct xsr_blk_rsp_32), 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout_64),
		cmocka_unit_test(test_layout_32),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
