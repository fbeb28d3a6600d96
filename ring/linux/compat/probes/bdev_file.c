// SPDX-License-Identifier: GPL-2.0
/*
 * A block device is opened as a file. 6.1 hands out the block device itself and wants the open
 * mode again to put it.
 * Shim: xsr_bdev_file bdev_file_open_by_dev file_bdev bdev_fput
 */
#include <linux/blkdev.h>

struct block_device *xsr_probe(dev_t dev, void *holder);
struct block_device *xsr_probe(dev_t dev, void *holder)
{
	struct file *file = bdev_file_open_by_dev(dev, BLK_OPEN_READ, holder, NULL);

	return file_bdev(file);
}
