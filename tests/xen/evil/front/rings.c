// SPDX-License-Identifier: GPL-2.0
/*
 * Ring indexes that cannot be, and more events or barriers than anybody needs.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <xen/events.h>

#include "tests/xen/evil/front/front.h"

static void set_req_prod(struct front_queue *q, u32 value)
{
	struct xsr_sring *s = q->shared;

	xsr_store_release(&s->req_prod, value);
	notify_remote_via_irq(q->irq);
}

static void answer_close(struct front *f)
{
	evil_say(&f->e.command, "answer=%s",
		 evil_front_wait_closed(&f->e, FRONT_ANSWER_MS) ? "closed" : "silence");
}

/* arg: how far the producer jumps; a small number: beyond the size of the ring. */
static void act_prod(struct front *f, const struct front_action *action, char *rest)
{
	struct front_queue *q = &f->queue[f->nr_queues - 1];
	u32 jump = action->arg < 0x100 ? q->ring.size + action->arg : action->arg;

	set_req_prod(q, q->ring.out + jump);
	answer_close(f);
}

/* The whole ring full of honest requests, and one more than fits. */
static void act_prod_full(struct front *f, const struct front_action *action, char *rest)
{
	struct front_queue *q = &f->queue[0];
	union xsr_blk_entry_64 e;
	u32 i;

	for (i = 0; i < q->ring.size; i++) {
		front_make_rw(f, &e, XSR_BLK_OP_READ, 0);
		e.rw.id = f->next_id++;
		xsr_ring_put(&q->ring, &e, sizeof(e));
	}
	set_req_prod(q, q->ring.out + 1);
	answer_close(f);
}

static void act_storm(struct front *f, const struct front_action *action, char *rest)
{
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, 2000));
	u64 sent = 0;

	while (!evil_front_is_closed(&f->e) && ktime_before(ktime_get(), end)) {
		notify_remote_via_irq(f->queue[sent++ % f->nr_queues].irq);
		if (sent % 64 == 0)
			cond_resched();
	}
	evil_say(&f->e.command, "answer=%s sent=%llu",
		 evil_front_is_closed(&f->e) ? "closed" : "survived", sent);
}

static u32 put_while_room(struct front *f, struct front_queue *q, u8 op, u32 most)
{
	union xsr_blk_entry_64 e;
	u32 n;

	for (n = 0; n < most && xsr_ring_room(&q->ring); n++) {
		front_make_rw(f, &e, n % 4 ? op : XSR_BLK_OP_WRITE, n * XSR_BLK_SECTORS_PER_PAGE);
		e.rw.seg[0].gref = f->data[n % FRONT_DATA_PAGES].gref;
		front_send(q, &e);
	}
	return n;
}

/* Barriers among writes on all queues at once; each must be answered. */
static void act_barriers(struct front *f, const struct front_action *action, char *rest)
{
	u32 left = evil_number(&rest, 1000), put = 0, i, n, sum[FRONT_ANSWERS] = {}, done = 0;
	ktime_t end = ktime_add_ms(ktime_get(), 20000);

	while (done < put + left && !evil_front_is_closed(&f->e) &&
	       ktime_before(ktime_get(), end)) {
		for (i = 0; i < f->nr_queues; i++) {
			n = put_while_room(f, &f->queue[i], action->arg, left);
			put += n;
			left -= n;
			done += front_reap(&f->queue[i], sum);
		}
		usleep_range(50, 100);
	}
	evil_say(&f->e.command, "answer=%s put=%u okay=%u error=%u unsupported=%u",
		 evil_front_is_closed(&f->e) ? "closed" :
		 left || done < put	     ? "silence" :
					       "answered",
		 put, sum[FRONT_OKAY], sum[FRONT_ERROR], sum[FRONT_UNSUPPORTED]);
}

const struct front_action front_ring_actions[] = {
	{ "req-prod-size+1", act_prod, 1, NULL },
	{ "req-prod-size+32", act_prod, 32, NULL },
	{ "req-prod-2^16", act_prod, 1u << 16, NULL },
	{ "req-prod-2^31", act_prod, 1u << 31, NULL },
	{ "req-prod-2^32-1", act_prod, -1u, NULL },
	{ "req-prod-full+1", act_prod_full, 0, NULL },
	{ "event-storm", act_storm, 0, NULL },
	{ "write-storm", act_barriers, XSR_BLK_OP_WRITE, NULL },
	{ "barrier-storm", act_barriers, XSR_BLK_OP_BARRIER, NULL },
	{ NULL },
};
