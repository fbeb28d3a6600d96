// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts and NAPI of a queue, for answers and received packets alike.
 *
 * An interrupt only has NAPI poll; it is ended (lateeoi) when a poll has found nothing more to do,
 * so that a back-end that floods us is slowed down by the core. A poll always ends: what it takes is
 * bounded by the rings and the budget, also after a failure.
 */
#include <linux/netdevice.h>

#include "frontend/net/queue.h"
#include "frontend/net/trace.h"

/* How long packets wait for company when we choose. */
#define POLL_ADAPTIVE_USECS 50

irqreturn_t xsr_nf_interrupt(int irq, void *data)
{
	struct xsr_nf_queue *q = data;

	set_bit(XSR_NF_OWES_EOI, &q->flags);
	napi_schedule(&q->napi);
	return IRQ_HANDLED;
}

irqreturn_t xsr_nf_front_interrupt(int irq, void *data)
{
	struct xsr_nf_queue *q = data;

	set_bit(XSR_NF_OWES_FRONT_EOI, &q->flags);
	napi_schedule(&q->napi);
	return IRQ_HANDLED;
}

void xsr_nf_poke(struct xsr_nf_queue *q)
{
	local_bh_disable(); /* so that the poll runs when it is enabled again */
	napi_schedule(&q->napi);
	local_bh_enable();
}

enum hrtimer_restart xsr_nf_company_fire(struct hrtimer *timer)
{
	struct xsr_nf_queue *q = container_of(timer, struct xsr_nf_queue, company);

	napi_schedule(&q->napi);
	return HRTIMER_NORESTART;
}

/*
 * How many packets are to come before the next event, and how long that may take. A poll that found
 * none asks for the first: what comes after a pause never waits.
 */
static u32 poll_company(const struct xsr_nf_queue *q, int done, u32 *usecs)
{
	const struct xsr_nf_moderation *m = &q->nf->moderation;
	u32 frames = READ_ONCE(m->frames);

	*usecs = READ_ONCE(m->usecs);
	if (READ_ONCE(m->adaptive)) {
		frames = q->load / 16;
		*usecs = frames > 1 ? POLL_ADAPTIVE_USECS : 0;
	}
	if (!done || !*usecs)
		return 1;
	return frames && frames < XSR_NF_MOST_FRAMES ? frames : XSR_NF_MOST_FRAMES;
}

/* Ask for events. Returns true if there is something to do already. */
static bool poll_arm(struct xsr_nf_queue *q, int done)
{
	u32 usecs, ahead = poll_company(q, done, &usecs);
	bool answers = xsr_lazy_arm(&q->lazy, &q->to_back.ring);

	if (xsr_ring_arm(&q->to_front.ring, ahead) || answers)
		return true;
	if (ahead > 1)
		hrtimer_start(&q->company, ns_to_ktime((u64)usecs * NSEC_PER_USEC),
			      HRTIMER_MODE_REL);
	return false;
}

/* End the interrupts that are not ended yet. */
static void poll_end(struct xsr_nf_queue *q)
{
	bool split = q->to_front.irq;
	u32 interrupts = 0, spurious = 0;

	if (test_and_clear_bit(XSR_NF_OWES_EOI, &q->flags)) {
		bool worked = q->worked || (!split && q->front_worked);

		interrupts++;
		spurious += !worked;
		xsr_channel_eoi(&q->to_back, worked);
	}
	if (test_and_clear_bit(XSR_NF_OWES_FRONT_EOI, &q->flags)) {
		interrupts++;
		spurious += !q->front_worked;
		xsr_channel_eoi(&q->to_front, q->front_worked);
	}
	q->worked = false;
	q->front_worked = false;
	u64_stats_update_begin(&q->stats->in.sync);
	u64_stats_inc(&q->stats->in.polls);
	u64_stats_add(&q->stats->in.interrupts, interrupts);
	u64_stats_add(&q->stats->in.spurious, spurious);
	u64_stats_update_end(&q->stats->in.sync);
}

int xsr_nf_poll(struct napi_struct *napi, int budget)
{
	struct xsr_nf_queue *q = container_of(napi, struct xsr_nf_queue, napi);
	int done = 0;

	if (!xsr_device_failed(&q->nf->dev))
		q->worked |= xsr_nf_sent_take(q, budget) != 0;
	if (!budget) /* netpoll wants room to send, and nothing else */
		return 0;
	done = xsr_nf_receive(q, budget);
	q->front_worked |= done != 0;
	if (xsr_device_failed(&q->nf->dev)) {
		/* The step that closes the device is on its way; interrupts stay off. */
		napi_complete_done(napi, min(done, budget - 1));
		return min(done, budget - 1);
	}
	xsr_nf_refill(q);
	q->load += done - q->load / 8;
	if (done >= budget || poll_arm(q, done)) {
		trace_xsr_nf_poll(q, done, true);
		return budget;
	}
	trace_xsr_nf_poll(q, done, false);
	poll_end(q);
	napi_complete_done(napi, done);
	return done;
}
