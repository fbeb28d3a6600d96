// SPDX-License-Identifier: GPL-2.0
/*
 * The control ring: the guest says how its packets shall be spread over its queues, and which of its pages
 * may stay mapped.
 *
 * Messages are served in a work item, a bounded number at a time. What they mean is decided in
 * ring/net_ctrl; this file brings what a message points to from the guest's memory, and puts the
 * outcome where the transmit path reads it. A message that makes no sense is answered and forgotten;
 * only impossible ring indexes are fatal.
 */
#include <linux/slab.h>

#include "backend/net/ctrl.h"
#include "backend/net/hash.h"
#include "backend/net/stage.h"
#include "ring/linux/compat/compat.h"
#include "ring/linux/xbkeys.h"

/* Messages served before others get the CPU. */
#define CTRL_BATCH 16

static_assert(sizeof(struct xsr_net_ctrl_job) <= PAGE_SIZE, "a copy stays within a page");
static_assert(XSR_VIF_STAGE_PAGES * sizeof(struct xsr_net_gref) <=
		      sizeof_field(struct xsr_net_ctrl_job, data),
	      "a list of pages fits");

/* Bring the first @bytes of the page that the message names. Returns whether Xen would read it. */
static bool ctrl_bring(struct xsr_vif_ctrl *c, u32 bytes)
{
	xsr_copied_reset(&c->copied);
	xsr_copied_from(&c->copied, c->job->gref, 0, c->job->data, bytes);
	xsr_copied_run(&c->copied);
	return !xsr_copied_failed(&c->copied, 0);
}

/* Bring the list of pages, and have them mapped. Returns whether all of them are. */
static bool ctrl_add(struct xsr_vif_ctrl *c)
{
	const struct xsr_net_ctrl_job *job = c->job;
	const struct xsr_net_gref *list = (const struct xsr_net_gref *)job->data;

	return ctrl_bring(c, job->count * sizeof(*list)) &&
	       xsr_vif_stage_add(c->vif, job->queue, list, job->count);
}

/* Do what a message needs beside the judgement of it. */
static void ctrl_do(struct xsr_vif_ctrl *c, struct xsr_net_hash *h)
{
	switch (c->job->need) {
	case XSR_NET_CTRL_FETCH:
		xsr_net_ctrl_fetched(h, c->job, ctrl_bring(c, c->job->bytes));
		break;
	case XSR_NET_CTRL_ADD:
		xsr_net_ctrl_done(c->job, ctrl_add(c), 0);
		break;
	case XSR_NET_CTRL_DEL:
		xsr_net_ctrl_done(c->job, false, 0);
		break;
	}
}

/*
 * Serve one message: on a copy of what was asked for so far, which takes its place if it differs.
 * The wait for those who use the old one also keeps a guest that sends changes without end from
 * having more than one to be freed.
 */
static void ctrl_serve(struct xsr_vif_ctrl *c, const struct xsr_net_ctrl_req *req)
{
	static const struct xsr_net_ctrl_offer offer = { .grefs = XSR_VIF_STAGE_PAGES };
	struct xsr_vif *vif = c->vif;
	struct xsr_vif_hash *old = rcu_dereference_protected(vif->hash, true), *new;

	new = kmemdup(old, sizeof(*old), GFP_KERNEL);
	if (!new) {
		memset(&c->job->rsp, 0, sizeof(c->job->rsp));
		c->job->rsp.id = req->id;
		c->job->rsp.type = req->type;
		c->job->rsp.status = XSR_NET_CTRL_BUFFER_OVERFLOW;
		return;
	}
	xsr_net_ctrl_begin(&new->h, &offer, req, c->job);
	ctrl_do(c, &new->h);
	if (!memcmp(&new->h, &old->h, sizeof(new->h))) {
		kfree(new);
		return;
	}
	rcu_assign_pointer(vif->hash, new);
	synchronize_rcu();
	kfree(old);
}

/* Serve up to a batch. Returns whether there may be more. */
static bool ctrl_batch(struct xsr_vif_ctrl *c)
{
	struct xsr_ring *r = &c->channel.ring;
	struct xsr_net_ctrl_req req;
	u32 n, avail;

	for (n = 0; n < CTRL_BATCH; n++) {
		if (xsr_ring_peek(r, &avail)) {
			xsr_device_fail(&c->vif->dev, "control ring indexes are impossible");
			return false;
		}
		if (!avail)
			break;
		xsr_net_ctrl_take_req(r, &req);
		ctrl_serve(c, &req);
		xsr_net_ctrl_put_rsp(r, &c->job->rsp);
		c->worked = true;
	}
	if (xsr_ring_publish(r))
		xsr_channel_notify(&c->channel);
	return n == CTRL_BATCH || xsr_ring_arm(r, 1);
}

