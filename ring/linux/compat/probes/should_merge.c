// SPDX-License-Identifier: GPL-2.0
/*
 * BLK_MQ_F_SHOULD_MERGE must be set in 6.1 and 6.12 to have bios merged; gone in 7.3, which always
 * merges.
 * Shim: BLK_MQ_F_SHOULD_MERGE
 */
#include <linux/blk-mq.h>

int xsr_probe(void);
int xsr_probe(void)
{
	return BLK_MQ_F_SHOULD_MERGE;
}
