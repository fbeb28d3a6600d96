// SPDX-License-Identifier: GPL-2.0
/*
 * ids.h between three threads, under ThreadSanitizer: a sender, a taker of answers that shares no lock
 * with it, and a back-end that now and then answers an id of its own choice.
 *
 * What hangs on an id is plain memory, written by the sender before it puts an entry and read by the
 * taker after a match. If an id counted as out before it was shown, the taker would read it while the
 * sender writes: a data race.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "ring/ids.h"
#include "tests/fakes/ring_pair.h"
#include "tests/fakes/rng.h"

#define SIZE 256u
#define STRIDE 16u
#define MESSAGES 8000u
/*
 * Of so many answers one is a guess at what the sender takes next; the id that it should have been
 * stays out for good.
 */
#define GUESS_EVERY 150u

static struct ring_pair pair;
static struct xsr_slots slots;
static u8 slot_op[SIZE];
static struct xsr_ids ids;
static u16 id_storage[SIZE];
static u32 hung[SIZE]; /* what hangs on an id: the number of its message */
static u32 in_vain; /* answers that matched nothing */

static void die(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

/* Bursts of a few entries, which are in the ring for a while before they are shown. */
static void *sender(void *arg)
{
	struct rng rng;
	u32 n, burst;

	rng_seed(&rng, 1);
	for (n = 0; n < MESSAGES;) {
		for (burst = 1 + rng_below(&rng, 8); burst && n < MESSAGES; burst--, n++) {
			u32 word;

			if (!xsr_ids_free(&ids) || !xsr_ring_room(&pair.front))
				break;
			word = xsr_ids_take(&ids);
			hung[word] = n;
			xsr_ring_put(&pair.front, &word, 4);
		}
		sched_yield(); /* put, and not shown yet */
		xsr_ids_show(&ids, &slots);
		xsr_ring_publish(&pair.front);
		if (burst)
			sched_yield();
	}
	return arg;
}

static void *back(void *arg)
{
	u32 done = 0, avail, word;
	struct rng rng;

	rng_seed(&rng, 2);
	while (done < MESSAGES) {
		if (xsr_ring_peek(&pair.back, &avail) != XSR_OK)
			die("impossible requests");
		if (!avail)
			sched_yield();
		for (; avail; avail--, done++) {
			xsr_ring_take(&pair.back, &word, 4);
			if (!rng_below(&rng, GUESS_EVERY))
				word = (word + 1 + rng_below(&rng, 8)) % SIZE;
			xsr_ring_put(&pair.back, &word, 4);
		}
		xsr_ring_publish(&pair.back);
	}
	return arg;
}

static void *taker(void *arg)
{
	u32 done = 0, avail, word;

	while (done < MESSAGES) {
		if (xsr_ring_peek(&pair.front, &avail) != XSR_OK)
			die("impossible answers");
		if (!avail)
			sched_yield();
		for (; avail; avail--, done++) {
			xsr_ring_take(&pair.front, &word, 4);
			if (xsr_slots_match(&slots, word, 0) != XSR_OK) {
				in_vain++;
				continue;
			}
			if (hung[word] >= MESSAGES)
				die("nothing hung on this id");
			hung[word] = ~0u;
			xsr_ids_give(&ids, (u16)word);
		}
	}
	return arg;
}

int main(void)
{
	void *(*const role[3])(void *) = { sender, back, taker };
	pthread_t thread[3];
	u32 i, out = 0;

	ring_pair_init(&pair, 1, STRIDE, 0u - 1000);
	xsr_slots_init(&slots, slot_op, SIZE);
	xsr_ids_init(&ids, id_storage, SIZE);
	for (i = 0; i < 3; i++)
		if (pthread_create(&thread[i], NULL, role[i], NULL))
			die("no thread");
	for (i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	for (i = 0; i < SIZE; i++)
		out += xsr_slots_busy(&slots, i);
	printf("%u messages, %u answers in vain, %u ids never answered\n", MESSAGES, in_vain, out);
	/* Every id is free, or out for good because another was answered in its place. */
	return out + xsr_ids_free(&ids) != SIZE;
}
