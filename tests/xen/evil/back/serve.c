// SPDX-License-Identifier: GPL-2.0
/*
 * Rings and requests of the hostile back-end. Honest by itself: data is copied between the
 * front-end's grants and the store, segment by segment; only the answer may be another one.
 */
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/events.h>
#include <xen/page.h>

#include "tests/xen/evil/back/back.h"

/* Copy @len bytes between offset @off of the front-end's @gref and of our @page. */
static s16 copy(struct back *b, grant_ref_t gref, struct page *page, u32 off, u32 len, bool to_them)
{
	struct gnttab_copy op = { .len = len };

	op.source.offset = off;
	op.dest.offset = off;
	op.source.domid = to_them ? DOMID_SELF : b->e.xdev->otherend_id;
	op.dest.domid = to_them ? b->e.xdev->otherend_id : DOMID_SELF;
	if (to_them) {
		op.source.u.gmfn = xen_page_to_gfn(page);
		op.dest.u.ref = gref;
		op.flags = GNTCOPY_dest_gref;
	} else {
		op.source.u.ref = gref;
		op.dest.u.gmfn = xen_page_to_gfn(page);
		op.flags = GNTCOPY_source_gref;
	}
	gnttab_batch_copy(&op, 1);
	return op.status;
}

/* Look through all of a granted page for the canary, but for the sectors the request is about. */
static void look(struct back_queue *q, const struct xsr_blk_seg *seg, bool skip)
{
	struct back *b = q->b;
	u64 *word = page_address(q->table + 1);
	u32 i, first = seg->first_sect * 64, last = seg->last_sect * 64 + 63;

	if (copy(b, seg->gref, q->table + 1, 0, PAGE_SIZE, false) != GNTST_okay)
		return;
	b->looked++;
	for (i = 0; i < PAGE_SIZE / 8; i++)
		if (word[i] == b->canary && !(skip && i >= first && i <= last))
			b->spilled++;
}

static s16 move_seg(struct back_queue *q, const struct xsr_blk_req *req,
		    const struct xsr_blk_seg *seg, u64 *sector)
{
	struct back *b = q->b;
	u32 i;

	if (b->canary)
		look(q, seg, req->op != XSR_BLK_OP_READ);
	if (seg->last_sect >= XSR_BLK_SECTORS_PER_PAGE)
		return XSR_BLK_STATUS_ERROR;
	for (i = seg->first_sect; i <= seg->last_sect; i++, (*sector)++) {
		struct page *page = b->store[*sector / XSR_BLK_SECTORS_PER_PAGE % BACK_STORE_PAGES];
		struct gnttab_copy op = { .len = 512 };
		u32 at = *sector % XSR_BLK_SECTORS_PER_PAGE * 512;
		bool read = req->op == XSR_BLK_OP_READ;

		op.source.domid = read ? DOMID_SELF : b->e.xdev->otherend_id;
		op.dest.domid = read ? b->e.xdev->otherend_id : DOMID_SELF;
		op.source.offset = read ? at : i * 512;
		op.dest.offset = read ? i * 512 : at;
		if (read) {
			op.source.u.gmfn = xen_page_to_gfn(page);
			op.dest.u.ref = seg->gref;
			op.flags = GNTCOPY_dest_gref;
		} else {
			op.source.u.ref = seg->gref;
			op.dest.u.gmfn = xen_page_to_gfn(page);
			op.flags = GNTCOPY_source_gref;
		}
		gnttab_batch_copy(&op, 1);
		if (op.status != GNTST_okay)
			return XSR_BLK_STATUS_ERROR;
	}
	return XSR_BLK_STATUS_OKAY;
}

static s16 move_indirect(struct back_queue *q, const struct xsr_blk_req *req, u64 *sector)
{
	const struct xsr_blk_seg *seg = page_address(q->table);
	s16 status = XSR_BLK_STATUS_OKAY;
	u32 i, k;

	for (i = 0; i < req->nr_segs && !status; i++) {
		k = i % XSR_BLK_SEGS_PER_PAGE;
		if (!k && copy(q->b, req->gref[i / XSR_BLK_SEGS_PER_PAGE], q->table, 0, PAGE_SIZE,
			       false) != GNTST_okay)
			return XSR_BLK_STATUS_ERROR;
		status = move_seg(q, req, &seg[k], sector);
	}
	return status;
}

static s16 serve(struct back_queue *q, const struct xsr_blk_req *req)
{
	u64 sector = req->sector;
	s16 status = XSR_BLK_STATUS_OKAY;
	u32 i;

	if (req->op == XSR_BLK_OP_FLUSH || req->op == XSR_BLK_OP_DISCARD)
		return status;
	if (req->op > XSR_BLK_OP_BARRIER)
		return XSR_BLK_STATUS_UNSUPPORTED;
	if (req->indirect)
		return move_indirect(q, req, &sector);
	for (i = 0; i < req->nr_segs && i < XSR_BLK_MAX_SEGS && !status; i++)
		status = move_seg(q, req, &req->seg[i], &sector);
	return status;
}

void back_notify(struct back_queue *q)
{
	notify_remote_via_irq(q->irq);
}

