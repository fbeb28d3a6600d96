// SPDX-License-Identifier: GPL-2.0
/*
 * Connecting to a front-end and letting go of it.
 *
 * All keys of the front-end are read and judged before anything is allocated. A front-end that
 * breaks a rule here fails the device, with a reason that names the key. What was half connected is
 * undone by xsr_vbd_disconnect(), which is harmless at every stage.
 */
#include <linux/mm.h>
#include <linux/rcupdate.h>

#include "backend/block/params.h"
#include "backend/block/queue.h"
#include "ring/keys_blk.h"
#include "ring/linux/compat/compat_xen.h"
#include "ring/linux/xbkeys.h"

/* What the front-end asks for. */
struct connect_ask {
	u32 queues;
	u32 ring_order;
	bool numbered; /* ring-ref%u rather than ring-ref */
	bool persistent;
	bool lent;
	enum xsr_blk_abi abi;
};

/* An x86 front-end that does not name its layout speaks the 32-bit one. */
static int connect_read_abi(struct xsr_vbd *vbd, struct connect_ask *ask)
{
	char name[32];
	int abi, err;

	err = xsr_key_read_text(vbd->xdev->otherend, XSR_BLK_KEY_PROTOCOL, name, sizeof(name));
	if (err == -ENOENT) {
		ask->abi = XSR_BLK_ABI_32;
		return 0;
	}
	abi = err ? -1 : xsr_blk_abi_by_name(name);
	if (abi < 0) {
		xsr_device_fail(&vbd->dev, "front-end's %s is unknown", XSR_BLK_KEY_PROTOCOL);
		return -EINVAL;
	}
	ask->abi = abi;
	return 0;
}

/* A front-end that says ring-page-order at all, even 0, numbers its references. */
static bool connect_numbers_refs(const struct xsr_vbd *vbd)
{
	char text[XSR_KEY_TEXT_MAX];

	return xsr_key_read_text(vbd->xdev->otherend, xsr_blk_front_keys[XSR_BF_RING_ORDER].name,
				 text, sizeof(text)) != -ENOENT;
}

static int connect_read_ask(struct xsr_vbd *vbd, struct connect_ask *ask)
{
	const struct xsr_key *blame = NULL;
	u64 v[XSR_BF_COUNT];
	int err = xsr_keys_read(vbd->xdev->otherend, xsr_blk_front_keys, XSR_BF_COUNT, v, &blame);

	if (err) {
		xsr_device_fail(&vbd->dev, "front-end's %s is unusable: error %d",
				blame ? blame->name : "directory", -err);
		return err;
	}
	if (v[XSR_BF_NUM_QUEUES] > vbd->offered_queues) {
		xsr_device_fail(&vbd->dev, "front-end wants %llu queues, offered were %u",
				v[XSR_BF_NUM_QUEUES], vbd->offered_queues);
		return -EINVAL;
	}
	if (v[XSR_BF_RING_ORDER] > vbd->offered_order) {
		xsr_device_fail(&vbd->dev, "front-end wants rings of order %llu, offered was %u",
				v[XSR_BF_RING_ORDER], vbd->offered_order);
		return -EINVAL;
	}
	ask->queues = v[XSR_BF_NUM_QUEUES];
	ask->ring_order = v[XSR_BF_RING_ORDER];
	ask->numbered = connect_numbers_refs(vbd);
	ask->persistent = v[XSR_BF_PERSISTENT] && xsr_vbd_param(persistent);
	/* Without persistent grants, or in a layout that has no mark, there is nothing to be told. */
	ask->lent = v[XSR_BF_LENT] && vbd->offered_lent && ask->persistent;
	return connect_read_abi(vbd, ask);
}

/* The directory with the keys of queue @index: the front-end's own if it has but one. */
static const char *connect_queue_dir(struct xsr_vbd *vbd, const struct connect_ask *ask, u32 index)
{
	if (ask->queues == 1)
		return kstrdup(vbd->xdev->otherend, GFP_KERNEL);
	return kasprintf(GFP_KERNEL, "%s/" XSR_BLK_KEY_QUEUE "%u", vbd->xdev->otherend, index);
}

static const struct xsr_channel_names connect_names = {
	.ring = XSR_BLK_KEY_RING_REF,
	.event = XSR_BLK_KEY_EVTCHN,
};

static int connect_channel(struct xsr_vbd_queue *q, const struct connect_ask *ask)
{
	struct xsr_vbd *vbd = q->vbd;
	const char *dir = connect_queue_dir(vbd, ask, q->index), *blame;
	evtchn_port_t port;
	int err;

	if (!dir)
		return -ENOMEM;
	err = xsr_channel_read_keys(&q->channel, dir, &connect_names, ask->ring_order,
				    ask->numbered, &port, &blame);
	kfree(dir);
	if (err) {
		xsr_device_fail(&vbd->dev, "queue %u: front-end's %s is unusable: error %d",
				q->index, blame, -err);
		return err;
	}
	err = xsr_channel_attach(&q->channel, vbd->xdev, ask->ring_order, xsr_blk_stride(ask->abi),
				 port, xsr_vbd_queue_event, "blkif-backend", q);
	if (err == -EPROTO)
		xsr_device_fail(&vbd->dev, "queue %u: ring indexes are impossible", q->index);
	else if (err)
		xsr_device_fail(&vbd->dev, "queue %u: cannot attach to ring or port %u: error %d",
				q->index, port, -err);
	return err;
}

