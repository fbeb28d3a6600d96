// SPDX-License-Identifier: GPL-2.0
/*
 * The xenbus driver: a device appears, is moved by the state table, and goes.
 *
 * The front-end's state, our own and the toolstack's hotplug-status are watched in the shared
 * xenwatch thread, which is never made to wait: all three only ask for a step. A front-end that is
 * there before the hotplug script has run is connected at once, but our state says so only when
 * the script is done, as with stock.
 */
#include <linux/kobject.h>
#include <linux/slab.h>

#include "backend/net/queue.h"
#include "backend/net/params.h"
#include "ring/linux/compat/compat_xen.h"
#include "ring/linux/xbkeys.h"

static struct xsr_vif *xenbus_vif(struct xsr_device *d)
{
	return container_of(d, struct xsr_vif, dev);
}

/*
 * Runs again for each step until the script is done; a front-end that has been elsewhere since is
 * not the one we are connected to.
 */
static int xenbus_connect(struct xsr_vif *vif)
{
	int err;

	if (test_and_clear_bit(XSR_VIF_LEFT, &vif->flags) ||
	    !test_bit(XSR_VIF_CONNECTED, &vif->flags)) {
		err = xsr_vif_connect(vif);
		if (err)
			return err;
	}
	/* Failed just now, in the very step that forgave earlier failures. */
	if (xsr_vif_dead(vif))
		return -EPROTO;
	return xsr_vif_hotplugged(vif) ? 0 : -EAGAIN;
}

static int xenbus_act(struct xsr_device *d, enum xsr_action action)
{
	struct xsr_vif *vif = xenbus_vif(d);

	switch (action) {
	case XSR_DO_CONNECT:
		return xenbus_connect(vif);
	case XSR_DO_RECONFIGURE:
		return xsr_vif_reconfigure(vif);
	case XSR_DO_RESET:
		xsr_vif_disconnect(vif);
		return xsr_vif_offer(vif);
	case XSR_DO_RELEASE:
	case XSR_DO_GONE:
		xsr_vif_disconnect(vif);
		return 0;
	default:
		return 0;
	}
}

static void xenbus_kill(struct xsr_device *d)
{
	set_bit(XSR_VIF_DEAD, &xenbus_vif(d)->flags);
}

static const struct xsr_device_ops xenbus_ops = {
	.act = xenbus_act,
	.kill = xenbus_kill,
};

static void xenbus_hotplug_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct xsr_vif *vif = container_of(watch, struct xsr_vif, hotplug_watch);

	xsr_device_kick(&vif->dev);
}

static void xenbus_rate_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	xsr_vif_rate_read(container_of(watch, struct xsr_vif, rate_watch));
}

static void xenbus_rate_both_changed(struct xenbus_watch *watch, const char *path,
				     const char *token)
{
	xsr_vif_rate_read(container_of(watch, struct xsr_vif, rate_both_watch));
}

static void xenbus_mcast_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	xsr_vif_mcast_read(container_of(watch, struct xsr_vif, mcast_watch));
}

static int xenbus_watch_keys(struct xsr_vif *vif)
{
	struct xenbus_device *xdev = vif->xdev;
	int err;

	err = xenbus_watch_pathfmt(xdev, &vif->rate_watch, xsr_device_will_handle,
				   xenbus_rate_changed, "%s/%s", xdev->nodename, XSR_NET_KEY_RATE);
	if (!err)
		err = xenbus_watch_pathfmt(xdev, &vif->rate_both_watch, xsr_device_will_handle,
					   xenbus_rate_both_changed, "%s/%s", xdev->nodename,
					   xsr_net_key_rate_both.name);
	if (!err)
		err = xenbus_watch_pathfmt(xdev, &vif->mcast_watch, xsr_device_will_handle,
					   xenbus_mcast_changed, "%s/%s", xdev->otherend,
					   xsr_net_front_keys[XSR_NF_MCAST].name);
	if (!err)
		err = xenbus_watch_pathfmt(xdev, &vif->hotplug_watch, xsr_device_will_handle,
					   xenbus_hotplug_changed, "%s/%s", xdev->nodename,
					   XSR_NET_KEY_HOTPLUG);
	return err;
}

static void xenbus_unwatch(struct xenbus_watch *watch)
{
	if (!watch->node)
		return;
	unregister_xenbus_watch(watch);
	kfree(watch->node);
	watch->node = NULL;
}

static struct xsr_vif *xenbus_alloc(struct xenbus_device *xdev)
{
	struct xsr_vif *vif = kzalloc(sizeof(*vif), GFP_KERNEL);

