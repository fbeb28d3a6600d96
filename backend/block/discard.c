// SPDX-License-Identifier: GPL-2.0
/*
 * Discards, in chunks: one chunk of a request is under way at a time, so that a discard of the
 * whole disk neither holds up the queue's thread nor floods the disk's queue. Between chunks a dead
 * device ends it.
 */
#include "backend/block/queue.h"

/* Most sectors of one chunk: 256 MiB. */
#define DISCARD_CHUNK (256u << (20 - SECTOR_SHIFT))

static bool discard_is_secure(const struct xsr_vbd_req *req)
{
	return req->flag & XSR_BLK_DISCARD_SECURE;
}

static u32 discard_most(const struct xsr_vbd_req *req)
{
	struct block_device *bdev = req->queue->vbd->disk.bdev;
	u32 most = discard_is_secure(req) ? bdev_max_secure_erase_sectors(bdev) :
					    bdev_max_discard_sectors(bdev);
	u32 block = bdev_logical_block_size(bdev) >> SECTOR_SHIFT;

	/* A device that has changed its mind since the connect will say so itself. */
	return max(rounddown(min(most, DISCARD_CHUNK), block), block);
}

static void discard_bio_end(struct bio *bio);

/* Submit the next chunk. Thread of the queue, or work. */
static void discard_next(struct xsr_vbd_req *req)
{
	struct xsr_vbd *vbd = req->queue->vbd;
	u64 sectors = min_t(u64, req->nr_sectors, discard_most(req));

	bio_init(&req->bio, vbd->disk.bdev, NULL, 0,
		 discard_is_secure(req) ? REQ_OP_SECURE_ERASE : REQ_OP_DISCARD);
	req->bio.bi_iter.bi_sector = req->sector;
	req->bio.bi_iter.bi_size = sectors << SECTOR_SHIFT;
	req->bio.bi_end_io = discard_bio_end;
	req->sector += sectors;
	req->nr_sectors -= sectors;
	submit_bio(&req->bio);
}

static void discard_work(struct work_struct *work)
{
	struct xsr_vbd_req *req = container_of(work, struct xsr_vbd_req, work);

	if (xsr_vbd_dead(req->queue->vbd)) {
		req->status = XSR_BLK_STATUS_ERROR;
		xsr_vbd_req_done(req);
		return;
	}
	discard_next(req);
}

static void discard_bio_end(struct bio *bio)
{
	struct xsr_vbd_req *req = container_of(bio, struct xsr_vbd_req, bio);

	req->status = xsr_vbd_status(bio->bi_status);
	bio_uninit(bio);
	if (req->status == XSR_BLK_STATUS_OKAY && req->nr_sectors)
		queue_work(xsr_vbd_wq, &req->work);
	else
		xsr_vbd_req_done(req);
}

/*
 * Leave what the disk can do, if its blocks are larger than the front-end sees them. Parts of blocks may
 * be kept, unless they were to be beyond recovery. Returns false if there is nothing to be done.
 */
static bool discard_narrow(struct xsr_vbd_req *req)
{
	u64 asked = req->nr_sectors;
	bool left;

	if (likely(!req->queue->vbd->emulate.on))
		return true;
	left = xsr_vbd_emulate_discard(req);
	if (!discard_is_secure(req) || (left && req->nr_sectors == asked))
		return left;
	req->status = XSR_BLK_STATUS_ERROR;
	return false;
}

/* Carry out a discard that passed the checks. The queue's thread, which does not wait for it. */
void xsr_vbd_discard(struct xsr_vbd_req *req)
{
	INIT_WORK(&req->work, discard_work);
	if (likely(discard_narrow(req)))
		discard_next(req);
	else
		xsr_vbd_req_done(req);
}
