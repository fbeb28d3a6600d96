// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of a guest between ring entries and checked descriptions; see net_to_back.h.
 *
 * Decides whether a packet may be looked at further. Each entry is copied out of the ring once, and
 * every loop ends with the entries that were published. A packet that is refused is still taken
 * whole, so that the next one begins where it should.
 */
#include "ring/net_to_back.h"

#define TO_BACK_STRIDE ((u32)sizeof(union xsr_net_to_back_entry))

/* The part of a page that a request names must be inside that page. */
static bool to_back_inside(const struct xsr_net_to_back_req *req)
{
	return (u32)req->offset + req->size <= XSR_PAGE_SIZE;
}

static void to_back_add_slot(struct xsr_net_pkt *pkt, const struct xsr_net_to_back_req *req)
{
	struct xsr_net_slot *slot = &pkt->slot[pkt->nr_slots];

	if (!req->size)
		return;
	slot->gref = req->gref;
	slot->offset = req->offset;
	slot->size = req->size;
	pkt->nr_slots++;
}

static enum xsr_verdict to_back_fatal(struct xsr_net_pkt *pkt, enum xsr_net_why why)
{
	pkt->why = why;
	return XSR_FATAL;
}

/* The first thing found wrong counts; what follows is only counted. */
static void to_back_refuse(struct xsr_net_pkt *pkt, enum xsr_net_why why)
{
	if (!pkt->why)
		pkt->why = why;
}

/*
 * Take the slots behind the first, @left entries being there. What they hold is taken off @first,
 * whose size was the whole packet's.
 */
static enum xsr_verdict to_back_take_rest(struct xsr_ring *r, u32 left, u32 fatal_slots,
					  struct xsr_net_to_back_req *first,
					  struct xsr_net_pkt *pkt)
{
	struct xsr_net_to_back_req req;
	u32 n;

	for (n = 0;; n++) {
		if (n == left)
			return to_back_fatal(pkt, XSR_NET_CUT);
		if (n >= fatal_slots || n >= XSR_NET_FATAL_MAX)
			return to_back_fatal(pkt, XSR_NET_FAR_TOO_MANY_SLOTS);
		xsr_ring_take_as(r, TO_BACK_STRIDE, &req, sizeof(req));
		pkt->id[pkt->nr_ids++] = req.id;
		pkt->entries++;
		if (!to_back_inside(&req))
			return to_back_fatal(pkt, XSR_NET_BAD_BOUNDS);
		if (n >= XSR_NET_MIN_SLOTS)
			to_back_refuse(pkt, XSR_NET_TOO_MANY_SLOTS);
		/* A front-end that sent 64 KiB or more, whose sum did not fit into the first size. */
		if (req.size > first->size)
			to_back_refuse(pkt, XSR_NET_BAD_SIZE);
		if (!pkt->why) {
			to_back_add_slot(pkt, &req);
			first->size -= req.size;
		}
		if (!(req.flags & XSR_NET_TO_BACK_MORE))
			return XSR_OK;
	}
}

/* A dummy has no bytes, and what its entry says of them means nothing. */
static bool to_back_is_dummy(const struct xsr_net_extras *x, struct xsr_net_pkt *pkt)
{
	u32 type;

	if (xsr_net_has_extra(x, XSR_NET_EXTRA_MCAST_ADD)) {
		type = XSR_NET_EXTRA_MCAST_ADD;
		pkt->mcast = XSR_NET_MCAST_ADD;
	} else if (xsr_net_has_extra(x, XSR_NET_EXTRA_MCAST_DEL)) {
		type = XSR_NET_EXTRA_MCAST_DEL;
		pkt->mcast = XSR_NET_MCAST_DEL;
	} else {
		return false;
	}
	memcpy(pkt->mcast_addr, x->of[type].mcast, sizeof(pkt->mcast_addr));
	return true;
}

static void to_back_begin(struct xsr_net_pkt *pkt, const struct xsr_net_to_back_req *first)
{
	memset(&pkt->meta, 0, sizeof(pkt->meta));
	pkt->meta.csum_blank = first->flags & XSR_NET_TO_BACK_CSUM_BLANK;
	pkt->meta.validated = first->flags & XSR_NET_TO_BACK_VALIDATED;
	pkt->len = 0;
	pkt->entries = 1;
	pkt->nr_extras = 0;
	pkt->nr_ids = 1;
	pkt->nr_slots = 0;
	pkt->why = XSR_NET_FINE;
	pkt->mcast = XSR_NET_MCAST_NONE;
	pkt->id[0] = first->id;
}

/* All slots are here. @first has only what is its own by now. */
static enum xsr_verdict to_back_check(const struct xsr_net_to_back_req *first, u32 len,
				      const struct xsr_net_extras *x, struct xsr_net_pkt *pkt)
{
	if (!pkt->why && first->size < XSR_NET_HEADER)
		pkt->why = XSR_NET_TOO_SHORT;
	if (pkt->why)
		return XSR_DROP;
	if (!to_back_inside(first))
		return to_back_fatal(pkt, XSR_NET_BAD_BOUNDS);
	pkt->why = xsr_net_read_extras(x, &pkt->meta);
	if (pkt->why)
		return XSR_FATAL;
	pkt->slot[0].gref = first->gref;
	pkt->slot[0].offset = first->offset;
	pkt->slot[0].size = first->size;
	pkt->len = len;
	return XSR_OK;
}