	if (!vif)
		return NULL;
	vif->xdev = xdev;
	vif->offered_queues = xsr_vif_params_queues();
	spin_lock_init(&vif->lock);
	spin_lock_init(&vif->past_lock);
	spin_lock_init(&vif->mcast.lock);
	xsr_vif_rate_init(vif);
	return vif;
}

/* What libxl and older udev rules have told us about the interface. */
static int xenbus_read_own(struct xsr_vif *vif)
{
	char script[256];
	u64 handle;
	int err = xsr_key_read(vif->xdev->nodename, &xsr_net_key_handle, NULL, &handle);

	if (err)
		return err;
	vif->handle = handle;
	if (xsr_key_read_text(vif->xdev->nodename, XSR_NET_KEY_SCRIPT, script, sizeof(script)))
		return 0;
	vif->script = kstrdup(script, GFP_KERNEL);
	return vif->script ? 0 : -ENOMEM;
}

/* Undo xenbus_probe() at any of its stages. */
static void xenbus_free(struct xsr_vif *vif)
{
	xenbus_unwatch(&vif->hotplug_watch);
	xenbus_unwatch(&vif->mcast_watch);
	xenbus_unwatch(&vif->rate_both_watch);
	xenbus_unwatch(&vif->rate_watch);
	xsr_device_destroy(&vif->dev);
	if (vif->netdev)
		xsr_vif_disconnect(vif);
	xsr_vif_netdev_destroy(vif);
	dev_set_drvdata(&vif->xdev->dev, NULL);
	kfree(vif->script);
	kfree(vif);
}

static int xenbus_begin(struct xsr_vif *vif)
{
	int err = xenbus_read_own(vif);

	if (err)
		return err;
	err = xsr_vif_offer(vif);
	if (err)
		return err;
	err = xsr_vif_netdev_create(vif);
	if (err)
		return err;
	/* Scripts that udev runs are told that there is an interface; libxl waits for InitWait. */
	dev_set_drvdata(&vif->xdev->dev, vif);
	kobject_uevent(&vif->xdev->dev.kobj, KOBJ_ONLINE);
	xsr_device_enter(&vif->dev, XSR_ST_INITWAIT);
	return xenbus_watch_keys(vif);
}

static int xenbus_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct xsr_vif *vif = xenbus_alloc(xdev);
	int err;

	if (!vif)
		return -ENOMEM;
	err = xsr_device_create(&vif->dev, xdev, XSR_KIND_NET, XSR_BACK, &xenbus_ops);
	if (err) {
		vif->dev.wq = NULL;
		goto out_free;
	}
	err = xenbus_begin(vif);
	if (!err)
		return 0;
	dev_err(&xdev->dev, "cannot make an interface: error %d\n", -err);
out_free:
	xenbus_free(vif);
	return err;
}

static void xenbus_remove(struct xenbus_device *xdev)
{
	struct xsr_vif *vif = dev_get_drvdata(&xdev->dev);

	kobject_uevent(&xdev->dev.kobj, KOBJ_OFFLINE);
	xsr_vif_unhotplug(vif);
	xenbus_free(vif);
}

static void xenbus_front_changed(struct xenbus_device *xdev, enum xenbus_state state)
{
	struct xsr_vif *vif = dev_get_drvdata(&xdev->dev);

	if (!vif)
		return;
	if (state != XenbusStateConnected && state != XenbusStateReconfiguring)
		set_bit(XSR_VIF_LEFT, &vif->flags);
	xsr_device_peer(&vif->dev, state);
}

static int xenbus_uevent(const struct xenbus_device *xdev, struct kobj_uevent_env *env)
{
	const struct xsr_vif *vif = dev_get_drvdata(&xdev->dev);

	if (!vif)
		return 0;
	if (vif->script && add_uevent_var(env, "script=%s", vif->script))
		return -ENOMEM;
	return vif->netdev ? add_uevent_var(env, "vif=%s", vif->netdev->name) : 0;
}
XSR_OP_UEVENT(xenbus_uevent)

static const struct xenbus_device_id xenbus_ids[] = {
	{ "vif" },
	{ "" },
};

static struct xenbus_driver xenbus_driver = {
	.ids = xenbus_ids,
	.probe = xenbus_probe,
	.remove = xenbus_remove,
	.uevent = xenbus_uevent_op,
	.otherend_changed = xenbus_front_changed,
	.allow_rebind = true,
};

int xsr_vif_xenbus_init(void)
{
	return xenbus_register_backend(&xenbus_driver);
}

void xsr_vif_xenbus_exit(void)
{
	xenbus_unregister_driver(&xenbus_driver);
}
