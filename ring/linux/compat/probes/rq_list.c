// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of requests are a struct rq_list with a head and a tail. Missing in 6.1 (and in early
 * 6.12), where a list is a bare request pointer and the plug's list runs from newest to oldest.
 * Shim: rq_list rq_list_pop rq_list_peek rq_list_empty rq_list_add_tail rq_list_add_head
 * rq_list_for_each rq_list_for_each_safe rq_list_init XSR_OP_QUEUE_RQS
 */
#include <linux/blk-mq.h>

void xsr_probe(struct rq_list *list, struct request *rq);
void xsr_probe(struct rq_list *list, struct request *rq)
{
	rq_list_add_tail(list, rq);
	rq_list_add_head(list, rq_list_pop(list));
}
