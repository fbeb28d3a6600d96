// SPDX-License-Identifier: GPL-2.0
/*
 * The macros that Xen's public headers bring, used as the stock drivers use them: one entry copied at
 * a time, bounds of the producer looked at, notification checked.
 */
#include <stdlib.h>

#include "benchmarks/ring/bench.h"

/* What the header asks for; on x86 only the first is an instruction, as in the kernel. */
#define mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#include <xen/io/ring.h>

DEFINE_RING_TYPES(bench, struct bench_msg, struct bench_msg);

struct end {
	_Alignas(BENCH_LINE) bench_front_ring_t front;
	bench_back_ring_t back;
};

static struct end ends[2];

static inline struct end *end_front(void)
{
	return &ends[0];
}

static inline struct end *end_back(void)
{
	return &ends[1];
}

static void end_begin(struct bench_run *run)
{
	bench_sring_t *s = (bench_sring_t *)run->page;

	SHARED_RING_INIT(s);
	FRONT_RING_INIT(&ends[0].front, s, XSR_PAGE_SIZE);
	BACK_RING_INIT(&ends[1].back, s, XSR_PAGE_SIZE);
}

static inline u32 front_room(const struct end *e)
{
	return RING_FREE_REQUESTS(&e->front);
}

static inline void front_put(struct end *e, const struct bench_msg *msg)
{
	*RING_GET_REQUEST(&e->front, e->front.req_prod_pvt) = *msg;
	e->front.req_prod_pvt++;
}

static inline void back_put(struct end *e, const struct bench_msg *msg)
{
	*RING_GET_RESPONSE(&e->back, e->back.rsp_prod_pvt) = *msg;
	e->back.rsp_prod_pvt++;
}

static inline bool front_publish(struct end *e, bool check)
{
	int notify = 0;

	if (check)
		RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&e->front, notify);
	else
		RING_PUSH_REQUESTS(&e->front);
	return notify;
}

static inline bool back_publish(struct end *e, bool check)
{
	int notify = 0;

	if (check)
		RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&e->back, notify);
	else
		RING_PUSH_RESPONSES(&e->back);
	return notify;
}

static inline u32 front_ready(const struct end *e)
{
	RING_IDX prod = *(volatile RING_IDX *)&e->front.sring->rsp_prod;

	rmb();
	if (RING_RESPONSE_PROD_OVERFLOW(&e->front, prod))
		abort();
	return prod - e->front.rsp_cons;
}

static inline u32 back_ready(const struct end *e)
{
	RING_IDX prod = *(volatile RING_IDX *)&e->back.sring->req_prod;

	rmb();
	if (RING_REQUEST_PROD_OVERFLOW(&e->back, prod))
		abort();
	return prod - e->back.req_cons;
}

static inline void front_take(struct end *e, struct bench_msg *msg)
{
	RING_COPY_RESPONSE(&e->front, e->front.rsp_cons, msg);
	e->front.rsp_cons++;
}

static inline void back_take(struct end *e, struct bench_msg *msg)
{
	RING_COPY_REQUEST(&e->back, e->back.req_cons, msg);
	e->back.req_cons++;
}

static inline bool front_arm(struct end *e)
{
	int more;

	RING_FINAL_CHECK_FOR_RESPONSES(&e->front, more);
	return more;
}

static inline bool back_arm(struct end *e)
{
	int more;

	RING_FINAL_CHECK_FOR_REQUESTS(&e->back, more);
	return more;
}

#define BENCH_KIND bench_xen
#define BENCH_NAME "xen"
#define BENCH_BARE_TOO true
#include "benchmarks/ring/loop.h"
