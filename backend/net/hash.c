// SPDX-License-Identifier: GPL-2.0
/*
 * Spreading packets over a guest's queues the way the guest asked for.
 *
 * What the guest asked for is a struct xsr_net_hash, made by control messages and replaced as a
 * whole, so that the transmit path reads it under the RCU read lock alone. Headers are read from
 * the packet here; what is hashed, and which queue a hash means, is decided in ring/net_hash.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>

#include "backend/net/hash.h"

/* Where TCP begins with its ports, if it is there. */
static void hash_read_ports(const struct sk_buff *skb, u32 at, struct xsr_net_flow *flow)
{
	u8 ports[4];
	const u8 *from = skb_header_pointer(skb, at, sizeof(ports), ports);

	if (!from)
		return;
	memcpy(flow->src_port, from, 2);
	memcpy(flow->dst_port, from + 2, 2);
	flow->tcp = true;
}

static bool hash_read_v4(const struct sk_buff *skb, struct xsr_net_flow *flow)
{
	struct iphdr buf;
	const struct iphdr *ip = skb_header_pointer(skb, ETH_HLEN, sizeof(buf), &buf);

	if (!ip || ip->version != 4 || ip->ihl < 5)
		return false;
	memcpy(flow->src, &ip->saddr, sizeof(ip->saddr));
	memcpy(flow->dst, &ip->daddr, sizeof(ip->daddr));
	if (ip->protocol == IPPROTO_TCP && !ip_is_fragment(ip))
		hash_read_ports(skb, ETH_HLEN + ip->ihl * 4, flow);
	return true;
}

static bool hash_read_v6(const struct sk_buff *skb, struct xsr_net_flow *flow)
{
	struct ipv6hdr buf;
	const struct ipv6hdr *ip = skb_header_pointer(skb, ETH_HLEN, sizeof(buf), &buf);

	if (!ip || ip->version != 6)
		return false;
	flow->ipv6 = true;
	memcpy(flow->src, &ip->saddr, sizeof(ip->saddr));
	memcpy(flow->dst, &ip->daddr, sizeof(ip->daddr));
	if (ip->nexthdr == IPPROTO_TCP)
		hash_read_ports(skb, ETH_HLEN + sizeof(*ip), flow);
	return true;
}

/* What the headers of @skb say. Returns false if they are of no kind that is hashed. */
static bool hash_read_flow(const struct sk_buff *skb, struct xsr_net_flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return hash_read_v4(skb, flow);
	case htons(ETH_P_IPV6):
		return hash_read_v6(skb, flow);
	default:
		return false;
	}
}

static bool hash_of(const struct xsr_vif_hash *hash, const struct sk_buff *skb,
		    struct xsr_net_meta *meta)
{
	struct xsr_net_flow flow;

	return hash_read_flow(skb, &flow) && xsr_net_hash_flow(&hash->h, &flow, meta);
}

bool xsr_vif_hash_queue(struct xsr_vif *vif, const struct sk_buff *skb, u32 *queue)
{
	const struct xsr_vif_hash *hash = rcu_dereference_bh(vif->hash);
	struct xsr_net_meta meta = {};

	if (likely(!hash || hash->h.alg == XSR_NET_HASH_ALG_NONE))
		return false;
	*queue = xsr_net_hash_queue(&hash->h, hash_of(hash, skb, &meta) ? meta.hash : 0);
	return true;
}

void xsr_vif_hash_describe(struct xsr_vif *vif, const struct sk_buff *skb,
			   struct xsr_net_meta *meta)
{
	const struct xsr_vif_hash *hash;

	rcu_read_lock_bh();
	hash = rcu_dereference_bh(vif->hash);
	if (unlikely(hash && hash->h.alg != XSR_NET_HASH_ALG_NONE))
		hash_of(hash, skb, meta);
	rcu_read_unlock_bh();
}
