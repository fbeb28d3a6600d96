/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every xenstore key of a block device: who writes it, its type, default and limits.
 *
 * The enumerators index the tables and the arrays of values read by them. An out of range value of
 * the peer is an error before anything is allocated; where stock clamps instead (a back-end that
 * offers more than we can use) the max here is wide and the negotiation below does the clamping.
 */
#ifndef XSR_KEYS_BLK_H
#define XSR_KEYS_BLK_H

#include "ring/blk_wire.h"
#include "ring/keys.h"

/* Written by the back-end into its own directory. */
enum xsr_blk_back_key {
	XSR_BB_MAX_QUEUES, /* multi-queue-max-queues */
	XSR_BB_MAX_RING_ORDER, /* max-ring-page-order */
	XSR_BB_MAX_INDIRECT, /* feature-max-indirect-segments */
	XSR_BB_PERSISTENT, /* feature-persistent */
	XSR_BB_FLUSH, /* feature-flush-cache */
	XSR_BB_BARRIER, /* feature-barrier */
	XSR_BB_DISCARD, /* feature-discard */
	XSR_BB_DISCARD_GRANULARITY, /* discard-granularity, bytes */
	XSR_BB_DISCARD_ALIGNMENT, /* discard-alignment, bytes */
	XSR_BB_DISCARD_SECURE, /* discard-secure */
	XSR_BB_SECTORS, /* sectors, 512-byte units, required */
	XSR_BB_INFO, /* info, XSR_BLK_INFO_* */
	XSR_BB_SECTOR_SIZE, /* sector-size, bytes: the logical block */
	XSR_BB_PHYS_SECTOR_SIZE, /* physical-sector-size, bytes; 0 if absent: as sector-size */
	XSR_BB_LENT, /* feature-lent-segments, beside multi-queue-max-queues: known at set-up */
	XSR_BB_COUNT,
};

/* Written by the front-end into its own directory, top level. */
enum xsr_blk_front_key {
	XSR_BF_NUM_QUEUES, /* multi-queue-num-queues */
	XSR_BF_RING_ORDER, /* ring-page-order; see has_order of the negotiation */
	XSR_BF_PERSISTENT, /* feature-persistent */
	XSR_BF_LENT, /* lent-segments; means something beside feature-persistent only */
	XSR_BF_COUNT,
};

/* Written by the front-end per queue: top level with one queue, else under queue-%u. */
#define XSR_BLK_KEY_QUEUE "queue-"
#define XSR_BLK_KEY_RING_REF "ring-ref" /* one page; with ring-page-order: ring-ref0 .. */
#define XSR_BLK_KEY_EVTCHN "event-channel"
#define XSR_BLK_KEY_PROTOCOL "protocol"

extern const struct xsr_key xsr_blk_back_keys[XSR_BB_COUNT];
extern const struct xsr_key xsr_blk_front_keys[XSR_BF_COUNT];

/*
 * Is what a back-end says about sectors and sizes possible? Logical block a power of two from 512
 * to a page, which is the most that a segment can carry, physical block 0 or a power of two not below it, byte count below 2^63, discard
 * granularity and alignment sane.
 * @v: values by enum xsr_blk_back_key.
 * Returns the key to blame, or XSR_BB_COUNT if all is well.
 */
enum xsr_blk_back_key xsr_blk_check_geometry(const u64 *v);

/*
 * The sectors of such a back-end that make up whole blocks: a last block that is not there in full
 * cannot be read or written.
 */
static inline u64 xsr_blk_whole_sectors(const u64 *v, u64 sectors)
{
	return sectors & ~(v[XSR_BB_SECTOR_SIZE] / (1u << XSR_BLK_SECTOR_SHIFT) - 1);
}

/* What a front-end wants at most, from its module parameters and the machine. */
struct xsr_blk_wish {
	u32 queues;
	u32 ring_order;
	u32 indirect_segs; /* below 12: no indirect requests */
	bool persistent;
	bool lent; /* mark requests whose own pages are granted */
};

/* What front-end and back-end settle on. */
struct xsr_blk_deal {
	u32 queues; /* at least 1 */
	u32 ring_order;
	u32 segs; /* most segments of a request: 11, or more through indirect pages */
	bool indirect;
	bool persistent;
	bool lent; /* requests with the mark may have their own pages granted */
};

/* Front-end: settle, never above what the back-end offers in @v (by enum xsr_blk_back_key). */
void xsr_blk_settle(const struct xsr_blk_wish *wish, const u64 *v, struct xsr_blk_deal *deal);

#endif /* XSR_KEYS_BLK_H */
