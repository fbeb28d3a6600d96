// SPDX-License-Identifier: GPL-2.0
/*
 * A block front-end's device: probe, remove, and what each step of its life does.
 *
 * Which step is next is decided by the table in ring/state.c and carried out by ring/linux/device.c;
 * connect_act() is where it arrives. Nothing here waits for the back-end but CLOSE, which gives
 * requests in flight a bounded time.
 */
#include <linux/delay.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "frontend/block/bf.h"
#include "frontend/block/queue.h"
#include "frontend/block/vdev.h"
#include "ring/linux/xbkeys.h"

/* Written by the toolstack into our directory. */
static const struct xsr_key connect_key_vdev = {
	.name = "virtual-device",
	.type = XSR_KEY_UINT,
	.max = 2 * XSR_VDEV_EXTENDED - 1,
	.required = true,
	.help = "which disk the guest sees",
};

static const struct xsr_key connect_key_trusted = {
	.name = "trusted",
	.type = XSR_KEY_BOOL,
	.def = 1,
	.max = UINT_MAX,
	.help = "0: the back-end may see nothing but a request's own data",
};

/* How often idle pages are looked at; what was idle for a whole round is freed. */
#define CONNECT_SHRINK_EVERY (10 * HZ)

/*
 * A back-end that connects, disconnects or changes size over and over makes the kernel print lines
 * that we cannot limit. It can do so this often, ms.
 */
#define CONNECT_PACE_MS 100

static void connect_pace(unsigned long *last)
{
	if (*last && time_before(jiffies, *last + msecs_to_jiffies(CONNECT_PACE_MS)))
		msleep(CONNECT_PACE_MS);
	*last = jiffies;
}

static struct xsr_bf *connect_bf(struct xsr_device *d)
{
	return container_of(d, struct xsr_bf, dev);
}

static void connect_free(struct kref *ref)
{
	kfree(container_of(ref, struct xsr_bf, ref));
}

void xsr_bf_put(struct xsr_bf *bf)
{
	kref_put(&bf->ref, connect_free);
}

static void connect_shrink(struct work_struct *work)
{
	struct xsr_bf *bf = container_of(to_delayed_work(work), struct xsr_bf, shrink);
	u32 i;

	for (i = 0; i < bf->deal.queues; i++) {
		xsr_granted_shrink(&bf->queue[i].pages);
		if (bf->bare)
			xsr_granted_shrink(&bf->queue[i].bare);
	}
	queue_delayed_work(system_percpu_wq, &bf->shrink, CONNECT_SHRINK_EVERY);
}

/* Read one key of the back-end into bf->back[]. */
static int connect_read_key(struct xsr_bf *bf, enum xsr_blk_back_key key)
{
	int err = xsr_key_read(bf->xdev->otherend, &xsr_blk_back_keys[key], NULL, &bf->back[key]);

	if (err)
		xsr_device_fail(&bf->dev, "back-end's %s cannot be used (error %d)",
				xsr_blk_back_keys[key].name, -err);
	return err;
}

/* A back-end that is not trusted gets copies only; what we cannot find out counts as distrust. */
static void connect_read_trust(struct xsr_bf *bf)
{
	u64 trusted = 0;

	if (xsr_key_read(bf->xdev->nodename, &connect_key_trusted, NULL, &trusted))
		trusted = 0;
	bf->untrusted = !trusted || !xsr_bf_param_trusted();
}

/* Settle what is known before the disk is: queues, size of rings, whether we say that we may lend. */
static int connect_settle_rings(struct xsr_bf *bf)
{
	struct xsr_blk_wish wish;
	int err = connect_read_key(bf, XSR_BB_MAX_QUEUES);

	if (!err)
		err = connect_read_key(bf, XSR_BB_MAX_RING_ORDER);
	if (!err)
		err = connect_read_key(bf, XSR_BB_LENT);
	if (err)
		return err;
	xsr_bf_wish(&wish);
	if (bf->disk) /* after a restore; blk-mq's contexts stay as many as they are */
		wish.queues = min(wish.queues, bf->disk->set.nr_hw_queues);
	xsr_blk_settle(&wish, bf->back, &bf->deal);
	/* Whether grants persist is known later; without that it means nothing. */
	bf->asks_lent = wish.lent && wish.persistent && bf->back[XSR_BB_LENT] && !bf->untrusted;
	return 0;
}

/*
 * xenstore limits how many keys a guest may have, and many disks with many large rings come near
 * it. A smaller disk is better than none. Returns false if it cannot get smaller.
 */
