// SPDX-License-Identifier: GPL-2.0
/*
 * The wake-up rule of ring.h on a real machine: publish on one CPU against arm on another.
 *
 * Many rings are gone through by two threads at once. On each, one end publishes an entry at about
 * the time the other end asks to be told of it; at least one of the two has to notice the other.
 * Without a full barrier a machine that delays stores breaks this sooner or later; that it cannot
 * happen with them is shown by test_ring_model.c, which tries every order. Data of the entry is
 * plain memory, so that under ThreadSanitizer the other two orderings are watched too.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "ring/ring_attach.h"
#include "tests/fakes/rng.h"

/* Many rings a round, since a round costs two meetings, which are slow on a busy machine. */
#define RINGS 4096u
#define ROUNDS 50u

struct one_page_pair {
	_Alignas(XSR_PAGE_SIZE) u32 page[XSR_PAGE_SIZE / 4];
	struct xsr_ring front;
	struct xsr_ring back;
};

static struct one_page_pair *rings;
static u32 payload[RINGS]; /* written before publish, read after peek */
static bool told[RINGS], there[RINGS], late[RINGS];
static u32 arrived[2];

/* Which ring each thread is at, each in a cache line of its own. */
static struct {
	_Alignas(64) u32 ring;
} place[2];

/*
 * Wait until both threads have come to the @passage'th meeting. Without @order nothing but this
 * counter is ordered by it, so that the ring has to do that alone.
 */
static void meet(u32 me, u32 passage, bool order)
{
	u32 spins = 0;

	__atomic_store_n(&arrived[me], passage, order ? __ATOMIC_RELEASE : __ATOMIC_RELAXED);
	while (__atomic_load_n(&arrived[!me], order ? __ATOMIC_ACQUIRE : __ATOMIC_RELAXED) <
	       passage)
		if (++spins % 256 == 0)
			sched_yield();
}

/*
 * Come to ring @i at about the same time as the other thread, if that is running at all. Both look
 * at the indexes first: with the line in both caches, stores to it take longer than loads from it.
 */
static void align(u32 me, u32 i, struct rng *rng)
{
	volatile u32 delay = rng_below(rng, 12);
	u32 spins = 300;

	(void)__atomic_load_n(&rings[i].page[0], __ATOMIC_RELAXED);
	__atomic_store_n(&place[me].ring, i, __ATOMIC_RELAXED);
	while (__atomic_load_n(&place[!me].ring, __ATOMIC_RELAXED) != i && spins)
		spins--;
	while (delay)
		delay--;
}

static void *producer(void *arg)
{
	struct rng rng;
	u32 round, i;

	rng_seed(&rng, 1);
	for (round = 1; round <= ROUNDS; round++) {
		meet(0, 3 * round, false);
		for (i = 0; i < RINGS; i++) {
			u32 word = round;

			align(0, i, &rng);
			payload[i] = round * 3;
			xsr_ring_put(&rings[i].front, &word, 4);
			told[i] = xsr_ring_publish(&rings[i].front);
		}
		meet(0, 3 * round + 1, true);
		/* the consumer looks at the results, then both go on */
		meet(0, 3 * round + 2, true);
	}
	return arg;
}

static void check(u32 round, u32 i)
{
	struct xsr_ring *r = &rings[i].back;
	u32 n = 0, word = 0;

	if (!told[i] && !there[i]) {
		fprintf(stderr, "round %u, ring %u: a wake-up was lost\n", round, i);
		abort();
	}
	if (xsr_ring_peek(r, &n) != XSR_OK || n != 1) {
		fprintf(stderr, "round %u, ring %u: %u entries\n", round, i, n);
		abort();
	}
	xsr_ring_take(r, &word, 4);
	if (word != round || payload[i] != round * 3 || late[i]) {
		fprintf(stderr, "round %u, ring %u: stale entry\n", round, i);
		abort();
	}
	xsr_ring_put(r, &word, 4);
	xsr_ring_publish(r);
	if (xsr_ring_peek(&rings[i].front, &n) != XSR_OK || n != 1)
		abort();
	xsr_ring_take(&rings[i].front, &word, 4);
}

static void *consumer(void *arg)
{
	u32 round, i, n, both = 0, first = 0, second = 0;
	struct rng rng;

	rng_seed(&rng, 2);
	for (round = 1; round <= ROUNDS; round++) {
		meet(1, 3 * round, false);
		for (i = 0; i < RINGS; i++) {
			align(1, i, &rng);
			there[i] = xsr_ring_arm(&rings[i].back, 1);
			/* an entry that is there comes with all that was written before it */
			late[i] = xsr_ring_peek(&rings[i].back, &n) == XSR_OK && n &&
				  payload[i] != round * 3;
		}
		meet(1, 3 * round + 1, true);
		for (i = 0; i < RINGS; i++) {
			both += told[i] && there[i];
			first += told[i] && !there[i];
			second += !told[i] && there[i];
			check(round, i);
		}
		meet(1, 3 * round + 2, true);
	}
	printf("%u publishes: %u told the sleeper, %u were seen by it, %u both\n", ROUNDS * RINGS,
	       first, second, both);
	return arg;
}

static void ring_start(struct one_page_pair *p, u32 base)
{
	xsr_ring_create(&p->front, p->page, 1, 4);
	p->front.out = p->front.out_pub = p->front.in = base;
	p->page[0] = p->page[2] = base; /* both producers */
	p->page[1] = p->page[3] = base + 1; /* both events */
	if (xsr_ring_attach(&p->back, p->page, 1, 4) != XSR_OK)
		abort();
}

int main(void)
{
	pthread_t threads[2];
	u32 i;

	rings = aligned_alloc(XSR_PAGE_SIZE, RINGS * sizeof(*rings));
	for (i = 0; i < RINGS; i++)
		ring_start(&rings[i], 0u - ROUNDS / 2);
	pthread_create(&threads[0], NULL, producer, NULL);
	pthread_create(&threads[1], NULL, consumer, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	free(rings);
	return 0;
}
