// SPDX-License-Identifier: GPL-2.0
/*
 * Lamport's queue, once each way: an array, one index that the producer writes and one that the
 * consumer writes, each in its own cache line, each read by the other side whenever it wants to know.
 */
#include <stdlib.h>

#include "benchmarks/ring/plain.h"

struct way {
	struct plain_word head; /* consumer's */
	struct plain_word tail; /* producer's */
	struct plain_word asleep;
	struct bench_msg slot[PLAIN_SLOTS];
};

struct shared {
	struct way to_back;
	struct way to_front;
};

XSR_ASSERT(sizeof(struct shared) <= XSR_PAGE_SIZE, "fits one page");

struct end {
	_Alignas(BENCH_LINE) struct way *out;
	struct way *in;
	u32 tail; /* of out, not shown yet */
	u32 head; /* of in */
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
	struct shared *s = (struct shared *)run->page;

	memset(s, 0, sizeof(*s));
	ends[0] = (struct end){ &s->to_back, &s->to_front, 0, 0 };
	ends[1] = (struct end){ &s->to_front, &s->to_back, 0, 0 };
}

static inline u32 front_room(const struct end *e)
{
	return PLAIN_SLOTS - (e->tail - xsr_load_acquire(&e->out->head.v));
}

static inline void end_put(struct end *e, const struct bench_msg *msg)
{
	e->out->slot[e->tail++ % PLAIN_SLOTS] = *msg;
}

static inline bool end_publish(struct end *e, bool check)
{
	xsr_store_release(&e->out->tail.v, e->tail);
	return plain_wanted(&e->out->asleep, check);
}

static inline u32 end_ready(const struct end *e)
{
	return xsr_load_acquire(&e->in->tail.v) - e->head;
}

static inline void end_take(struct end *e, struct bench_msg *msg)
{
	*msg = e->in->slot[e->head++ % PLAIN_SLOTS];
	xsr_store_release(&e->in->head.v, e->head);
}

static inline bool end_arm(struct end *e)
{
	plain_sleeps(&e->in->asleep);
	return end_ready(e);
}

#define front_put end_put
#define back_put end_put
#define front_publish end_publish
#define back_publish end_publish
#define front_ready end_ready
#define back_ready end_ready
#define front_take end_take
#define back_take end_take
#define front_arm end_arm
#define back_arm end_arm

#define BENCH_KIND bench_lamport
#define BENCH_NAME "lamport"
#define BENCH_BARE_TOO true
#include "benchmarks/ring/loop.h"
