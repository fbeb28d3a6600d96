// SPDX-License-Identifier: GPL-2.0
/*
 * Keys that count while the device is live: the back-end's "carrier", the toolstack's "mtu".
 *
 * The watches run in the shared xenwatch thread and only ask for a step, which reads the keys again
 * (offer.c). They are set in probe() and taken away in remove(): never by a step, for which that
 * thread may be waiting.
 */
#include <linux/slab.h>

#include "frontend/net/nf.h"

static void watch_carrier(struct xenbus_watch *watch, const char *path, const char *token)
{
	xsr_device_kick(&container_of(watch, struct xsr_nf, carrier_watch)->dev);
}

static void watch_mtu(struct xenbus_watch *watch, const char *path, const char *token)
{
	xsr_device_kick(&container_of(watch, struct xsr_nf, mtu_watch)->dev);
}

static int watch_set(struct xenbus_watch *watch, const char *dir, const char *key,
		     void (*callback)(struct xenbus_watch *, const char *, const char *))
{
	int err;

	watch->callback = callback;
	watch->will_handle = xsr_device_will_handle;
	watch->node = kasprintf(GFP_KERNEL, "%s/%s", dir, key);
	if (!watch->node)
		return -ENOMEM;
	err = register_xenbus_watch(watch);
	if (err) {
		kfree(watch->node);
		watch->node = NULL;
	}
	return err;
}

static void watch_clear(struct xenbus_watch *watch)
{
	if (!watch->node)
		return;
	unregister_xenbus_watch(watch);
	kfree(watch->node);
	watch->node = NULL;
}

int xsr_nf_watch(struct xsr_nf *nf)
{
	int err = watch_set(&nf->carrier_watch, nf->xdev->otherend, "carrier", watch_carrier);

	if (!err)
		err = watch_set(&nf->mtu_watch, nf->xdev->nodename, "mtu", watch_mtu);
	if (err)
		watch_clear(&nf->carrier_watch);
	return err;
}

void xsr_nf_unwatch(struct xsr_nf *nf)
{
	watch_clear(&nf->carrier_watch);
	watch_clear(&nf->mtu_watch);
}

void xsr_nf_watch_again(struct xsr_nf *nf)
{
	watch_clear(&nf->carrier_watch);
	if (watch_set(&nf->carrier_watch, nf->xdev->otherend, "carrier", watch_carrier))
		xsr_device_note(&nf->dev, "the back-end's link state cannot be watched");
}
