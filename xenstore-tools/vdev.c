// SPDX-License-Identifier: GPL-2.0
/*
 * Disk names from virtual device numbers, by the schemes of Xen's vbd interface.
 *
 * A number carries a disk and a partition in one of five layouts, told apart by its upper bits. It
 * reads nothing and knows no domain. Declared in path.h; used by device.c.
 */
#include <stdio.h>

#include "xenstore-tools/path.h"
#include "xenstore-tools/text.h"

#define EXTENDED (1u << 28) /* xvd: disk in bits 8..27, partition in bits 0..7 */

/* The classic layouts: a block major in the upper byte, then the disk, then the partition. */
struct layout {
	u32 major;
	const char *prefix;
	u32 part_bits;
	u32 first_disk; /* hdc is disk 0 of the second IDE major */
	u32 disks;
};

static const struct layout layouts[] = {
	{ 202, "xvd", 4, 0, 16 },
	{ 8, "sd", 4, 0, 16 },
	{ 3, "hd", 6, 0, 2 },
	{ 22, "hd", 6, 2, 2 },
};

/* a .. z, aa .. zz, aaa ...: 26 letters, counted without a zero. */
static void add_letters(struct xsr_text *t, u32 disk)
{
	if (disk >= 26)
		add_letters(t, disk / 26 - 1);
	xsr_text_add(t, "%c", 'a' + (int)(disk % 26));
}

static char *disk_name(const char *prefix, u32 disk, u32 part)
{
	struct xsr_text t = { 0 };

	xsr_text_add(&t, "%s", prefix);
	add_letters(&t, disk);
	if (part)
		xsr_text_add(&t, "%u", part);
	return xsr_text_take(&t);
}

char *xsr_vdev_name(u32 vdev)
{
	size_t i;

	if (vdev >> 28 == 1)
		return disk_name("xvd", (vdev & ~EXTENDED) >> 8, vdev & 0xff);
	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		const struct layout *l = &layouts[i];
		u32 disk = (vdev & 0xff) >> l->part_bits;

		if (vdev >> 8 == l->major && disk < l->disks)
			return disk_name(l->prefix, disk + l->first_disk,
					 vdev & ((1u << l->part_bits) - 1));
	}
	return xsr_dup("-");
}
