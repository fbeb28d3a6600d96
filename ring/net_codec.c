// SPDX-License-Identifier: GPL-2.0
/*
 * What both directions of a network queue share: extra infos and names; see net_codec.h.
 *
 * Decides which extra infos may stand in a chain and what large segments they may announce. An
 * extra info is copied out of the ring once, and no chain is longer than what was published.
 */
#include "ring/net_codec.h"

const char *xsr_net_why_name(enum xsr_net_why why)
{
	static const char *const names[XSR_NET_WHY_COUNT] = {
		[XSR_NET_FINE] = "fine",
		[XSR_NET_CUT] = "packet goes on beyond what was published",
		[XSR_NET_EXTRA_CUT] = "extra info announced but not published",
		[XSR_NET_BAD_EXTRA] = "extra info of an unknown type",
		[XSR_NET_BAD_GSO] = "bad size or type of large segments",
		[XSR_NET_BAD_BOUNDS] = "slot not inside its page",
		[XSR_NET_FAR_TOO_MANY_SLOTS] = "far too many slots",
		[XSR_NET_TOO_MANY_SLOTS] = "too many slots",
		[XSR_NET_BAD_SIZE] = "slots larger than the packet",
		[XSR_NET_TOO_SHORT] = "too short for a header",
		[XSR_NET_FAILED] = "not filled by the other end",
		[XSR_NET_BAD_GREF] = "bad grant reference",
		[XSR_NET_NO_MEMORY] = "out of memory",
		[XSR_NET_BAD_PROTO] = "not of the protocol it claims",
	};

	return (u32)why < XSR_NET_WHY_COUNT ? names[why] : "invalid";
}

enum xsr_verdict xsr_net_take_extras(struct xsr_ring *r, u32 avail, struct xsr_net_extras *x,
				     enum xsr_net_why *why)
{
	struct xsr_net_extra e;

	x->there = 0;
	x->n = 0;
	do {
		if (x->n == avail) {
			*why = XSR_NET_EXTRA_CUT;
			return XSR_FATAL;
		}
		xsr_ring_take(r, &e, sizeof(e));
		x->n++;
		if (!e.type || e.type >= XSR_NET_EXTRA_COUNT) {
			*why = XSR_NET_BAD_EXTRA;
			return XSR_FATAL;
		}
		x->of[e.type] = e;
		x->there |= 1u << e.type;
	} while (e.flags & XSR_NET_EXTRA_MORE);
	return XSR_OK;
}

enum xsr_net_why xsr_net_read_extras(const struct xsr_net_extras *x, struct xsr_net_meta *meta)
{
	const struct xsr_net_extra *hash = &x->of[XSR_NET_EXTRA_HASH];
	const struct xsr_net_extra *gso = &x->of[XSR_NET_EXTRA_GSO];

	if (xsr_net_has_extra(x, XSR_NET_EXTRA_HASH)) {
		meta->hash_alg = hash->hash.algorithm;
		meta->hash_type = hash->hash.type;
		meta->hash = hash->hash.value[0] | hash->hash.value[1] << 8 |
			     hash->hash.value[2] << 16 | (u32)hash->hash.value[3] << 24;
	}
	if (!xsr_net_has_extra(x, XSR_NET_EXTRA_GSO))
		return XSR_NET_FINE;
	if (!gso->gso.size ||
	    (gso->gso.type != XSR_NET_GSO_TCPV4 && gso->gso.type != XSR_NET_GSO_TCPV6))
		return XSR_NET_BAD_GSO;
	meta->gso_size = gso->gso.size;
	meta->gso_type = gso->gso.type;
	return XSR_NET_FINE;
}

u32 xsr_net_count_extras(const struct xsr_net_meta *meta, u16 headroom)
{
	return !!meta->gso_type + !!meta->hash_alg + !!headroom;
}

/* Put @e; @left is how many extra infos there still are, this one included. */
static void codec_put_extra(struct xsr_ring *r, struct xsr_net_extra *e, u32 *left)
{
	if (--*left)
		e->flags = XSR_NET_EXTRA_MORE;
	xsr_ring_put(r, e, sizeof(*e));
}

void xsr_net_put_extras(struct xsr_ring *r, const struct xsr_net_meta *meta, u16 headroom)
{
	u32 left = xsr_net_count_extras(meta, headroom);

	/* Members that are not named are 0, and the largest member covers all of the union. */
	if (meta->gso_type) {
		struct xsr_net_extra e = { .type = XSR_NET_EXTRA_GSO,
					   .gso = { .size = meta->gso_size,
						    .type = meta->gso_type } };

		codec_put_extra(r, &e, &left);
	}
	if (meta->hash_alg) {
		struct xsr_net_extra e = { .type = XSR_NET_EXTRA_HASH,
					   .hash = { .type = meta->hash_type,
						     .algorithm = meta->hash_alg,
						     .value = { meta->hash, meta->hash >> 8,
								meta->hash >> 16,
								meta->hash >> 24 } } };

		codec_put_extra(r, &e, &left);
	}
	if (headroom) {
		struct xsr_net_extra e = { .type = XSR_NET_EXTRA_XDP,
					   .xdp = { .headroom = headroom } };

		codec_put_extra(r, &e, &left);
	}
}
