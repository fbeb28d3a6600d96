// SPDX-License-Identifier: GPL-2.0
/*
 * Connecting to a front-end and letting go of it.
 *
 * All keys of the front-end are read and judged before anything is allocated. A front-end that
 * breaks a rule here fails the device, with a reason that names the key. What was half connected is
 * undone by xsr_vif_disconnect(), which is harmless at every stage and waits for no packet: all data
 * is copied, so nothing of the guest's is held by the host.
 */
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/mm.h>

#include "backend/net/ctrl.h"
#include "backend/net/params.h"
#include "backend/net/queue.h"
#include "ring/linux/compat/compat_xen.h"
#include "ring/net_wire.h"

/* A guest that does not say when it makes room is looked at often, and a packet waits less, ms. */
#define CONNECT_MUTE_DRAIN_MS 30

/*
 * Each connection makes bridge and IPv6 print lines that we cannot limit. A front-end that connects
 * over and over can do so this often, ms.
 */
#define CONNECT_PACE_MS 250

static void connect_pace(unsigned long *last)
{
	if (*last && time_before(jiffies, *last + msecs_to_jiffies(CONNECT_PACE_MS)))
		msleep(CONNECT_PACE_MS);
	*last = jiffies;
}

static bool connect_has_key(const struct xsr_vif *vif, const char *name)
{
	char text[XSR_KEY_TEXT_MAX];

	return xsr_key_read_text(vif->xdev->otherend, name, text, sizeof(text)) != -ENOENT;
}

/*
 * Read what the front-end asks for and settle on it. One that says nothing about how it takes its
 * packets gets them copied, as with stock; one that says it wants them otherwise is refused.
 */
static int connect_settle(struct xsr_vif *vif, struct xsr_net_deal *deal)
{
	const struct xsr_net_wish offer = { .queues = vif->offered_queues };
	const struct xsr_key *blame = NULL;
	enum xsr_net_front_key bad;
	u64 v[XSR_NF_COUNT];
	int err = xsr_keys_read(vif->xdev->otherend, xsr_net_front_keys, XSR_NF_COUNT, v, &blame);

	if (err) {
		xsr_device_fail(&vif->dev, "front-end's %s is unusable: error %d",
				blame ? blame->name : "directory", -err);
		return err;
	}
	if (!connect_has_key(vif, xsr_net_front_keys[XSR_NF_RX_COPY].name))
		v[XSR_NF_RX_COPY] = 1;
	bad = xsr_net_settle_back(&offer, v, deal);
	if (bad == XSR_NF_COUNT)
		return 0;
	xsr_device_fail(&vif->dev, "front-end's %s of %llu cannot be served",
			xsr_net_front_keys[bad].name, v[bad]);
	return -EINVAL;
}

/* A guest without an address of its own cannot be told from others. */
static int connect_check_mac(struct xsr_vif *vif)
{
	char text[32];
	u8 mac[ETH_ALEN];
	int err = xsr_key_read_text(vif->xdev->nodename, XSR_NET_KEY_MAC, text, sizeof(text));

	if (!err && xsr_net_parse_mac(text, strlen(text), mac) != XSR_KEY_OK)
		err = -EINVAL;
	if (err)
		xsr_device_fail(&vif->dev, "own %s is unusable: error %d", XSR_NET_KEY_MAC, -err);
	return err;
}

static int connect_read(struct xsr_vif *vif)
{
	int err = connect_settle(vif, &vif->deal);

	if (!err)
		err = connect_check_mac(vif);
	if (err)
		return err;
	vif->headroom = vif->deal.headroom;
	xsr_vif_mcast_reset(vif);
	xsr_vif_mcast_read(vif);
	vif->drain = msecs_to_jiffies(vif->deal.rx_notify ? xsr_vif_param(drain_ms) :
							    CONNECT_MUTE_DRAIN_MS);
	vif->stall = msecs_to_jiffies(xsr_vif_param(stall_ms));
	return 0;
}

int xsr_vif_reconfigure(struct xsr_vif *vif)
{
	struct xsr_net_deal deal;
	int err = connect_settle(vif, &deal);

	if (!err)
		WRITE_ONCE(vif->headroom, deal.headroom);
	return err;
}

/* The directory with the keys of queue @index: the front-end's own if it has but one. */
static const char *connect_queue_dir(struct xsr_vif *vif, u32 queues, u32 index)
{
	if (queues == 1)
		return kstrdup(vif->xdev->otherend, GFP_KERNEL);
	return kasprintf(GFP_KERNEL, "%s/" XSR_NET_KEY_QUEUE "%u", vif->xdev->otherend, index);
}

/* How a queue's keys may be called: two event channels, or else one. */
static const struct xsr_channel_names connect_split[] = {
	{ .ring = XSR_NET_KEY_TX_REF, .event = XSR_NET_KEY_EVTCHN_TX },
	{ .ring = XSR_NET_KEY_RX_REF, .event = XSR_NET_KEY_EVTCHN_RX },
};
static const struct xsr_channel_names connect_single[] = {
	{ .ring = XSR_NET_KEY_TX_REF, .event = XSR_NET_KEY_EVTCHN },
	{ .ring = XSR_NET_KEY_RX_REF },
};

