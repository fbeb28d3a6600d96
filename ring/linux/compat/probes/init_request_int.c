// SPDX-License-Identifier: GPL-2.0
/*
 * blk_mq_ops.init_request takes the NUMA node as an int. Unsigned in 6.1 and 6.12.
 * Shim: XSR_OP_INIT_REQUEST
 */
#include <linux/blk-mq.h>

static int probe_init(struct blk_mq_tag_set *set, struct request *rq, unsigned int hctx, int node)
{
	return 0;
}

extern const struct blk_mq_ops xsr_probe;
const struct blk_mq_ops xsr_probe = {
	.init_request = probe_init,
};
