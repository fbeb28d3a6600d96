// SPDX-License-Identifier: GPL-2.0
/*
 * Having the back-end filter multicast, for those who ask (ethtool --set-priv-flags, multicast-filter).
 *
 * It is off unless asked for, as a stock front-end never asks. A back-end is used for it only if it
 * can be told to stop at any time: who listens to all, or to more than it lists, has the filter off.
 * The host changes its addresses in atomic context, so a work item compares and tells: what the
 * back-end is to pass on first, then that it is to filter. It never waits for an answer; a refusal
 * (sent.c finds it) turns the filter off for this connection.
 */
#include <linux/etherdevice.h>

#include "frontend/net/queue.h"
#include "ring/linux/xbkeys.h"

/* How long to wait for room in the ring. */
#define MCAST_RETRY (HZ / 20)

/* What the host listens to. Returns false if that cannot be filtered, or is not to be. */
static bool mcast_read(struct xsr_nf *nf, struct xsr_net_mcast_list *want)
{
	struct net_device *netdev = nf->netdev;
	struct netdev_hw_addr *ha;
	bool fits = true;

	want->n = 0;
	netif_addr_lock_bh(netdev);
	netdev_for_each_mc_addr(ha, netdev) fits = fits && xsr_net_mcast_add(want, ha->addr);
	fits = fits && !(netdev->flags & (IFF_PROMISC | IFF_ALLMULTI));
	netif_addr_unlock_bh(netdev);
	return fits && READ_ONCE(nf->mcast.wanted) && !READ_ONCE(nf->mcast.refused);
}

/* Put a message into the ring of the first queue, under its lock. */
static bool mcast_put(struct xsr_nf *nf, enum xsr_net_mcast what, const u8 *address)
{
	struct xsr_net_pkt pkt = { .mcast = what };
	struct xsr_nf_queue *q;

	if (!xsr_nf_is_open(nf) || !nf->nr_queues)
		return false;
	q = &nf->queue[0];
	if (xsr_nf_room(q) < xsr_net_pkt_entries(&pkt))
		return false;
	ether_addr_copy(pkt.mcast_addr, address);
	pkt.id[0] = xsr_ids_take(&q->ids);
	q->sent[pkt.id[0]] = (struct xsr_nf_sent){ .message = true };
	xsr_net_put_pkt(&q->to_back.ring, &pkt);
	xsr_lazy_put(&q->lazy, 1); /* it may be refused */
	xsr_nf_publish_sent(q);
	return true;
}

static bool mcast_tell(struct xsr_nf *nf, enum xsr_net_mcast what, const u8 *address)
{
	struct netdev_queue *txq = netdev_get_tx_queue(nf->netdev, 0);
	bool done;

	__netif_tx_lock_bh(txq);
	done = mcast_put(nf, what, address);
	__netif_tx_unlock_bh(txq);
	return done;
}

/* Make the back-end know @want. Returns false if not all could be told now. */
static bool mcast_tell_all(struct xsr_nf *nf, const struct xsr_net_mcast_list *want)
{
	struct xsr_net_mcast_list *known = &nf->mcast.known;
	enum xsr_net_mcast what;
	u8 address[ETH_ALEN];

	while ((what = xsr_net_mcast_next(known, want, address)) != XSR_NET_MCAST_NONE) {
		if (!mcast_tell(nf, what, address))
			return false;
		if (what == XSR_NET_MCAST_ADD)
			xsr_net_mcast_add(known, address);
		else
			xsr_net_mcast_del(known, address);
	}
	return true;
}

static void mcast_fill(struct xsr_key_writer *w, void *arg)
{
	const bool *on = arg;

	xsr_key_put(w, xsr_net_front_keys[XSR_NF_MCAST].name, *on);
}

static void mcast_switch(struct xsr_nf *nf, bool on)
{
	int err;

	if (nf->mcast.on == on)
		return;
	err = xsr_keys_write(nf->xdev->nodename, mcast_fill, &on);
	if (err)
		xsr_device_note(&nf->dev, "multicast filter cannot be switched (error %d)", -err);
	else
		nf->mcast.on = on;
}

void xsr_nf_mcast_work(struct work_struct *work)
{
	struct xsr_nf *nf = container_of(to_delayed_work(work), struct xsr_nf, mcast.work);
	struct xsr_net_mcast_list want;

	if (!xsr_nf_is_open(nf) || !xsr_nf_mcast_can(nf))
		return;
	if (!mcast_read(nf, &want))
		mcast_switch(nf, false);
	else if (mcast_tell_all(nf, &want))
		mcast_switch(nf, true);
	else
		queue_delayed_work(system_freezable_wq, &nf->mcast.work, MCAST_RETRY);
}

void xsr_nf_mcast_soon(struct xsr_nf *nf)
{
	mod_delayed_work(system_freezable_wq, &nf->mcast.work, 0);
}

void xsr_nf_mcast_reset(struct xsr_nf *nf)
{
	nf->mcast.known.n = 0;
	nf->mcast.on = false;
	WRITE_ONCE(nf->mcast.refused, false);
}

void xsr_nf_mcast_refused(struct xsr_nf *nf)
{
	if (READ_ONCE(nf->mcast.refused))
		return;
	WRITE_ONCE(nf->mcast.refused, true);
	xsr_nf_mcast_soon(nf);
}

void xsr_nf_set_rx_mode(struct net_device *netdev)
{
	struct xsr_nf *nf = netdev_priv(netdev);

	if (READ_ONCE(nf->mcast.wanted))
		xsr_nf_mcast_soon(nf);
}
