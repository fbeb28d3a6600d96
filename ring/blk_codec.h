/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Block requests and responses: from ring entries to checked descriptions and back.
 *
 * The back-end takes a request with xsr_blk_take_req(), which copies the entry once and brings it
 * into one layout-independent form, then checks it against what the device can do with
 * xsr_blk_check_req(); the segments of an indirect request, once copied out of their pages, go
 * through xsr_blk_check_segs(). The front-end does the reverse with the put functions.
 * A request that is refused is answered with xsr_blk_why_status(); none of them is fatal, only ring
 * indexes are. No function here touches a shared byte twice.
 */
#ifndef XSR_BLK_CODEC_H
#define XSR_BLK_CODEC_H

#include "ring/blk_wire.h"
#include "ring/ring.h"

/* Layout a front-end speaks: the key "protocol". */
enum xsr_blk_abi {
	XSR_BLK_ABI_64, /* x86_64-abi, native here */
	XSR_BLK_ABI_32, /* x86_32-abi */
};

/* Bytes from one ring entry to the next. */
static inline u32 xsr_blk_stride(enum xsr_blk_abi abi)
{
	return abi == XSR_BLK_ABI_32 ? sizeof(union xsr_blk_entry_32) :
				       sizeof(union xsr_blk_entry_64);
}

/* The abi a front-end's "protocol" value names, or -1 for one that is unknown. */
int xsr_blk_abi_by_name(const char *name);
const char *xsr_blk_abi_name(enum xsr_blk_abi abi);

/* A request in private memory, the same whatever the layout it came in. */
struct xsr_blk_req {
	u64 id; /* the front-end's, to be returned as it is */
	u64 sector; /* first sector, 512-byte units */
	u64 nr_sectors; /* discard: as asked; read, write: filled by the checks */
	u16 nr_segs; /* read, write, barrier, and flush with data */
	u8 op; /* XSR_BLK_OP_*, for an indirect request the inner one; see the checks for flush */
	u8 ring_op; /* what the answer must name: op as on the ring, if indirect the inner one */
	u8 flag; /* discard */
	bool indirect;
	u16 handle; /* the front-end's idea of the device; ignored, as stock does */
	u32 mark; /* XSR_BLK_MARK_*; 0 in the 32-bit layout, and once checked without an agreement */
	union {
		struct xsr_blk_seg seg[XSR_BLK_MAX_SEGS]; /* direct */
		u32 gref[XSR_BLK_MAX_INDIRECT_PAGES]; /* indirect: pages of segments */
	};
};

/* Why a request was refused. The names are for counters and log lines. */
enum xsr_blk_why {
	XSR_BLK_FINE = 0,
	XSR_BLK_BAD_OP, /* unknown operation, or one that was not offered */
	XSR_BLK_BAD_INNER_OP, /* indirect request that is neither read nor write */
	XSR_BLK_BAD_SEG_COUNT, /* 0, or above what layout or offer allow */
	XSR_BLK_BAD_SEG, /* first above last sector, or beyond the page */
	XSR_BLK_BAD_RANGE, /* beyond the end of the device, or wraps */
	XSR_BLK_BAD_ALIGN, /* not on the device's logical block */
	XSR_BLK_READ_ONLY, /* write or discard on a read-only device */
	XSR_BLK_BAD_MARK, /* unknown mark, or one where it means nothing */
	XSR_BLK_BAD_GREF, /* a page could not be mapped; set by the shell */
	XSR_BLK_NO_MEMORY, /* set by the shell */
	XSR_BLK_WHY_COUNT,
};

const char *xsr_blk_why_name(enum xsr_blk_why why);

/* The status a refused request is answered with. */
static inline s16 xsr_blk_why_status(enum xsr_blk_why why)
{
	if (why == XSR_BLK_FINE)
		return XSR_BLK_STATUS_OKAY;
	return why == XSR_BLK_BAD_OP ? XSR_BLK_STATUS_UNSUPPORTED : XSR_BLK_STATUS_ERROR;
}

/* What the device and our offer allow; the shell refreshes capacity on resize. */
struct xsr_blk_limits {
	u64 capacity; /* sectors of 512 bytes */
	u32 max_indirect_segs; /* 0: indirect requests not offered */
	u16 block_sectors; /* logical block in 512-byte sectors, a power of two, 1..128 */
	bool read_only;
	bool flush; /* offered: flush, and barrier as its fallback */
	bool discard;
	bool secure_discard;
	bool lent; /* both ends know the mark XSR_BLK_MARK_LENT */
};

/*
 * Back-end: copy the next entry out of the ring, which a peek showed to be there, into @req.
 * Accepts any bytes: counts are not yet checked, but never more than the arrays hold is copied.
 */
void xsr_blk_take_req(struct xsr_ring *r, enum xsr_blk_abi abi, struct xsr_blk_req *req);

/*
 * Back-end: check all that the entry itself says. For a direct read, write or barrier the segments
 * are checked too and nr_sectors is set; for an indirect one only counts and operation, and
 * xsr_blk_check_segs() must follow. On refusal @req still has the id and ring_op to answer with.
 *
 * Of a request that passes: op is one of the five that are not indirect; a flush has no segments (a
 * flush that came with data has become a barrier); a barrier may have none, and then is a plain
 * flush; a discard has at least one sector and no flag bit but that of a secure one; the mark is 0,
 * or XSR_BLK_MARK_LENT of a read or write if that was agreed on.
 */
enum xsr_blk_why xsr_blk_check_req(struct xsr_blk_req *req, const struct xsr_blk_limits *lim);

/*
 * Back-end: check @req's segments, @segs being a private copy of all nr_segs of them: each inside
 * its page, all together inside the device, on its logical blocks. Sets nr_sectors.
 */
enum xsr_blk_why xsr_blk_check_segs(struct xsr_blk_req *req, const struct xsr_blk_seg *segs,
				    const struct xsr_blk_limits *lim);

/* Pages of segments that an indirect request of @nr_segs segments needs. */
static inline u32 xsr_blk_indirect_pages(u32 nr_segs)
{
	return (nr_segs + XSR_BLK_SEGS_PER_PAGE - 1) / XSR_BLK_SEGS_PER_PAGE;
}

/* Sectors of one segment that passed the checks. */
static inline u32 xsr_blk_seg_sectors(const struct xsr_blk_seg *seg)
{
	return seg->last_sect - seg->first_sect + 1;
}

/* Back-end: put the answer to @id, @ring_op as the request had it; every byte of it is ours. */
void xsr_blk_put_rsp(struct xsr_ring *r, enum xsr_blk_abi abi, u64 id, u8 ring_op, s16 status);

/* Front-end (64-bit layout only): put a checked description; req->ring_op is not read. */
void xsr_blk_put_req(struct xsr_ring *r, const struct xsr_blk_req *req);

/* A response in private memory. */
struct xsr_blk_rsp {
	u64 id;
	u8 op; /* ring_op of the request, if the back-end is honest: slots tell */
	s16 status; /* any value; other than the three known ones means error */
};

/* Front-end: copy the next response out of the ring, which a peek showed to be there. */
void xsr_blk_take_rsp(struct xsr_ring *r, struct xsr_blk_rsp *rsp);

#endif /* XSR_BLK_CODEC_H */
