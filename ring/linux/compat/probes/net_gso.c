// SPDX-License-Identifier: GPL-2.0
/*
 * <net/gso.h>, which cuts large segments. In 6.1 all of it is in <linux/netdevice.h>.
 * Shim: the include of compat_net.h
 */
#include <net/gso.h>

struct sk_buff *xsr_probe(struct sk_buff *skb);
struct sk_buff *xsr_probe(struct sk_buff *skb)
{
	return skb_gso_segment(skb, 0);
}
