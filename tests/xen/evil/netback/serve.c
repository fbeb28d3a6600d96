// SPDX-License-Identifier: GPL-2.0
/*
 * Rings and packets of the hostile back-end. Honest by itself: a packet of the guest is copied,
 * answered, and if it asks for something that we are, its reply is put into the guest's pages.
 */
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/events.h>
#include <xen/page.h>

#include "tests/xen/evil/netback/netback.h"

void nb_notify(struct nb_queue *q, const struct nb_ring *r)
{
	int irq = r->irq ? r->irq : q->tx.irq;

	if (irq > 0)
		notify_remote_via_irq(irq);
}

void nb_poke(struct evil_back *b)
{
	struct nb *n = nb_of(b);
	u32 i;

	for (i = 0; i < n->nr_queues; i++) {
		nb_notify(&n->queue[i], &n->queue[i].tx);
		nb_notify(&n->queue[i], &n->queue[i].rx);
	}
	if (n->ctrl.irq > 0)
		notify_remote_via_irq(n->ctrl.irq);
}

bool nb_copy(struct nb *n, u32 gref, u32 off, void *at, u32 len, bool to_them)
{
	struct gnttab_copy op = { .len = len };
	void *bounce = page_address(n->bounce);

	if (!len || off + len > PAGE_SIZE)
		return !len;
	if (to_them)
		memcpy(bounce + off, at, len);
	op.source.offset = off;
	op.dest.offset = off;
	op.source.domid = to_them ? DOMID_SELF : n->e.xdev->otherend_id;
	op.dest.domid = to_them ? n->e.xdev->otherend_id : DOMID_SELF;
	op.flags = to_them ? GNTCOPY_dest_gref : GNTCOPY_source_gref;
	if (to_them) {
		op.source.u.gmfn = xen_page_to_gfn(n->bounce);
		op.dest.u.ref = gref;
	} else {
		op.source.u.ref = gref;
		op.dest.u.gmfn = xen_page_to_gfn(n->bounce);
	}
	gnttab_batch_copy(&op, 1);
	if (!to_them)
		memcpy(at, bounce + off, len);
	return op.status == GNTST_okay;
}

static bool fetch(struct nb *n, const struct xsr_net_pkt *pkt)
{
	u32 i, at = 0;

	for (i = 0; i < pkt->nr_slots; i++) {
		if (!nb_copy(n, pkt->slot[i].gref, pkt->slot[i].offset, n->frame + at,
			     pkt->slot[i].size, false))
			return false;
		at += pkt->slot[i].size;
	}
	return true;
}

void nb_send(struct nb_queue *q, const u8 *frame, u32 len)
{
	struct xsr_net_fill fill = { .len = len };
	u32 need = xsr_net_plan_fill(&fill), avail, i, at = 0;

	if (!need || xsr_ring_peek(&q->rx.ring, &avail) != XSR_OK || avail < need)
		return;
	xsr_net_take_fill(&q->rx.ring, &fill);
	for (i = 0; i < fill.nr_slots; i++) {
		fill.slot[i].failed = !nb_copy(q->n, fill.slot[i].gref, fill.slot[i].offset,
					       (void *)frame + at, fill.slot[i].size, true);
		at += fill.slot[i].size;
	}
	xsr_net_put_fill(&q->rx.ring, &fill);
	xsr_ring_publish(&q->rx.ring);
	nb_notify(q, &q->rx);
}

static void serve_packet(struct nb_queue *q, const struct xsr_net_pkt *pkt)
{
	const struct nb_answer *armed = READ_ONCE(q->n->armed);
	struct nb *n = q->n;
	bool whole = fetch(n, pkt);

	if (armed && n->e.times) {
		n->e.times--;
		n->e.given++;
		armed->give(q, pkt);
		wake_up_all(&n->e.wait);
	} else {
		xsr_net_answer_pkt(&q->tx.ring, pkt,
				   whole ? XSR_NET_STATUS_OKAY : XSR_NET_STATUS_ERROR);
	}
	xsr_ring_publish(&q->tx.ring);
	nb_notify(q, &q->tx);
	if (whole && evil_frame_answer(n->frame, pkt->len, &n->wire))
		nb_send(q, n->frame, pkt->len);
}

static void serve_queue(struct nb_queue *q)
{
	const struct xsr_net_limits limits = { .fatal_slots = 20 };
	struct xsr_net_pkt *pkt = kmalloc(sizeof(*pkt), GFP_KERNEL);
	u32 avail;

	mutex_lock(&q->lock);
	do {
		while (pkt && xsr_ring_peek(&q->tx.ring, &avail) == XSR_OK && avail &&
		       !kthread_should_stop())
			if (xsr_net_take_pkt(&q->tx.ring, avail, &limits, pkt) == XSR_OK)
				serve_packet(q, pkt);
	} while (pkt && xsr_ring_arm(&q->tx.ring, 1) &&
		 xsr_ring_peek(&q->tx.ring, &avail) == XSR_OK && avail && !kthread_should_stop());
	mutex_unlock(&q->lock);
	kfree(pkt);
}

