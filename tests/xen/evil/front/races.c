// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that changes while the back-end reads it: a thread scribbles at full speed while requests
 * are put. Each request must still be answered exactly once, as something or other. The answer is
 * "answered" when that held for all of them.
 */
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <xen/events.h>

#include "tests/xen/evil/front/front.h"

#define RACE_MS 2000

struct scribbler {
	struct front *f;
	void (*once)(struct front *f, struct rnd_state *rnd);
	struct task_struct *task;
};

static int scribble(void *data)
{
	struct scribbler *s = data;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 42);
	while (!kthread_should_stop()) {
		s->once(s->f, &rnd);
		cond_resched();
	}
	return 0;
}

static u32 pick_gref(struct front *f, struct rnd_state *rnd)
{
	u32 n = prandom_u32_state(rnd) % (FRONT_DATA_PAGES + 2);

	if (n < FRONT_DATA_PAGES)
		return f->data[n].gref;
	return n == FRONT_DATA_PAGES ? f->table.gref : prandom_u32_state(rnd);
}

/* The page of segments: any reference, any sectors, mostly possible ones. */
static void scribble_table(struct front *f, struct rnd_state *rnd)
{
	struct xsr_blk_seg *seg = f->table.va;
	u32 i = prandom_u32_state(rnd) % FRONT_DATA_PAGES, n = prandom_u32_state(rnd);

	WRITE_ONCE(seg[i].first_sect, n & 0x10 ? n >> 8 : n & 7);
	WRITE_ONCE(seg[i].last_sect, n & 0x20 ? n >> 16 : 7);
	WRITE_ONCE(seg[i].gref, pick_gref(f, rnd));
}

/* The entries themselves, all of the ring. */
static void scribble_entry(struct front *f, struct rnd_state *rnd)
{
	struct xsr_ring *r = &f->queue[0].ring;
	union xsr_blk_entry_64 *e = (void *)xsr_ring_entry(r, prandom_u32_state(rnd));
	u32 n = prandom_u32_state(rnd);

	switch (n % 8) {
	case 0:
		WRITE_ONCE(e->rw.op, n >> 8 & 7);
		break;
	case 1:
	case 2:
		WRITE_ONCE(e->rw.nr_segs, n >> 8);
		break;
	case 3:
		WRITE_ONCE(e->indirect.nr_segs, n >> 8);
		break;
	case 4:
		WRITE_ONCE(e->rw.seg[0].gref, pick_gref(f, rnd));
		break;
	case 5:
		WRITE_ONCE(e->rw.seg[0].first_sect, n >> 8);
		WRITE_ONCE(e->rw.seg[0].last_sect, n >> 16);
		break;
	case 6:
		WRITE_ONCE(e->rw.sector, n >> 8);
		break;
	default:
		WRITE_ONCE(e->word[n / 8 % ARRAY_SIZE(e->word)], prandom_u32_state(rnd));
		break;
	}
}

/* What the back-end itself writes or is told by: it must not take its own words from there. */
static void scribble_header(struct front *f, struct rnd_state *rnd)
{
	struct xsr_sring *s = f->queue[0].shared;

	WRITE_ONCE(s->rsp_prod, prandom_u32_state(rnd));
	WRITE_ONCE(s->rsp_event, prandom_u32_state(rnd));
	WRITE_ONCE(s->req_event, prandom_u32_state(rnd));
}

static void put_one(struct front *f, u64 kind)
{
	union xsr_blk_entry_64 e;

	if (kind)
		front_make_indirect(f, &e, XSR_BLK_OP_READ, 0);
	else
		front_make_rw(f, &e, XSR_BLK_OP_READ, 0);
	front_send(&f->queue[0], &e);
}

static void race_report(struct front *f, u32 put, const u32 *sum)
{
	u32 done =
		sum[FRONT_OKAY] + sum[FRONT_ERROR] + sum[FRONT_UNSUPPORTED] + sum[FRONT_ODD_STATUS];

	evil_say(&f->e.command, "answer=%s put=%u okay=%u error=%u",
		 evil_front_is_closed(&f->e) ? "closed" :
		 done == put		     ? "answered" :
					       "silence",
		 put, sum[FRONT_OKAY], put - sum[FRONT_OKAY]);
}

/* Requests of one kind (arg: indirect or not), one after the other, while @s scribbles. */
static void race_run(struct front *f, struct scribbler *s, u64 kind, unsigned int ms)
{
	ktime_t end = ktime_add_ms(ktime_get(), ms);
	u32 sum[FRONT_ANSWERS] = {}, put = 0;

	s->task = kthread_run(scribble, s, "evil-scribble");
	if (IS_ERR(s->task))
		return;
	while (!evil_front_is_closed(&f->e) && ktime_before(ktime_get(), end)) {
		put_one(f, kind);
		if (!front_drain(&f->queue[0], ++put, sum, FRONT_ANSWER_MS))
			break;
	}
	kthread_stop(s->task);
	race_report(f, put, sum);
}

static void act_race_table(struct front *f, const struct front_action *action, char *rest)
{
	struct scribbler s = { .f = f, .once = scribble_table };

	race_run(f, &s, 1, evil_number(&rest, RACE_MS));
}

static void act_race_entry(struct front *f, const struct front_action *action, char *rest)
{
	struct scribbler s = { .f = f, .once = scribble_entry };

	race_run(f, &s, 0, evil_number(&rest, RACE_MS));
}

/*
 * With the header scribbled over we cannot tell what is answered; the connection must hold, and the
 * next answer put the back-end's index right again.
 */
static void act_race_header(struct front *f, const struct front_action *action, char *rest)
{
	struct scribbler s = { .f = f, .once = scribble_header };
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, RACE_MS));
	u32 put = 0;

	s.task = kthread_run(scribble, &s, "evil-scribble");
	if (IS_ERR(s.task))
		return;
	while (!evil_front_is_closed(&f->e) && ktime_before(ktime_get(), end)) {
		/* Room is what we know from counting; at most as many as fit. */
		if (put < f->queue[0].ring.size) {
			put_one(f, 0);
			put++;
		}
		notify_remote_via_irq(f->queue[0].irq);
		cond_resched();
	}
	kthread_stop(s.task);
	evil_say(&f->e.command, "answer=%s put=%u",
		 evil_front_is_closed(&f->e) ? "closed" : "survived", put);
}

const struct front_action front_race_actions[] = {
	{ "race-table", act_race_table, 0, NULL },
	{ "race-entry", act_race_entry, 0, NULL },
	{ "race-header", act_race_header, 0, NULL },
	{ NULL },
};
