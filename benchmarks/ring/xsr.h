/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Our own ring as a kind of queue: ring/ring.h as the drivers use it, every peek bounded.
 */
#include "benchmarks/ring/bench.h"
#include "ring/ring_attach.h"

struct end {
	_Alignas(BENCH_LINE) struct xsr_ring ring;
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

static inline u32 end_ready(const struct end *e)
{
	u32 n = 0;

	if (xsr_ring_peek(&e->ring, &n) != XSR_OK)
		abort();
	return n;
}

static inline void end_put(struct end *e, const struct bench_msg *msg)
{
	xsr_ring_put_as(&e->ring, sizeof(*msg), msg, sizeof(*msg));
}

static inline void end_take(struct end *e, struct bench_msg *msg)
{
	xsr_ring_take_as(&e->ring, sizeof(*msg), msg, sizeof(*msg));
}

/* There is no publication that does not look. */
static inline bool end_publish(struct end *e, bool check)
{
	(void)check;
	return xsr_ring_publish(&e->ring);
}

static inline bool end_arm(struct end *e)
{
	return xsr_ring_arm(&e->ring, 1);
}

#define front_room(e) xsr_ring_room(&(e)->ring)
#define front_publish end_publish
#define back_publish end_publish
#define front_ready end_ready
#define back_ready end_ready
#define front_arm end_arm
#define back_arm end_arm
