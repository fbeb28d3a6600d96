// SPDX-License-Identifier: GPL-2.0
/*
 * What ethtool(8) asks of the netdev: counters of the device and of each queue, sizes of the rings,
 * queues in use, interrupt moderation.
 *
 * The first counter is the stock driver's only one, under its name. Numbers are read queue by queue,
 * each consistent in itself.
 */
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>

#include "frontend/net/queue.h"

/* One counter of a queue: its name behind "tx0_" or "rx0_", and where it is. */
struct ethtool_counter {
	const char *name;
	size_t offset; /* in struct xsr_nf_stats */
};

#define OUT(field)                                               \
	{                                                        \
#field, offsetof(struct xsr_nf_stats, out.field) \
	}
#define IN(field)                                               \
	{                                                       \
#field, offsetof(struct xsr_nf_stats, in.field) \
	}

static const struct ethtool_counter ethtool_out[] = {
	OUT(packets),	OUT(bytes),	OUT(drops), OUT(closed),      OUT(unsendable),
	OUT(no_room),	OUT(no_memory), OUT(slots), OUT(copied),      OUT(staged),
	OUT(publishes), OUT(notifies),	OUT(stops), OUT(xdp_packets),
};

static const struct ethtool_counter ethtool_in[] = {
	IN(packets), IN(bytes),		IN(errors),	IN(drops),	 IN(copied),
	IN(fixups),  IN(refused),	IN(polls),	IN(interrupts),	 IN(spurious),
	IN(posts),   IN(shortages),	IN(notifies),	IN(xdp_packets), IN(xdp_drops),
	IN(xdp_tx),  IN(xdp_redirects), IN(xdp_errors), IN(xdp_taken),
};

static const char *const ethtool_device[] = { "rx_gso_checksum_fixup", "tx_timeouts" };

/* Queues that are shown: those of this connection, or of the last one. */
static u32 ethtool_queues(const struct net_device *netdev)
{
	return netdev->real_num_rx_queues;
}

/* Switches of ours: bit number is the place. */
static const char *const ethtool_switches[] = { "multicast-filter" };

static int ethtool_sset_count(struct net_device *netdev, int set)
{
	if (set == ETH_SS_PRIV_FLAGS)
		return ARRAY_SIZE(ethtool_switches);
	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return ARRAY_SIZE(ethtool_device) +
	       ethtool_queues(netdev) * (ARRAY_SIZE(ethtool_out) + ARRAY_SIZE(ethtool_in));
}

static u8 *ethtool_name(u8 *data, const char *dir, u32 queue, const char *name)
{
	snprintf(data, ETH_GSTRING_LEN, "%s%u_%s", dir, queue, name);
	return data + ETH_GSTRING_LEN;
}

static void ethtool_strings(struct net_device *netdev, u32 set, u8 *data)
{
	u32 q, i;

	if (set == ETH_SS_PRIV_FLAGS)
		strscpy(data, ethtool_switches[0], ETH_GSTRING_LEN);
	if (set != ETH_SS_STATS)
		return;
	for (i = 0; i < ARRAY_SIZE(ethtool_device); i++, data += ETH_GSTRING_LEN)
		strscpy(data, ethtool_device[i], ETH_GSTRING_LEN);
	for (q = 0; q < ethtool_queues(netdev); q++) {
		for (i = 0; i < ARRAY_SIZE(ethtool_out); i++)
			data = ethtool_name(data, "tx", q, ethtool_out[i].name);
		for (i = 0; i < ARRAY_SIZE(ethtool_in); i++)
			data = ethtool_name(data, "rx", q, ethtool_in[i].name);
	}
}

/* Read @n counters that are all guarded by @sync. */
static u64 *ethtool_read(const struct xsr_nf_stats *stats, const struct u64_stats_sync *sync,
			 const struct ethtool_counter *counter, u32 n, u64 *data)
{
	unsigned int start;
	u32 i;

	do {
		start = u64_stats_fetch_begin(sync);
		for (i = 0; i < n; i++)
			data[i] = u64_stats_read((const void *)stats + counter[i].offset);
	} while (u64_stats_fetch_retry(sync, start));
	return data + n;
}

