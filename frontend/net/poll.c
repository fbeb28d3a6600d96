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

/*
 * Answers may wait until half of what is under way has come: nobody waits for one but who waits for
 * room, and as the rest are under way the event does come.
 */
static bool poll_arm_answers(struct xsr_nf_queue *q)
{
	u32 busy = xsr_ring_busy(&q->to_back.ring);

	return xsr_ring_arm(&q->to_back.ring, max(busy / 2, 1u));
}

/* Ask for events. Returns true if there is something to do already. */
static bool poll_arm(struct xsr_nf_queue *q)
{
	bool answers = poll_arm_answers(q);

	return xsr_ring_arm(&q->to_front.ring, 1) || answers;
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
	if (done >= budget || poll_arm(q))
		return budget;
	poll_end(q);
	napi_complete_done(napi, done);
	return done;
}
