/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a small packet is copied to, so that its page can stay granted and mapped.
 *
 * Each id of a slot to the back-end has a place of its own in a few pages of the queue, and so a place
 * is free exactly when its id is. To a back-end it looks like any other packet.
 */
#ifndef XSR_NET_STAGE_H
#define XSR_NET_STAGE_H

#include "ring/net_wire.h"

/* Bytes of a place: a packet that is no longer, and only such, goes there. */
#define XSR_NET_STAGE_BYTES 256u
#define XSR_NET_STAGE_PER_PAGE (XSR_PAGE_SIZE / XSR_NET_STAGE_BYTES)
/* Pages of a queue. */
#define XSR_NET_STAGE_PAGES (XSR_NET_RING_SIZE / XSR_NET_STAGE_PER_PAGE)

/* The page of slot @id, which is below XSR_NET_RING_SIZE, and the offset of its place in there. */
static inline u32 xsr_net_stage_page(u32 id)
{
	return id / XSR_NET_STAGE_PER_PAGE;
}

static inline u32 xsr_net_stage_offset(u32 id)
{
	return id % XSR_NET_STAGE_PER_PAGE * XSR_NET_STAGE_BYTES;
}

/* Is a packet of @len bytes small? */
static inline bool xsr_net_stage_fits(u32 len)
{
	return len >= XSR_NET_HEADER && len <= XSR_NET_STAGE_BYTES;
}

#endif /* XSR_NET_STAGE_H */
