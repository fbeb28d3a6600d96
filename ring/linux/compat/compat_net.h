/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Networking in the spelling of Linux 7.3, on kernels that lack it.
 *
 * See compat.h for how the shims are chosen. Used by the network shells.
 */
#ifndef XSR_COMPAT_NET_H
#define XSR_COMPAT_NET_H

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

#endif /* XSR_COMPAT_NET_H */
