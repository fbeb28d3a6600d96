// SPDX-License-Identifier: GPL-2.0
/*
 * block_device_operations.open takes the disk, .release has no mode. 6.1 gives open the block
 * device and release the mode.
 * Shim: XSR_OP_OPEN XSR_OP_RELEASE
 */
#include <linux/blkdev.h>

static int probe_open(struct gendisk *disk, blk_mode_t mode)
{
	return 0;
}

static void probe_release(struct gendisk *disk)
{
}

extern const struct block_device_operations xsr_probe;
const struct block_device_operations xsr_probe = {
	.open = probe_open,
	.release = probe_release,
};
