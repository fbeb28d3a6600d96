// SPDX-License-Identifier: GPL-2.0
/*
 * queue_limits_commit_update_frozen(). Missing in 6.1 and in early 6.12.
 * Shim: queue_limits_commit_update_frozen
 */
#include <linux/blkdev.h>

int xsr_probe(struct request_queue *q, struct queue_limits *lim);
int xsr_probe(struct request_queue *q, struct queue_limits *lim)
{
	return queue_limits_commit_update_frozen(q, lim);
}
