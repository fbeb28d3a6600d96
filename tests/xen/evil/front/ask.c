// SPDX-License-Identifier: GPL-2.0
/*
 * Requests and their answers: building honest ones, putting any, and waiting for what comes back.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <xen/events.h>

#include "tests/xen/evil/front/front.h"

const char *front_answer_name(enum front_answer answer)
{
	static const char *const names[FRONT_ANSWERS] = {
		[FRONT_OKAY] = "okay",
		[FRONT_ERROR] = "error",
		[FRONT_UNSUPPORTED] = "unsupported",
		[FRONT_ODD_STATUS] = "odd-status",
		[FRONT_CLOSED] = "closed",
		[FRONT_SILENCE] = "silence",
	};

	return names[answer];
}

static enum front_answer answer_of(const struct xsr_blk_rsp_64 *rsp)
{
	switch (rsp->status) {
	case XSR_BLK_STATUS_OKAY:
		return FRONT_OKAY;
	case XSR_BLK_STATUS_ERROR:
		return FRONT_ERROR;
	case XSR_BLK_STATUS_UNSUPPORTED:
		return FRONT_UNSUPPORTED;
	default:
		return FRONT_ODD_STATUS;
	}
}

void front_send(struct front_queue *q, union xsr_blk_entry_64 *e)
{
	/* The id is in the same place for all operations. */
	e->rw.id = q->f->next_id++;
	xsr_ring_put(&q->ring, e, sizeof(*e));
	xsr_ring_publish(&q->ring);
	notify_remote_via_irq(q->irq);
}

/* Take one response if there is one. */
static bool take(struct front_queue *q, struct xsr_blk_rsp_64 *rsp)
{
	u32 n;

	if (xsr_ring_peek(&q->ring, &n) != XSR_OK || !n)
		return false;
	xsr_ring_take(&q->ring, rsp, sizeof(*rsp));
	return true;
}

/* Is the connection over, or the time? Lets others run meanwhile. */
static bool give_up(const struct front *f, ktime_t end)
{
	usleep_range(100, 300);
	return evil_front_is_closed(&f->e) || ktime_after(ktime_get(), end);
}

enum front_answer front_ask(struct front_queue *q, union xsr_blk_entry_64 *e)
{
	ktime_t end = ktime_add_ms(ktime_get(), FRONT_ANSWER_MS);
	struct xsr_blk_rsp_64 rsp;

	front_send(q, e);
	do {
		while (take(q, &rsp)) {
			/* The operation of an indirect request comes back as the inner one. */
			if (rsp.id == e->rw.id)
				return answer_of(&rsp);
			q->f->e.stray++;
		}
	} while (!give_up(q->f, end));
	return evil_front_is_closed(&q->f->e) ? FRONT_CLOSED : FRONT_SILENCE;
}

u32 front_reap(struct front_queue *q, u32 sum[FRONT_ANSWERS])
{
	struct xsr_blk_rsp_64 rsp;
	u32 n = 0;

	for (; take(q, &rsp); n++)
		sum[answer_of(&rsp)]++;
	return n;
}

bool front_drain(struct front_queue *q, u32 n, u32 sum[FRONT_ANSWERS], unsigned int ms)
{
	ktime_t end = ktime_add_ms(ktime_get(), ms);
	u32 done = 0, i;

	for (i = 0; i < FRONT_ANSWERS; i++)
		done += sum[i];
	do {
		done += front_reap(q, sum);
	} while (done < n && !give_up(q->f, end));
	return done >= n;
}

void front_make_rw(struct front *f, union xsr_blk_entry_64 *e, u8 op, u64 sector)
{
	memset(e, 0, sizeof(*e));
	e->rw.op = op;
	e->rw.nr_segs = 1;
	e->rw.sector = sector;
	e->rw.seg[0].gref = f->data[0].gref;
	e->rw.seg[0].last_sect = XSR_BLK_SECTORS_PER_PAGE - 1;
}

void front_make_indirect(struct front *f, union xsr_blk_entry_64 *e, u8 op, u64 sector)
{
	struct xsr_blk_seg *seg = f->table.va;
	u32 i;

	memset(e, 0, sizeof(*e));
	e->indirect.op = XSR_BLK_OP_INDIRECT;
	e->indirect.indirect_op = op;
	e->indirect.nr_segs = FRONT_DATA_PAGES;
	e->indirect.sector = sector;
	for (i = 0; i < XSR_BLK_MAX_INDIRECT_PAGES; i++)
		e->indirect.gref[i] = f->table.gref;
	for (i = 0; i < XSR_BLK_SEGS_PER_PAGE; i++) {
		seg[i].gref = f->data[i % FRONT_DATA_PAGES].gref;
		seg[i].first_sect = 0;
		seg[i].last_sect = XSR_BLK_SECTORS_PER_PAGE - 1;
		seg[i].pad = 0;
	}
}

enum front_answer front_try(struct front *f)
{
	enum front_answer answer = FRONT_SILENCE;
	union xsr_blk_entry_64 e;
	u32 i;

	for (i = 0; i < f->nr_queues; i++) {
		front_make_rw(f, &e, XSR_BLK_OP_READ, 0);
		answer = front_ask(&f->queue[i], &e);
		if (answer != FRONT_OKAY)
			break;
	}
	return answer;
}
