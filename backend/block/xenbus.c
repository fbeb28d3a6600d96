// SPDX-License-Identifier: GPL-2.0
/*
 * The xenbus driver: a device appears, is moved by the state table, and goes.
 *
 * The front-end's state, our own and the toolstack's physical-device are watched in the shared
 * xenwatch thread, which is never made to wait: all three only ask for a step.
 */
#include <linux/slab.h>

#include "backend/block/queue.h"
#include "grant/linux/budget.h"
#include "ring/linux/compat/compat_xen.h"

static struct xsr_vbd *xenbus_vbd(struct xsr_device *d)
{
	return container_of(d, struct xsr_vbd, dev);
}

/*
 * Connect once both are there: the disk, and the front-end, whose state has led here. The disk's
 * files appear with the disk.
 */
static int xenbus_connect(struct xsr_vbd *vbd)
{
	int err = xsr_disk_open(vbd);

	if (err)
		return err;
	err = xsr_vbd_sysfs_create(vbd);
	if (err)
		return err;
	return xsr_vbd_connect(vbd);
}

static int xenbus_act(struct xsr_device *d, enum xsr_action action)
{
	struct xsr_vbd *vbd = xenbus_vbd(d);

	switch (action) {
	case XSR_DO_CONNECT:
		return xenbus_connect(vbd);
	case XSR_DO_RESET:
		xsr_vbd_disconnect(vbd);
		return xsr_vbd_offer_limits(vbd, true);
	case XSR_DO_RELEASE:
		xsr_vbd_disconnect(vbd);
		return 0;
	case XSR_DO_GONE:
		xsr_vbd_disconnect(vbd);
		xsr_vbd_sysfs_destroy(vbd);
		xsr_disk_close(&vbd->disk);
		return 0;
	default:
		return 0;
	}
}

static void xenbus_kill(struct xsr_device *d)
{
	set_bit(XSR_VBD_DEAD, &xenbus_vbd(d)->flags);
}

static const struct xsr_device_ops xenbus_ops = {
	.act = xenbus_act,
	.kill = xenbus_kill,
};

/* The hotplug script has written physical-device, or the watch is new. */
static void xenbus_disk_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct xsr_vbd *vbd = container_of(watch, struct xsr_vbd, disk_watch);

	queue_work(xsr_vbd_wq, &vbd->found);
}

/* Open the disk as soon as it is known, so that a bad one is reported before a guest asks. */
static void xenbus_disk_found(struct work_struct *work)
{
	struct xsr_vbd *vbd = container_of(work, struct xsr_vbd, found);
	int err = 0;

	mutex_lock(&vbd->dev.lock);
	if (vbd->disk.file)
		xsr_disk_check_same(vbd);
	else if (vbd->dev.state == XSR_ST_INITWAIT)
		err = xsr_disk_open(vbd);
	if (!err && vbd->disk.file)
		err = xsr_vbd_sysfs_create(vbd);
	if (err && err != -EAGAIN)
		xsr_device_fail(&vbd->dev, "cannot create sysfs files: error %d", -err);
	mutex_unlock(&vbd->dev.lock);
	if (!err)
		xsr_device_kick(&vbd->dev);
}

static struct xsr_vbd *xenbus_alloc(struct xenbus_device *xdev)
{
	struct xsr_vbd *vbd = kzalloc(sizeof(*vbd), GFP_KERNEL);

	if (!vbd)
		return NULL;
	vbd->xdev = xdev;
	vbd->budget = xsr_budget_get(xdev->otherend_id);
	if (!vbd->budget) {
		kfree(vbd);
		return NULL;
	}
	mutex_init(&vbd->queues_lock);
	spin_lock_init(&vbd->barrier.lock);
	INIT_WORK(&vbd->found, xenbus_disk_found);
	vbd->squeeze_end = jiffies;
	xsr_vbd_emulate_init(vbd);
	xsr_vbd_upkeep_init(vbd);
	dev_set_drvdata(&xdev->dev, vbd);
	return vbd;
}

/* Undo xenbus_probe() at any of its stages. */
static void xenbus_free(struct xsr_vbd *vbd)
{
	if (vbd->disk_watch.node) {
		unregister_xenbus_watch(&vbd->disk_watch);
		kfree(vbd->disk_watch.node);
	}
	cancel_work_sync(&vbd->found);
	xsr_device_destroy(&vbd->dev);
	xsr_vbd_debugfs_destroy(vbd);
	xsr_vbd_sysfs_destroy(vbd);
	xsr_vbd_disconnect(vbd);
	cancel_delayed_work_sync(&vbd->upkeep);
	xsr_disk_close(&vbd->disk);
	xsr_budget_put(vbd->budget);
	dev_set_drvdata(&vbd->xdev->dev, NULL);
	kfree(vbd);
}

static int xenbus_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct xsr_vbd *vbd = xenbus_alloc(xdev);
	int err;

	if (!vbd)
		return -ENOMEM;
	err = xsr_device_create(&vbd->dev, xdev, XSR_KIND_BLK, XSR_BACK, &xenbus_ops);
	if (err) {
		vbd->dev.wq = NULL;
		goto out_free;
	}
	xsr_vbd_debugfs_create(vbd);
	err = xsr_vbd_offer_limits(vbd, false);
	if (err)
		goto out_free;
	xsr_device_enter(&vbd->dev, XSR_ST_INITWAIT);
	err = xenbus_watch_pathfmt(xdev, &vbd->disk_watch, NULL, xenbus_disk_changed, "%s/%s",
				   xdev->nodename, "physical-device");
	if (!err)
		return 0;
out_free:
	xenbus_free(vbd);
	return err;
}

static void xenbus_remove(struct xenbus_device *xdev)
{
	struct xsr_vbd *vbd = dev_get_drvdata(&xdev->dev);

	xsr_vbd_recall(vbd);
	xenbus_free(vbd);
}

static void xenbus_front_changed(struct xenbus_device *xdev, enum xenbus_state state)
{
	struct xsr_vbd *vbd = dev_get_drvdata(&xdev->dev);

	xsr_device_peer(&vbd->dev, state);
}

static void xenbus_reclaim(struct xenbus_device *xdev)
{
	struct xsr_vbd *vbd = dev_get_drvdata(&xdev->dev);

	if (vbd)
		xsr_vbd_squeeze(vbd);
}

static const struct xenbus_device_id xenbus_ids[] = {
	{ "vbd" },
	{ "" },
};

static struct xenbus_driver xenbus_driver = {
	.ids = xenbus_ids,
	.probe = xenbus_probe,
	.remove = xenbus_remove,
	.otherend_changed = xenbus_front_changed,
	.allow_rebind = true,
	.reclaim_memory = xenbus_reclaim,
};

int xsr_vbd_xenbus_init(void)
{
	return xenbus_register_backend(&xenbus_driver);
}

void xsr_vbd_xenbus_exit(void)
{
	xenbus_unregister_driver(&xenbus_driver);
}
