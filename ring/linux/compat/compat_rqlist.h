/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of requests in the spelling of Linux 7.3: what queue_rqs is given and what a completion
 * batch holds.
 *
 * Since the struct rq_list of newer kernels a list has a head and a tail and a plug's list runs in
 * the order of submission. In 6.1 a list is a bare pointer to its first request, a plug's list runs
 * from newest to oldest, and a completion batch is such a pointer. Here those kernels get
 * struct rq_list, and the walking macros take either form. Included by compat_blk.h only.
 */
#ifndef XSR_COMPAT_RQLIST_H
#define XSR_COMPAT_RQLIST_H

#ifdef XSR_HAVE_RQ_LIST

/* XSR_OP_QUEUE_RQS(fn) defines fn_op for blk_mq_ops.queue_rqs, from `void fn(struct rq_list *)`. */
#define XSR_OP_QUEUE_RQS(fn)                      \
	static void fn##_op(struct rq_list *list) \
	{                                         \
		fn(list);                         \
	}

#else

#undef rq_list_add_tail
#undef rq_list_pop
#undef rq_list_peek
#undef rq_list_empty
#undef rq_list_for_each
#undef rq_list_for_each_safe

struct rq_list {
	struct request *head;
	struct request *tail;
};

/* The first request of a struct rq_list, or of the bare list in a completion batch. */
#define xsr_rq_list_head(list) \
	_Generic((list),                                                                           \
		struct rq_list *: ((const struct rq_list *)(const void *)(list))->head,            \
		const struct rq_list *: ((const struct rq_list *)(const void *)(list))->head,      \
		struct request **: *(struct request *const *)(const void *)(list))

#define rq_list_empty(list) (!xsr_rq_list_head(list))
#define rq_list_peek(list) xsr_rq_list_head(list)
#define rq_list_for_each(list, pos) for (pos = rq_list_peek(list); pos; pos = (pos)->rq_next)
#define rq_list_for_each_safe(list, pos, next) \
	for (pos = rq_list_peek(list); (pos) && ((next) = (pos)->rq_next, true); pos = (next))

static inline void rq_list_init(struct rq_list *list)
{
	list->head = NULL;
	list->tail = NULL;
}

static inline void rq_list_add_tail(struct rq_list *list, struct request *rq)
{
	rq->rq_next = NULL;
	if (list->tail)
		list->tail->rq_next = rq;
	else
		list->head = rq;
	list->tail = rq;
}

static inline void rq_list_add_head(struct rq_list *list, struct request *rq)
{
	rq->rq_next = list->head;
	list->head = rq;
	if (!list->tail)
		list->tail = rq;
}

/* Takes the first request off the list; NULL when it is empty. */
static inline struct request *rq_list_pop(struct rq_list *list)
{
	struct request *rq = list->head;

	if (rq) {
		list->head = rq->rq_next;
		if (!list->head)
			list->tail = NULL;
		rq->rq_next = NULL;
	}
	return rq;
}

/* Turns the plug's newest-first list into one in the order of submission. */
static inline void xsr_rq_list_from_plug(struct rq_list *list, struct request *newest)
{
	struct request *rq, *older;

	rq_list_init(list);
	for (rq = newest; rq; rq = older) {
		older = rq->rq_next;
		rq_list_add_head(list, rq);
	}
}

/* What the driver left goes back through the bare pointer; blk-mq issues it one by one. */
#define XSR_OP_QUEUE_RQS(fn)                         \
	static void fn##_op(struct request **plug)   \
	{                                            \
		struct rq_list list;                 \
                                                     \
		xsr_rq_list_from_plug(&list, *plug); \
		fn(&list);                           \
		*plug = list.head;                   \
	}

#endif /* XSR_HAVE_RQ_LIST */

/*
 * blk_mq_add_to_batch(rq, iob, is_error, complete): adds rq to a completion batch unless it failed.
 * 6.1 takes an int for the failure, and early 6.12 tests that int for a negative value.
 */
#ifndef XSR_HAVE_BATCH_IS_ERROR
static inline bool xsr_add_to_batch(struct request *rq, struct io_comp_batch *iob, bool is_error,
				    void (*complete)(struct io_comp_batch *))
{
	return !is_error && blk_mq_add_to_batch(rq, iob, 0, complete);
}
#define blk_mq_add_to_batch(rq, iob, is_error, complete) \
	xsr_add_to_batch(rq, iob, is_error, complete)
#endif

#endif /* XSR_COMPAT_RQLIST_H */