static int connect_queues(struct xsr_vbd *vbd, const struct connect_ask *ask)
{
	struct xsr_vbd_queue *queue;
	u32 i;
	int err;

	queue = kvcalloc(ask->queues, sizeof(*queue), GFP_KERNEL);
	if (!queue)
		return -ENOMEM;
	mutex_lock(&vbd->queues_lock);
	vbd->queue = queue;
	vbd->nr_queues = ask->queues;
	mutex_unlock(&vbd->queues_lock);
	for (i = 0; i < ask->queues; i++) {
		err = xsr_vbd_queue_create(&queue[i], vbd, i);
		if (err)
			return err;
		err = connect_channel(&queue[i], ask);
		if (err)
			return err;
	}
	return 0;
}

/* Threads are called <domid>.<device>-<queue>, as scripts expect. */
static void connect_name(struct xsr_vbd *vbd)
{
	char dev[64];
	const char *base;

	if (xsr_key_read_text(vbd->xdev->nodename, "dev", dev, sizeof(dev)))
		strscpy(dev, "vbd", sizeof(dev));
	base = strstr(dev, "/dev/");
	snprintf(vbd->name, sizeof(vbd->name), "%d.%s", vbd->xdev->otherend_id,
		 base ? base + strlen("/dev/") : dev);
}

static int connect_start(struct xsr_vbd *vbd)
{
	u32 i;
	int err = xsr_disk_sync(&vbd->disk);

	if (err) {
		xsr_device_fail(&vbd->dev, "cannot write out the host's cache of the device");
		return err;
	}
	for (i = 0; i < vbd->nr_queues; i++) {
		err = xsr_vbd_queue_start(&vbd->queue[i]);
		if (err)
			return err;
	}
	return 0;
}

static void connect_report(struct xsr_vbd *vbd, const struct connect_ask *ask)
{
	/* A front-end may connect as often as it likes. */
	if (__ratelimit(&vbd->dev.limit))
		dev_info(&vbd->xdev->dev, "%u queues of %u ring pages, %s, %s grants%s\n",
			 ask->queues, 1u << ask->ring_order, xsr_blk_abi_name(ask->abi),
			 ask->persistent ? "persistent" : "transient",
			 vbd->limits.lent ? ", lent segments" : "");
}

int xsr_vbd_connect(struct xsr_vbd *vbd)
{
	struct connect_ask ask;
	int err;

	xsr_vbd_disconnect(vbd);
	clear_bit(XSR_VBD_DEAD, &vbd->flags);
	err = connect_read_ask(vbd, &ask);
	if (err)
		return err;
	atomic_set(&vbd->notes, 0);
	vbd->abi = ask.abi;
	vbd->persistent = ask.persistent;
	err = xsr_vbd_emulate_start(vbd);
	if (err)
		return err;
	xsr_disk_limits(&vbd->disk, xsr_vbd_may_discard(vbd), &vbd->limits);
	if (vbd->emulate.on)
		vbd->limits.block_sectors = 1;
	vbd->limits.lent = ask.lent && ask.abi == XSR_BLK_ABI_64;
	connect_name(vbd);
	err = connect_queues(vbd, &ask);
	if (!err)
		err = xsr_vbd_offer_disk(vbd);
	if (!err)
		err = connect_start(vbd);
	if (err) {
		xsr_vbd_disconnect(vbd);
		return err;
	}
	connect_report(vbd, &ask);
	xsr_vbd_upkeep_soon(vbd);
	return 0;
}

void xsr_vbd_disconnect(struct xsr_vbd *vbd)
{
	struct xsr_vbd_queue *queue = vbd->queue;
	u32 i;

	if (!queue) {
		xsr_vbd_emulate_stop(vbd);
		return;
	}
	/* All stop before any is destroyed: a barrier looks at the other queues. */
	for (i = 0; i < vbd->nr_queues; i++)
		xsr_vbd_queue_stop(&queue[i]);
	mutex_lock(&vbd->queues_lock);
	for (i = 0; i < vbd->nr_queues; i++)
		xsr_vbd_counts_add(&vbd->past, &queue[i].counts);
	vbd->queue = NULL;
	mutex_unlock(&vbd->queues_lock);
	/* Whoever answered the last request may still be about to leave the queue. */
	synchronize_rcu();
	for (i = 0; i < vbd->nr_queues; i++)
		xsr_vbd_queue_destroy(&queue[i]);
	vbd->nr_queues = 0;
	kvfree(queue);
	xsr_vbd_emulate_stop(vbd);
}

void xsr_vbd_counts(struct xsr_vbd *vbd, struct xsr_vbd_counts *sum)
{
	u32 i;

	memset(sum, 0, sizeof(*sum));
	mutex_lock(&vbd->queues_lock);
	xsr_vbd_counts_add(sum, &vbd->past);
	for (i = 0; vbd->queue && i < vbd->nr_queues; i++)
		xsr_vbd_counts_add(sum, &vbd->queue[i].counts);
	mutex_unlock(&vbd->queues_lock);
}