static bool connect_modest(struct xsr_bf *bf)
{
	if (bf->deal.queues > 1)
		bf->deal.queues = 1;
	else if (bf->deal.ring_order)
		bf->deal.ring_order = 0;
	else
		return false;
	xsr_device_note(&bf->dev, "no room in xenstore, trying %u queue(s) of order %u",
			bf->deal.queues, bf->deal.ring_order);
	return true;
}

static int connect_setup(struct xsr_bf *bf)
{
	int err;

	connect_pace(&bf->last_setup);
	xsr_bf_bury_now(bf);
	connect_read_trust(bf);
	err = connect_settle_rings(bf);
	if (err)
		return err;
	do {
		err = xsr_bf_queues_create(bf);
		if (err)
			return err;
		err = xsr_bf_publish(bf);
		if (!err)
			return 0;
		xsr_bf_queues_destroy(bf);
	} while (err == -ENOSPC && connect_modest(bf));
	return err;
}

/* Read and check what the back-end is, once it says that it is Connected. */
static int connect_read_back(struct xsr_bf *bf)
{
	struct xsr_blk_deal deal;
	struct xsr_blk_wish wish;
	enum xsr_blk_back_key key;
	int err = 0;

	for (key = 0; key < XSR_BB_COUNT && !err; key++)
		err = connect_read_key(bf, key);
	if (err)
		return err;
	key = xsr_blk_check_geometry(bf->back);
	if (key != XSR_BB_COUNT) {
		xsr_device_fail(&bf->dev, "back-end's %s=%llu is impossible",
				xsr_blk_back_keys[key].name, bf->back[key]);
		return -EINVAL;
	}
	xsr_bf_wish(&wish);
	wish.lent = bf->asks_lent;
	xsr_blk_settle(&wish, bf->back, &deal);
	deal.queues = bf->deal.queues;
	deal.ring_order = bf->deal.ring_order;
	bf->deal = deal;
	bf->bounce = bf->untrusted || deal.persistent;
	WRITE_ONCE(bf->lends, deal.lent && !bf->untrusted);
	bf->bare = !bf->bounce || bf->lends;
	bf->revoked = 0;
	return 0;
}

static void connect_announce(struct xsr_bf *bf)
{
	const u64 *v = bf->back;

	if (!__ratelimit(&bf->dev.limit))
		return;
	dev_info(&bf->xdev->dev,
		 "%s: %llu sectors, %u queue(s) of order %u, %u segments%s%s%s%s%s\n",
		 bf->disk->gd->disk_name, v[XSR_BB_SECTORS], bf->deal.queues, bf->deal.ring_order,
		 bf->deal.segs, bf->deal.persistent ? ", persistent grants" : "",
		 bf->lends ? ", lent segments" : "",
		 v[XSR_BB_FLUSH]   ? ", flush" :
		 v[XSR_BB_BARRIER] ? ", barrier" :
				     "",
		 v[XSR_BB_DISCARD] ? ", discard" : "", bf->untrusted ? ", untrusted" : "");
}

static int connect_live(struct xsr_bf *bf)
{
	bool fresh = !bf->disk;
	int err = connect_read_back(bf);

	if (!err)
		err = xsr_bf_queues_pools(bf);
	if (!err)
		err = fresh ? xsr_bf_disk_create(bf) : xsr_bf_disk_update(bf);
	if (err)
		return err;
	xsr_bf_queues_place(bf);
	connect_announce(bf);
	xsr_bf_debugfs_create(bf);
	queue_delayed_work(system_percpu_wq, &bf->shrink, CONNECT_SHRINK_EVERY);
	WRITE_ONCE(bf->gate, XSR_BF_OPEN);
	if (bf->parked)
		xsr_bf_unpark(bf);
	/* What it takes back before this is no news to a device that is connected. */
	xsr_bf_recall(bf);
	if (fresh)
		schedule_work(&bf->add);
	return 0;
}

/*
 * The back-end says that something changed: the size, what it lets us lend, or it is a new one in the
 * same place.
 */
static int connect_refresh(struct xsr_bf *bf)
{
	u64 sectors;

	if (!bf->disk || bf->gate != XSR_BF_OPEN)
		return 0;
	connect_pace(&bf->last_refresh);
	/* A size that cannot be read is no reason to lose the disk. */
	if (!xsr_key_read(bf->xdev->otherend, &xsr_blk_back_keys[XSR_BB_SECTORS], NULL, &sectors))
		xsr_bf_disk_resize(bf, sectors);
	xsr_bf_recall(bf);
	xsr_bf_queues_poke(bf);
	return 0;
}

