// SPDX-License-Identifier: GPL-2.0
/*
 * States in any order, and keys that make no sense, of any hostile front-end.
 */
#include <linux/delay.h>
#include <linux/random.h>
#include <linux/sched.h>

#include "tests/xen/evil/common/front.h"

/* How long a back-end may take to make up its mind about a state. */
#define LIFE_NOTICE_MS 1000
/* The back-end may be some states behind; let it catch up before honest work begins. */
#define LIFE_SETTLE_MS 200

struct life_act {
	const char *name;
	void (*act)(struct evil_front *f, char *rest);
};

static void answer_state(struct evil_front *f)
{
	evil_say(&f->command, "answer=%s",
		 evil_front_wait_closed(f, LIFE_NOTICE_MS) ? "closed" : "ignored");
}

/* Our state as any text, from Connected. */
static void act_state(struct evil_front *f, char *rest)
{
	char *value = evil_word(&rest);

	evil_key_write(f->xdev->nodename, "state", value ? value : "@absent");
	answer_state(f);
}

static void jitter(void)
{
	u32 us = get_random_u32() % 5000;

	if (us > 50)
		usleep_range(us, us + 50);
}

/* @n states out of a cycle of @len, not waiting for anything. */
static void run_states(struct evil_front *f, const u8 *cycle, u32 len, u32 n)
{
	u32 i;

	for (i = 0; i < n && !READ_ONCE(f->gone); i++) {
		evil_front_state(f, cycle[i % len]);
		jitter();
		if (i % 8 == 0)
			f->ops->poke(f);
	}
	msleep(LIFE_SETTLE_MS);
	evil_say(&f->command, "answer=flipped n=%u seen=%lx", i, f->seen);
}

static void act_flip(struct evil_front *f, char *rest)
{
	static const u8 cycle[] = { XenbusStateClosed, XenbusStateConnected };

	run_states(f, cycle, ARRAY_SIZE(cycle), evil_number(&rest, 200));
}

/* Whole lives, as fast as the other end may or may not follow. */
static void act_lives(struct evil_front *f, char *rest)
{
	static const u8 cycle[] = {
		XenbusStateInitialising, XenbusStateInitialised, XenbusStateConnected,
		XenbusStateClosing,	 XenbusStateClosed,
	};

	run_states(f, cycle, ARRAY_SIZE(cycle), evil_number(&rest, 200));
}

/* From a live connection into state @a and at once into @b: is there a way back? */
static bool pair_recovers(struct evil_front *f, u32 a, u32 b)
{
	if (evil_front_reconnect(f))
		return false;
	evil_front_state(f, a);
	if (get_random_u32() % 2)
		jitter();
	evil_front_state(f, b);
	evil_front_wait_closed(f, 20);
	msleep(20);
	return !evil_front_reconnect(f) && f->ops->works(f);
}

/* All pairs of states but Unknown, which ends a device for good. */
static void act_pairs(struct evil_front *f, char *rest)
{
	u32 first = evil_number(&rest, 1), last = evil_number(&rest, 9), a, b, dead = 0, n = 0;

	for (a = first; a <= last; a++)
		for (b = 1; b <= 9 && !READ_ONCE(f->gone); b++, n++)
			if (!pair_recovers(f, a, b)) {
				pr_info("%s %u: no way back from %u, %u\n", f->ops->name, f->number,
					a, b);
				dead++;
			}
	evil_say(&f->command, "answer=%s n=%u dead=%u", dead ? "stuck" : "recovered", n, dead);
}

/* Asked for again on a live connection, with keys that name nothing. */
static void act_connect_twice(struct evil_front *f, char *rest)
{
	evil_key_write(f->xdev->nodename, f->ops->ring_key, "4294967295");
	evil_key_write(f->xdev->nodename, "event-channel", "1023");
	evil_front_state(f, XenbusStateInitialised);
	evil_front_wait_closed(f, 100);
	evil_front_state(f, XenbusStateConnected);
	answer_state(f);
}

/* A connection asked for while the back-end is still closing the last one. */
static void act_connect_closing(struct evil_front *f, char *rest)
{
	evil_front_state(f, XenbusStateClosing);
	evil_front_state(f, XenbusStateInitialised);
	evil_front_wait_closed(f, 100);
	evil_front_state(f, XenbusStateConnected);
	answer_state(f);
}

/* A guest that starts again without having closed, as after a crash. */
static void act_restart(struct evil_front *f, char *rest)
{
	evil_front_state(f, XenbusStateInitialising);
	evil_say(&f->command, "answer=%s",
		 evil_front_wait(f, XenbusStateInitWait, 8000) ? "offer" : "ignored");
}

/* A new connection with one key wrong: keys NAME VALUE. */
static void act_keys(struct evil_front *f, char *rest)
{
	char *key = evil_word(&rest);
	int err;

	if (!key || evil_front_again(f)) {
		evil_say(&f->command, "answer=none");
		return;
	}
	f->key = key;
	f->value = rest; /* with its spaces */
	err = evil_front_up(f);
	evil_say(&f->command, "answer=%s",
		 !err		      ? "connected" :
		 err == -ECONNREFUSED ? "closed" :
					"silence");
	f->key = NULL;
}

/* A key that changes on a live connection: key NAME VALUE. */
static void act_key(struct evil_front *f, char *rest)
{
	char *key = evil_word(&rest);

	if (key)
		evil_key_write(f->xdev->nodename, key, rest);
	answer_state(f);
}

/* From now on no state of the back-end gets an answer. */
static void act_silent(struct evil_front *f, char *rest)
{
	f->silent = true;
	evil_say(&f->command, "answer=silent");
}

static void act_talk(struct evil_front *f, char *rest)
{
	f->silent = false;
	evil_say(&f->command, "answer=talks");
}

static const struct life_act life_acts[] = {
	{ "state", act_state },
	{ "flip", act_flip },
	{ "lives", act_lives },
	{ "pairs", act_pairs },
	{ "connect-twice", act_connect_twice },
	{ "connect-while-closing", act_connect_closing },
	{ "restart", act_restart },
	{ "keys", act_keys },
	{ "key", act_key },
	{ "silent", act_silent },
	{ "talk", act_talk },
};

bool evil_life_act(struct evil_front *f, const char *word, char *rest)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(life_acts); i++)
		if (!strcmp(life_acts[i].name, word)) {
			life_acts[i].act(f, rest);
			return true;
		}
	return false;
}
