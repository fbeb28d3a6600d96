// SPDX-License-Identifier: GPL-2.0
/*
 * The host's network device of a vif: vif<domain>.<handle>.
 *
 * It exists as long as the xenbus device, with or without a guest. The queues are handed to the
 * stack and taken away under the RTNL; the transmit path and readers of statistics hold the RCU
 * read lock, so that what is taken away is freed only after a grace period. The carrier is on while
 * a guest is connected and none of its queues has stalled.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>

#include "backend/net/hash.h"
#include "backend/net/queue.h"
#include "ring/linux/compat/compat.h"
#include "ring/linux/compat/compat_net.h"

/* As stock: packets that the stack may hold for each queue, beside what the queue holds itself. */
#define NETDEV_QUEUE_LEN 32
/* Largest MTU: the length of a packet, with a VLAN tag, has 16 bits on the ring. */
#define NETDEV_MAX_MTU (ETH_MAX_MTU - VLAN_ETH_HLEN)

/*
 * The highest address that is not broadcast: a bridge takes the lowest of its ports', and must
 * never take this one.
 */
static const u8 vifdev_address[ETH_ALEN] = { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff };

/* Under the vif's lock. */
static void vifdev_carrier_locked(struct xsr_vif *vif)
{
	lockdep_assert_held(&vif->lock);
	if (test_bit(XSR_VIF_CONNECTED, &vif->flags) && !vif->stalled)
		netif_carrier_on(vif->netdev);
	else
		netif_carrier_off(vif->netdev);
}

void xsr_vif_netdev_stall(struct xsr_vif *vif, bool stalls)
{
	spin_lock_bh(&vif->lock);
	vif->stalled += stalls ? 1 : -1;
	vifdev_carrier_locked(vif);
	spin_unlock_bh(&vif->lock);
}

static void vifdev_set_connected(struct xsr_vif *vif, bool connected)
{
	spin_lock_bh(&vif->lock);
	assign_bit(XSR_VIF_CONNECTED, &vif->flags, connected);
	vifdev_carrier_locked(vif);
	spin_unlock_bh(&vif->lock);
}

static void vifdev_start_queues(struct xsr_vif *vif)
{
	struct xsr_vif_queue *queue = rtnl_dereference(vif->queue);
	u32 i;

	for (i = 0; queue && i < vif->nr_queues; i++)
		xsr_vif_queue_start(&queue[i]);
}

static void vifdev_stop_queues(struct xsr_vif *vif)
{
	struct xsr_vif_queue *queue = rtnl_dereference(vif->queue);
	u32 i;

	for (i = 0; queue && i < vif->nr_queues; i++)
		xsr_vif_queue_stop(&queue[i]);
}

/* What the queues have counted stays with the device. */
static void vifdev_forget_queues(struct xsr_vif *vif)
{
	struct xsr_vif_queue *queue = rtnl_dereference(vif->queue);
	u32 i;

	spin_lock_bh(&vif->past_lock);
	for (i = 0; queue && i < vif->nr_queues; i++)
		xsr_vif_counts_add(&vif->past, &queue[i].counts);
	RCU_INIT_POINTER(vif->queue, NULL);
	spin_unlock_bh(&vif->past_lock);
}

int xsr_vif_netdev_up(struct xsr_vif *vif, struct xsr_vif_queue *queue, u32 n)
{
	struct net_device *netdev = vif->netdev;
	int err;

	rtnl_lock();
	err = netif_set_real_num_tx_queues(netdev, n);
	if (!err)
		err = netif_set_real_num_rx_queues(netdev, n);
	if (err)
		goto out;
	if (!vif->deal.sg && netdev->mtu > ETH_DATA_LEN)
		dev_set_mtu(netdev, ETH_DATA_LEN);
	netdev_update_features(netdev);
	vif->nr_queues = n;
	rcu_assign_pointer(vif->queue, queue);
	vifdev_set_connected(vif, true);
	if (netif_running(netdev)) {
		vifdev_start_queues(vif);
		netif_tx_start_all_queues(netdev);
	}
out:
	rtnl_unlock();
	return err;
}

void xsr_vif_netdev_down(struct xsr_vif *vif)
{
	rtnl_lock();
	vifdev_set_connected(vif, false);
	netif_tx_disable(vif->netdev);
	if (netif_running(vif->netdev))
		vifdev_stop_queues(vif);
	vifdev_forget_queues(vif);
	/* Without a guest packets are dropped, not held. */
	netif_tx_start_all_queues(vif->netdev);
	rtnl_unlock();
	synchronize_net();
}

static int vifdev_open(struct net_device *netdev)
{
	vifdev_start_queues(xsr_vif_of(netdev));
	netif_tx_start_all_queues(netdev);
	return 0;
}

static int vifdev_stop(struct net_device *netdev)
{
	netif_tx_disable(netdev);
	vifdev_stop_queues(xsr_vif_of(netdev));
	return 0;
}

static netdev_tx_t vifdev_start_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct xsr_vif *vif = xsr_vif_of(netdev);
	struct xsr_vif_queue *queue = rcu_dereference_bh(vif->queue);
	u32 index = skb_get_queue_mapping(skb);

	if (unlikely(!queue || xsr_vif_dead(vif) || index >= READ_ONCE(vif->nr_queues))) {
		dev_core_stats_tx_dropped_inc(netdev);
		dev_kfree_skb_any(skb);
		return NETDEV_TX_OK;
	}
	xsr_vif_to_guest_push(&queue[index], skb);
	return NETDEV_TX_OK;
}

