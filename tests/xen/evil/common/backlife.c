// SPDX-License-Identifier: GPL-2.0
/*
 * Acts of any hostile back-end: states, keys, events.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "tests/xen/evil/common/back.h"

#define LIFE_NOTICE_MS 1000

struct back_act {
	const char *name;
	void (*act)(struct evil_back *b, char *rest);
};

static void answer_left(struct evil_back *b)
{
	evil_say(&b->command, "answer=%s theirs=%u",
		 evil_back_wait_left(b, LIFE_NOTICE_MS) ? "left" : "ignored", READ_ONCE(b->theirs));
}

/* Our state as any texts, one after the other without a pause. */
static void act_states(struct evil_back *b, char *rest)
{
	char *value;

	while ((value = evil_word(&rest)))
		evil_key_write(b->xdev->nodename, "state", value);
	answer_left(b);
}

/* The same, each up to 5 ms after the one before: some are seen, some are not. */
static void act_jitter_states(struct evil_back *b, char *rest)
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

/* The same, with time for the front-end to see each, and with events meanwhile. */
static void act_slow_states(struct evil_back *b, char *rest)
{
	char *value;
	u32 i;

	while ((value = evil_word(&rest))) {
		evil_key_write(b->xdev->nodename, "state", value);
		for (i = 0; i < 30; i++) {
			b->ops->poke(b);
			msleep(10);
		}
	}
	answer_left(b);
}

/* A key of a live device changes, and Connected is said again: key NAME VALUE. */
static void act_key(struct evil_back *b, char *rest)
{
	char *key = evil_word(&rest);

	if (key)
		evil_key_write(b->xdev->nodename, key, rest);
	evil_back_state(b, XenbusStateConnected);
	answer_left(b);
}

static void act_storm(struct evil_back *b, char *rest)
{
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, 2000));
	u32 sent = 0;

	while (!evil_back_is_left(b) && ktime_before(ktime_get(), end)) {
		b->ops->poke(b);
		if (++sent % 32 == 0)
			cond_resched();
	}
	evil_say(&b->command, "answer=%s sent=%u", evil_back_is_left(b) ? "left" : "survived",
		 sent);
}

/* Whole lives from the back-end's side, as fast as the front-end may or may not follow. */
static void act_lives(struct evil_back *b, char *rest)
{
	static const u8 cycle[] = { 5, 6, 1, 2, 4, 7, 8 };
	u32 n = evil_number(&rest, 100), i;

	for (i = 0; i < n && !READ_ONCE(b->gone); i++) {
		evil_back_state(b, cycle[i % ARRAY_SIZE(cycle)]);
		b->ops->poke(b);
		usleep_range(100, 3000);
	}
	answer_left(b);
}

static void act_silent(struct evil_back *b, char *rest)
{
	b->silent = true;
	evil_say(&b->command, "answer=silent");
}

static void act_talk(struct evil_back *b, char *rest)
{
	b->silent = false;
	schedule_work(&b->step);
	evil_say(&b->command, "answer=talks");
}

static const struct back_act back_life_acts[] = {
	{ "states", act_states },	    { "jitter-states", act_jitter_states },
	{ "slow-states", act_slow_states }, { "key", act_key },
	{ "event-storm", act_storm },	    { "lives", act_lives },
	{ "silent", act_silent },	    { "talk", act_talk },
};

bool evil_back_act(struct evil_back *b, const char *word, char *rest)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(back_life_acts); i++)
		if (!strcmp(back_life_acts[i].name, word)) {
			back_life_acts[i].act(b, rest);
			return true;
		}
	return false;
}
