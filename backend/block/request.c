// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of requests; see request.h.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "backend/block/queue.h"
#include "backend/block/request.h"

static struct kmem_cache *req_slab;

int xsr_vbd_requests_init(void)
{
	req_slab = kmem_cache_create("xsr_vbd_req", sizeof(struct xsr_vbd_req), 0, 0, NULL);
	return req_slab ? 0 : -ENOMEM;
}

void xsr_vbd_requests_exit(void)
{
	kmem_cache_destroy(req_slab);
}

static size_t req_storage_bytes(u32 segs)
{
	return (segs + 1) * sizeof(struct xsr_piece) + segs * sizeof(struct bio_vec);
}

int xsr_vbd_reserve_create(struct xsr_vbd_reserve *reserve)
{
	*reserve = (struct xsr_vbd_reserve){
		.req = kmem_cache_alloc(req_slab, GFP_KERNEL),
		.storage = kmalloc(req_storage_bytes(XSR_VBD_MAX_SEGS), GFP_KERNEL),
	};
	if (reserve->req && reserve->storage)
		return 0;
	xsr_vbd_reserve_destroy(reserve);
	return -ENOMEM;
}

void xsr_vbd_reserve_destroy(struct xsr_vbd_reserve *reserve)
{
	if (reserve->req)
		kmem_cache_free(req_slab, reserve->req);
	kfree(reserve->storage);
	*reserve = (struct xsr_vbd_reserve){};
}

/* Hand out a part of the reserve if nobody has it. The queue's thread only. */
static bool req_claim(bool *used)
{
	/* Pairs with the release: who had it is done with it. */
	if (smp_load_acquire(used))
		return false;
	WRITE_ONCE(*used, true);
	return true;
}

static void req_unclaim(bool *used)
{
	/* Pairs with the acquire of the next claim. */
	smp_store_release(used, false);
}

struct xsr_vbd_req *xsr_vbd_req_get(struct xsr_vbd_queue *queue)
{
	struct xsr_vbd_req *req;

	req = kmem_cache_alloc(req_slab, GFP_NOIO | __GFP_NORETRY | __GFP_NOWARN);
	if (unlikely(!req)) {
		if (!req_claim(&queue->reserve.req_used))
			return NULL;
		req = queue->reserve.req;
	}
	req->queue = queue;
	req->nr_segs = 0;
	req->nr_pieces = 0;
	req->status = XSR_BLK_STATUS_OKAY;
	req->counted = false;
	req->emulated = false;
	req->unread = false;
	req->missing = false;
	req->transient = false;
	req->copied = false;
	req->lent = false;
	req->storage = NULL;
	req->piece = req->small.piece;
	req->vec = req->small.vec;
	return req;
}

bool xsr_vbd_req_extend(struct xsr_vbd_req *req)
{
	struct xsr_vbd_reserve *reserve = &req->queue->reserve;

	if (req->nr_segs <= XSR_VBD_SMALL || req->storage)
		return true;
	req->storage =
		kmalloc(req_storage_bytes(req->nr_segs), GFP_NOIO | __GFP_NORETRY | __GFP_NOWARN);
	if (unlikely(!req->storage)) {
		if (!req_claim(&reserve->storage_used))
			return false;
		req->storage = reserve->storage;
	}
	req->piece = req->storage;
	req->vec = (struct bio_vec *)(req->piece + req->nr_segs + 1);
	return true;
}

void xsr_vbd_req_put(struct xsr_vbd_req *req)
{
	struct xsr_vbd_reserve *reserve = &req->queue->reserve;

	if (req->storage && req->storage == reserve->storage)
		req_unclaim(&reserve->storage_used);
	else
		kfree(req->storage);
	if (unlikely(req == reserve->req))
		req_unclaim(&reserve->req_used);
	else
		kmem_cache_free(req_slab, req);
}
