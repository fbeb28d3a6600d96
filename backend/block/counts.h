/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a queue counts. Written without atomics by one context each, read by anyone at any time; the
 * figures of queues that are gone are added up in the device, so that they only ever grow.
 */
#ifndef XSR_VBD_COUNTS_H
#define XSR_VBD_COUNTS_H

#include <linux/types.h>

#include "ring/blk_codec.h"

struct xsr_vbd_counts {
	/* By the queue's thread; the names of the first seven are those of the sysfs files. */
	u64 oo_req; /* times that a request had to wait for memory */
	u64 rd_req;
	u64 wr_req;
	u64 f_req;
	u64 ds_req;
	u64 rd_sect;
	u64 wr_sect;
	u64 taken;
	u64 batches;
	u64 wakeups;
	u64 idle_wakeups; /* events that came for nothing */
	u64 polls; /* times that it looked for requests before sleeping */
	u64 poll_hits; /* ... and some came */
	u64 cache_hits; /* pieces that were mapped already */
	u64 cache_misses;
	u64 map_calls; /* hypercalls, and operations in them */
	u64 map_ops;
	u64 unmap_calls;
	u64 unmap_ops;
	u64 copy_calls;
	u64 copy_ops;
	u64 copied_req; /* requests with data that was copied by Xen, */
	u64 mapped_req; /* ... that was mapped for the request, all or some of it, */
	u64 kept_req; /* ... that was all in pages that stay mapped */
	u64 lent_req; /* copied or mapped ones of a front-end whose other grants stay */
	u64 copied_bytes; /* by Xen, either way */
	u64 refused[XSR_BLK_WHY_COUNT];
	/* By whoever holds the queue's lock. */
	u64 answered;
	u64 failed; /* answered with anything but OKAY */
	u64 published;
	u64 notified;
};

/* Add up two of them, which are nothing but numbers of the same kind. */
static inline void xsr_vbd_counts_add(struct xsr_vbd_counts *to, const struct xsr_vbd_counts *from)
{
	const u64 *src = (const u64 *)from;
	u64 *dst = (u64 *)to;
	size_t i;

	for (i = 0; i < sizeof(*to) / sizeof(*dst); i++)
		dst[i] += READ_ONCE(src[i]);
}

#endif /* XSR_VBD_COUNTS_H */
