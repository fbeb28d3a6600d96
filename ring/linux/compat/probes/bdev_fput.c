// SPDX-License-Identifier: GPL-2.0
/*
 * bdev_fput(): gives up the holder at once, where fput() may leave it to a later work item.
 * Missing in 6.1 and in the first kernels that have bdev files.
 * Shim: bdev_fput
 */
#include <linux/blkdev.h>

void xsr_probe(struct file *file);
void xsr_probe(struct file *file)
{
	bdev_fput(file);
}