static void ctrl_work(struct work_struct *work)
{
	struct xsr_vif_ctrl *c = container_of(work, struct xsr_vif_ctrl, work);

	/* An event may come before the channel is whole; whoever makes it has us run again. */
	if (xsr_vif_dead(c->vif) || !READ_ONCE(c->channel.irq))
		return;
	if (ctrl_batch(c)) {
		queue_work(system_percpu_wq, &c->work);
		return;
	}
	if (xsr_vif_dead(c->vif) || !atomic_xchg(&c->owed, 0))
		return;
	xsr_channel_eoi(&c->channel, c->worked);
	c->worked = false;
}

static irqreturn_t ctrl_event(int irq, void *data)
{
	struct xsr_vif_ctrl *c = data;

	atomic_set(&c->owed, 1);
	queue_work(system_percpu_wq, &c->work);
	return IRQ_HANDLED;
}

static void ctrl_free(struct xsr_vif_ctrl *c)
{
	xsr_channel_mute(&c->channel);
	cancel_work_sync(&c->work);
	xsr_channel_destroy(&c->channel);
	xsr_copied_destroy(&c->copied);
	free_page((unsigned long)c->job);
	kfree(c);
}

static struct xsr_vif_ctrl *ctrl_alloc(struct xsr_vif *vif)
{
	struct xsr_vif_ctrl *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return NULL;
	c->vif = vif;
	INIT_WORK(&c->work, ctrl_work);
	c->job = (void *)get_zeroed_page(GFP_KERNEL);
	if (c->job && !xsr_copied_create(&c->copied, vif->xdev->otherend_id, 1))
		return c;
	ctrl_free(c);
	return NULL;
}

/* Begin with what a guest has that has said nothing. */
static int ctrl_init_hash(struct xsr_vif *vif, u32 queues)
{
	struct xsr_vif_hash *hash = kzalloc(sizeof(*hash), GFP_KERNEL);

	if (!hash)
		return -ENOMEM;
	xsr_net_hash_init(&hash->h, queues);
	rcu_assign_pointer(vif->hash, hash);
	return 0;
}

static int ctrl_attach(struct xsr_vif_ctrl *c)
{
	static const struct xsr_channel_names names = { .ring = XSR_NET_KEY_CTRL_REF,
							.event = XSR_NET_KEY_CTRL_EVTCHN };
	struct xsr_vif *vif = c->vif;
	const char *blame;
	evtchn_port_t port;
	int err;

	err = xsr_channel_read_keys(&c->channel, vif->xdev->otherend, &names, 0, false, &port,
				    &blame);
	if (err) {
		xsr_device_fail(&vif->dev, "front-end's %s is unusable: error %d", blame, -err);
		return err;
	}
	err = xsr_channel_attach(&c->channel, vif->xdev, 0, sizeof(union xsr_net_ctrl_entry), port,
				 ctrl_event, "xen-netback-ctrl", c);
	if (err)
		xsr_device_fail(&vif->dev, "cannot attach to control ring or port %u: error %d",
				port, -err);
	return err;
}

/* Does the front-end name a control ring at all? */
static bool ctrl_named(const struct xsr_vif *vif)
{
	char text[XSR_KEY_TEXT_MAX];

	return xsr_key_read_text(vif->xdev->otherend, XSR_NET_KEY_CTRL_REF, text, sizeof(text)) !=
	       -ENOENT;
}

int xsr_vif_ctrl_connect(struct xsr_vif *vif, u32 queues)
{
	struct xsr_vif_ctrl *c;
	int err;

	if (!ctrl_named(vif))
		return 0;
	c = ctrl_alloc(vif);
	if (!c)
		return -ENOMEM;
	vif->ctrl = c;
	err = ctrl_init_hash(vif, queues);
	if (!err)
		err = ctrl_attach(c);
	if (err)
		xsr_vif_ctrl_disconnect(vif);
	else
		queue_work(system_percpu_wq, &c->work);
	return err;
}

void xsr_vif_ctrl_disconnect(struct xsr_vif *vif)
{
	struct xsr_vif_hash *hash;

	if (!vif->ctrl)
		return;
	ctrl_free(vif->ctrl);
	vif->ctrl = NULL;
	hash = rcu_dereference_protected(vif->hash, true);
	RCU_INIT_POINTER(vif->hash, NULL);
	if (hash)
		kfree_rcu(hash, rcu);
}