static void serve_ctrl(struct nb *n)
{
	const char *armed = READ_ONCE(n->ctrl_armed);
	struct xsr_ring *r = &n->ctrl.ring;
	struct xsr_net_ctrl_req req;
	struct xsr_net_ctrl_rsp rsp;
	u32 avail;

	while (n->ctrl.shared && xsr_ring_peek(r, &avail) == XSR_OK && avail) {
		xsr_net_ctrl_take_req(r, &req);
		rsp = (struct xsr_net_ctrl_rsp){ .id = req.id, .type = req.type };
		if (armed) {
			n->e.given++;
			rsp.id += !strcmp(armed, "id");
			rsp.type += !strcmp(armed, "type");
			rsp.status = strcmp(armed, "status") ? 0 : 77;
		}
		if (!armed || strcmp(armed, "nothing"))
			xsr_net_ctrl_put_rsp(r, &rsp);
		xsr_ring_publish(r);
		if (armed && !strcmp(armed, "prod"))
			xsr_store_release(&((struct xsr_sring *)n->ctrl.shared)->rsp_prod,
					  r->out + 200);
		notify_remote_via_irq(n->ctrl.irq);
		xsr_ring_arm(r, 1);
	}
}

static int queue_thread(void *data)
{
	struct nb_queue *q = data;

	while (!kthread_should_stop()) {
		wait_event_interruptible_timeout(q->wait, q->event || kthread_should_stop(),
						 HZ / 5);
		WRITE_ONCE(q->event, false);
		serve_queue(q);
		if (q == &q->n->queue[0])
			serve_ctrl(q->n);
	}
	return 0;
}

static irqreturn_t queue_event(int irq, void *data)
{
	struct nb_queue *q = data;

	WRITE_ONCE(q->event, true);
	wake_up(&q->wait);
	xen_irq_lateeoi(irq, 0);
	return IRQ_HANDLED;
}

static int ring_attach(struct nb *n, struct nb_ring *r, const char *dir, const char *ref,
		       u32 stride)
{
	grant_ref_t gref;

	if (xenbus_scanf(XBT_NIL, dir, ref, "%u", &gref) != 1)
		return -EINVAL;
	if (xenbus_map_ring_valloc(n->e.xdev, &gref, 1, &r->shared))
		return -EINVAL;
	return xsr_ring_attach(&r->ring, (void __shared __force *)r->shared, 1, stride) ? -EPROTO :
											  0;
}

static int ring_bind(struct nb *n, struct nb_ring *r, const char *dir, const char *key,
		     struct nb_queue *q)
{
	unsigned int port;
	int irq;

	if (xenbus_scanf(XBT_NIL, dir, key, "%u", &port) != 1)
		return -EINVAL;
	irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(n->e.xdev, port, queue_event, 0,
							    "evil-netback", q);
	if (irq < 0)
		return irq;
	r->irq = irq;
	return 0;
}

static void ring_detach(struct nb *n, struct nb_ring *r, struct nb_queue *q)
{
	if (r->irq > 0)
		unbind_from_irqhandler(r->irq, q);
	if (r->shared)
		xenbus_unmap_ring_vfree(n->e.xdev, r->shared);
	memset(r, 0, sizeof(*r));
}

static int queue_attach(struct nb *n, struct nb_queue *q, const char *dir)
{
	int err;

	q->n = n;
	err = ring_attach(n, &q->tx, dir, "tx-ring-ref", sizeof(union xsr_net_to_back_entry));
	if (!err)
		err = ring_attach(n, &q->rx, dir, "rx-ring-ref",
				  sizeof(union xsr_net_to_front_entry));
	if (!err && !ring_bind(n, &q->tx, dir, "event-channel-tx", q))
		err = ring_bind(n, &q->rx, dir, "event-channel-rx", q);
	else if (!err)
		err = ring_bind(n, &q->tx, dir, "event-channel", q);
	return err;
}

static int queue_start(struct nb_queue *q)
{
	q->task = kthread_run(queue_thread, q, "evil-vif%u", q->n->e.number);
	if (!IS_ERR(q->task))
		return 0;
	q->task = NULL;
	return -ENOMEM;
}

void nb_disconnect(struct evil_back *b)
{
	struct nb *n = nb_of(b);
	u32 i;

	for (i = 0; i < NB_MAX_QUEUES; i++)
		if (n->queue[i].task)
			kthread_stop(n->queue[i].task);
	ring_detach(n, &n->ctrl, &n->queue[0]);
	for (i = 0; i < NB_MAX_QUEUES; i++) {
		n->queue[i].task = NULL;
		ring_detach(n, &n->queue[i].rx, &n->queue[i]);
		ring_detach(n, &n->queue[i].tx, &n->queue[i]);
	}
	n->nr_queues = 0;
	nb_release(n);
}

static int connect_ctrl(struct nb *n, const char *dir)
{
	if (xenbus_exists(XBT_NIL, dir, "ctrl-ring-ref") != 1)
		return 0;
	if (ring_attach(n, &n->ctrl, dir, "ctrl-ring-ref", sizeof(union xsr_net_ctrl_entry)))
		return -EINVAL;
	return ring_bind(n, &n->ctrl, dir, "event-channel-ctrl", &n->queue[0]);
}

int nb_connect(struct evil_back *b)
{
	struct nb *n = nb_of(b);
	const char *dir = b->xdev->otherend;
	u32 queues = xenbus_read_unsigned(dir, "multi-queue-num-queues", 1), i;
	char sub[80];
	int err = 0;

	if (!queues || queues > NB_MAX_QUEUES)
		return -EINVAL;
	for (i = 0; i < queues && !err; i++) {
		snprintf(sub, sizeof(sub), queues > 1 ? "%s/queue-%u" : "%s", dir, i);
		err = queue_attach(n, &n->queue[i], sub);
	}
	if (!err)
		err = connect_ctrl(n, dir);
	/* The first queue's thread serves the control ring too: none runs before all rings are there. */
	for (i = 0; i < queues && !err; i++)
		err = queue_start(&n->queue[i]);
	if (err)
		nb_disconnect(b);
	else
		n->nr_queues = queues;
	return err;
}
