// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks of 512 bytes on a disk with blocks of 4096; see emulate.h.
 *
 * Reads and writes of whole blocks in whole pages go to the disk from the queue's thread or, writes,
 * from the work item. What is left, parts of blocks, is put together in a bounce buffer by the work item,
 * one request at a time: read the first and the last block, lay the new data over them, write. While it
 * does so no other write is under way, since all writes pass through the work item in the order in which
 * they came, and it waits for those that it has sent to the disk. So no write can undo a neighbour's in
 * the same block. Nothing here waits for the front-end.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "backend/block/queue.h"
#include "ring/linux/xbkeys.h"

#define EMULATE_BLOCK 4096u
#define EMULATE_BLOCK_SECTORS (EMULATE_BLOCK >> SECTOR_SHIFT)

static_assert(PAGE_SIZE == EMULATE_BLOCK, "a page of the buffer is a block");

/* The largest request, and the blocks at both its ends. */
#define EMULATE_PAGES (XSR_VBD_MAX_SEGS + 1)

struct xsr_vbd_bounce {
	struct page *page[EMULATE_PAGES];
	struct bio_vec vec[EMULATE_PAGES];
	struct bio bio;
};

/* A request as blocks of the disk. */
struct emulate_span {
	u64 first; /* block */
	u32 blocks;
	u32 skip; /* bytes of the first block before the data */
	u32 tail; /* bytes of the last block up to the end of the data; 0: all of it */
};

static struct emulate_span emulate_span(const struct xsr_vbd_req *req)
{
	u64 end = req->sector + req->nr_sectors;
	struct emulate_span s = {
		.first = req->sector / EMULATE_BLOCK_SECTORS,
		.skip = (req->sector % EMULATE_BLOCK_SECTORS) << SECTOR_SHIFT,
		.tail = (end % EMULATE_BLOCK_SECTORS) << SECTOR_SHIFT,
	};

	s.blocks = DIV_ROUND_UP_ULL(end, EMULATE_BLOCK_SECTORS) - s.first;
	return s;
}

bool xsr_vbd_emulate_is_whole(const struct xsr_vbd_req *req)
{
	u32 i;

	if ((req->sector | req->nr_sectors) % EMULATE_BLOCK_SECTORS)
		return false;
	for (i = 0; i < req->nr_segs; i++)
		if (req->piece[i].bytes != EMULATE_BLOCK)
			return false;
	return true;
}

/* Read or write blocks @from to @from + @n of the buffer, and wait. Returns 0 or a negative errno. */
static int emulate_io(struct xsr_vbd *vbd, const struct emulate_span *s, u32 from, u32 n,
		      blk_opf_t op)
{
	struct xsr_vbd_bounce *b = vbd->emulate.bounce;
	int err;
	u32 i;

	bio_init(&b->bio, vbd->disk.bdev, b->vec, BIO_MAX_VECS, op);
	b->bio.bi_iter.bi_sector = (s->first + from) * EMULATE_BLOCK_SECTORS;
	for (i = 0; i < n; i++)
		__bio_add_page(&b->bio, b->page[from + i], EMULATE_BLOCK, 0);
	err = submit_bio_wait(&b->bio);
	bio_uninit(&b->bio);
	return err;
}

/* The same for all blocks of a request, which may be one more than a bio holds. */
static int emulate_io_all(struct xsr_vbd *vbd, const struct emulate_span *s, blk_opf_t op)
{
	u32 part = min_t(u32, s->blocks, BIO_MAX_VECS);
	int err = emulate_io(vbd, s, 0, part, op);

	if (!err && part < s->blocks)
		err = emulate_io(vbd, s, part, s->blocks - part, op);
	return err;
}

/* Copy between the buffer, from byte @at on, and one piece of the request. */
static void emulate_copy_piece(struct xsr_vbd_bounce *b, u32 at, const struct xsr_piece *piece,
			       bool write)
{
	u8 *data = page_address(piece->page) + piece->offset;
	u32 left = piece->bytes;

	while (left) {
		u32 offset = at % EMULATE_BLOCK, part = min(left, EMULATE_BLOCK - offset);
		u8 *block = page_address(b->page[at / EMULATE_BLOCK]);

		if (write)
			memcpy(block + offset, data, part);
		else
			memcpy(data, block + offset, part);
		at += part;
		data += part;
		left -= part;
	}
}

static void emulate_copy(struct xsr_vbd_req *req, const struct emulate_span *s, bool write)
{
	u32 i, at = s->skip;

	for (i = 0; i < req->nr_segs; i++) {
		emulate_copy_piece(req->queue->vbd->emulate.bounce, at, &req->piece[i], write);
		at += req->piece[i].bytes;
	}
}

static int emulate_read(struct xsr_vbd_req *req, const struct emulate_span *s)
{
	int err = emulate_io_all(req->queue->vbd, s, REQ_OP_READ);

	if (!err)
		emulate_copy(req, s, false);
	return err;
}

