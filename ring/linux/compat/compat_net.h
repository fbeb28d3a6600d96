/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Networking in the spelling of Linux 7.3, on kernels that lack it.
 *
 * See compat.h for how the shims are chosen. Used by the network shells.
 */
#ifndef XSR_COMPAT_NET_H
#define XSR_COMPAT_NET_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <net/xdp.h>

#include "ring/linux/compat/compat.h"

/* The pool of receive pages. 6.1 has all of it in one header. */
#ifdef XSR_HAVE_PAGE_POOL_TYPES
#include <net/page_pool/helpers.h>
#include <net/page_pool/types.h>
#else
#include <net/page_pool.h>
#endif

/* skb_gso_segment(). 6.1 has it in <linux/netdevice.h>. */
#ifdef XSR_HAVE_NET_GSO
#include <net/gso.h>
#endif

/* do_xdp_generic(program, &packet): run a program on a packet, which may be another then. */
#ifndef XSR_HAVE_XDP_GENERIC_PSKB
static inline int xsr_xdp_generic(struct bpf_prog *program, struct sk_buff **skb)
{
	return do_xdp_generic(program, *skb);
}
#define do_xdp_generic(program, skb) xsr_xdp_generic(program, skb)
#endif

/*
 * XSR_XDP_FEATURES(netdev): it runs programs, and sends what others redirect to it. 6.1 has no place
 * to say so, and believes the operations.
 */
#ifdef XSR_HAVE_XDP_FEATURES
#define XSR_XDP_FEATURES(netdev)                                                       \
	xdp_set_features_flag(netdev, NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT | \
					      NETDEV_XDP_ACT_NDO_XMIT)
#else
#define XSR_XDP_FEATURES(netdev) ((void)(netdev))
#endif

/*
 * XSR_STAT_OPS(netdev, ops): netlink asks @ops for what each queue has counted. On a kernel without
 * that the functions are compiled and never called.
 */
#ifdef XSR_HAVE_NETDEV_STAT_OPS
#include <net/netdev_queues.h>
#define XSR_STAT_OPS(netdev, ops) ((netdev)->stat_ops = (ops))
#else
struct netdev_queue_stats_rx {
	u64 bytes, packets, alloc_fail;
};
struct netdev_queue_stats_tx {
	u64 bytes, packets, stop;
};
struct netdev_stat_ops {
	void (*get_queue_stats_rx)(struct net_device *netdev, int idx,
				   struct netdev_queue_stats_rx *rx);
	void (*get_queue_stats_tx)(struct net_device *netdev, int idx,
				   struct netdev_queue_stats_tx *tx);
	void (*get_base_stats)(struct net_device *netdev, struct netdev_queue_stats_rx *rx,
			       struct netdev_queue_stats_tx *tx);
};
#define XSR_STAT_OPS(netdev, ops) ((void)(netdev), (void)(ops))
#endif

/*
 * XSR_OP_RXFH(get, set) defines get_op and set_op, for .get_rxfh and .set_rxfh of struct ethtool_ops,
 * from `int get(struct net_device *, struct ethtool_rxfh_param *)` and a set of the same form. What is
 * not asked for or not to be changed is NULL, or ETH_RSS_HASH_NO_CHANGE.
 */
#ifdef XSR_HAVE_RXFH_PARAM
#define XSR_OP_RXFH(get, set)                                                           \
	static int get##_op(struct net_device *netdev, struct ethtool_rxfh_param *rxfh) \
	{                                                                               \
		return get(netdev, rxfh);                                               \
	}                                                                               \
	static int set##_op(struct net_device *netdev, struct ethtool_rxfh_param *rxfh, \
			    struct netlink_ext_ack *extack)                             \
	{                                                                               \
		return set(netdev, rxfh);                                               \
	}
#else
struct ethtool_rxfh_param {
	u8 hfunc;
	u32 *indir;
	u8 *key;
};
#define XSR_OP_RXFH(get, set)                                                           \
	static int get##_op(struct net_device *netdev, u32 *indir, u8 *key, u8 *hfunc)  \
	{                                                                               \
		struct ethtool_rxfh_param rxfh = { .indir = indir, .key = key };        \
		int err = get(netdev, &rxfh);                                           \
                                                                                        \
		if (hfunc)                                                              \
			*hfunc = rxfh.hfunc;                                            \
		return err;                                                             \
	}                                                                               \
	static int set##_op(struct net_device *netdev, const u32 *indir, const u8 *key, \
			    const u8 hfunc)                                             \
	{                                                                               \
		struct ethtool_rxfh_param rxfh = { hfunc, (u32 *)indir, (u8 *)key };    \
                                                                                        \
		return set(netdev, &rxfh);                                              \
	}
#endif

#endif /* XSR_COMPAT_NET_H */
