// SPDX-License-Identifier: GPL-2.0
/*
 * What ethtool shows and sets of a vif.
 *
 * The first statistics are those of the stock driver, which tools may look for by name; those about
 * mapped packets are always 0, because no packet is mapped. Then comes what is counted, per queue.
 */
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>

#include "backend/net/queue.h"
#include "ring/linux/compat/compat.h"

static const char *const ethtool_stock_names[] = {
	"rx_gso_checksum_fixup", "tx_zerocopy_sent", "tx_zerocopy_success",
	"tx_zerocopy_fail",	 "tx_frag_overflow",
};

static int ethtool_sset_count(struct net_device *netdev, int set)
{
	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	/* As many as there can be queues: the count must not change between two calls. */
	return ARRAY_SIZE(ethtool_stock_names) +
	       xsr_vif_of(netdev)->offered_queues * XSR_VIF_COUNTS_NR;
}

static void ethtool_strings(struct net_device *netdev, u32 set, u8 *data)
{
	u32 i, j;

	if (set != ETH_SS_STATS)
		return;
	for (i = 0; i < ARRAY_SIZE(ethtool_stock_names); i++)
		ethtool_sprintf(&data, "%s", ethtool_stock_names[i]);
	for (i = 0; i < xsr_vif_of(netdev)->offered_queues; i++)
		for (j = 0; j < XSR_VIF_COUNTS_NR; j++)
			ethtool_sprintf(&data, "q%u_%s", i, xsr_vif_count_names[j]);
}

static void ethtool_stats(struct net_device *netdev, struct ethtool_stats *stats, u64 *data)
{
	struct xsr_vif *vif = xsr_vif_of(netdev);
	struct xsr_vif_queue *queue;
	struct xsr_vif_counts sum;
	u32 i, j, n = ARRAY_SIZE(ethtool_stock_names);

	xsr_vif_counts(vif, &sum);
	memset(data, 0, ethtool_sset_count(netdev, ETH_SS_STATS) * sizeof(*data));
	data[0] = sum.rx_gso_checksum_fixup;
	rcu_read_lock();
	queue = rcu_dereference(vif->queue);
	for (i = 0; queue && i < READ_ONCE(vif->nr_queues); i++)
		for (j = 0; j < XSR_VIF_COUNTS_NR; j++)
			data[n++] = xsr_vif_counts_get(&queue[i].counts, j);
	rcu_read_unlock();
}

static void ethtool_drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "xen-netback", sizeof(info->driver));
	strscpy(info->bus_info, dev_name(&xsr_vif_of(netdev)->xdev->dev), sizeof(info->bus_info));
}

/* There is no wire: what the speed is, nobody knows. */
static int ethtool_link(struct net_device *netdev, struct ethtool_link_ksettings *link)
{
	link->base.speed = SPEED_UNKNOWN;
	link->base.duplex = DUPLEX_FULL;
	link->base.port = PORT_OTHER;
	link->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static void ethtool_channels(struct net_device *netdev, struct ethtool_channels *channels)
{
	struct xsr_vif *vif = xsr_vif_of(netdev);

	/* How many there are is the front-end's choice. */
	channels->max_combined = vif->offered_queues;
	channels->combined_count = READ_ONCE(vif->nr_queues);
}

static void ethtool_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
			      struct kernel_ethtool_ringparam *kernel,
			      struct netlink_ext_ack *extack)
{
	ring->rx_max_pending = XSR_NET_RING_SIZE;
	ring->rx_pending = XSR_NET_RING_SIZE;
	ring->tx_max_pending = XSR_NET_RING_SIZE;
	ring->tx_pending = XSR_NET_RING_SIZE;
}

const struct ethtool_ops xsr_vif_ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_drvinfo = ethtool_drvinfo,
	.get_sset_count = ethtool_sset_count,
	.get_strings = ethtool_strings,
	.get_ethtool_stats = ethtool_stats,
	.get_channels = ethtool_channels,
	.get_ringparam = ethtool_ringparam,
	.get_link_ksettings = ethtool_link,
};
