// SPDX-License-Identifier: GPL-2.0
/*
 * block_device_operations.getgeo takes the disk. 6.1 and 6.12 give it the block device.
 * Shim: XSR_OP_GETGEO
 */
#include <linux/blkdev.h>
#include <linux/hdreg.h>

static int probe_getgeo(struct gendisk *disk, struct hd_geometry *geo)
{
	return 0;
}

extern const struct block_device_operations xsr_probe;
const struct block_device_operations xsr_probe = {
	.getgeo = probe_getgeo,
};
