/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Block ring entries as they lie in shared memory, in the three layouts in use.
 *
 * The x86_64 layout is the native one of every 64-bit guest; a 32-bit x86 guest aligns 64-bit
 * fields to 4 bytes, which moves everything behind them. Offsets are asserted, so a compiler that
 * disagrees does not build. Facts only: what a value means and whether it is acceptable is decided
 * in blk_codec.
 */
#ifndef XSR_BLK_WIRE_H
#define XSR_BLK_WIRE_H

#include "ring/env.h"

/* Operations (u8). */
#define XSR_BLK_OP_READ 0
#define XSR_BLK_OP_WRITE 1
#define XSR_BLK_OP_BARRIER 2 /* write after everything before it is durable; old peers */
#define XSR_BLK_OP_FLUSH 3
#define XSR_BLK_OP_DISCARD 5
#define XSR_BLK_OP_INDIRECT 6 /* read or write whose segments lie in pages of their own */

/* Response status (s16). */
#define XSR_BLK_STATUS_OKAY 0
#define XSR_BLK_STATUS_ERROR (-1)
#define XSR_BLK_STATUS_UNSUPPORTED (-2)

/* Bits of the key "info". */
#define XSR_BLK_INFO_CDROM 1
#define XSR_BLK_INFO_REMOVABLE 2
#define XSR_BLK_INFO_READONLY 4

/* Flag byte of a discard. */
#define XSR_BLK_DISCARD_SECURE 1

/*
 * Mark of a read or write, 64-bit layout, in what is padding unless both ends have agreed on it by
 * the keys feature-lent-segments and lent-segments.
 */
#define XSR_BLK_MARK_LENT 1 /* the pages of data are granted for this request only */

#define XSR_BLK_MAX_SEGS 11 /* in a direct request, fixed by the layout */
#define XSR_BLK_MAX_INDIRECT_PAGES 8 /* in an indirect request, fixed by the layout */
#define XSR_BLK_SEGS_PER_PAGE (XSR_PAGE_SIZE / 8)
#define XSR_BLK_MAX_INDIRECT_SEGS (XSR_BLK_MAX_INDIRECT_PAGES * XSR_BLK_SEGS_PER_PAGE)

/* Every unit on the ring is 512 bytes, whatever the device's logical block. */
#define XSR_BLK_SECTOR_SHIFT 9
#define XSR_BLK_SECTORS_PER_PAGE (XSR_PAGE_SIZE >> XSR_BLK_SECTOR_SHIFT)

/* One piece of at most a page; the same in all layouts, on the ring and in indirect pages. */
struct xsr_blk_seg {
	u32 gref;
	u8 first_sect; /* first and last sector of the page, both included */
	u8 last_sect;
	u16 pad;
};

XSR_ASSERT(sizeof(struct xsr_blk_seg) == 8, "a segment is 8 bytes");

struct xsr_blk_rw_64 {
	u8 op;
	u8 nr_segs;
	u16 handle;
	u32 mark; /* XSR_BLK_MARK_*, or padding */
	u64 id;
	u64 sector;
	struct xsr_blk_seg seg[XSR_BLK_MAX_SEGS];
};

struct xsr_blk_discard_64 {
	u8 op;
	u8 flag;
	u16 pad0;
	u32 pad1;
	u64 id;
	u64 sector;
	u64 nr_sectors;
};

struct xsr_blk_indirect_64 {
	u8 op;
	u8 indirect_op;
	u16 nr_segs;
	u32 mark; /* as above */
	u64 id;
	u64 sector;
	u16 handle;
	u16 pad0;
	u32 gref[XSR_BLK_MAX_INDIRECT_PAGES];
	u32 pad1;
};

struct xsr_blk_rsp_64 {
	u64 id;
	u8 op;
	u8 pad0;
	s16 status;
	u32 pad1;
};

