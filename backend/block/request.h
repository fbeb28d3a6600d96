/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One request while we hold it: from being taken out of the ring to being answered.
 *
 * A request of up to XSR_VBD_SMALL segments is one object of a slab cache; a larger one gets
 * storage for its segments beside it, so that memory follows what is in flight. Each queue has one
 * request with storage of the largest size in reserve, so that it moves on when memory is short.
 */
#ifndef XSR_VBD_REQUEST_H
#define XSR_VBD_REQUEST_H

#include <linux/bio.h>
#include <linux/llist.h>
#include <linux/workqueue.h>

#include "grant/piece.h"
#include "ring/blk_codec.h"

struct xsr_vbd_queue;

/* Segments of an indirect request that we offer to take; with one page each, one bio holds them. */
#define XSR_VBD_MAX_SEGS 256
#define XSR_VBD_SMALL XSR_BLK_MAX_SEGS

struct xsr_vbd_req {
	struct xsr_vbd_queue *queue;
	union {
		struct list_head link; /* on a list of the queue's thread, or of whoever answers */
		struct llist_node node; /* on the way from a completion to whoever answers */
	};
	u64 id;
	u64 sector; /* discard: of what is still to be done */
	u64 nr_sectors;
	u64 taken_ns; /* when it was taken from the ring, ktime; the same for a batch */
	u32 desc_gref; /* indirect: the page of segments */
	u16 nr_segs;
	u16 nr_pieces; /* nr_segs, and the page of segments behind them */
	s16 status;
	u8 op; /* XSR_BLK_OP_* */
	u8 ring_op; /* to answer with */
	u8 flag;
	u8 epoch; /* barriers: which half of inflight[] it is counted in */
	bool counted; /* ... if it is */
	bool emulated; /* a write that xsr_vbd_emulate_written() is to be told about */
	bool unread; /* indirect: the segments are still in their page */
	bool missing; /* not everything came from the cache */
	bool transient; /* something must be unmapped before the answer */
	bool lent; /* the pages of data are granted for this request only */
	bool copied; /* the data is in pages of ours; see copy.c */
	void *storage; /* of a large one */
	struct xsr_piece *piece;
	struct bio_vec *vec;
	struct bio bio;
	union {
		struct {
			struct xsr_piece piece[XSR_VBD_SMALL + 1];
			struct bio_vec vec[XSR_VBD_SMALL];
		} small;
		struct work_struct work; /* discard: the next chunk */
	};
};

/* The module's slab cache. */
int xsr_vbd_requests_init(void);
void xsr_vbd_requests_exit(void);

/* The reserve of one queue. */
struct xsr_vbd_reserve {
	struct xsr_vbd_req *req;
	void *storage;
	bool req_used;
	bool storage_used;
};

int xsr_vbd_reserve_create(struct xsr_vbd_reserve *reserve);
void xsr_vbd_reserve_destroy(struct xsr_vbd_reserve *reserve);

/*
 * A request for @queue, with room for XSR_VBD_SMALL segments. The queue's thread only.
 * Returns NULL if neither memory nor the reserve has one: try again when one was freed.
 */
struct xsr_vbd_req *xsr_vbd_req_get(struct xsr_vbd_queue *queue);

/* Make room for @req->nr_segs segments and their page. Returns false as above. */
bool xsr_vbd_req_extend(struct xsr_vbd_req *req);

/* Any context; in an RCU read side if not the queue's thread. */
void xsr_vbd_req_put(struct xsr_vbd_req *req);

#endif /* XSR_VBD_REQUEST_H */
