// SPDX-License-Identifier: GPL-2.0
/*
 * xenstore-tools/path.c and vdev.c: device directories and disk names.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/tools/scene.h"

static void numbers_are_canonical(void **state)
{
	u32 n = 7;

	assert_true(xsr_number("0", UINT32_MAX, &n));
	assert_int_equal(n, 0);
	assert_true(xsr_number("4294967295", UINT32_MAX, &n));
	assert_int_equal(n, UINT32_MAX);
	assert_true(xsr_number("99", 99, &n));
	assert_false(xsr_number("100", 99, &n));
	assert_false(xsr_number("4294967296", UINT32_MAX, &n));
	assert_false(xsr_number("99999999999999999999999999", UINT32_MAX, &n));
	assert_false(xsr_number("", UINT32_MAX, &n));
	assert_false(xsr_number("-1", UINT32_MAX, &n));
	assert_false(xsr_number("+1", UINT32_MAX, &n));
	assert_false(xsr_number("01", UINT32_MAX, &n));
	assert_false(xsr_number("1 ", UINT32_MAX, &n));
	assert_false(xsr_number("0x1", UINT32_MAX, &n));
}

static void assert_round_trip(const char *path)
{
	struct xsr_place place;
	char *again;

	assert_true(xsr_place_parse(path, &place));
	again = xsr_place_path(&place);
	assert_string_equal(again, path);
	free(again);
}

static void device_paths_are_told_apart(void **state)
{
	struct xsr_place p;

	assert_round_trip("/local/domain/3/device/vbd/51728");
	assert_round_trip("/local/domain/3/device/vif/0");
	assert_round_trip("/local/domain/0/backend/vbd/3/51728");
	assert_round_trip("/local/domain/0/backend/qdisk/3/51728");
	assert_round_trip("/local/domain/32751/backend/vif/32751/4294967295");
	assert_true(xsr_place_parse("/local/domain/5/backend/qnic/3/1/", &p));
	assert_int_equal(p.role, XSR_BACK);
	assert_int_equal(p.class, XSR_VIF);
	assert_int_equal(p.owner, 5);
	assert_int_equal(p.front, 3);
	assert_int_equal(p.dev, 1);
	assert_true(xsr_place_parse("/local/domain/5/device/vbd/1", &p));
	assert_int_equal(p.role, XSR_FRONT);
	assert_int_equal(p.front, 5);
}

static void other_paths_are_none(void **state)
{
	static const char *const wrong[] = {
		"",
		"/",
		"//",
		"local/domain/3/device/vbd/1",
		"/local/domain/3/device/vbd",
		"/local/domain/3/device/vbd/1/state",
		"/local/domain/3/device/vbd/1//",
		"/local//domain/3/device/vbd/1",
		"/local/domain/3/device/vfb/1",
		"/local/domain/3/device/qdisk/1",
		"/local/domain/32752/device/vbd/1",
		"/local/domain/03/device/vbd/1",
		"/local/domain/3/device/vbd/x",
		"/local/domain/0/backend/vbd/3",
		"/local/domain/0/backend/vbd/3/1/2",
		"/local/domain/0/backend/console/3/1",
		"/local/domain/0/backend/vbd/32752/1",
		"/local/domain/0/frontend/vbd/3/1",
		"/local/domain/0/backend/vbd/3/1/4/5/6/7/8/9/10/11",
		"/remote/domain/3/device/vbd/1",
		"/local/domain/3/device/vbd/111111111111111111111111111111111111111111",
	};
	struct xsr_place p;
	char *huge = xsr_alloc(5000, 1);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		if (xsr_place_parse(wrong[i], &p))
			fail_msg("\"%s\" was taken for a device", wrong[i]);
	memset(huge, '/', 4096);
	assert_false(xsr_place_parse(huge, &p));
	memset(huge + 1, 'a', 4095);
	assert_false(xsr_place_parse(huge, &p));
	free(huge);
}

static void assert_vdev(u32 vdev, const char *want)
{
	char *name = xsr_vdev_name(vdev);

	assert_string_equal(name, want);
	free(name);
}

static void disk_names_follow_the_numbering(void **state)
{
	assert_vdev(51712, "xvda");
	assert_vdev(51713, "xvda1");
	assert_vdev(51728, "xvdb");
	assert_vdev(51952 + 15, "xvdp15");
	assert_vdev((1u << 28) | (16 << 8), "xvdq");
	assert_vdev((1u << 28) | (25 << 8) | 255, "xvdz255");
	assert_vdev((1u << 28) | (26 << 8), "xvdaa");
	assert_vdev((1u << 28) | (701 << 8), "xvdzz");
	assert_vdev((1u << 28) | (702 << 8) | 1, "xvdaaa1");
	assert_vdev(768, "hda");
	assert_vdev(768 + 64 + 3, "hdb3");
	assert_vdev(22 << 8, "hdc");
	assert_vdev((22 << 8) + 64, "hdd");
	assert_vdev((3 << 8) + 128, "-");
	assert_vdev(2048, "sda");
	assert_vdev(2048 + 17, "sdb1");
	assert_vdev(0, "-");
	assert_vdev(UINT32_MAX, "-");
	assert_vdev(1u << 29, "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_canonical),
		cmocka_unit_test(device_paths_are_told_apart),
		cmocka_unit_test(other_paths_are_none),
		cmocka_unit_test(disk_names_follow_the_numbering),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
