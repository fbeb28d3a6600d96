// SPDX-License-Identifier: GPL-2.0
/*
 * What each queue has counted, for netlink (the qstats of the netdev family), on kernels that ask.
 *
 * A queue's counters end with its connection; what former queues have counted is the base.
 */
#include <linux/rcupdate.h>

#include "backend/net/queue.h"
#include "ring/linux/compat/compat_net.h"

/* Counters of queue @idx, all 0 if there is none. */
static void qstats_read(struct net_device *netdev, u32 idx, struct xsr_vif_counts *c)
{
	struct xsr_vif *vif = xsr_vif_of(netdev);
	const struct xsr_vif_queue *queue;

	memset(c, 0, sizeof(*c));
	rcu_read_lock();
	queue = rcu_dereference(vif->queue);
	if (queue && idx < READ_ONCE(vif->nr_queues))
		xsr_vif_counts_add(c, &queue[idx].counts);
	rcu_read_unlock();
}

static void qstats_set_rx(const struct xsr_vif_counts *c, struct netdev_queue_stats_rx *rx)
{
	rx->packets = c->rx_packets;
	rx->bytes = c->rx_bytes;
	rx->alloc_fail = c->rx_no_memory;
}

static void qstats_set_tx(const struct xsr_vif_counts *c, struct netdev_queue_stats_tx *tx)
{
	tx->packets = c->tx_packets;
	tx->bytes = c->tx_bytes;
}

static void qstats_rx(struct net_device *netdev, int idx, struct netdev_queue_stats_rx *rx)
{
	struct xsr_vif_counts c;

	qstats_read(netdev, idx, &c);
	qstats_set_rx(&c, rx);
}

static void qstats_tx(struct net_device *netdev, int idx, struct netdev_queue_stats_tx *tx)
{
	struct xsr_vif_counts c;

	qstats_read(netdev, idx, &c);
	qstats_set_tx(&c, tx);
}

static void qstats_base(struct net_device *netdev, struct netdev_queue_stats_rx *rx,
			struct netdev_queue_stats_tx *tx)
{
	struct xsr_vif *vif = xsr_vif_of(netdev);
	struct xsr_vif_counts past;

	spin_lock_bh(&vif->past_lock);
	past = vif->past;
	spin_unlock_bh(&vif->past_lock);
	qstats_set_rx(&past, rx);
	qstats_set_tx(&past, tx);
}

const struct netdev_stat_ops xsr_vif_stat_ops = {
	.get_queue_stats_rx = qstats_rx,
	.get_queue_stats_tx = qstats_tx,
	.get_base_stats = qstats_base,
};
