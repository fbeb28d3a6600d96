// SPDX-License-Identifier: GPL-2.0
/*
 * The net_device of a network front-end, and what the core may ask of it.
 *
 * It is registered with the first connection and lives until the device is removed: between two
 * connections it has no carrier and no queues. So every operation here must do without queues.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/minmax.h>
#include <linux/rtnetlink.h>

#include "frontend/net/queue.h"

/* Largest MTU: the length of a packet, with a VLAN tag, has 16 bits on the ring. */
#define NETDEV_MAX_MTU (XSR_NET_MAX_SIZE - VLAN_ETH_HLEN)

static int netdev_open(struct net_device *netdev)
{
	struct xsr_nf *nf = netdev_priv(netdev);

	if (!xsr_nf_is_open(nf))
		return 0;
	xsr_nf_napi_enable(nf);
	netif_tx_start_all_queues(netdev);
	return 0;
}

static int netdev_stop(struct net_device *netdev)
{
	struct xsr_nf *nf = netdev_priv(netdev);

	netif_tx_stop_all_queues(netdev);
	xsr_nf_napi_disable(nf);
	return 0;
}

/* Up to 65535 may be asked for, as of stock; whose largest packets then never arrive. Ours do. */
static int netdev_change_mtu(struct net_device *netdev, int mtu)
{
	if (mtu > ETH_DATA_LEN && !(netdev->features & NETIF_F_SG))
		return -EINVAL;
	WRITE_ONCE(netdev->mtu, min(mtu, NETDEV_MAX_MTU));
	return 0;
}

static netdev_features_t netdev_fix_features(struct net_device *netdev, netdev_features_t features)
{
	const struct xsr_net_deal *deal = &((struct xsr_nf *)netdev_priv(netdev))->deal;

	if (!deal->sg)
		features &= ~NETIF_F_SG;
	if (!deal->csum4)
		features &= ~NETIF_F_IP_CSUM;
	if (!deal->csum6)
		features &= ~NETIF_F_IPV6_CSUM;
	if (!deal->gso4)
		features &= ~NETIF_F_TSO;
	if (!deal->gso6)
		features &= ~NETIF_F_TSO6;
	return features;
}

static int netdev_set_features(struct net_device *netdev, netdev_features_t features)
{
	if (!(features & NETIF_F_SG) && netdev->mtu > ETH_DATA_LEN) {
		netdev_info(netdev, "without scatter-gather the MTU is %u\n", ETH_DATA_LEN);
		WRITE_ONCE(netdev->mtu, ETH_DATA_LEN);
	}
	return 0;
}

static void netdev_add_out(const struct xsr_nf_out_stats *s, struct rtnl_link_stats64 *sum)
{
	u64 packets, bytes, drops;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&s->sync);
		packets = u64_stats_read(&s->packets);
		bytes = u64_stats_read(&s->bytes);
		drops = u64_stats_read(&s->drops);
	} while (u64_stats_fetch_retry(&s->sync, start));
	sum->tx_packets += packets;
	sum->tx_bytes += bytes;
	sum->tx_dropped += drops;
}

static void netdev_add_in(const struct xsr_nf_in_stats *s, struct rtnl_link_stats64 *sum)
{
	u64 packets, bytes, errors, drops, refused;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&s->sync);
		packets = u64_stats_read(&s->packets);
		bytes = u64_stats_read(&s->bytes);
		errors = u64_stats_read(&s->errors);
		drops = u64_stats_read(&s->drops);
		refused = u64_stats_read(&s->refused);
	} while (u64_stats_fetch_retry(&s->sync, start));
	sum->rx_packets += packets;
	sum->rx_bytes += bytes;
	sum->rx_errors += errors;
	sum->rx_dropped += drops;
	sum->tx_errors += refused;
}

static void netdev_stats(struct net_device *netdev, struct rtnl_link_stats64 *sum)
{
	const struct xsr_nf *nf = netdev_priv(netdev);
	u32 i;

	for (i = 0; i < netdev->num_tx_queues; i++) {
		netdev_add_out(&nf->stats[i].out, sum);
		netdev_add_in(&nf->stats[i].in, sum);
	}
}

/* No ndo_tx_timeout: see upkeep.c. */
static const struct net_device_ops netdev_ops = {
	.ndo_open = netdev_open,
	.ndo_stop = netdev_stop,
	.ndo_start_xmit = xsr_nf_xmit,
	.ndo_change_mtu = netdev_change_mtu,
	.ndo_get_stats64 = netdev_stats,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_rx_mode = xsr_nf_set_rx_mode,
	.ndo_fix_features = netdev_fix_features,
	.ndo_set_features = netdev_set_features,
	.ndo_bpf = xsr_nf_bpf,
	.ndo_xdp_xmit = xsr_nf_xdp_xmit,
};

