/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of a guest, from its front-end to our back-end and the answers back.
 *
 * A packet is a first slot, perhaps extra infos, then further slots. Each slot is a part of one
 * granted page and has an id; each is answered, an extra info by an answer without an id. The
 * back-end takes whole packets and checks all that the entries say; what the bytes say is for the
 * shell. No function here touches a shared byte twice.
 */
#ifndef XSR_NET_TO_BACK_H
#define XSR_NET_TO_BACK_H

#include "ring/net_codec.h"
#include "ring/slots.h"

/* Slots of a packet beyond the first that any back-end takes; and how many ids one may have. */
#define XSR_NET_PKT_SLOTS (1 + XSR_NET_MIN_SLOTS)
#define XSR_NET_FATAL_MAX 64
#define XSR_NET_PKT_IDS (1 + XSR_NET_FATAL_MAX)

struct xsr_net_slot {
	u32 gref;
	u16 offset;
	u16 size; /* of a checked packet never 0, and offset + size at most a page */
};

/* A dummy packet that changes the filter of multicast addresses. */
enum xsr_net_mcast {
	XSR_NET_MCAST_NONE = 0, /* a true packet */
	XSR_NET_MCAST_ADD,
	XSR_NET_MCAST_DEL,
};

struct xsr_net_pkt {
	struct xsr_net_meta meta;
	u32 len; /* bytes in all slots together */
	u16 entries; /* of the ring, that it took: nr_ids + nr_extras */
	u16 nr_extras; /* entries to be answered without an id */
	u8 nr_ids; /* slots on the ring, each to be answered */
	u8 nr_slots; /* slots that hold bytes, in order; a dummy has none */
	u8 why; /* enum xsr_net_why */
	u8 mcast; /* enum xsr_net_mcast */
	u8 mcast_addr[6];
	u16 id[XSR_NET_PKT_IDS]; /* the front-end's, to be returned as they are */
	struct xsr_net_slot slot[XSR_NET_PKT_SLOTS];
};

/* What a back-end puts up with. */
struct xsr_net_limits {
	/*
	 * Slots beyond the first with which a packet is still only dropped, XSR_NET_MIN_SLOTS to
	 * XSR_NET_FATAL_MAX: what stock counts as fatal_skb_slots.
	 */
	u32 fatal_slots;
};

/*
 * Back-end: take the next packet, @avail entries (at least 1) being there.
 * XSR_OK: slot[] describes len bytes, first slot at least XSR_NET_HEADER of them; empty slots have
 * been left out. Or it is a dummy with mcast set, len 0.
 * XSR_DROP: refused; answer it with XSR_NET_STATUS_ERROR. len and slots mean nothing.
 * XSR_FATAL: the ring is not to be used any more.
 */
enum xsr_verdict xsr_net_take_pkt(struct xsr_ring *r, u32 avail, const struct xsr_net_limits *lim,
				  struct xsr_net_pkt *pkt);

/* Back-end: answer all entries of @pkt, which was taken, with @status (XSR_NET_STATUS_*). */
void xsr_net_answer_pkt(struct xsr_ring *r, const struct xsr_net_pkt *pkt, s16 status);

/* Front-end: entries that xsr_net_put_pkt() puts for @pkt; that many must be free. */
static inline u32 xsr_net_pkt_entries(const struct xsr_net_pkt *pkt)
{
	if (pkt->mcast)
		return 2;
	return pkt->nr_slots + xsr_net_count_extras(&pkt->meta, 0);
}

/*
 * Front-end: put a packet of 1..XSR_NET_PKT_SLOTS slots (toward an unknown back-end at most
 * XSR_NET_MIN_SLOTS), slot[i] under id[i], len at most XSR_NET_MAX_SIZE; or a dummy, under id[0].
 * Reads meta, len, nr_slots, id, slot, mcast and mcast_addr.
 */
void xsr_net_put_pkt(struct xsr_ring *r, const struct xsr_net_pkt *pkt);

/*
 * Front-end: take the next answer, which a peek showed to be there, and match it against the ids
 * that are out (xsr_slots_send() with operation 0).
 * XSR_OK: *@id is answered with *@status, any number; other than OKAY means it was not sent.
 * XSR_DROP: it answers an extra info, nothing to do. XSR_FATAL: no such id is out.
 */
enum xsr_verdict xsr_net_take_answer(struct xsr_ring *r, struct xsr_slots *slots, u16 *id,
				     s16 *status);

#endif /* XSR_NET_TO_BACK_H */
