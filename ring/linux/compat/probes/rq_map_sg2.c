// SPDX-License-Identifier: GPL-2.0
/*
 * blk_rq_map_sg(rq, sg). 6.1 and 6.12 take the queue in front.
 * Shim: blk_rq_map_sg
 */
#include <linux/blk-mq.h>

int xsr_probe(struct request *rq, struct scatterlist *sg);
int xsr_probe(struct request *rq, struct scatterlist *sg)
{
	return blk_rq_map_sg(rq, sg);
}