/* Blocks that are written in part are read first. */
static int emulate_write(struct xsr_vbd_req *req, const struct emulate_span *s)
{
	struct xsr_vbd *vbd = req->queue->vbd;
	u32 last = s->blocks - 1;
	int err = 0;

	if (s->skip || (!last && s->tail))
		err = emulate_io(vbd, s, 0, 1, REQ_OP_READ);
	if (!err && last && s->tail)
		err = emulate_io(vbd, s, last, 1, REQ_OP_READ);
	if (err)
		return err;
	emulate_copy(req, s, true);
	return emulate_io_all(vbd, s, REQ_OP_WRITE | REQ_SYNC | REQ_IDLE);
}

static void emulate_parts(struct xsr_vbd_req *req)
{
	struct xsr_vbd_emulate *e = &req->queue->vbd->emulate;
	struct emulate_span s = emulate_span(req);
	int err;

	if (req->op == XSR_BLK_OP_READ) {
		err = emulate_read(req, &s);
	} else {
		wait_event(e->quiet, !atomic_read(&e->writes));
		err = emulate_write(req, &s);
	}
	req->status = xsr_vbd_status(errno_to_blk_status(err));
	xsr_vbd_req_done(req);
}

void xsr_vbd_emulate_written(struct xsr_vbd *vbd)
{
	if (atomic_dec_and_test(&vbd->emulate.writes))
		wake_up(&vbd->emulate.quiet);
}

static struct xsr_vbd_req *emulate_next(struct xsr_vbd_emulate *e)
{
	struct xsr_vbd_req *req;

	spin_lock(&e->lock);
	req = list_first_entry_or_null(&e->todo, struct xsr_vbd_req, link);
	if (req)
		list_del(&req->link);
	spin_unlock(&e->lock);
	return req;
}

static void emulate_work(struct work_struct *work)
{
	struct xsr_vbd_emulate *e = container_of(work, struct xsr_vbd_emulate, work);
	unsigned int noio = memalloc_noio_save();
	struct xsr_vbd_req *req;

	while ((req = emulate_next(e))) {
		if (!xsr_vbd_emulate_is_whole(req)) {
			emulate_parts(req);
			continue;
		}
		atomic_inc(&e->writes);
		req->emulated = true;
		xsr_vbd_submit(req);
	}
	memalloc_noio_restore(noio);
}

void xsr_vbd_emulate(struct xsr_vbd_req *req)
{
	struct xsr_vbd_emulate *e = &req->queue->vbd->emulate;

	if (req->op == XSR_BLK_OP_READ && xsr_vbd_emulate_is_whole(req)) {
		xsr_vbd_submit(req);
		return;
	}
	spin_lock(&e->lock);
	list_add_tail(&req->link, &e->todo);
	spin_unlock(&e->lock);
	queue_work(xsr_vbd_wq, &e->work);
}

bool xsr_vbd_emulate_discard(struct xsr_vbd_req *req)
{
	u64 first = round_up(req->sector, EMULATE_BLOCK_SECTORS);
	u64 end = round_down(req->sector + req->nr_sectors, EMULATE_BLOCK_SECTORS);

	if (first >= end)
		return false;
	req->sector = first;
	req->nr_sectors = end - first;
	return true;
}

static bool emulate_wanted(const struct xsr_vbd *vbd)
{
	static const struct xsr_key emulate_512e = {
		.name = "emulate-512e",
		.type = XSR_KEY_BOOL,
		.max = UINT_MAX,
	};
	u64 wanted;

	if (xsr_key_read(vbd->xdev->nodename, &emulate_512e, NULL, &wanted) || !wanted)
		return false;
	return bdev_logical_block_size(vbd->disk.bdev) == EMULATE_BLOCK;
}

void xsr_vbd_emulate_init(struct xsr_vbd *vbd)
{
	struct xsr_vbd_emulate *e = &vbd->emulate;

	INIT_WORK(&e->work, emulate_work);
	spin_lock_init(&e->lock);
	INIT_LIST_HEAD(&e->todo);
	init_waitqueue_head(&e->quiet);
}

static void emulate_free(struct xsr_vbd_bounce *b)
{
	u32 i;

	for (i = 0; i < EMULATE_PAGES; i++)
		if (b->page[i])
			__free_page(b->page[i]);
	kvfree(b);
}

int xsr_vbd_emulate_start(struct xsr_vbd *vbd)
{
	struct xsr_vbd_bounce *b;
	u32 i;

	if (!emulate_wanted(vbd))
		return 0;
	b = kvzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	for (i = 0; i < EMULATE_PAGES; i++) {
		b->page[i] = alloc_page(GFP_KERNEL);
		if (!b->page[i]) {
			emulate_free(b);
			return -ENOMEM;
		}
	}
	vbd->emulate.bounce = b;
	vbd->emulate.on = true;
	return 0;
}

void xsr_vbd_emulate_stop(struct xsr_vbd *vbd)
{
	struct xsr_vbd_emulate *e = &vbd->emulate;

	if (!e->on)
		return;
	cancel_work_sync(&e->work);
	e->on = false;
	emulate_free(e->bounce);
	e->bounce = NULL;
}
