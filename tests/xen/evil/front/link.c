// SPDX-License-Identifier: GPL-2.0
/*
 * Rings and keys of a connection, all honest.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/events.h>
#include <xen/page.h>

#include "tests/xen/evil/front/front.h"

void front_pages_destroy(struct front *f)
{
	u32 i;

	for (i = 0; i < FRONT_DATA_PAGES; i++)
		evil_page_destroy(&f->data[i]);
	evil_page_destroy(&f->table);
}

int front_pages_create(struct front *f)
{
	int err = evil_page_create(f->e.xdev, &f->table, false);
	u32 i;

	for (i = 0; !err && i < FRONT_DATA_PAGES; i++)
		err = evil_page_create(f->e.xdev, &f->data[i], false);
	if (err)
		front_pages_destroy(f);
	return err;
}

/* Commands look for responses by themselves; events only have to be ended. */
static irqreturn_t queue_event(int irq, void *data)
{
	xen_irq_lateeoi(irq, 0);
	return IRQ_HANDLED;
}

static void queue_destroy(struct front_queue *q)
{
	u32 i;

	if (q->irq > 0)
		unbind_from_irqhandler(q->irq, q);
	else if (q->evtchn)
		xenbus_free_evtchn(q->f->e.xdev, q->evtchn);
	for (i = 0; q->shared && i < q->nr_pages; i++)
		gnttab_end_foreign_access(q->gref[i], virt_to_page(q->shared + i * PAGE_SIZE));
	memset(q, 0, sizeof(*q));
}

static int queue_grant(struct front_queue *q)
{
	int gref;
	u32 i;

	for (i = 0; i < q->nr_pages; i++) {
		gref = gnttab_grant_foreign_access(q->f->e.xdev->otherend_id,
						   virt_to_gfn(q->shared + i * PAGE_SIZE), 0);
		if (gref < 0)
			return gref;
		q->gref[i] = gref;
	}
	return 0;
}

static int queue_create(struct front *f, struct front_queue *q, u32 order)
{
	int err;

	q->f = f;
	q->nr_pages = 1u << order;
	q->shared = alloc_pages_exact(q->nr_pages * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	if (!q->shared)
		return -ENOMEM;
	err = queue_grant(q);
	if (err)
		return err;
	xsr_ring_create(&q->ring, (void __shared __force *)q->shared, q->nr_pages,
			sizeof(union xsr_blk_entry_64));
	err = xenbus_alloc_evtchn(f->e.xdev, &q->evtchn);
	if (err)
		return err;
	q->irq = bind_evtchn_to_irqhandler_lateeoi(q->evtchn, queue_event, 0, "evil-blkif", q);
	return q->irq < 0 ? q->irq : 0;
}

void front_drop_rings(struct evil_front *e)
{
	struct front *f = front_of(e);
	u32 i;

	for (i = 0; i < FRONT_MAX_QUEUES; i++)
		if (f->queue[i].f)
			queue_destroy(&f->queue[i]);
	f->nr_queues = 0;
}

/* No key of an earlier connection may help this one. */
static void keys_clear(struct front *f)
{
	static const char *const keys[] = {
		"ring-ref", "event-channel",	  "ring-page-order", "multi-queue-num-queues",
		"protocol", "feature-persistent", "lent-segments",
	};
	const char *dir = f->e.xdev->nodename;
	char name[24];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		xenbus_rm(XBT_NIL, dir, keys[i]);
	for (i = 0; i < XSR_RING_MAX_PAGES; i++) {
		snprintf(name, sizeof(name), "ring-ref%u", i);
		xenbus_rm(XBT_NIL, dir, name);
	}
	for (i = 0; i < FRONT_MAX_QUEUES; i++) {
		snprintf(name, sizeof(name), "queue-%u", i);
		xenbus_rm(XBT_NIL, dir, name);
	}
}

static void keys_write_queue(struct front *f, u32 nr)
{
	const struct front_queue *q = &f->queue[nr];
	char dir[80], name[24];
	u32 i;

	if (f->nr_queues > 1)
		snprintf(dir, sizeof(dir), "%s/queue-%u", f->e.xdev->nodename, nr);
	else
		strscpy(dir, f->e.xdev->nodename, sizeof(dir));
	for (i = 0; i < q->nr_pages; i++) {
		snprintf(name, sizeof(name), q->nr_pages > 1 ? "ring-ref%u" : "ring-ref", i);
		xenbus_printf(XBT_NIL, dir, name, "%u", q->gref[i]);
	}
	xenbus_printf(XBT_NIL, dir, "event-channel", "%u", q->evtchn);
}

void front_keys(struct evil_front *e)
{
	const char *dir = e->xdev->nodename;
	struct front *f = front_of(e);
	u32 i;

	keys_clear(f);
	if (f->shape.order)
		xenbus_printf(XBT_NIL, dir, "ring-page-order", "%u", f->shape.order);
	if (f->nr_queues > 1)
		xenbus_printf(XBT_NIL, dir, "multi-queue-num-queues", "%u", f->nr_queues);
	if (f->shape.persistent)
		xenbus_write(XBT_NIL, dir, "feature-persistent", "1");
	if (f->shape.lent)
		xenbus_write(XBT_NIL, dir, "lent-segments", "1");
	xenbus_write(XBT_NIL, dir, "protocol", "x86_64-abi");
	for (i = 0; i < f->nr_queues; i++)
		keys_write_queue(f, i);
}

int front_rings(struct evil_front *e)
{
	struct front *f = front_of(e);
	int err = 0;
	u32 i;

	for (i = 0; !err && i < f->shape.queues; i++)
		err = queue_create(f, &f->queue[i], f->shape.order);
	f->nr_queues = i;
	return err;
}

u64 front_capacity(const struct front *f)
{
	u64 sectors;

	if (xenbus_scanf(XBT_NIL, f->e.xdev->otherend, "sectors", "%llu", &sectors) != 1)
		return 0;
	return sectors;
}
