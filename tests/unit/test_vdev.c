// SPDX-License-Identifier: GPL-2.0
/*
 * frontend/block/vdev: names and minors are those that the stock driver gives, for every kind of
 * number, at the ends of every range.
 */
#include "tests/unit/unit.h"

/* Not a part of the library of pure code, though it is pure. */
#include "frontend/block/vdev.c"

static const struct {
	u32 number;
	const char *name; /* NULL: refused */
	u32 minor, minors;
} table[] = {
	{ 202 << 8, "xvda", 0, 16 },
	{ 202 << 8 | 1, "xvda1", 1, 1 },
	{ 202 << 8 | 15, "xvda15", 15, 1 },
	{ 202 << 8 | 16, "xvdb", 16, 16 },
	{ 202 << 8 | 240, "xvdp", 240, 16 },
	{ 202 << 8 | 255, "xvdp15", 255, 1 },
	/* hd disks: partitions become whole disks. */
	{ 3 << 8, "xvda", 0, 16 },
	{ 3 << 8 | 1, "xvda", 0, 16 },
	{ 3 << 8 | 64, "xvdb", 16, 16 },
	{ 22 << 8, "xvdc", 32, 16 },
	{ 22 << 8 | 64, "xvdd", 48, 16 },
	/* sd disks, on three groups of majors. */
	{ 8 << 8, "xvda", 0, 16 },
	{ 8 << 8 | 17, "xvdb1", 17, 1 },
	{ 65 << 8, "xvdq", 256, 16 },
	{ 71 << 8 | 255, "xvddx15", 2047, 1 },
	{ 72 << 8, NULL, 0, 0 },
	{ 128 << 8, "xvddy", 2048, 16 },
	{ 135 << 8 | 240, "xvdiv", 4080, 16 },
	{ 136 << 8, NULL, 0, 0 },
	/* Extended: 256 minors a disk, as many disks as a dev_t has room for. */
	{ 1u << 28, "xvda", 0, 256 },
	{ 1u << 28 | 16 << 8, "xvdq", 4096, 256 },
	{ 1u << 28 | 16 << 8 | 1, "xvdq1", 4097, 1 },
	{ 1u << 28 | 16 << 8 | 255, "xvdq255", 4351, 1 },
	{ 1u << 28 | 25 << 8, "xvdz", 6400, 256 },
	{ 1u << 28 | 26 << 8, "xvdaa", 6656, 256 },
	{ 1u << 28 | 701 << 8, "xvdzz", 179456, 256 },
	{ 1u << 28 | 702 << 8, "xvdaaa", 179712, 256 },
	{ 1u << 28 | ((1u << 20) - 1), "xvdfan255", 1048575, 1 },
	{ 1u << 28 | 1u << 20, NULL, 0, 0 },
	/* Nonsense. */
	{ 0, NULL, 0, 0 },
	{ 9 << 8, NULL, 0, 0 },
	{ 203 << 8, NULL, 0, 0 },
	{ 1u << 29, NULL, 0, 0 },
	{ 3u << 28, NULL, 0, 0 },
	{ 0xffffffffu, NULL, 0, 0 },
};

static void test_table(void **state)
{
	struct xsr_vdev v;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		memset(&v, 0x5a, sizeof(v));
		assert_int_equal(xsr_vdev_decode(table[i].number, &v), table[i].name != NULL);
		if (!table[i].name)
			continue;
		assert_string_equal(v.name, table[i].name);
		assert_int_equal(v.minor, table[i].minor);
		assert_int_equal(v.minors, table[i].minors);
	}
}

/* No number overruns the name, and whole disks of a kind that count up never share a minor. */
static void test_all_numbers(void **state)
{
	u32 n, next = 0;
	struct xsr_vdev v;

	for (n = 0; n < 0x10000; n++)
		if (xsr_vdev_decode(n, &v))
			assert_true(strlen(v.name) < XSR_VDEV_NAME_MAX);
	for (n = 1u << 28; n < (1u << 28) + (1u << 20); n += 256) {
		assert_true(xsr_vdev_decode(n, &v));
		assert_true(strlen(v.name) < XSR_VDEV_NAME_MAX);
		assert_int_equal(v.minor, next);
		next += 256;
	}
}

static void test_legacy(void **state)
{
	assert_false(xsr_vdev_is_legacy(202 << 8));
	assert_false(xsr_vdev_is_legacy(1u << 28 | 3 << 8));
	assert_true(xsr_vdev_is_legacy(3 << 8));
	assert_true(xsr_vdev_is_legacy(8 << 8 | 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_all_numbers),
		cmocka_unit_test(test_legacy),
	};

	return cmocka_run_group_tests_name("vdev", tests, NULL, NULL);
}
