// SPDX-License-Identifier: GPL-2.0
/*
 * Freezing a queue returns the allocation flags that unfreezing restores. 6.1 and 6.12 keep no
 * flags.
 * Shim: blk_mq_freeze_queue blk_mq_unfreeze_queue
 */
#include <linux/blk-mq.h>

void xsr_probe(struct request_queue *q);
void xsr_probe(struct request_queue *q)
{
	unsigned int memflags = blk_mq_freeze_queue(q);

	blk_mq_unfreeze_queue(q, memflags);
}
