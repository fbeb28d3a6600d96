// SPDX-License-Identifier: GPL-2.0
/*
 * What each queue has counted, for netlink (the qstats of the netdev family), on kernels that ask.
 *
 * Counters belong to a queue's number and outlive its connection. What the numbers that are not in
 * use now have counted is the base, so that base and queues together are the interface's.
 */
#include "frontend/net/queue.h"
#include "ring/linux/compat/compat_net.h"

static void qstats_add_rx(const struct xsr_nf_in_stats *s, struct netdev_queue_stats_rx *rx)
{
	u64 packets, bytes, failed;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&s->sync);
		packets = u64_stats_read(&s->packets);
		bytes = u64_stats_read(&s->bytes);
		failed = u64_stats_read(&s->drops) + u64_stats_read(&s->shortages);
	} while (u64_stats_fetch_retry(&s->sync, start));
	rx->packets += packets;
	rx->bytes += bytes;
	rx->alloc_fail += failed;
}

static void qstats_add_tx(const struct xsr_nf_out_stats *s, struct netdev_queue_stats_tx *tx)
{
	u64 packets, bytes, stops;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&s->sync);
		packets = u64_stats_read(&s->packets);
		bytes = u64_stats_read(&s->bytes);
		stops = u64_stats_read(&s->stops);
	} while (u64_stats_fetch_retry(&s->sync, start));
	tx->packets += packets;
	tx->bytes += bytes;
	tx->stop += stops;
}

static void qstats_rx(struct net_device *netdev, int idx, struct netdev_queue_stats_rx *rx)
{
	const struct xsr_nf *nf = netdev_priv(netdev);

	rx->packets = rx->bytes = rx->alloc_fail = 0;
	qstats_add_rx(&nf->stats[idx].in, rx);
}

static void qstats_tx(struct net_device *netdev, int idx, struct netdev_queue_stats_tx *tx)
{
	const struct xsr_nf *nf = netdev_priv(netdev);

	tx->packets = tx->bytes = tx->stop = 0;
	qstats_add_tx(&nf->stats[idx].out, tx);
}

static void qstats_base(struct net_device *netdev, struct netdev_queue_stats_rx *rx,
			struct netdev_queue_stats_tx *tx)
{
	const struct xsr_nf *nf = netdev_priv(netdev);
	u32 i;

	rx->packets = rx->bytes = rx->alloc_fail = 0;
	tx->packets = tx->bytes = tx->stop = 0;
	for (i = netdev->real_num_rx_queues; i < netdev->num_tx_queues; i++)
		qstats_add_rx(&nf->stats[i].in, rx);
	for (i = netdev->real_num_tx_queues; i < netdev->num_tx_queues; i++)
		qstats_add_tx(&nf->stats[i].out, tx);
}

const struct netdev_stat_ops xsr_nf_stat_ops = {
	.get_queue_stats_rx = qstats_rx,
	.get_queue_stats_tx = qstats_tx,
	.get_base_stats = qstats_base,
};
