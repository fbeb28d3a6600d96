/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Spreading packets over a guest's queues; see hash.c.
 */
#ifndef XSR_VIF_HASH_H
#define XSR_VIF_HASH_H

#include <linux/skbuff.h>

#include "backend/net/vif.h"
#include "ring/net_hash.h"

/* What a guest has asked for. Never changed, only replaced. */
struct xsr_vif_hash {
	struct rcu_head rcu;
	struct xsr_net_hash h;
};

/*
 * The queue that the guest wants @skb on. Returns false if it has not said how to find out. Under
 * the RCU read lock of the transmit path.
 */
bool xsr_vif_hash_queue(struct xsr_vif *vif, const struct sk_buff *skb, u32 *queue);

/* Say in @meta what the hash of @skb is, if the guest wants to know. Softirq. */
void xsr_vif_hash_describe(struct xsr_vif *vif, const struct sk_buff *skb,
			   struct xsr_net_meta *meta);

#endif /* XSR_VIF_HASH_H */
