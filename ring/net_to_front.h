/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for a guest: empty pages from its front-end, filled ones from our back-end.
 *
 * A response stands in the place of the request whose page it fills, so a back-end answers in the
 * order it took, and a front-end finds a page by the entry's number and not by the id. An extra
 * info takes the place of a page too; that page comes back unused. A front-end takes whole packets;
 * a bad one is dropped, and only an impossible index is fatal.
 */
#ifndef XSR_NET_TO_FRONT_H
#define XSR_NET_TO_FRONT_H

#include "ring/net_codec.h"

/* Slots that hold bytes of one packet to the front-end, at most. */
#define XSR_NET_FILL_SLOTS XSR_NET_MIN_SLOTS
/* Bytes that may be asked for before a packet: the rest of a page still holds a small one. */
#define XSR_NET_MAX_HEADROOM (XSR_PAGE_SIZE - 64)

/* One page of the front-end, and what goes into it. */
struct xsr_net_buf {
	u32 gref;
	u16 id;
	u16 offset;
	u16 size;
	bool failed; /* set by the shell: the copy did not succeed */
};

/* A packet on its way to the front-end. */
struct xsr_net_fill {
	/* Set before the plan: */
	struct xsr_net_meta meta;
	u32 len;
	u16 headroom; /* before the packet, in its first page; 0 if the front-end did not ask */
	/* Set by the plan: */
	u8 nr_slots;
	u8 nr_extras;
	struct xsr_net_buf slot[XSR_NET_FILL_SLOTS]; /* gref and id: set when taken */
};

/*
 * Back-end: lay out @f->len bytes (at least 1) over pages. Returns the entries it takes, extra infos
 * included, or 0 if it is too long for any front-end.
 */
u32 xsr_net_plan_fill(struct xsr_net_fill *f);

/* Back-end: take the requests for a planned @f; a peek showed all of them to be there. */
void xsr_net_take_fill(struct xsr_ring *r, struct xsr_net_fill *f);

/* Back-end: put the responses of @f, in the order in which fills were taken. */
void xsr_net_put_fill(struct xsr_ring *r, const struct xsr_net_fill *f);

/* Front-end: offer page @gref. @id: the entry's number, as all front-ends do. */
void xsr_net_put_page(struct xsr_ring *r, u16 id, u32 gref);

/* Entries of a packet that passes at most: slots, and one extra info of each type. */
#define XSR_NET_GOT_ENTRIES (1 + XSR_NET_MIN_SLOTS + XSR_NET_EXTRA_COUNT - 1)
/* Up to so many bytes in the first slot, a packet may have one slot more than XSR_NET_MIN_SLOTS. */
#define XSR_NET_GOT_COPIED 256

/* What an entry of a packet brought: a part of its page, or nothing (size 0). */
struct xsr_net_part {
	u16 offset;
	u16 size;
};

/* A packet that came to the front-end. */
struct xsr_net_got {
	struct xsr_net_meta meta;
	u32 len; /* bytes of all parts together */
	u32 first; /* number of its first entry; the pages of first .. first + entries - 1 are ours again */
	u16 entries;
	u16 headroom; /* bytes the back-end left free before the first part; at most its offset */
	u8 nr_parts; /* parts that are not empty */
	u8 why; /* enum xsr_net_why */
	struct xsr_net_part part[XSR_NET_GOT_ENTRIES]; /* one an entry; only of a packet that is OK */
};

/*
 * Front-end: take the next packet, @avail entries (at least 1) being there.
 * XSR_OK: part[] says what each entry brought; the first part has at least XSR_NET_HEADER bytes.
 * XSR_DROP: refused; first and entries say which pages came back. Never XSR_FATAL: an impossible
 * index is found by the peek.
 */
enum xsr_verdict xsr_net_take_got(struct xsr_ring *r, u32 avail, struct xsr_net_got *got);

#endif /* XSR_NET_TO_FRONT_H */