static int connect_do(struct xsr_bf *bf, enum xsr_action action)
{
	int err;

	switch (action) {
	case XSR_DO_SETUP:
		return connect_setup(bf);
	case XSR_DO_SETUP_CONNECT:
		err = connect_setup(bf);
		return err ? err : connect_live(bf);
	case XSR_DO_CONNECT:
		return connect_live(bf);
	case XSR_DO_REFRESH:
		return connect_refresh(bf);
	case XSR_DO_CLOSE:
		xsr_bf_close(bf);
		return 0;
	default:
		return 0;
	}
}

/* After a restore the disk waits for us, and memory may be waiting for the disk: allocate no I/O. */
static int connect_act(struct xsr_device *d, enum xsr_action action)
{
	unsigned int noio = memalloc_noio_save();
	int err = connect_do(connect_bf(d), action);

	memalloc_noio_restore(noio);
	return err;
}

static const struct xsr_device_ops connect_ops = {
	.act = connect_act,
	.kill = xsr_bf_kill,
};

/* Is the disk one that this guest should leave to an emulated controller? */
static bool connect_is_emulated(struct xenbus_device *xdev, u32 vdev)
{
	char type[16];

	if (!xen_hvm_domain())
		return false;
	if (xen_has_pv_and_legacy_disk_devices() && xsr_vdev_is_legacy(vdev))
		return true;
	if (xsr_key_read_text(xdev->nodename, "device-type", type, sizeof(type)))
		return true;
	return !strncmp(type, "cdrom", 5);
}

static int connect_read_vdev(struct xenbus_device *xdev, u64 *vdev)
{
	int err = xsr_key_read(xdev->nodename, &connect_key_vdev, NULL, vdev);

	if (err == -ENOENT)
		err = xsr_key_read(xdev->nodename, &connect_key_vdev, "virtual-device-ext", vdev);
	return err;
}

static u16 connect_handle(const struct xenbus_device *xdev)
{
	const char *last = strrchr(xdev->nodename, '/');
	unsigned int handle;

	return last && !kstrtouint(last + 1, 10, &handle) ? handle : 0;
}

int xsr_bf_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct xsr_bf *bf;
	u64 vdev;
	int err = connect_read_vdev(xdev, &vdev);

	if (err) {
		xenbus_dev_error(xdev, err, "reading virtual-device");
		return err;
	}
	if (connect_is_emulated(xdev, vdev))
		return -ENODEV;
	bf = kzalloc(sizeof(*bf), GFP_KERNEL);
	if (!bf)
		return -ENOMEM;
	kref_init(&bf->ref);
	bf->xdev = xdev;
	bf->vdev = vdev;
	bf->handle = connect_handle(xdev);
	spin_lock_init(&bf->split_lock);
	INIT_WORK(&bf->add, xsr_bf_disk_add);
	INIT_WORK(&bf->revoke, xsr_bf_disk_revoke);
	INIT_WORK(&bf->split, xsr_bf_split_work);
	INIT_DELAYED_WORK(&bf->shrink, connect_shrink);
	INIT_DELAYED_WORK(&bf->bury, xsr_bf_bury);
	dev_set_drvdata(&xdev->dev, bf);
	err = xsr_device_create(&bf->dev, xdev, XSR_KIND_BLK, XSR_FRONT, &connect_ops);
	if (err)
		xsr_bf_put(bf);
	return err;
}

void xsr_bf_remove(struct xenbus_device *xdev)
{
	struct xsr_bf *bf = dev_get_drvdata(&xdev->dev);

	xsr_device_destroy(&bf->dev);
	xsr_bf_close(bf);
	xsr_bf_unpublish(bf);
	xsr_device_part(&bf->dev);
	xsr_bf_bury_now(bf);
	dev_set_drvdata(&xdev->dev, NULL);
	xsr_bf_put(bf);
}

void xsr_bf_peer_changed(struct xenbus_device *xdev, enum xenbus_state state)
{
	struct xsr_bf *bf = dev_get_drvdata(&xdev->dev);

	xsr_device_peer(&bf->dev, state);
}

int xsr_bf_is_ready(struct xenbus_device *xdev)
{
	struct xsr_bf *bf = dev_get_drvdata(&xdev->dev);

	return bf && READ_ONCE(bf->ready);
}
