/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two directions of a network queue have in common: what is said of a packet beside its
 * bytes, why one is refused, and extra infos.
 *
 * net_to_back.h takes and puts the packets of a guest, net_to_front.h those for a guest. Both say
 * OK, DROP (this packet is refused, the peer stays) or FATAL (the peer broke the protocol), and why.
 */
#ifndef XSR_NET_CODEC_H
#define XSR_NET_CODEC_H

#include "ring/net_wire.h"
#include "ring/ring.h"

/* Said of a packet beside its bytes; the same in both directions. All 0: nothing. */
struct xsr_net_meta {
	u32 hash; /* if hash_alg is not NONE */
	u16 gso_size; /* payload of each segment; 0 if gso_type is NONE */
	u8 gso_type; /* XSR_NET_GSO_* */
	u8 hash_alg; /* XSR_NET_HASH_ALG_* */
	u8 hash_type; /* number of a XSR_NET_HASH_* bit; not checked when taken from a peer */
	bool csum_blank; /* the protocol's checksum is not filled in */
	bool validated; /* the data is known to be good; said along with csum_blank by all peers */
};

/* Why a packet was refused. The names are for counters and log lines. */
enum xsr_net_why {
	XSR_NET_FINE = 0,
	/* Of a guest's packet FATAL, of a back-end's DROP. */
	XSR_NET_CUT, /* said to go on beyond what was published */
	XSR_NET_EXTRA_CUT, /* an extra info was announced and is not there */
	XSR_NET_BAD_EXTRA, /* of a type that nobody knows */
	XSR_NET_BAD_GSO, /* large segments of size 0, or of a kind that nobody knows */
	XSR_NET_BAD_BOUNDS, /* a slot not inside its page */
	XSR_NET_FAR_TOO_MANY_SLOTS, /* more than a sloppy peer may use */
	/* DROP in both directions. */
	XSR_NET_TOO_MANY_SLOTS, /* more than can be handled */
	XSR_NET_BAD_SIZE, /* the slots hold more than the packet: a frame of 64 KiB or more */
	XSR_NET_TOO_SHORT, /* no room for a header in the first slot */
	XSR_NET_FAILED, /* to_front: the back-end says it could not fill a slot */
	/* Set by the shells. */
	XSR_NET_BAD_GREF, /* a page could not be reached */
	XSR_NET_NO_MEMORY,
	XSR_NET_BAD_PROTO, /* large segments or a blank checksum, but not of the protocol they say */
	XSR_NET_WHY_COUNT,
};

const char *xsr_net_why_name(enum xsr_net_why why);

/* Extra infos of one packet, as taken: by type, and which there were. */
struct xsr_net_extras {
	struct xsr_net_extra of[XSR_NET_EXTRA_COUNT]; /* by type; [0] is scratch */
	u32 there; /* bit number is the type */
	u32 n; /* entries they took */
};

static inline bool xsr_net_has_extra(const struct xsr_net_extras *x, u32 type)
{
	return x->there >> type & 1;
}

/*
 * Copy a chain of extra infos out of the ring, @avail entries being there. Of two of one type the
 * later counts, as with stock. On XSR_FATAL, @why tells; x->n entries were taken all the same.
 */
enum xsr_verdict xsr_net_take_extras(struct xsr_ring *r, u32 avail, struct xsr_net_extras *x,
				     enum xsr_net_why *why);

/*
 * Read large segments and hash out of @x into @meta, which is all 0 in these fields before.
 * Returns XSR_NET_FINE, or XSR_NET_BAD_GSO.
 */
enum xsr_net_why xsr_net_read_extras(const struct xsr_net_extras *x, struct xsr_net_meta *meta);

/* How many entries xsr_net_put_extras() puts for @meta, and for @headroom if that is not 0. */
u32 xsr_net_count_extras(const struct xsr_net_meta *meta, u16 headroom);

/* Put them, chained, in the order of their types. */
void xsr_net_put_extras(struct xsr_ring *r, const struct xsr_net_meta *meta, u16 headroom);

#endif /* XSR_NET_CODEC_H */
