// SPDX-License-Identifier: GPL-2.0
/*
 * From a packet's addresses and ports to its hash; see net_hash.h.
 *
 * Decides which type of hash a flow gets. Never looks at a packet: the shell brings what its headers
 * say.
 */
#include "ring/net_hash.h"
#include "ring/toeplitz.h"

/* Both addresses and both ports of IPv6. */
#define HASH_INPUT_MAX 36

void xsr_net_hash_init(struct xsr_net_hash *h, u32 queues)
{
	memset(h, 0, sizeof(*h));
	h->queues = queues ? queues : 1;
}

/* Numbers of the types' bits, which is how an extra info names them. */
static u32 hash_type(const struct xsr_net_flow *flow, bool ports)
{
	return (flow->ipv6 ? 2 : 0) + ports;
}

XSR_ASSERT(XSR_NET_HASH_IPV4 == 1 << 0 && XSR_NET_HASH_IPV4_TCP == 1 << 1 &&
		   XSR_NET_HASH_IPV6 == 1 << 2 && XSR_NET_HASH_IPV6_TCP == 1 << 3,
	   "types in order");

static u32 hash_input(const struct xsr_net_flow *flow, bool ports, u8 *input)
{
	u32 bytes = flow->ipv6 ? 16 : 4, len = 2 * bytes;

	memcpy(input, flow->src, bytes);
	memcpy(input + bytes, flow->dst, bytes);
	if (!ports)
		return len;
	memcpy(input + len, flow->src_port, 2);
	memcpy(input + len + 2, flow->dst_port, 2);
	return len + 4;
}

bool xsr_net_hash_flow(const struct xsr_net_hash *h, const struct xsr_net_flow *flow,
		       struct xsr_net_meta *meta)
{
	bool ports = flow->tcp && h->types >> hash_type(flow, true) & 1;
	u32 type = hash_type(flow, ports);
	u8 input[HASH_INPUT_MAX];

	if (h->alg == XSR_NET_HASH_ALG_NONE || !(h->types >> type & 1))
		return false;
	meta->hash = xsr_toeplitz(h->key, sizeof(h->key), input, hash_input(flow, ports, input));
	meta->hash_alg = h->alg;
	meta->hash_type = type;
	return true;
}
