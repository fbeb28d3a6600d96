// SPDX-License-Identifier: GPL-2.0
/*
 * A netdev tells netlink what each of its queues has counted. Missing in 6.1.
 * Shim: XSR_STAT_OPS netdev_stat_ops netdev_queue_stats_rx netdev_queue_stats_tx
 */
#include <net/netdev_queues.h>

void xsr_probe(struct net_device *netdev, const struct netdev_stat_ops *ops,
	       struct netdev_queue_stats_rx *rx, struct netdev_queue_stats_tx *tx);
void xsr_probe(struct net_device *netdev, const struct netdev_stat_ops *ops,
	       struct netdev_queue_stats_rx *rx, struct netdev_queue_stats_tx *tx)
{
	netdev->stat_ops = ops;
	ops->get_queue_stats_rx(netdev, 0, rx);
	ops->get_queue_stats_tx(netdev, 0, tx);
	ops->get_base_stats(netdev, rx, tx);
	rx->alloc_fail = tx->stop;
}
