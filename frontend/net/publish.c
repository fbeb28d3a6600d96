// SPDX-License-Identifier: GPL-2.0
/*
 * What a network front-end writes into its directory: where its rings are and what it can do.
 *
 * The layout is the stock driver's, key for key, as back-ends and xl(1) know it: with one queue the
 * references and ports stand at the top, with more each queue has a directory. A former driver may
 * have left keys of the other shape, which would mislead the back-end; they go in the same
 * transaction.
 */
#include "frontend/net/queue.h"
#include "ring/linux/xbkeys.h"

/* Most queues of a former driver that are cleared away if it does not say how many it had. */
#define PUBLISH_FORMER_QUEUES 64

static const struct xsr_channel_names publish_shared[2] = {
	{ .ring = XSR_NET_KEY_TX_REF, .event = XSR_NET_KEY_EVTCHN },
	{ .ring = XSR_NET_KEY_RX_REF },
};

static const struct xsr_channel_names publish_split[2] = {
	{ .ring = XSR_NET_KEY_TX_REF, .event = XSR_NET_KEY_EVTCHN_TX },
	{ .ring = XSR_NET_KEY_RX_REF, .event = XSR_NET_KEY_EVTCHN_RX },
};

/* What we always can. */
static const enum xsr_net_front_key publish_able[] = {
	XSR_NF_RX_COPY, XSR_NF_RX_NOTIFY, XSR_NF_SG, XSR_NF_GSO4, XSR_NF_GSO6, XSR_NF_CSUM6,
};

/* What another kind of driver may have asked for, and we do not (yet). */
static const enum xsr_net_front_key publish_unwanted[] = {
	XSR_NF_NUM_QUEUES,
	XSR_NF_NO_CSUM4,
	XSR_NF_MCAST,
};

struct publish {
	const struct xsr_nf *nf;
	u64 former_queues; /* that a former driver wrote */
};

static const struct xsr_channel_names publish_ctrl = {
	.ring = XSR_NET_KEY_CTRL_REF,
	.event = XSR_NET_KEY_CTRL_EVTCHN,
};

static void publish_read_former(struct publish *p)
{
	if (xsr_key_read(p->nf->xdev->nodename, &xsr_net_front_keys[XSR_NF_NUM_QUEUES], NULL,
			 &p->former_queues))
		p->former_queues = PUBLISH_FORMER_QUEUES;
	p->former_queues = min_t(u64, p->former_queues, PUBLISH_FORMER_QUEUES);
}

static void publish_queue_dir(char *dir, u32 nr)
{
	snprintf(dir, XSR_CHANNEL_NAME_MAX, XSR_NET_KEY_QUEUE "%u", nr);
}

static void publish_drop_former(struct xsr_key_writer *w, const struct publish *p)
{
	static const char *const names[] = {
		XSR_NET_KEY_TX_REF,	 XSR_NET_KEY_RX_REF,	XSR_NET_KEY_EVTCHN,
		XSR_NET_KEY_EVTCHN_TX,	 XSR_NET_KEY_EVTCHN_RX, XSR_NET_KEY_CTRL_REF,
		XSR_NET_KEY_CTRL_EVTCHN,
	};
	char dir[XSR_CHANNEL_NAME_MAX];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		xsr_key_drop(w, names[i]);
	for (i = 0; i < ARRAY_SIZE(publish_unwanted); i++)
		xsr_key_drop(w, xsr_net_front_keys[publish_unwanted[i]].name);
	for (i = 0; p->former_queues > 1 && i < p->former_queues; i++) {
		publish_queue_dir(dir, i);
		xsr_key_drop(w, dir);
	}
}

static void publish_queue(struct xsr_key_writer *w, const struct xsr_nf_queue *q,
			  const char *prefix)
{
	const struct xsr_channel_names *names = q->to_front.irq ? publish_split : publish_shared;

	xsr_channel_put_keys(w, &q->to_back, prefix, &names[0]);
	xsr_channel_put_keys(w, &q->to_front, prefix, &names[1]);
}

static void publish_queues(struct xsr_key_writer *w, const struct xsr_nf *nf)
{
	char dir[XSR_CHANNEL_NAME_MAX];
	u32 i;

	if (nf->nr_queues == 1) {
		publish_queue(w, &nf->queue[0], "");
		return;
	}
	xsr_key_put(w, xsr_net_front_keys[XSR_NF_NUM_QUEUES].name, nf->nr_queues);
	for (i = 0; i < nf->nr_queues; i++) {
		publish_queue_dir(dir, i);
		strcat(dir, "/");
		publish_queue(w, &nf->queue[i], dir);
	}
}

static void publish_fill(struct xsr_key_writer *w, void *arg)
{
	const struct publish *p = arg;
	u32 i;

	publish_drop_former(w, p);
	publish_queues(w, p->nf);
	if (xsr_nf_ctrl_is_there(&p->nf->ctrl))
		xsr_channel_put_keys(w, &p->nf->ctrl.ch, "", &publish_ctrl);
	for (i = 0; i < ARRAY_SIZE(publish_able); i++)
		xsr_key_put(w, xsr_net_front_keys[publish_able[i]].name, 1);
	if (p->nf->deal.xdp)
		xsr_key_put(w, xsr_net_front_keys[XSR_NF_XDP].name, 0);
}

int xsr_nf_publish(struct xsr_nf *nf)
{
	struct publish p = { .nf = nf };

	publish_read_former(&p);
	return xsr_keys_write(nf->xdev->nodename, publish_fill, &p);
}

static void publish_clear(struct xsr_key_writer *w, void *arg)
{
	publish_drop_former(w, arg);
}

void xsr_nf_unpublish(struct xsr_nf *nf)
{
	struct publish p = { .nf = nf };

	publish_read_former(&p);
	xsr_keys_write(nf->xdev->nodename, publish_clear, &p);
}
