// SPDX-License-Identifier: GPL-2.0
/*
 * Packets for a guest between ring entries and descriptions; see net_to_front.h.
 *
 * The back-end's half decides how a packet lies over the front-end's pages; the front-end's half
 * decides whether what came is a packet. Each entry is copied out of the ring once, and every loop
 * ends with the entries that were published. Never looks at the bytes of a packet.
 */
#include "ring/net_to_front.h"

#define TO_FRONT_STRIDE ((u32)sizeof(union xsr_net_to_front_entry))

u32 xsr_net_plan_fill(struct xsr_net_fill *f)
{
	u32 left = f->len, n, offset = f->headroom;

	for (n = 0; left; n++, offset = 0) {
		u32 room = XSR_PAGE_SIZE - offset;

		if (n == XSR_NET_FILL_SLOTS)
			return 0;
		f->slot[n].offset = offset;
		f->slot[n].size = left < room ? left : room;
		f->slot[n].failed = false;
		left -= f->slot[n].size;
	}
	f->nr_slots = n;
	f->nr_extras = xsr_net_count_extras(&f->meta, f->headroom);
	return n + f->nr_extras;
}

void xsr_net_take_fill(struct xsr_ring *r, struct xsr_net_fill *f)
{
	struct xsr_net_to_front_req req;
	u32 i, k;

	for (i = 0; i < f->nr_slots; i++) {
		xsr_ring_take_as(r, TO_FRONT_STRIDE, &req, sizeof(req));
		f->slot[i].id = req.id;
		f->slot[i].gref = req.gref;
		/* Extra infos stand behind the first slot; the pages in their places stay empty. */
		for (k = 0; !i && k < f->nr_extras; k++)
			xsr_ring_take_as(r, TO_FRONT_STRIDE, &req, sizeof(req));
	}
}

static u16 to_front_flags(const struct xsr_net_fill *f)
{
	u16 flags = 0;

	if (f->meta.csum_blank)
		flags |= XSR_NET_TO_FRONT_CSUM_BLANK;
	if (f->meta.validated)
		flags |= XSR_NET_TO_FRONT_VALIDATED;
	if (f->nr_extras)
		flags |= XSR_NET_TO_FRONT_EXTRA;
	return flags;
}

void xsr_net_put_fill(struct xsr_ring *r, const struct xsr_net_fill *f)
{
	u32 i;

	for (i = 0; i < f->nr_slots; i++) {
		const struct xsr_net_buf *buf = &f->slot[i];
		struct xsr_net_to_front_rsp rsp = {
			.id = buf->id,
			.offset = buf->offset,
			.flags = i ? 0 : to_front_flags(f),
			.status = buf->failed ? XSR_NET_STATUS_ERROR : buf->size,
		};

		if (i + 1 < f->nr_slots)
			rsp.flags |= XSR_NET_TO_FRONT_MORE;
		xsr_ring_put_as(r, TO_FRONT_STRIDE, &rsp, sizeof(rsp));
		if (!i && f->nr_extras)
			xsr_net_put_extras(r, &f->meta, f->headroom);
	}
}

void xsr_net_put_page(struct xsr_ring *r, u16 id, u32 gref)
{
	struct xsr_net_to_front_req req = { .id = id, .gref = gref };

	xsr_ring_put_as(r, TO_FRONT_STRIDE, &req, sizeof(req));
}

/* The first thing found wrong counts. */
static void to_front_refuse(struct xsr_net_got *got, enum xsr_net_why why)
{
	if (!got->why)
		got->why = why;
}

static void to_front_begin(struct xsr_net_got *got, u32 first)
{
	memset(&got->meta, 0, sizeof(got->meta));
	got->len = 0;
	got->first = first;
	got->entries = 1;
	got->headroom = 0;
	got->nr_parts = 0;
	got->why = XSR_NET_FINE;
}

/* Extra infos behind the first response; the entries they stand in bring nothing. */
static void to_front_extras(struct xsr_ring *r, u32 avail, struct xsr_net_extras *x,
			    struct xsr_net_got *got)
{
	enum xsr_net_why why;
	u32 i;

