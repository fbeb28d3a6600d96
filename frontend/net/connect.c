// SPDX-License-Identifier: GPL-2.0
/*
 * A network front-end's device: probe, remove, and what each step of its life does.
 *
 * Which step is next is decided by the table in ring/state.c and carried out by ring/linux/device.c;
 * connect_act() is where it arrives. Nothing here waits for the back-end.
 */
#include <linux/delay.h>
#include <linux/slab.h>

#include "frontend/net/queue.h"

/*
 * A back-end that connects and disconnects over and over, or its link, makes the kernel print lines
 * that we cannot limit. It can do so this often, ms.
 */
#define CONNECT_PACE_MS 100

static struct xsr_nf *connect_nf(struct xsr_device *d)
{
	return container_of(d, struct xsr_nf, dev);
}

static void connect_pace(unsigned long *last)
{
	if (*last && time_before(jiffies, *last + msecs_to_jiffies(CONNECT_PACE_MS)))
		msleep(CONNECT_PACE_MS);
	*last = jiffies;
}

static void connect_announce(struct xsr_nf *nf)
{
	const struct xsr_net_deal *deal = &nf->deal;

	if (!__ratelimit(&nf->dev.limit))
		return;
	dev_info(&nf->xdev->dev, "%s: %u queue(s)%s%s%s%s%s%s\n", nf->netdev->name, nf->nr_queues,
		 deal->split ? ", split event channels" : "", deal->sg ? ", sg" : "",
		 deal->gso4 ? ", gso-tcpv4" : "", deal->gso6 ? ", gso-tcpv6" : "",
		 deal->csum6 ? ", ipv6-csum" : "", nf->untrusted ? ", untrusted" : "");
}

/* xenstore limits how many keys a guest may have. One queue is better than none. */
static int connect_publish(struct xsr_nf *nf)
{
	int err = xsr_nf_publish(nf);

	if (err != -ENOSPC || nf->nr_queues == 1)
		return err;
	xsr_device_note(&nf->dev, "no room in xenstore for %u queues, trying one", nf->nr_queues);
	xsr_nf_queues_destroy(nf);
	nf->deal.queues = 1;
	err = xsr_nf_queues_create(nf);
	return err ? err : xsr_nf_publish(nf);
}

static int connect_setup(struct xsr_nf *nf)
{
	int err;

	connect_pace(&nf->last_setup);
	xsr_nf_close(nf);
	xsr_nf_bury_now(nf);
	err = xsr_nf_offer_read(nf);
	if (!err)
		err = xsr_nf_queues_create(nf);
	if (!err)
		err = xsr_nf_ctrl_create(nf);
	if (err)
		return err;
	err = connect_publish(nf);
	xsr_nf_mcast_reset(nf);
	if (!err)
		err = xsr_nf_netdev_start(nf);
	if (err)
		return err;
	nf->announce = true;
	connect_announce(nf);
	xsr_nf_debugfs_create(nf);
	xsr_nf_netdev_link(nf);
	xsr_nf_upkeep_start(nf);
	xsr_nf_mcast_soon(nf);
	return 0;
}

static int connect_act(struct xsr_device *d, enum xsr_action action)
{
	struct xsr_nf *nf = connect_nf(d);

	switch (action) {
	case XSR_DO_SETUP:
		return connect_setup(nf);
	case XSR_DO_REFRESH:
		connect_pace(&nf->last_refresh);
		xsr_nf_netdev_link(nf);
		return 0;
	case XSR_DO_CLOSE:
		xsr_nf_close(nf);
		return 0;
	default:
		return 0;
	}
}

static const struct xsr_device_ops connect_ops = {
	.act = connect_act,
	.kill = xsr_nf_kill,
};

int xsr_nf_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct net_device *netdev = xsr_nf_netdev_create(xdev);
	struct xsr_nf *nf;
	int err;

	if (!netdev)
		return -ENOMEM;
	nf = netdev_priv(netdev);
	xsr_nf_ctrl_init(nf);
	INIT_DELAYED_WORK(&nf->upkeep, xsr_nf_upkeep);
	INIT_DELAYED_WORK(&nf->bury, xsr_nf_bury);
	INIT_DELAYED_WORK(&nf->mcast.work, xsr_nf_mcast_work);
	dev_set_drvdata(&xdev->dev, nf);
	err = xsr_device_create(&nf->dev, xdev, XSR_KIND_NET, XSR_FRONT, &connect_ops);
	if (err)
		goto out_netdev;
	/* Watches fire at once, so that there may be a connection by the time the second one fails. */
	err = xsr_nf_watch(nf);
	if (err)
		xsr_nf_remove(xdev);
	return err;
out_netdev:
	dev_set_drvdata(&xdev->dev, NULL);
	xsr_nf_netdev_destroy(netdev);
	return err;
}

void xsr_nf_remove(struct xenbus_device *xdev)
{
	struct xsr_nf *nf = dev_get_drvdata(&xdev->dev);

	xsr_nf_unwatch(nf);
	xsr_device_destroy(&nf->dev);
	xsr_nf_close(nf);
	xsr_nf_unpublish(nf);
	if (nf->netdev->reg_state == NETREG_REGISTERED)
		unregister_netdev(nf->netdev);
	cancel_delayed_work_sync(&nf->mcast.work); /* unregistering sets the mode once more */
	xsr_device_part(&nf->dev);
	xsr_nf_bury_now(nf);
	dev_set_drvdata(&xdev->dev, NULL);
	xsr_nf_netdev_destroy(nf->netdev);
}

void xsr_nf_peer_changed(struct xenbus_device *xdev, enum xenbus_state state)
{
	struct xsr_nf *nf = dev_get_drvdata(&xdev->dev);

	/* A back-end that is Connected anew may be elsewhere in the network. */
	if (state == XenbusStateConnected)
		WRITE_ONCE(nf->announce, true);
	xsr_device_peer(&nf->dev, state);
}