static void netdev_describe(struct net_device *netdev)
{
	netdev->netdev_ops = &netdev_ops;
	netdev->ethtool_ops = &xsr_nf_ethtool_ops;
	XSR_STAT_OPS(netdev, &xsr_nf_stat_ops);
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->max_mtu = XSR_NET_MAX_SIZE;
	netdev->features = NETIF_F_GSO_ROBUST;
	netdev->hw_features = NETIF_F_SG | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | NETIF_F_TSO |
			      NETIF_F_TSO6 | NETIF_F_RXCSUM;
	/* What the back-end does not offer goes when the netdev is registered. */
	netdev->features |= netdev->hw_features;
	netif_set_tso_max_size(netdev, XSR_NET_MAX_SIZE);
	XSR_XDP_FEATURES(netdev);
	/* A packet is ours alone until it is answered: what hangs on it is kept in it. */
	netdev->priv_flags &= ~IFF_TX_SKB_SHARING;
	netdev->sysfs_groups[0] = &xsr_nf_sysfs_group;
}

struct net_device *xsr_nf_netdev_create(struct xenbus_device *xdev)
{
	u32 i, queues = xsr_nf_param_queues();
	struct net_device *netdev = alloc_etherdev_mq(sizeof(struct xsr_nf), queues);
	struct xsr_nf *nf;

	if (!netdev)
		return NULL;
	nf = netdev_priv(netdev);
	nf->netdev = netdev;
	nf->xdev = xdev;
	nf->stats = kvcalloc(queues, sizeof(*nf->stats), GFP_KERNEL);
	if (!nf->stats) {
		free_netdev(netdev);
		return NULL;
	}
	for (i = 0; i < queues; i++) {
		u64_stats_init(&nf->stats[i].out.sync);
		u64_stats_init(&nf->stats[i].in.sync);
	}
	netdev_describe(netdev);
	SET_NETDEV_DEV(netdev, &xdev->dev);
	netif_carrier_off(netdev);
	return netdev;
}

void xsr_nf_netdev_destroy(struct net_device *netdev)
{
	struct xsr_nf *nf = netdev_priv(netdev);

	kvfree(nf->stats);
	free_netdev(netdev);
}

int xsr_nf_netdev_start(struct xsr_nf *nf)
{
	struct net_device *netdev = nf->netdev;
	int err = 0;
	u32 i;

	if (netdev->reg_state == NETREG_UNINITIALIZED)
		err = register_netdev(netdev);
	if (err)
		return err;
	rtnl_lock();
	netdev_update_features(netdev);
	for (i = 0; i < nf->nr_queues; i++) {
		local_bh_disable();
		xsr_nf_refill(&nf->queue[i]);
		local_bh_enable();
	}
	smp_store_release(&nf->gate, XSR_NF_OPEN);
	if (netif_running(netdev)) {
		xsr_nf_napi_enable(nf);
		netif_tx_wake_all_queues(netdev);
	}
	rtnl_unlock();
	return 0;
}

void xsr_nf_netdev_stop(struct xsr_nf *nf)
{
	struct net_device *netdev = nf->netdev;

	rtnl_lock();
	WRITE_ONCE(nf->gate, XSR_NF_HELD);
	netif_carrier_off(netdev);
	/* Takes each queue's lock: who was inside is out then, and the next sees the gate. */
	if (netdev->reg_state == NETREG_REGISTERED)
		netif_tx_disable(netdev);
	xsr_nf_ctrl_mute(nf);
	xsr_nf_queues_mute(nf);
	xsr_nf_queues_reap(nf);
	rtnl_unlock();
}

/* A new MTU counts when the toolstack changes it; in between the guest may choose its own. */
static void netdev_follow_mtu(struct xsr_nf *nf, u32 mtu)
{
	int err;

	if (!mtu || mtu == nf->mtu)
		return;
	nf->mtu = mtu;
	err = dev_set_mtu(nf->netdev, mtu);
	if (err)
		xsr_device_note(&nf->dev, "MTU %u asked for is not possible (error %d)", mtu, -err);
}

void xsr_nf_netdev_link(struct xsr_nf *nf)
{
	bool live = READ_ONCE(nf->dev.theirs) == XSR_ST_CONNECTED;
	/* xenstore may take its time, which is not spent under rtnl. */
	bool up = live && xsr_nf_offer_carrier(nf);
	u32 mtu = xsr_nf_offer_mtu(nf);

	rtnl_lock();
	netdev_follow_mtu(nf, mtu);
	if (up && xsr_nf_is_open(nf))
		netif_carrier_on(nf->netdev);
	else
		netif_carrier_off(nf->netdev);
	rtnl_unlock();
	if (!netif_carrier_ok(nf->netdev) || !READ_ONCE(nf->announce))
		return;
	WRITE_ONCE(nf->announce, false);
	xsr_nf_ctrl_start(nf);
	netdev_notify_peers(nf->netdev);
}