static u64 ethtool_fixups(const struct net_device *netdev)
{
	const struct xsr_nf *nf = netdev_priv(netdev);
	u64 sum = 0;
	u32 q;

	for (q = 0; q < netdev->num_tx_queues; q++)
		sum += u64_stats_read(&nf->stats[q].in.fixups);
	return sum;
}

static void ethtool_stats(struct net_device *netdev, struct ethtool_stats *unused, u64 *data)
{
	const struct xsr_nf *nf = netdev_priv(netdev);
	u32 q;

	*data++ = ethtool_fixups(netdev);
	*data++ = atomic_read(&nf->tx_timeouts);
	for (q = 0; q < ethtool_queues(netdev); q++) {
		const struct xsr_nf_stats *s = &nf->stats[q];

		data = ethtool_read(s, &s->out.sync, ethtool_out, ARRAY_SIZE(ethtool_out), data);
		data = ethtool_read(s, &s->in.sync, ethtool_in, ARRAY_SIZE(ethtool_in), data);
	}
}

static u32 ethtool_get_switches(struct net_device *netdev)
{
	const struct xsr_nf *nf = netdev_priv(netdev);

	return READ_ONCE(nf->mcast.wanted);
}

static int ethtool_set_switches(struct net_device *netdev, u32 flags)
{
	struct xsr_nf *nf = netdev_priv(netdev);

	if (flags && !xsr_nf_mcast_can(nf))
		return -EOPNOTSUPP;
	WRITE_ONCE(nf->mcast.wanted, flags & 1);
	xsr_nf_mcast_soon(nf);
	return 0;
}

static void ethtool_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
			      struct kernel_ethtool_ringparam *kernel_ring,
			      struct netlink_ext_ack *extack)
{
	ring->rx_max_pending = XSR_NF_SLOTS;
	ring->tx_max_pending = XSR_NF_SLOTS;
	ring->rx_pending = XSR_NF_SLOTS;
	ring->tx_pending = XSR_NF_SLOTS;
}

static void ethtool_channels(struct net_device *netdev, struct ethtool_channels *channels)
{
	const struct xsr_nf *nf = netdev_priv(netdev);

	channels->max_combined = max(nf->nr_queues, 1u);
	channels->combined_count = netdev->real_num_tx_queues;
}

/*
 * Send through so many of the queues that were settled on. Which of them packets come from is the
 * back-end's choice, so all keep receiving; more than there are needs a new connection. The next
 * connection keeps to it, as far as it has so many (queue.c).
 */
static int ethtool_set_channels(struct net_device *netdev, struct ethtool_channels *channels)
{
	struct xsr_nf *nf = netdev_priv(netdev);
	u32 n = channels->combined_count;
	int err;

	if (!n || n > nf->nr_queues)
		return -EINVAL;
	err = netif_set_real_num_tx_queues(netdev, n);
	if (!err)
		nf->channels = n;
	return err;
}

static int ethtool_coalesce(struct net_device *netdev, struct ethtool_coalesce *coalesce,
			    struct kernel_ethtool_coalesce *kernel_coalesce,
			    struct netlink_ext_ack *extack)
{
	const struct xsr_nf *nf = netdev_priv(netdev);

	coalesce->rx_coalesce_usecs = nf->moderation.usecs;
	coalesce->rx_max_coalesced_frames = nf->moderation.frames;
	coalesce->use_adaptive_rx_coalesce = nf->moderation.adaptive;
	return 0;
}

static int ethtool_set_coalesce(struct net_device *netdev, struct ethtool_coalesce *coalesce,
				struct kernel_ethtool_coalesce *kernel_coalesce,
				struct netlink_ext_ack *extack)
{
	struct xsr_nf *nf = netdev_priv(netdev);