static int connect_read_queue(struct xsr_vif_queue *q, const char *dir, evtchn_port_t *port,
			      const char **blame)
{
	const struct xsr_channel_names *names = connect_split;
	int err;

	err = xsr_channel_read_keys(&q->from_ring, dir, &names[0], 0, false, &port[0], blame);
	q->split = !err;
	if (err) {
		names = connect_single;
		err = xsr_channel_read_keys(&q->from_ring, dir, &names[0], 0, false, &port[0],
					    blame);
	}
	if (!err)
		err = xsr_channel_read_keys(&q->to_ring, dir, &names[1], 0, false, &port[1], blame);
	return err;
}

static int connect_attach(struct xsr_vif_queue *q, const evtchn_port_t *port)
{
	struct xsr_vif *vif = q->vif;
	const char *base = vif->netdev->name;
	int err;

	snprintf(q->from_name, sizeof(q->from_name), "%s-q%u%s", base, q->index,
		 q->split ? "-tx" : "");
	snprintf(q->to_name, sizeof(q->to_name), "%s-q%u-rx", base, q->index);
	err = xsr_channel_attach(&q->to_ring, vif->xdev, 0, sizeof(union xsr_net_to_front_entry),
				 port[1], q->split ? xsr_vif_event_to : NULL, q->to_name, q);
	if (err)
		return err;
	return xsr_channel_attach(&q->from_ring, vif->xdev, 0, sizeof(union xsr_net_to_back_entry),
				  port[0], q->split ? xsr_vif_event_from : xsr_vif_event_both,
				  q->from_name, q);
}

static int connect_channels(struct xsr_vif_queue *q, u32 queues)
{
	struct xsr_vif *vif = q->vif;
	const char *dir = connect_queue_dir(vif, queues, q->index), *blame;
	evtchn_port_t port[2] = {};
	int err;

	if (!dir)
		return -ENOMEM;
	err = connect_read_queue(q, dir, port, &blame);
	kfree(dir);
	if (err) {
		xsr_device_fail(&vif->dev, "queue %u: front-end's %s is unusable: error %d",
				q->index, blame, -err);
		return err;
	}
	err = connect_attach(q, port);
	if (err == -EPROTO)
		xsr_device_fail(&vif->dev, "queue %u: ring indexes are impossible", q->index);
	else if (err)
		xsr_device_fail(&vif->dev, "queue %u: cannot attach to rings or ports: error %d",
				q->index, -err);
	return err;
}

static void connect_destroy(struct xsr_vif_queue *queue, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		xsr_vif_queue_mute(&queue[i]);
	synchronize_net();
	for (i = 0; i < n; i++)
		xsr_vif_queue_destroy(&queue[i]);
	kvfree(queue);
}

static int connect_queues(struct xsr_vif *vif, u32 queues)
{
	struct xsr_vif_queue *queue = kvcalloc(queues, sizeof(*queue), GFP_KERNEL);
	int err = 0;
	u32 i;

	if (!queue)
		return -ENOMEM;
	for (i = 0; !err && i < queues; i++) {
		err = xsr_vif_queue_create(&queue[i], vif, i);
		if (!err)
			err = connect_channels(&queue[i], queues);
	}
	if (!err)
		err = xsr_vif_netdev_up(vif, queue, queues);
	if (err)
		connect_destroy(queue, queues);
	return err;
}

static void connect_report(struct xsr_vif *vif)
{
	const struct xsr_net_deal *deal = &vif->deal;

	/* A front-end may connect as often as it likes. */
	if (__ratelimit(&vif->dev.limit))
		dev_info(&vif->xdev->dev, "%u queues, large packets %s, %s\n", vif->nr_queues,
			 deal->gso4 ? deal->gso6 ? "v4 and v6" : "v4" :
			 deal->gso6 ? "v6" :
				      "no",
			 deal->sg ? "scattered" : "in one piece");
}

int xsr_vif_connect(struct xsr_vif *vif)
{
	int err;

	xsr_vif_disconnect(vif);
	connect_pace(&vif->last_connect);
	clear_bit(XSR_VIF_DEAD, &vif->flags);
	err = connect_read(vif);
	if (err)
		return err;
	err = xsr_vif_ctrl_connect(vif, vif->deal.queues);
	if (err)
		return err;
	err = connect_queues(vif, vif->deal.queues);
	if (err) {
		xsr_vif_ctrl_disconnect(vif);
		return err;
	}
	xsr_vif_debugfs_create(vif);
	connect_report(vif);
	return 0;
}

void xsr_vif_disconnect(struct xsr_vif *vif)
{
	struct xsr_vif_queue *queue = rcu_dereference_protected(vif->queue, true);

	if (!queue)
		return;
	xsr_vif_debugfs_destroy(vif);
	xsr_vif_netdev_down(vif);
	xsr_vif_ctrl_disconnect(vif);
	xsr_vif_stage_release(vif, queue, vif->nr_queues);
	connect_destroy(queue, vif->nr_queues);
	vif->nr_queues = 0;
}