union xsr_blk_entry_64 {
	struct xsr_blk_rw_64 rw;
	struct xsr_blk_discard_64 discard;
	struct xsr_blk_indirect_64 indirect;
	struct xsr_blk_rsp_64 rsp;
	u32 word[28];
};

XSR_ASSERT(sizeof(union xsr_blk_entry_64) == 112, "64-bit entries are 112 bytes apart");
XSR_ASSERT(offsetof(struct xsr_blk_rw_64, mark) == 4, "mark");
XSR_ASSERT(offsetof(struct xsr_blk_indirect_64, mark) == 4, "indirect mark");
XSR_ASSERT(offsetof(struct xsr_blk_rw_64, id) == 8, "64-bit id");
XSR_ASSERT(offsetof(struct xsr_blk_rw_64, sector) == 16, "64-bit sector");
XSR_ASSERT(offsetof(struct xsr_blk_rw_64, seg) == 24, "64-bit segments");
XSR_ASSERT(offsetof(struct xsr_blk_discard_64, nr_sectors) == 24, "64-bit discard");
XSR_ASSERT(offsetof(struct xsr_blk_indirect_64, handle) == 24, "64-bit indirect handle");
XSR_ASSERT(offsetof(struct xsr_blk_indirect_64, gref) == 28, "64-bit indirect pages");
XSR_ASSERT(sizeof(struct xsr_blk_rsp_64) == 16, "64-bit response");
XSR_ASSERT(offsetof(struct xsr_blk_rsp_64, status) == 10, "64-bit status");

/* The 32-bit layouts: 64-bit fields stand on any multiple of 4. */
struct xsr_blk_rw_32 {
	u8 op;
	u8 nr_segs;
	u16 handle;
	u64 id;
	u64 sector;
	struct xsr_blk_seg seg[XSR_BLK_MAX_SEGS];
} __attribute__((packed, aligned(4)));

struct xsr_blk_discard_32 {
	u8 op;
	u8 flag;
	u16 pad0;
	u64 id;
	u64 sector;
	u64 nr_sectors;
} __attribute__((packed, aligned(4)));

struct xsr_blk_indirect_32 {
	u8 op;
	u8 indirect_op;
	u16 nr_segs;
	u64 id;
	u64 sector;
	u16 handle;
	u16 pad1;
	u32 gref[XSR_BLK_MAX_INDIRECT_PAGES];
} __attribute__((packed, aligned(4)));

struct xsr_blk_rsp_32 {
	u64 id;
	u8 op;
	u8 pad0;
	s16 status;
} __attribute__((packed, aligned(4)));

union xsr_blk_entry_32 {
	struct xsr_blk_rw_32 rw;
	struct xsr_blk_discard_32 discard;
	struct xsr_blk_indirect_32 indirect;
	struct xsr_blk_rsp_32 rsp;
	u32 word[27];
};

XSR_ASSERT(sizeof(union xsr_blk_entry_32) == 108, "32-bit entries are 108 bytes apart");
XSR_ASSERT(offsetof(struct xsr_blk_rw_32, id) == 4, "32-bit id");
XSR_ASSERT(offsetof(struct xsr_blk_rw_32, sector) == 12, "32-bit sector");
XSR_ASSERT(offsetof(struct xsr_blk_rw_32, seg) == 20, "32-bit segments");
XSR_ASSERT(offsetof(struct xsr_blk_discard_32, nr_sectors) == 20, "32-bit discard");
XSR_ASSERT(offsetof(struct xsr_blk_indirect_32, handle) == 20, "32-bit indirect handle");
XSR_ASSERT(offsetof(struct xsr_blk_indirect_32, gref) == 24, "32-bit indirect pages");
XSR_ASSERT(sizeof(struct xsr_blk_rsp_32) == 12, "32-bit response");
XSR_ASSERT(offsetof(struct xsr_blk_rsp_32, status) == 10, "32-bit status");

#endif /* XSR_BLK_WIRE_H */
