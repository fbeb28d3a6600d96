/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Socket buffers for packets that are copied out of the peer's pages. In NAPI only.
 */
#ifndef XSR_LINUX_SKB_H
#define XSR_LINUX_SKB_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

/* The longest packet that is copied as one piece: an Ethernet frame of the usual MTU with tags. */
#define XSR_SKB_LINEAR 1600
/* NAPI's own buffers take a KiB even for a small packet, and a burst of those fills a socket. */
#define XSR_SKB_SMALL 128

/* An empty buffer with room for @len bytes, and none to spare if they are few; NULL without memory. */
static inline struct sk_buff *xsr_skb_alloc(struct napi_struct *napi, u32 len)
{
	return len <= XSR_SKB_SMALL ? netdev_alloc_skb_ip_align(napi->dev, len) :
				      napi_alloc_skb(napi, len);
}

#endif /* XSR_LINUX_SKB_H */
