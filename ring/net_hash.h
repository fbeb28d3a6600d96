/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a guest wants its packets spread over its queues: what is hashed, with which key, and which
 * queue a hash goes to.
 *
 * Set by the guest through control messages (net_ctrl), used by the back-end for every packet. Holds
 * whatever the guest has said, checked, so that using it can fail no more. Not locked: who changes it
 * while packets flow works on a copy and swaps.
 */
#ifndef XSR_NET_HASH_H
#define XSR_NET_HASH_H

#include "ring/net_codec.h"

#define XSR_NET_HASH_KEY 40 /* bytes, as stock and as the longest input needs */
#define XSR_NET_HASH_TABLE 128 /* entries, as stock */

struct xsr_net_hash {
	u32 alg; /* XSR_NET_HASH_ALG_* */
	u32 types; /* set of XSR_NET_HASH_* */
	u32 queues; /* at least 1 */
	u32 size; /* entries of the table in use; 0: the hash itself says which queue */
	u8 key[XSR_NET_HASH_KEY]; /* what the guest did not give is 0 */
	u32 table[XSR_NET_HASH_TABLE]; /* each below queues */
};

/* Begin as a guest expects that has said nothing: no hash. */
void xsr_net_hash_init(struct xsr_net_hash *h, u32 queues);

/* What a packet's headers say; addresses and ports in the order of their bytes. */
struct xsr_net_flow {
	u8 src[16]; /* of IPv4 the first four bytes */
	u8 dst[16];
	u8 src_port[2]; /* if tcp */
	u8 dst_port[2];
	bool ipv6;
	bool tcp; /* TCP and not a fragment */
};

/*
 * Hash @flow by the largest of the types that are set and fit it. Returns false if none does;
 * otherwise the hash, and how it came about, are in @meta.
 */
bool xsr_net_hash_flow(const struct xsr_net_hash *h, const struct xsr_net_flow *flow,
		       struct xsr_net_meta *meta);

/* The queue that a packet with @hash (0 for one that has none) goes to. */
static inline u32 xsr_net_hash_queue(const struct xsr_net_hash *h, u32 hash)
{
	return h->size ? h->table[hash % h->size] : hash % h->queues;
}

#endif /* XSR_NET_HASH_H */
