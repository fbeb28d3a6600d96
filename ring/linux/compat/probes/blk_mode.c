// SPDX-License-Identifier: GPL-2.0
/*
 * blk_mode_t and the BLK_OPEN_ flags. 6.1 uses fmode_t and FMODE_ flags.
 * Shim: blk_mode_t BLK_OPEN_
 */
#include <linux/blkdev.h>

blk_mode_t xsr_probe(void);
blk_mode_t xsr_probe(void)
{
	return BLK_OPEN_READ | BLK_OPEN_WRITE | BLK_OPEN_EXCL;
}
