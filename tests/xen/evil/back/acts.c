// SPDX-License-Identifier: GPL-2.0
/*
 * Acts that need no request of the front-end: states, keys, events, memory of the ring.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <xen/events.h>

#include "tests/xen/evil/back/back.h"

#define ACT_NOTICE_MS 1000

static void answer_left(struct back *b)
{
	evil_say(&b->command, "answer=%s theirs=%u",
		 back_wait_left(b, ACT_NOTICE_MS) ? "left" : "ignored", READ_ONCE(b->theirs));
}

/* Our state as any texts, one after the other without a pause. */
static void act_states(struct back *b, char *rest)
{
	char *value;

	while ((value = evil_word(&rest)))
		evil_key_write(b->xdev->nodename, "state", value);
	answer_left(b);
}

/* The same, each up to 5 ms after the one before: some are seen, some are not. */
static void act_jitter_states(struct back *b, char *rest)
{
	struct rnd_state rnd;
	char *value;

	prandom_seed_state(&rnd, 44);
	while ((value = evil_word(&rest))) {
		evil_key_write(b->xdev->nodename, "state", value);
		usleep_range(1, 1 + prandom_u32_state(&rnd) % 5000);
	}
	answer_left(b);
}

/* The same, with time for the front-end to see each. */
static void act_slow_states(struct back *b, char *rest)
{
	char *value;

	while ((value = evil_word(&rest))) {
		evil_key_write(b->xdev->nodename, "state", value);
		msleep(300);
	}
	answer_left(b);
}

/* A key of a live device changes, and Connected is said again: key NAME VALUE. */
static void act_key(struct back *b, char *rest)
{
	char *key = evil_word(&rest);

	if (key)
		evil_key_write(b->xdev->nodename, key, rest);
	back_state(b, XenbusStateConnected);
	answer_left(b);
}

static void act_storm(struct back *b, char *rest)
{
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, 2000));
	u64 sent = 0;

	while (b->nr_queues && !back_is_left(b) && ktime_before(ktime_get(), end)) {
		notify_remote_via_irq(b->queue[sent++ % b->nr_queues].irq);
		if (sent % 64 == 0)
			cond_resched();
	}
	evil_say(&b->command, "answer=%s sent=%llu", back_is_left(b) ? "left" : "survived", sent);
}

/* What the front-end writes itself: it must not take its own words from there. */
static void act_scribble_own(struct back *b, char *rest)
{
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, 2000));
	struct xsr_sring *s = b->queue[0].shared;
	struct rnd_state rnd;
	u32 honest;

	prandom_seed_state(&rnd, 42);
	while (s && !back_is_left(b) && ktime_before(ktime_get(), end)) {
		/* For a moment only, as the honest half of us needs it too. */
		honest = READ_ONCE(s->req_prod);
		WRITE_ONCE(s->rsp_event, prandom_u32_state(&rnd));
		cmpxchg(&s->req_prod, honest, honest + prandom_u32_state(&rnd));
		WRITE_ONCE(s->req_prod, honest);
		cond_resched();
	}
	evil_say(&b->command, "answer=%s", back_is_left(b) ? "left" : "survived");
}

/* Entries that hold requests and answers, at full speed. */
static void act_scribble_entries(struct back *b, char *rest)
{
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, 2000));
	struct rnd_state rnd;
	u32 *entry, n;

	prandom_seed_state(&rnd, 43);
	while (b->nr_queues && !back_is_left(b) && ktime_before(ktime_get(), end)) {
		n = prandom_u32_state(&rnd);
		entry = xsr_ring_entry(&b->queue[0].ring, n);
		/* The first words: id, operation and status of an answer. */
		WRITE_ONCE(entry[n >> 8 & 3], prandom_u32_state(&rnd) & (n & 0x10000 ? 0xff : -1));
		cond_resched();
	}
	evil_say(&b->command, "answer=%s", back_is_left(b) ? "left" : "survived");
}

/* A new offer, after the front-end has left: for presets to be seen without a new device. */
static void act_offer(struct back *b, char *rest)
{
	back_state(b, XenbusStateClosing);
	if (!back_wait(b, XenbusStateClosed, BACK_PATIENCE_MS)) {
		evil_say(&b->command, "answer=silence theirs=%u", b->theirs);
		return;
	}
	back_disconnect(b);
	back_state(b, XenbusStateClosed);
	msleep(50);
	back_offer(b);
	back_state(b, XenbusStateInitWait);
	evil_say(&b->command, "answer=offered");
}

static void act_silent(struct back *b, char *rest)
{
	b->silent = true;
	evil_say(&b->command, "answer=silent");
}

static void act_talk(struct back *b, char *rest)
{
	b->silent = false;
	schedule_work(&b->step);
	evil_say(&b->command, "answer=talks");
}

static void act_release(struct back *b, char *rest)
{
	evil_say(&b->command, "answer=%s", b->held ? "released" : "none");
	back_release(b);
}

/* Look for this number in granted pages from now on; 0: no longer. */
static void act_canary(struct back *b, char *rest)
{
	b->canary = evil_number(&rest, 0);
	evil_say(&b->command, "answer=%s spilled=%llu looked=%llu",
		 b->spilled ? "spilled" :
		 b->looked  ? "clean" :
			      "idle",
		 b->spilled, b->looked);
	b->spilled = 0;
	b->looked = 0;
}

const struct back_act back_acts[] = {
	{ "states", act_states },
	{ "jitter-states", act_jitter_states },
	{ "slow-states", act_slow_states },
	{ "key", act_key },
	{ "event-storm", act_storm },
	{ "scribble-own", act_scribble_own },
	{ "scribble-entries", act_scribble_entries },
	{ "offer", act_offer },
	{ "silent", act_silent },
	{ "talk", act_talk },
	{ "release", act_release },
	{ "canary", act_canary },
	{ NULL },
};