enum xsr_verdict xsr_net_take_pkt(struct xsr_ring *r, u32 avail, const struct xsr_net_limits *lim,
				  struct xsr_net_pkt *pkt)
{
	struct xsr_net_to_back_req first;
	struct xsr_net_extras x;
	enum xsr_net_why why;
	u32 len;

	xsr_ring_take_as(r, TO_BACK_STRIDE, &first, sizeof(first));
	to_back_begin(pkt, &first);
	len = first.size;
	x.there = 0;
	if (first.flags & XSR_NET_TO_BACK_EXTRA) {
		if (xsr_net_take_extras(r, avail - 1, &x, &why) != XSR_OK)
			return to_back_fatal(pkt, why);
		pkt->nr_extras = x.n;
		pkt->entries += x.n;
		if (to_back_is_dummy(&x, pkt))
			return XSR_OK;
	}
	pkt->nr_slots = 1; /* the first one's size is known when all others' are */
	if ((first.flags & XSR_NET_TO_BACK_MORE) &&
	    to_back_take_rest(r, avail - pkt->entries, lim->fatal_slots, &first, pkt) != XSR_OK)
		return XSR_FATAL;
	return to_back_check(&first, len, &x, pkt);
}

static void to_back_put_answer(struct xsr_ring *r, u16 id, s16 status)
{
	struct xsr_net_to_back_rsp rsp = { .id = id, .status = status };

	xsr_ring_put_as(r, TO_BACK_STRIDE, &rsp, sizeof(rsp));
}

void xsr_net_answer_pkt(struct xsr_ring *r, const struct xsr_net_pkt *pkt, s16 status)
{
	u32 i;

	for (i = 0; i < pkt->nr_ids; i++)
		to_back_put_answer(r, pkt->id[i], status);
	for (i = 0; i < pkt->nr_extras; i++)
		to_back_put_answer(r, 0, XSR_NET_STATUS_NULL);
}

static void to_back_put_dummy(struct xsr_ring *r, const struct xsr_net_pkt *pkt)
{
	struct xsr_net_to_back_req req = { .flags = XSR_NET_TO_BACK_EXTRA, .id = pkt->id[0] };
	struct xsr_net_extra e = { .type = pkt->mcast == XSR_NET_MCAST_ADD ?
						   XSR_NET_EXTRA_MCAST_ADD :
						   XSR_NET_EXTRA_MCAST_DEL };

	memcpy(e.mcast, pkt->mcast_addr, sizeof(e.mcast));
	xsr_ring_put_as(r, TO_BACK_STRIDE, &req, sizeof(req));
	xsr_ring_put_as(r, TO_BACK_STRIDE, &e, sizeof(e));
}

static u16 to_back_flags(const struct xsr_net_meta *meta, bool extras)
{
	u16 flags = 0;

	if (meta->csum_blank)
		flags |= XSR_NET_TO_BACK_CSUM_BLANK;
	if (meta->validated)
		flags |= XSR_NET_TO_BACK_VALIDATED;
	if (extras)
		flags |= XSR_NET_TO_BACK_EXTRA;
	return flags;
}

void xsr_net_put_pkt(struct xsr_ring *r, const struct xsr_net_pkt *pkt)
{
	bool extras = xsr_net_count_extras(&pkt->meta, 0);
	u32 i;

	if (pkt->mcast) {
		to_back_put_dummy(r, pkt);
		return;
	}
	for (i = 0; i < pkt->nr_slots; i++) {
		struct xsr_net_to_back_req req = {
			.gref = pkt->slot[i].gref,
			.offset = pkt->slot[i].offset,
			.flags = i ? 0 : to_back_flags(&pkt->meta, extras),
			.id = pkt->id[i],
			.size = i ? pkt->slot[i].size : pkt->len,
		};

		if (i + 1 < pkt->nr_slots)
			req.flags |= XSR_NET_TO_BACK_MORE;
		xsr_ring_put_as(r, TO_BACK_STRIDE, &req, sizeof(req));
		if (!i && extras)
			xsr_net_put_extras(r, &pkt->meta, 0);
	}
}

enum xsr_verdict xsr_net_take_answer(struct xsr_ring *r, struct xsr_slots *slots, u16 *id,
				     s16 *status)
{
	struct xsr_net_to_back_rsp rsp;

	xsr_ring_take_as(r, TO_BACK_STRIDE, &rsp, sizeof(rsp));
	if (rsp.status == XSR_NET_STATUS_NULL)
		return XSR_DROP;
	*id = rsp.id;
	*status = rsp.status;
	return xsr_slots_match(slots, rsp.id, 0);
}