static u16 vifdev_select_queue(struct net_device *netdev, struct sk_buff *skb,
			       struct net_device *sb_dev)
{
	u32 queue;

	if (!xsr_vif_hash_queue(xsr_vif_of(netdev), skb, &queue))
		queue = netdev_pick_tx(netdev, skb, NULL);
	return queue % netdev->real_num_tx_queues;
}

static void vifdev_get_stats64(struct net_device *netdev, struct rtnl_link_stats64 *stats)
{
	struct xsr_vif_counts c;

	xsr_vif_counts(xsr_vif_of(netdev), &c);
	stats->rx_packets = c.rx_packets;
	stats->rx_bytes = c.rx_bytes;
	stats->rx_errors = c.rx_errors + c.rx_copy_failed;
	stats->rx_dropped = c.rx_no_memory;
	stats->tx_packets = c.tx_packets;
	stats->tx_bytes = c.tx_bytes;
	stats->tx_errors = c.tx_copy_failed + c.tx_oversized;
	stats->tx_dropped = c.tx_expired + c.tx_purged + c.tx_filtered;
}

static int vifdev_change_mtu(struct net_device *netdev, int mtu)
{
	struct xsr_vif *vif = xsr_vif_of(netdev);

	if (mtu > (vif->deal.sg ? NETDEV_MAX_MTU : ETH_DATA_LEN))
		return -EINVAL;
	WRITE_ONCE(netdev->mtu, mtu);
	return 0;
}

static netdev_features_t vifdev_fix_features(struct net_device *netdev, netdev_features_t features)
{
	const struct xsr_net_deal *deal = &xsr_vif_of(netdev)->deal;

	if (!deal->sg)
		features &= ~NETIF_F_SG;
	if (!deal->gso4)
		features &= ~NETIF_F_TSO;
	if (!deal->gso6)
		features &= ~NETIF_F_TSO6;
	if (!deal->csum4)
		features &= ~NETIF_F_IP_CSUM;
	if (!deal->csum6)
		features &= ~NETIF_F_IPV6_CSUM;
	return features;
}

static const struct net_device_ops vifdev_ops = {
	.ndo_open = vifdev_open,
	.ndo_stop = vifdev_stop,
	.ndo_start_xmit = vifdev_start_xmit,
	.ndo_select_queue = vifdev_select_queue,
	.ndo_get_stats64 = vifdev_get_stats64,
	.ndo_change_mtu = vifdev_change_mtu,
	.ndo_fix_features = vifdev_fix_features,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static void vifdev_init(struct xsr_vif *vif, struct net_device *netdev)
{
	SET_NETDEV_DEV(netdev, &vif->xdev->dev);
	netdev->netdev_ops = &vifdev_ops;
	netdev->ethtool_ops = &xsr_vif_ethtool_ops;
	XSR_STAT_OPS(netdev, &xsr_vif_stat_ops);
	netdev->tx_queue_len = NETDEV_QUEUE_LEN;
	netdev->hw_features = NETIF_F_SG | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | NETIF_F_TSO |
			      NETIF_F_TSO6 | NETIF_F_FRAGLIST | NETIF_F_RXCSUM;
	netdev->features = netdev->hw_features;
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->max_mtu = NETDEV_MAX_MTU;
	/* A packet waits in a list of ours: it cannot be sent twice at a time. */
	netdev->priv_flags &= ~IFF_TX_SKB_SHARING;
	eth_hw_addr_set(netdev, vifdev_address);
	netif_carrier_off(netdev);
}

int xsr_vif_netdev_create(struct xsr_vif *vif)
{
	struct net_device *netdev;
	char name[IFNAMSIZ];
	int err;

	/* Before there is a guest, nothing is known to be impossible. */
	vif->deal = (struct xsr_net_deal){ .sg = true, .csum4 = true };
	snprintf(name, sizeof(name), "vif%u.%u", vif->xdev->otherend_id, vif->handle);
	netdev = alloc_netdev_mqs(sizeof(vif), name, NET_NAME_UNKNOWN, ether_setup,
				  vif->offered_queues, vif->offered_queues);
	if (!netdev)
		return -ENOMEM;
	*(struct xsr_vif **)netdev_priv(netdev) = vif;
	vif->netdev = netdev;
	vifdev_init(vif, netdev);
	err = register_netdev(netdev);
	if (err) {
		free_netdev(netdev);
		vif->netdev = NULL;
	}
	return err;
}

void xsr_vif_netdev_destroy(struct xsr_vif *vif)
{
	if (!vif->netdev)
		return;
	unregister_netdev(vif->netdev);
	free_netdev(vif->netdev);
	vif->netdev = NULL;
}

void xsr_vif_counts(struct xsr_vif *vif, struct xsr_vif_counts *sum)
{
	struct xsr_vif_queue *queue;
	u32 i;

	memset(sum, 0, sizeof(*sum));
	rcu_read_lock();
	spin_lock_bh(&vif->past_lock);
	queue = rcu_dereference(vif->queue);
	xsr_vif_counts_add(sum, &vif->past);
	for (i = 0; queue && i < READ_ONCE(vif->nr_queues); i++)
		xsr_vif_counts_add(sum, &queue[i].counts);
	spin_unlock_bh(&vif->past_lock);
	rcu_read_unlock();
}
