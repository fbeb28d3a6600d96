// SPDX-License-Identifier: GPL-2.0
/*
 * Leaving in the middle of things.
 */
#include "tests/xen/evil/front/front.h"

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

	evil_front_state(&f->e, XenbusStateClosed);
	front_drop_rings(&f->e);
	f->e.up = false;
	evil_say(&f->e.command, "answer=%s n=%u",
		 evil_front_wait(&f->e, XenbusStateClosed, EVIL_PATIENCE_MS) ? "parted" : "silence",
		 n);
}

/* Fill the rings and leave it at that: for a domain that is then destroyed. */
static void act_busy(struct front *f, const struct front_action *action, char *rest)
{
	evil_say(&f->e.command, "answer=sent n=%u", fill(f));
	f->e.silent = true;
}

const struct front_action front_life_actions[] = {
	{ "close-busy", act_close_busy, 0, NULL },
	{ "busy", act_busy, 0, NULL },
	{ NULL },
};
