// SPDX-License-Identifier: GPL-2.0
/*
 * A queue without shared indexes, once each way: every slot has a flag that says whether it is full.
 * A message is there as soon as its flag is set, so nothing is left for a publication to show.
 */
#include <stdlib.h>

#include "benchmarks/ring/plain.h"

struct slot {
	struct bench_msg msg;
	u32 full;
};

struct way {
	struct plain_word asleep;
	struct slot slot[PLAIN_SLOTS];
};

struct shared {
	struct way to_back;
	struct way to_front;
};

XSR_ASSERT(sizeof(struct shared) <= XSR_PAGE_SIZE, "fits one page");

struct end {
	_Alignas(BENCH_LINE) struct way *out;
	struct way *in;
	u32 tail;
	u32 head;
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

static inline bool slot_is_full(const struct way *w, u32 idx)
{
	return xsr_load_acquire(&w->slot[idx % PLAIN_SLOTS].full);
}

/* More than that is never asked for at a time. */
#define LOOK_AHEAD (PLAIN_SLOTS / 2)

/* Slots are emptied in order, so if the last one of these is empty, those before it are. */
static inline u32 front_room(const struct end *e)
{
	u32 n = 0;

	if (!slot_is_full(e->out, e->tail + LOOK_AHEAD - 1))
		return LOOK_AHEAD;
	while (n < LOOK_AHEAD && !slot_is_full(e->out, e->tail + n))
		n++;
	return n;
}

static inline void end_put(struct end *e, const struct bench_msg *msg)
{
	struct slot *s = &e->out->slot[e->tail++ % PLAIN_SLOTS];

	s->msg = *msg;
	xsr_store_release(&s->full, 1);
}

static inline bool end_publish(struct end *e, bool check)
{
	return plain_wanted(&e->out->asleep, check);
}

/* One at a time: there is no way to know of more but to look at each. */
static inline u32 end_ready(const struct end *e)
{
	u32 n = 0;

	while (n < LOOK_AHEAD && slot_is_full(e->in, e->head + n))
		n++;
	return n;
}

static inline void end_take(struct end *e, struct bench_msg *msg)
{
	struct slot *s = &e->in->slot[e->head++ % PLAIN_SLOTS];

	*msg = s->msg;
	xsr_store_release(&s->full, 0);
}

static inline bool end_arm(struct end *e)
{
	plain_sleeps(&e->in->asleep);
	return slot_is_full(e->in, e->head);
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

#define BENCH_KIND bench_slotflag
#define BENCH_NAME "slotflag"
#define BENCH_BARE_TOO true
#include "benchmarks/ring/loop.h"
