// SPDX-License-Identifier: GPL-2.0
/*
 * bdev_rot() and blk_queue_rot(). 6.1 and 6.12 ask the opposite, bdev_nonrot() and
 * blk_queue_nonrot().
 * Shim: bdev_rot blk_queue_rot
 */
#include <linux/blkdev.h>

bool xsr_probe(struct block_device *bdev);
bool xsr_probe(struct block_device *bdev)
{
	return bdev_rot(bdev) && blk_queue_rot(bdev_get_queue(bdev));
}
