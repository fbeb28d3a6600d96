// SPDX-License-Identifier: GPL-2.0
/*
 * What a virtual device number means; see vdev.h. Arithmetic only.
 */
#include "frontend/block/vdev.h"

#define VDEV_PARTS 16 /* minors of a disk */
#define VDEV_PARTS_EXTENDED 256
#define VDEV_DISKS_PER_SD_MAJOR 16
#define VDEV_MINORS_PER_HD 64
#define VDEV_MINOR_BITS 20 /* of a dev_t */

#define VDEV_IDE0 3
#define VDEV_IDE1 22
#define VDEV_SD_FIRST 8
#define VDEV_SD_SECOND 65 /* to 71 */
#define VDEV_SD_NINTH 128 /* to 135 */

static u32 vdev_major(u32 number)
{
	return number >> 8;
}

/* Which group of 16 sd disks a major is for; -1 if it is none of them. */
static int vdev_sd_group(u32 major)
{
	if (major == VDEV_SD_FIRST)
		return 0;
	if (major >= VDEV_SD_SECOND && major < VDEV_SD_SECOND + 7)
		return major - VDEV_SD_SECOND + 1;
	if (major >= VDEV_SD_NINTH && major < VDEV_SD_NINTH + 8)
		return major - VDEV_SD_NINTH + 8;
	return -1;
}

/* Disk and minor of a number that is not extended. */
static bool vdev_decode_classic(u32 number, struct xsr_vdev *v)
{
	u32 major = vdev_major(number), minor = number & 0xff;
	int group = vdev_sd_group(major);

	if (major == XSR_VDEV_MAJOR) {
		v->disk = minor / VDEV_PARTS;
		v->minor = minor;
	} else if (major == VDEV_IDE0 || major == VDEV_IDE1) {
		/* Partitions of hd disks have always become whole disks. */
		v->disk = minor / VDEV_MINORS_PER_HD + (major == VDEV_IDE1 ? 2 : 0);
		v->minor = v->disk * VDEV_PARTS;
	} else if (group >= 0) {
		v->disk = minor / VDEV_PARTS + group * VDEV_DISKS_PER_SD_MAJOR;
		v->minor = minor + group * VDEV_DISKS_PER_SD_MAJOR * VDEV_PARTS;
	} else {
		return false;
	}
	return true;
}

/* a..z, aa..zz, ...: each step to the left counts from one, not from nought. */
static char *vdev_put_letters(char *at, u32 disk)
{
	if (disk >= 26)
		at = vdev_put_letters(at, disk / 26 - 1);
	*at = 'a' + disk % 26;
	return at + 1;
}

static char *vdev_put_number(char *at, u32 n)
{
	if (n >= 10)
		at = vdev_put_number(at, n / 10);
	*at = '0' + n % 10;
	return at + 1;
}

bool xsr_vdev_decode(u32 number, struct xsr_vdev *v)
{
	u32 parts = VDEV_PARTS, part;
	char *at;

	if (number >= 2 * XSR_VDEV_EXTENDED)
		return false;
	if (number & XSR_VDEV_EXTENDED) {
		parts = VDEV_PARTS_EXTENDED;
		v->minor = number & ~XSR_VDEV_EXTENDED;
		v->disk = v->minor / parts;
	} else if (!vdev_decode_classic(number, v)) {
		return false;
	}
	if (v->minor >> VDEV_MINOR_BITS)
		return false;
	part = v->minor % parts;
	v->minors = part ? 1 : parts;
	memcpy(v->name, XSR_VDEV_NAME, sizeof(XSR_VDEV_NAME) - 1);
	at = vdev_put_letters(v->name + sizeof(XSR_VDEV_NAME) - 1, v->disk);
	if (part)
		at = vdev_put_number(at, part);
	*at = '\0';
	return true;
}

bool xsr_vdev_is_legacy(u32 number)
{
	return !(number & XSR_VDEV_EXTENDED) && vdev_major(number) != XSR_VDEV_MAJOR;
}
