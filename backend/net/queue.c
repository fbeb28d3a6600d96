// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a queue, and its interrupts.
 *
 * A handler only notes that an end of interrupt is owed and has the direction's NAPI run, which
 * ends the interrupt once it found its ring empty, or, if the other direction shares it, once it
 * found something; until then Xen sends no further event. A handler
 * may run before the queue is started and after it is stopped: the debt stays, and the next start
 * looks at both rings anyway.
 */
#include "backend/net/queue.h"
#include "ring/linux/compat/compat.h"

const char *const xsr_vif_count_names[] = {
#define QUEUE_COUNT_NAME(name) #name,
	XSR_VIF_COUNTS(QUEUE_COUNT_NAME)
#undef QUEUE_COUNT_NAME
};

static_assert(ARRAY_SIZE(xsr_vif_count_names) == XSR_VIF_COUNTS_NR, "each counter has a name");

static void queue_tick(struct timer_list *t)
{
	struct xsr_vif_queue *q = timer_container_of(q, t, to.tick);

	napi_schedule(&q->to.napi);
}

static void queue_credit(struct timer_list *t)
{
	struct xsr_vif_queue *q = timer_container_of(q, t, from.credit);

	napi_schedule(&q->from.napi);
}

int xsr_vif_queue_create(struct xsr_vif_queue *q, struct xsr_vif *vif, u32 index)
{
	int err;

	q->vif = vif;
	q->index = index;
	skb_queue_head_init(&q->to.pending);
	timer_setup(&q->to.tick, queue_tick, 0);
	timer_setup(&q->from.credit, queue_credit, 0);
	hrtimer_setup(&q->from.company, xsr_vif_from_company, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	netif_napi_add(vif->netdev, &q->from.napi, xsr_vif_from_poll);
	netif_napi_add(vif->netdev, &q->to.napi, xsr_vif_to_poll);
	err = xsr_vif_from_create(q);
	if (!err)
		err = xsr_vif_to_create(q);
	return err;
}

void xsr_vif_queue_start(struct xsr_vif_queue *q)
{
	napi_enable(&q->from.napi);
	napi_enable(&q->to.napi);
	local_bh_disable();
	napi_schedule(&q->from.napi);
	napi_schedule(&q->to.napi);
	local_bh_enable();
}

void xsr_vif_queue_stop(struct xsr_vif_queue *q)
{
	napi_disable(&q->from.napi);
	napi_disable(&q->to.napi);
	/* The polls that set the timers are over. */
	timer_delete_sync(&q->to.tick);
	timer_delete_sync(&q->from.credit);
	hrtimer_cancel(&q->from.company);
	xsr_vif_to_guest_purge(q);
	q->to.blocked = false;
	if (q->to.stalled) {
		q->to.stalled = false;
		xsr_vif_netdev_stall(q->vif, false);
	}
}

void xsr_vif_queue_mute(struct xsr_vif_queue *q)
{
	if (!q->vif)
		return;
	xsr_channel_mute(&q->to_ring);
	xsr_channel_mute(&q->from_ring);
	__netif_napi_del(&q->from.napi);
	__netif_napi_del(&q->to.napi);
}

void xsr_vif_queue_destroy(struct xsr_vif_queue *q)
{
	if (!q->vif)
		return;
	xsr_channel_destroy(&q->to_ring);
	xsr_channel_destroy(&q->from_ring);
	xsr_vif_to_guest_purge(q);
	xsr_vif_from_destroy(q);
	xsr_vif_to_destroy(q);
}

irqreturn_t xsr_vif_event_both(int irq, void *data)
{
	struct xsr_vif_queue *q = data;

	atomic_or(XSR_VIF_OWE_FROM | XSR_VIF_OWE_TO, &q->owed);
	napi_schedule_irqoff(&q->from.napi);
	napi_schedule_irqoff(&q->to.napi);
	return IRQ_HANDLED;
}

irqreturn_t xsr_vif_event_from(int irq, void *data)
{
	struct xsr_vif_queue *q = data;

	atomic_or(XSR_VIF_OWE_FROM, &q->owed);
	napi_schedule_irqoff(&q->from.napi);
	return IRQ_HANDLED;
}

irqreturn_t xsr_vif_event_to(int irq, void *data)
{
	struct xsr_vif_queue *q = data;

	atomic_or(XSR_VIF_OWE_TO, &q->owed);
	napi_schedule_irqoff(&q->to.napi);
	return IRQ_HANDLED;
}

/*
 * One event channel for both: whoever found work ends the interrupt at once, since the other
 * direction gets no event until then, however long this one stays busy. If neither finds any, the
 * second does, so that a peer that sends events for nothing is told apart.
 */
static void queue_eoi_shared(struct xsr_vif_queue *q, int direction, bool *worked, bool over)
{
	int both = XSR_VIF_OWE_FROM | XSR_VIF_OWE_TO, owed;

	if (*worked) {
		*worked = false;
		if (atomic_fetch_andnot(both, &q->owed) & both)
			xsr_channel_eoi(&q->from_ring, true);
		return;
	}
	if (!over)
		return;
	owed = atomic_fetch_andnot(direction, &q->owed);
	if ((owed & both) == direction)
		xsr_channel_eoi(&q->from_ring, false);
}

void xsr_vif_queue_eoi(struct xsr_vif_queue *q, int direction, bool *worked, bool over)
{
	bool did = *worked;

	if (!q->split) {
		queue_eoi_shared(q, direction, worked, over);
		return;
	}
	if (!over)
		return;
	*worked = false;
	if (atomic_fetch_andnot(direction, &q->owed) & direction)
		xsr_channel_eoi(direction == XSR_VIF_OWE_TO ? &q->to_ring : &q->from_ring, did);
}