void back_poke(struct evil_back *e)
{
	struct back *b = back_of(e);
	u32 i;

	for (i = 0; i < b->nr_queues; i++)
		back_notify(&b->queue[i]);
}

void back_respond(struct back_queue *q, u64 id, u8 op, s16 status)
{
	xsr_blk_put_rsp(&q->ring, XSR_BLK_ABI_64, id, op, status);
	xsr_ring_publish(&q->ring);
	back_notify(q);
}

static void answer(struct back_queue *q, const struct xsr_blk_req *req)
{
	const struct back_answer *armed = READ_ONCE(q->b->armed);
	s16 status = serve(q, req);

	if (armed && q->b->e.times && (armed->op == BACK_ANY_OP || armed->op == req->op)) {
		q->b->e.times--;
		q->b->e.given++;
		armed->give(q, req, status);
		wake_up_all(&q->b->e.wait);
		return;
	}
	back_respond(q, req->id, req->op, status);
}

static void work(struct back_queue *q)
{
	struct xsr_blk_req req;
	u32 n;

	do {
		while (xsr_ring_peek(&q->ring, &n) == XSR_OK && n && !kthread_should_stop()) {
			xsr_blk_take_req(&q->ring, XSR_BLK_ABI_64, &req);
			answer(q, &req);
		}
	} while (xsr_ring_arm(&q->ring, 1) && xsr_ring_peek(&q->ring, &n) == XSR_OK && n &&
		 !kthread_should_stop());
}

static int queue_thread(void *data)
{
	struct back_queue *q = data;

	while (!kthread_should_stop()) {
		wait_event_interruptible_timeout(q->wait, q->event || kthread_should_stop(),
						 HZ / 5);
		WRITE_ONCE(q->event, false);
		work(q);
	}
	return 0;
}

static irqreturn_t queue_event(int irq, void *data)
{
	struct back_queue *q = data;

	WRITE_ONCE(q->event, true);
	wake_up(&q->wait);
	xen_irq_lateeoi(irq, 0);
	return IRQ_HANDLED;
}

static int queue_attach(struct back *b, struct back_queue *q, const char *dir, u32 order,
			bool numbered)
{
	grant_ref_t gref[XSR_RING_MAX_PAGES];
	unsigned int port;
	char name[16];
	int irq;
	u32 i;

	for (i = 0; i < 1u << order; i++) {
		snprintf(name, sizeof(name), numbered ? "ring-ref%u" : "ring-ref", i);
		if (xenbus_scanf(XBT_NIL, dir, name, "%u", &gref[i]) != 1)
			return -EINVAL;
	}
	if (xenbus_scanf(XBT_NIL, dir, "event-channel", "%u", &port) != 1)
		return -EINVAL;
	if (xenbus_map_ring_valloc(b->e.xdev, gref, 1u << order, &q->shared))
		return -EINVAL;
	q->table = alloc_pages(GFP_KERNEL, 1);
	if (!q->table)
		return -ENOMEM;
	init_waitqueue_head(&q->wait);
	if (xsr_ring_attach(&q->ring, (void __shared __force *)q->shared, 1u << order,
			    sizeof(union xsr_blk_entry_64)))
		return -EPROTO;
	irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(b->e.xdev, port, queue_event, 0,
							    "evil-back", q);
	if (irq < 0)
		return irq;
	q->irq = irq;
	q->task = kthread_run(queue_thread, q, "evil-%u", b->e.number);
	if (IS_ERR(q->task)) {
		q->task = NULL;
		return -ENOMEM;
	}
	return 0;
}

static void queue_detach(struct back_queue *q)
{
	if (q->task)
		kthread_stop(q->task);
	if (q->irq)
		unbind_from_irqhandler(q->irq, q);
	if (q->shared)
		xenbus_unmap_ring_vfree(q->b->e.xdev, q->shared);
	if (q->table)
		__free_pages(q->table, 1);
	memset(q, 0, sizeof(*q));
}

void back_disconnect(struct evil_back *e)
{
	struct back *b = back_of(e);
	u32 i;

	for (i = 0; i < BACK_MAX_QUEUES; i++)
		queue_detach(&b->queue[i]);
	b->nr_queues = 0;
	back_release(b);
}

int back_connect(struct evil_back *e)
{
	struct back *b = back_of(e);
	const char *dir = e->xdev->otherend;
	u32 queues = xenbus_read_unsigned(dir, "multi-queue-num-queues", 1);
	u32 order = xenbus_read_unsigned(dir, "ring-page-order", 0);
	bool numbered = xenbus_exists(XBT_NIL, dir, "ring-page-order") == 1;
	char sub[80];
	int err = 0;
	u32 i;

	if (!queues || queues > BACK_MAX_QUEUES || order > XSR_RING_MAX_ORDER)
		return -EINVAL;
	for (i = 0; i < queues && !err; i++) {
		snprintf(sub, sizeof(sub), queues > 1 ? "%s/queue-%u" : "%s", dir, i);
		b->queue[i].b = b;
		err = queue_attach(b, &b->queue[i], sub, order, numbered);
	}
	if (err) {
		back_disconnect(e);
		return err;
	}
	b->nr_queues = queues;
	return 0;
}
