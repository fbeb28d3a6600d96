// SPDX-License-Identifier: GPL-2.0
/*
 * The control ring of a network front-end; see ctrl.h.
 *
 * One request is out at a time. An answer that does not come in time, or that says no, ends the
 * attempt with a line; the device goes on, as packets do not depend on it. An answer that comes late
 * is taken before the next request. One to a question that was not asked is fatal, as on any ring.
 */
#include <linux/netdevice.h>

#include "frontend/net/ctrl.h"
#include "frontend/net/queue.h"

/* How long the back-end may take for one request. */
#define CTRL_PATIENCE HZ

static irqreturn_t ctrl_interrupt(int irq, void *data)
{
	struct xsr_nf_ctrl *c = data;
	u32 n = 0;

	wake_up(&c->answered);
	xsr_irq_eoi(irq, xsr_ring_peek(&c->ch.ring, &n) == XSR_OK && n);
	return IRQ_HANDLED;
}

/* Is an answer there, or will none come? */
static bool ctrl_is_over(struct xsr_nf_ctrl *c)
{
	u32 n;

	return xsr_ring_peek(&c->ch.ring, &n) != XSR_OK || n || !xsr_nf_is_open(c->nf);
}

static int ctrl_fail(struct xsr_nf_ctrl *c, const char *what)
{
	xsr_device_fail(&c->nf->dev, "control ring: back-end's %s", what);
	return -EPROTO;
}

/* Take the answer to what was sent last. -EAGAIN: it is not there. */
static int ctrl_take(struct xsr_nf_ctrl *c, struct xsr_net_ctrl_rsp *rsp)
{
	u32 n;

	if (xsr_ring_peek(&c->ch.ring, &n) != XSR_OK)
		return ctrl_fail(c, "ring indexes are impossible");
	if (!n)
		return -EAGAIN;
	if (xsr_net_ctrl_take_rsp(&c->ch.ring, &c->sent, rsp) != XSR_OK)
		return ctrl_fail(c, "answer is to something else");
	return 0;
}

/* The last request's answer may have come too late for it. -EBUSY: it is still to come. */
static int ctrl_settle(struct xsr_nf_ctrl *c)
{
	struct xsr_net_ctrl_rsp rsp;
	int err = xsr_ring_busy(&c->ch.ring) ? ctrl_take(c, &rsp) : 0;

	return err == -EAGAIN ? -EBUSY : err;
}

/* Send one request and wait for its answer. */
static int ctrl_ask(struct xsr_nf_ctrl *c, u16 type, u32 d0, u32 d1, u32 d2)
{
	struct xsr_net_ctrl_rsp rsp;
	int err = ctrl_settle(c);

	if (err)
		return err;
	c->sent = (struct xsr_net_ctrl_req){ c->sent.id + 1, type, { d0, d1, d2 } };
	xsr_net_ctrl_put_req(&c->ch.ring, &c->sent);
	xsr_ring_arm(&c->ch.ring, 1);
	if (xsr_ring_publish(&c->ch.ring))
		xsr_channel_notify(&c->ch);
	if (!wait_event_timeout(c->answered, ctrl_is_over(c), CTRL_PATIENCE))
		return -ETIMEDOUT;
	if (!xsr_nf_is_open(c->nf))
		return -ENETDOWN;
	err = ctrl_take(c, &rsp);
	if (!err && rsp.status != XSR_NET_CTRL_SUCCESS)
		err = -EOPNOTSUPP;
	if (!err)
		c->got = rsp.data;
	return err;
}

/* Send @bytes of @table through the granted page: the request has its reference first. */
static int ctrl_ask_table(struct xsr_nf_ctrl *c, u16 type, const void *table, u32 bytes, u32 n)
{
	struct xsr_chain chain;
	int err;

	if (!xsr_granted_take(&c->page, 1, &chain))
		return -ENOMEM;
	memcpy(xsr_granted_addr(&c->page, chain.first), table, bytes);
	err = ctrl_ask(c, type, xsr_granted_gref(&c->page, chain.first), n, 0);
	xsr_granted_give(&c->page, &chain);
	return err;
}

/* Name the pages of queue @nr's stage, which the back-end only reads. */
static int ctrl_announce_queue(struct xsr_nf_ctrl *c, u32 nr)
{
	const struct xsr_granted *stage = &c->nf->queue[nr].stage;
	struct xsr_net_gref *list;
	struct xsr_chain chain;
	int err;
	u32 i;

	if (!xsr_granted_take(&c->page, 1, &chain))
		return -ENOMEM;
	list = xsr_granted_addr(&c->page, chain.first);
	for (i = 0; i < XSR_NET_STAGE_PAGES; i++)
		list[i] = (struct xsr_net_gref){
			.gref = xsr_granted_gref(stage, i),
			.flags = XSR_NET_GREF_READONLY,
		};
	err = ctrl_ask(c, XSR_NET_CTRL_ADD_GREF_MAPPING, nr,
		       xsr_granted_gref(&c->page, chain.first), XSR_NET_STAGE_PAGES);
	xsr_granted_give(&c->page, &chain);
	return err;
}

/*
 * Have the back-end map what it will read over and over, if it is one that does: it saves a hypercall for
 * small packets, and is of no account otherwise. Each connection is asked once.
 */