	if (coalesce->rx_coalesce_usecs > XSR_NF_MOST_USECS ||
	    coalesce->rx_max_coalesced_frames > XSR_NF_MOST_FRAMES)
		return -ERANGE;
	WRITE_ONCE(nf->moderation.usecs, coalesce->rx_coalesce_usecs);
	WRITE_ONCE(nf->moderation.frames, coalesce->rx_max_coalesced_frames);
	WRITE_ONCE(nf->moderation.adaptive, coalesce->use_adaptive_rx_coalesce);
	return 0;
}

static u32 ethtool_hash_key_size(struct net_device *netdev)
{
	struct xsr_nf *nf = netdev_priv(netdev);

	return xsr_nf_ctrl_is_there(&nf->ctrl) ? XSR_NET_HASH_KEY : 0;
}

static u32 ethtool_hash_table_size(struct net_device *netdev)
{
	struct xsr_nf *nf = netdev_priv(netdev);

	return xsr_nf_ctrl_is_there(&nf->ctrl) ? XSR_NET_HASH_TABLE : 0;
}

static int ethtool_get_hash(struct net_device *netdev, struct ethtool_rxfh_param *rxfh)
{
	struct xsr_nf *nf = netdev_priv(netdev);
	struct xsr_net_hash hash;

	xsr_nf_ctrl_read(nf, &hash);
	rxfh->hfunc = ETH_RSS_HASH_TOP;
	if (rxfh->indir)
		memcpy(rxfh->indir, hash.table, sizeof(hash.table));
	if (rxfh->key)
		memcpy(rxfh->key, hash.key, sizeof(hash.key));
	return 0;
}

/* Noted here, and sent by a work: nothing waits for the back-end under rtnl. */
static int ethtool_set_hash(struct net_device *netdev, struct ethtool_rxfh_param *rxfh)
{
	struct xsr_nf *nf = netdev_priv(netdev);
	struct xsr_net_hash hash;

	if (!xsr_nf_ctrl_is_there(&nf->ctrl))
		return -EOPNOTSUPP;
	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE && rxfh->hfunc != ETH_RSS_HASH_TOP)
		return -EOPNOTSUPP;
	xsr_nf_ctrl_read(nf, &hash);
	if (rxfh->indir)
		memcpy(hash.table, rxfh->indir, sizeof(hash.table));
	if (rxfh->key)
		memcpy(hash.key, rxfh->key, sizeof(hash.key));
	xsr_nf_ctrl_want(nf, &hash);
	return 0;
}
XSR_OP_RXFH(ethtool_get_hash, ethtool_set_hash)

static int ethtool_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *info, u32 *rules)
{
	if (info->cmd != ETHTOOL_GRXRINGS)
		return -EOPNOTSUPP;
	info->data = netdev->real_num_rx_queues;
	return 0;
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

const struct ethtool_ops xsr_nf_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_RX_USECS | ETHTOOL_COALESCE_RX_MAX_FRAMES |
				     ETHTOOL_COALESCE_USE_ADAPTIVE_RX,
	.get_link = ethtool_op_get_link,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_sset_count = ethtool_sset_count,
	.get_strings = ethtool_strings,
	.get_ethtool_stats = ethtool_stats,
	.get_priv_flags = ethtool_get_switches,
	.set_priv_flags = ethtool_set_switches,
	.get_ringparam = ethtool_ringparam,
	.get_channels = ethtool_channels,
	.set_channels = ethtool_set_channels,
	.get_coalesce = ethtool_coalesce,
	.set_coalesce = ethtool_set_coalesce,
	.get_rxfh_key_size = ethtool_hash_key_size,
	.get_rxfh_indir_size = ethtool_hash_table_size,
	.get_rxfh = ethtool_get_hash_op,
	.set_rxfh = ethtool_set_hash_op,
	.get_rxnfc = ethtool_rxnfc,
	.get_link_ksettings = ethtool_link,
};
