// SPDX-License-Identifier: GPL-2.0
/*
 * struct queue_limits carries the features, is passed to blk_mq_alloc_disk() and is changed by
 * start_update/commit_update. Missing in 6.1, which has one setter for each limit.
 * Shim: queue_limits blk_mq_alloc_disk queue_limits_start_update queue_limits_commit_update
 * queue_limits_cancel_update queue_limits_set blk_queue_disable_discard
 * blk_queue_disable_secure_erase blk_queue_disable_write_zeroes blk_mark_disk_dead BLK_FEAT_
 */
#include <linux/blk-mq.h>

struct gendisk *xsr_probe(struct blk_mq_tag_set *set, struct request_queue *q);
struct gendisk *xsr_probe(struct blk_mq_tag_set *set, struct request_queue *q)
{
	struct queue_limits lim = queue_limits_start_update(q);

	lim.features |= BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA | BLK_FEAT_ROTATIONAL;
	if (queue_limits_commit_update(q, &lim))
		blk_queue_disable_discard(q);
	return blk_mq_alloc_disk(set, &lim, NULL);
}