	if (xsr_net_take_extras(r, avail - got->entries, x, &why) != XSR_OK)
		to_front_refuse(got, why);
	for (i = got->entries; i < got->entries + x->n && i < XSR_NET_GOT_ENTRIES; i++)
		got->part[i] = (struct xsr_net_part){ 0, 0 };
	got->entries += x->n;
	if (got->why)
		return;
	to_front_refuse(got, xsr_net_read_extras(x, &got->meta));
	if (xsr_net_has_extra(x, XSR_NET_EXTRA_XDP))
		got->headroom = x->of[XSR_NET_EXTRA_XDP].xdp.headroom;
}

/*
 * Where the packet begins when the back-end left room before it. Stock leaves the offset at 0 and
 * counts the room into the size of every slot; we name the offset, and leave room in the first page
 * only. Returns what is to be taken off each slot's front.
 */
static u32 to_front_room(struct xsr_net_got *got, const struct xsr_net_to_front_rsp *first)
{
	if (!first->offset)
		return got->headroom;
	if (got->headroom > first->offset)
		got->headroom = first->offset;
	return 0;
}

/* What a response says that the page of entry @n holds, behind @room bytes. */
static void to_front_part(struct xsr_net_got *got, u32 n, const struct xsr_net_to_front_rsp *rsp,
			  u32 room)
{
	u32 offset = rsp->offset, size = rsp->status;

	if (rsp->status < 0) {
		to_front_refuse(got, XSR_NET_FAILED);
		return;
	}
	if (offset + size > XSR_PAGE_SIZE || size < room) {
		to_front_refuse(got, XSR_NET_BAD_BOUNDS);
		return;
	}
	if (n >= XSR_NET_GOT_ENTRIES) {
		to_front_refuse(got, XSR_NET_TOO_MANY_SLOTS);
		return;
	}
	got->part[n].offset = offset + room;
	got->part[n].size = size - room;
	got->len += size - room;
	got->nr_parts += size != room;
}

/* Take the slots behind the first. Returns how many. */
static u32 to_front_take_rest(struct xsr_ring *r, u32 avail, u32 room, struct xsr_net_got *got)
{
	struct xsr_net_to_front_rsp rsp;
	u32 slots = 0;

	do {
		if (got->entries == avail) {
			to_front_refuse(got, XSR_NET_CUT);
			return slots;
		}
		xsr_ring_take_as(r, TO_FRONT_STRIDE, &rsp, sizeof(rsp));
		to_front_part(got, got->entries++, &rsp, room);
		slots++;
	} while (rsp.flags & XSR_NET_TO_FRONT_MORE);
	return slots;
}

/* Is the whole a packet? @slots: entries but for extra infos. */
static enum xsr_verdict to_front_end(struct xsr_net_got *got, u32 slots)
{
	u32 most = XSR_NET_MIN_SLOTS;

	if (got->why)
		return XSR_DROP;
	/* The first part is copied out as a header, so its page need not go along. */
	if (got->part[0].size <= XSR_NET_GOT_COPIED)
		most++;
	if (got->part[0].size < XSR_NET_HEADER)
		got->why = XSR_NET_TOO_SHORT;
	else if (slots > most || got->entries > XSR_NET_GOT_ENTRIES)
		got->why = XSR_NET_TOO_MANY_SLOTS;
	return got->why ? XSR_DROP : XSR_OK;
}

enum xsr_verdict xsr_net_take_got(struct xsr_ring *r, u32 avail, struct xsr_net_got *got)
{
	struct xsr_net_to_front_rsp first;
	struct xsr_net_extras x;
	u32 slots = 1, room;

	to_front_begin(got, r->in);
	xsr_ring_take_as(r, TO_FRONT_STRIDE, &first, sizeof(first));
	got->meta.csum_blank = first.flags & XSR_NET_TO_FRONT_CSUM_BLANK;
	got->meta.validated = first.flags & XSR_NET_TO_FRONT_VALIDATED;
	if (first.flags & XSR_NET_TO_FRONT_EXTRA)
		to_front_extras(r, avail, &x, got);
	room = to_front_room(got, &first);
	to_front_part(got, 0, &first, room);
	if (first.flags & XSR_NET_TO_FRONT_MORE)
		slots += to_front_take_rest(r, avail, room, got);
	return to_front_end(got, slots);
}
