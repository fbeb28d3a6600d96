// SPDX-License-Identifier: GPL-2.0
/*
 * States in any order, keys that make no sense, and leaving in the middle of things.
 */
#include <linux/delay.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <xen/events.h>

#include "tests/xen/evil/front/front.h"

/* How long a back-end may take to make up its mind about a state. */
#define LIFE_NOTICE_MS 1000

static void answer_state(struct front *f)
{
	evil_say(&f->command, "answer=%s",
		 front_wait_closed(f, LIFE_NOTICE_MS) ? "closed" : "ignored");
}

/* Our state as any text, from Connected. */
static void act_state(struct front *f, const struct front_action *action, char *rest)
{
	char *value = evil_word(&rest);

	evil_key_write(f->xdev->nodename, "state", value ? value : "@absent");
	answer_state(f);
}

/* The back-end may be some states behind; let it catch up before honest work begins. */
#define LIFE_SETTLE_MS 200

static void jitter(void)
{
	u32 us = get_random_u32() % 5000;

	if (us > 50)
		usleep_range(us, us + 50);
}

/* Connected and Closed in turn, not waiting for anything. */
static void act_flip(struct front *f, const struct front_action *action, char *rest)
{
	u32 n = evil_number(&rest, 200), i;

	for (i = 0; i < n && !READ_ONCE(f->gone); i++) {
		front_state(f, i % 2 ? XenbusStateConnected : XenbusStateClosed);
		jitter();
	}
	msleep(LIFE_SETTLE_MS);
	evil_say(&f->command, "answer=flipped n=%u seen=%lx", i, f->seen);
}

/* Whole lives, as fast as the other end may or may not follow. */
static void act_lives(struct front *f, const struct front_action *action, char *rest)
{
	static const u8 life[] = {
		XenbusStateInitialising, XenbusStateInitialised, XenbusStateConnected,
		XenbusStateClosing,	 XenbusStateClosed,
	};
	u32 n = evil_number(&rest, 200), i;

	for (i = 0; i < n && !READ_ONCE(f->gone); i++) {
		front_state(f, life[i % ARRAY_SIZE(life)]);
		jitter();
		if (i % 8 == 0)
			notify_remote_via_irq(f->queue[0].irq);
	}
	msleep(LIFE_SETTLE_MS);
	evil_say(&f->command, "answer=flipped n=%u seen=%lx", i, f->seen);
}

/* From a live connection into state @a and at once into @b: is there a way back? */
static bool pair_recovers(struct front *f, u32 a, u32 b)
{
	if (front_again(f) || front_up(f))
		return false;
	front_state(f, a);
	if (get_random_u32() % 2)
		jitter();
	front_state(f, b);
	front_wait_closed(f, 20);
	msleep(20);
	return !front_again(f) && !front_up(f) && front_try(f) == FRONT_OKAY;
}

/* All pairs of states but Unknown, which ends a device for good. */
static void act_pairs(struct front *f, const struct front_action *action, char *rest)
{
	u32 first = evil_number(&rest, 1), last = evil_number(&rest, 9), a, b, dead = 0, n = 0;

	for (a = first; a <= last; a++)
		for (b = 1; b <= 9 && !READ_ONCE(f->gone); b++, n++)
			if (!pair_recovers(f, a, b)) {
				pr_info("evil-blkfront %u: no way back from %u, %u\n", f->vdev, a,
					b);
				dead++;
			}
	evil_say(&f->command, "answer=%s n=%u dead=%u", dead ? "stuck" : "recovered", n, dead);
}

/* Initialised and Connected again on a live connection, with keys that name nothing. */
static void act_connect_twice(struct front *f, const struct front_action *action, char *rest)
{
	evil_key_write(f->xdev->nodename, "ring-ref", "4294967295");
	evil_key_write(f->xdev->nodename, "event-channel", "1023");
	front_state(f, XenbusStateInitialised);
	front_wait_closed(f, 100);
	front_state(f, XenbusStateConnected);
	answer_state(f);
}

/* A connection asked for while the back-end is still closing the last one. */
static void act_connect_closing(struct front *f, const struct front_action *action, char *rest)
{
	front_state(f, XenbusStateClosing);
	front_state(f, XenbusStateInitialised);
	front_wait_closed(f, 100);
	front_state(f, XenbusStateConnected);
	answer_state(f);
}

/* A guest that starts again without having closed, as after a crash. */
static void act_restart(struct front *f, const struct front_action *action, char *rest)
{
	front_state(f, XenbusStateInitialising);
	evil_say(&f->command, "answer=%s",
		 front_wait(f, XenbusStateInitWait, FRONT_ANSWER_MS) ? "offer" : "ignored");
}

/* A new connection with one key wrong: keys NAME VALUE. */
static void act_keys(struct front *f, const struct front_action *action, char *rest)
{
	char *key = evil_word(&rest);
	int err;

	if (!key || front_again(f)) {
		evil_say(&f->command, "answer=none");
		return;
	}
	f->shape.key = key;
	f->shape.value = rest; /* with its spaces */
	err = front_up(f);
	evil_say(&f->command, "answer=%s",
		 !err		      ? "connected" :
		 err == -ECONNREFUSED ? "closed" :
					"silence");
	f->shape.key = NULL;
}

static u32 fill(struct front *f)
{
	union xsr_blk_entry_64 e;
	u32 i, n = 0;

	for (i = 0; i < f->nr_queues; i++)
		for (; xsr_ring_room(&f->queue[i].ring); n++) {
			front_make_rw(f, &e, XSR_BLK_OP_READ, 0);
			front_send(&f->queue[i], &e);
		}
	return n;
}

/* Closed with every slot of the rings under way, and the grants ended at once. */
static void act_close_busy(struct front *f, const struct front_action *action, char *rest)
{
	u32 n = fill(f);

	front_state(f, XenbusStateClosed);
	front_drop_rings(f);
	evil_say(&f->command, "answer=%s n=%u",
		 front_wait(f, XenbusStateClosed, FRONT_PATIENCE_MS) ? "closed" : "silence", n);
}

/* Fill the rings and leave it at that: for a domain that is then destroyed. */
static void act_busy(struct front *f, const struct front_action *action, char *rest)
{
	evil_say(&f->command, "answer=sent n=%u", fill(f));
	f->silent = true;
}

/* From now on no state of the back-end gets an answer. */
static void act_silent(struct front *f, const struct front_action *action, char *rest)
{
	f->silent = true;
	evil_say(&f->command, "answer=silent");
}

static void act_talk(struct front *f, const struct front_action *action, char *rest)
{
	f->silent = false;
	evil_say(&f->command, "answer=talks");
}

const struct front_action front_life_actions[] = {
	{ "state", act_state, 0, NULL },
	{ "flip", act_flip, 0, NULL },
	{ "lives", act_lives, 0, NULL },
	{ "pairs", act_pairs, 0, NULL },
	{ "connect-twice", act_connect_twice, 0, NULL },
	{ "connect-while-closing", act_connect_closing, 0, NULL },
	{ "restart", act_restart, 0, NULL },
	{ "keys", act_keys, 0, NULL },
	{ "close-busy", act_close_busy, 0, NULL },
	{ "busy", act_busy, 0, NULL },
	{ "silent", act_silent, 0, NULL },
	{ "talk", act_talk, 0, NULL },
	{ NULL },
};
