// SPDX-License-Identifier: GPL-2.0
/*
 * Acts on the memory of the ring and on granted pages, which need no request of the front-end.
 */
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "tests/xen/evil/back/back.h"

struct back_act {
	const char *name;
	void (*act)(struct back *b, char *rest);
};

/* What the front-end writes itself: it must not take its own words from there. */
static void act_scribble_own(struct back *b, char *rest)
{
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, 2000));
	struct xsr_sring *s = b->queue[0].shared;
	struct rnd_state rnd;
	u32 honest;

	prandom_seed_state(&rnd, 42);
	while (s && !evil_back_is_left(&b->e) && ktime_before(ktime_get(), end)) {
		/* For a moment only, as the honest half of us needs it too. */
		honest = READ_ONCE(s->req_prod);
		WRITE_ONCE(s->rsp_event, prandom_u32_state(&rnd));
		cmpxchg(&s->req_prod, honest, honest + prandom_u32_state(&rnd));
		WRITE_ONCE(s->req_prod, honest);
		cond_resched();
	}
	evil_say(&b->e.command, "answer=%s", evil_back_is_left(&b->e) ? "left" : "survived");
}

/* Entries that hold requests and answers, at full speed. */
static void act_scribble_entries(struct back *b, char *rest)
{
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, 2000));
	struct rnd_state rnd;
	u32 *entry, n;

	prandom_seed_state(&rnd, 43);
	while (b->nr_queues && !evil_back_is_left(&b->e) && ktime_before(ktime_get(), end)) {
		n = prandom_u32_state(&rnd);
		entry = xsr_ring_entry(&b->queue[0].ring, n);
		/* The first words: id, operation and status of an answer. */
		WRITE_ONCE(entry[n >> 8 & 3], prandom_u32_state(&rnd) & (n & 0x10000 ? 0xff : -1));
		cond_resched();
	}
	evil_say(&b->e.command, "answer=%s", evil_back_is_left(&b->e) ? "left" : "survived");
}

static void act_release(struct back *b, char *rest)
{
	evil_say(&b->e.command, "answer=%s", b->held ? "released" : "none");
	back_release(b);
}

/* Look for this number in granted pages from now on; 0: no longer. */
static void act_canary(struct back *b, char *rest)
{
	b->canary = evil_number(&rest, 0);
	evil_say(&b->e.command, "answer=%s spilled=%llu looked=%llu",
		 b->spilled ? "spilled" :
		 b->looked  ? "clean" :
			      "idle",
		 b->spilled, b->looked);
	b->spilled = 0;
	b->looked = 0;
}

static const struct back_act back_acts[] = {
	{ "arm", back_arm },
	{ "scribble-own", act_scribble_own },
	{ "scribble-entries", act_scribble_entries },
	{ "release", act_release },
	{ "canary", act_canary },
};

bool back_act(struct evil_back *e, const char *word, char *rest)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(back_acts); i++)
		if (!strcmp(back_acts[i].name, word)) {
			back_acts[i].act(back_of(e), rest);
			return true;
		}
	return false;
}