static void ctrl_announce(struct xsr_nf_ctrl *c)
{
	int err = 0;
	u32 nr;

	if (c->announced)
		return;
	c->announced = true;
	for (nr = 0; !err && nr < c->nf->nr_queues; nr++) {
		err = ctrl_ask(c, XSR_NET_CTRL_GET_GREF_MAPPING_SIZE, nr, 0, 0);
		if (!err && c->got < XSR_NET_STAGE_PAGES)
			err = -ENOSPC;
		if (!err)
			err = ctrl_announce_queue(c, nr);
	}
}

static int ctrl_send_hash(struct xsr_nf_ctrl *c, const struct xsr_net_hash *h)
{
	int err = ctrl_ask(c, XSR_NET_CTRL_SET_HASH_ALGORITHM, h->alg, 0, 0);

	if (err || h->alg == XSR_NET_HASH_ALG_NONE)
		return err;
	err = ctrl_ask_table(c, XSR_NET_CTRL_SET_HASH_KEY, h->key, sizeof(h->key), sizeof(h->key));
	if (!err)
		err = ctrl_ask(c, XSR_NET_CTRL_SET_HASH_MAPPING_SIZE, h->size, 0, 0);
	if (!err)
		err = ctrl_ask_table(c, XSR_NET_CTRL_SET_HASH_MAPPING, h->table,
				     h->size * sizeof(h->table[0]), h->size);
	if (!err)
		err = ctrl_ask(c, XSR_NET_CTRL_SET_HASH_FLAGS, h->types, 0, 0);
	return err;
}

static void ctrl_send(struct work_struct *work)
{
	struct xsr_nf_ctrl *c = container_of(work, struct xsr_nf_ctrl, send);
	struct xsr_net_hash wish;
	bool wanted;
	int err;

	mutex_lock(&c->lock);
	wish = c->wish;
	wanted = c->wanted;
	mutex_unlock(&c->lock);
	if (!xsr_nf_ctrl_is_there(c) || !xsr_nf_is_open(c->nf))
		return;
	ctrl_announce(c);
	if (!wanted)
		return;
	err = ctrl_send_hash(c, &wish);
	if (err)
		xsr_device_note(&c->nf->dev, "back-end did not take the hash settings (error %d)",
				-err);
}

void xsr_nf_ctrl_init(struct xsr_nf *nf)
{
	struct xsr_nf_ctrl *c = &nf->ctrl;

	c->nf = nf;
	INIT_WORK(&c->send, ctrl_send);
	init_waitqueue_head(&c->answered);
	mutex_init(&c->lock);
	netdev_rss_key_fill(c->wish.key, sizeof(c->wish.key));
}

int xsr_nf_ctrl_create(struct xsr_nf *nf)
{
	struct xsr_nf_ctrl *c = &nf->ctrl;
	int err;

	c->announced = false;
	if (!nf->deal.ctrl)
		return 0;
	err = xsr_granted_create(&c->page, nf->xdev->otherend_id, 1, false);
	if (!err)
		err = xsr_channel_create(&c->ch, nf->xdev, 0, sizeof(union xsr_net_ctrl_entry),
					 ctrl_interrupt, "vif-ctrl", c);
	if (err)
		xsr_nf_ctrl_destroy(nf);
	return err;
}

void xsr_nf_ctrl_mute(struct xsr_nf *nf)
{
	wake_up(&nf->ctrl.answered);
	cancel_work_sync(&nf->ctrl.send);
	xsr_channel_mute(&nf->ctrl.ch);
}

void xsr_nf_ctrl_destroy(struct xsr_nf *nf)
{
	xsr_channel_destroy(&nf->ctrl.ch);
	xsr_granted_destroy(&nf->ctrl.page);
}

void xsr_nf_ctrl_start(struct xsr_nf *nf)
{
	struct xsr_nf_ctrl *c = &nf->ctrl;
	u32 i;

	mutex_lock(&c->lock);
	/* A new back-end may have fewer queues. */
	c->wish.queues = nf->nr_queues;
	for (i = 0; i < c->wish.size; i++)
		c->wish.table[i] %= nf->nr_queues;
	mutex_unlock(&c->lock);
	if (xsr_nf_ctrl_is_there(c))
		queue_work(system_freezable_wq, &c->send);
}

/* Spread evenly, as the core would. */
static void ctrl_default(struct xsr_net_hash *h, u32 queues)
{
	u32 i;

	h->alg = XSR_NET_HASH_ALG_TOEPLITZ;
	h->types = XSR_NET_HASH_ALL;
	h->queues = queues;
	h->size = XSR_NET_HASH_TABLE;
	for (i = 0; i < h->size; i++)
		h->table[i] = i % queues;
}

void xsr_nf_ctrl_read(struct xsr_nf *nf, struct xsr_net_hash *hash)
{
	struct xsr_nf_ctrl *c = &nf->ctrl;

	mutex_lock(&c->lock);
	*hash = c->wish;
	if (!c->wanted)
		ctrl_default(hash, max(nf->nr_queues, 1u));
	mutex_unlock(&c->lock);
}

void xsr_nf_ctrl_want(struct xsr_nf *nf, const struct xsr_net_hash *hash)
{
	struct xsr_nf_ctrl *c = &nf->ctrl;

	mutex_lock(&c->lock);
	c->wish = *hash;
	c->wanted = true;
	mutex_unlock(&c->lock);
	if (xsr_nf_is_open(nf))
		queue_work(system_freezable_wq, &c->send);
}
