// SPDX-License-Identifier: GPL-2.0
/*
 * Connecting to a back-end and letting go of it, honestly but for the one key that front->shape
 * names. The states of the other end are only noted by its callback; everything here waits for
 * them in the context of the command.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/events.h>
#include <xen/page.h>

#include "tests/xen/evil/front/front.h"

void front_state(struct front *f, u32 state)
{
	xenbus_printf(XBT_NIL, f->xdev->nodename, "state", "%u", state);
}

void front_mark(struct front *f)
{
	WRITE_ONCE(f->seen, 0);
}

bool front_is_closed(const struct front *f)
{
	u32 theirs = READ_ONCE(f->theirs);

	return theirs == XenbusStateClosing || theirs == XenbusStateClosed ||
	       theirs == XenbusStateUnknown || READ_ONCE(f->gone);
}

bool front_wait(struct front *f, u32 state, unsigned int ms)
{
	wait_event_timeout(f->wait, READ_ONCE(f->theirs) == state || READ_ONCE(f->gone),
			   msecs_to_jiffies(ms));
	return READ_ONCE(f->theirs) == state;
}

bool front_wait_closed(struct front *f, unsigned int ms)
{
	wait_event_timeout(f->wait, front_is_closed(f), msecs_to_jiffies(ms));
	return front_is_closed(f);
}

static int page_create(struct front *f, struct front_page *p)
{
	int gref;

	p->va = (void *)get_zeroed_page(GFP_KERNEL);
	if (!p->va)
		return -ENOMEM;
	gref = gnttab_grant_foreign_access(f->xdev->otherend_id, virt_to_gfn(p->va), 0);
	if (gref < 0) {
		free_page((unsigned long)p->va);
		p->va = NULL;
		return gref;
	}
	p->gref = gref;
	return 0;
}

static void page_destroy(struct front_page *p)
{
	if (p->va)
		gnttab_end_foreign_access(p->gref, virt_to_page(p->va));
	p->va = NULL;
}

void front_pages_destroy(struct front *f)
{
	u32 i;

	for (i = 0; i < FRONT_DATA_PAGES; i++)
		page_destroy(&f->data[i]);
	page_destroy(&f->table);
}

int front_pages_create(struct front *f)
{
	int err = page_create(f, &f->table);
	u32 i;

	for (i = 0; !err && i < FRONT_DATA_PAGES; i++)
		err = page_create(f, &f->data[i]);
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
		xenbus_free_evtchn(q->f->xdev, q->evtchn);
	for (i = 0; q->shared && i < q->nr_pages; i++)
		gnttab_end_foreign_access(q->gref[i], virt_to_page(q->shared + i * PAGE_SIZE));
	memset(q, 0, sizeof(*q));
}

static int queue_grant(struct front_queue *q)
{
	int gref;
	u32 i;

	for (i = 0; i < q->nr_pages; i++) {
		gref = gnttab_grant_foreign_access(q->f->xdev->otherend_id,
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
	err = xenbus_alloc_evtchn(f->xdev, &q->evtchn);
	if (err)
		return err;
	q->irq = bind_evtchn_to_irqhandler_lateeoi(q->evtchn, queue_event, 0, "evil-blkif", q);
	return q->irq < 0 ? q->irq : 0;
}

void front_drop_rings(struct front *f)
{
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
		"protocol", "feature-persistent",
	};
	const char *dir = f->xdev->nodename;
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
		snprintf(dir, sizeof(dir), "%s/queue-%u", f->xdev->nodename, nr);
	else
		strscpy(dir, f->xdev->nodename, sizeof(dir));
	for (i = 0; i < q->nr_pages; i++) {
		snprintf(name, sizeof(name), q->nr_pages > 1 ? "ring-ref%u" : "ring-ref", i);
		xenbus_printf(XBT_NIL, dir, name, "%u", q->gref[i]);
	}
	xenbus_printf(XBT_NIL, dir, "event-channel", "%u", q->evtchn);
}

static void keys_write(struct front *f)
{
	const char *dir = f->xdev->nodename;
	u32 i;

	keys_clear(f);
	if (f->shape.order)
		xenbus_printf(XBT_NIL, dir, "ring-page-order", "%u", f->shape.order);
	if (f->nr_queues > 1)
		xenbus_printf(XBT_NIL, dir, "multi-queue-num-queues", "%u", f->nr_queues);
	if (f->shape.persistent)
		xenbus_write(XBT_NIL, dir, "feature-persistent", "1");
	xenbus_write(XBT_NIL, dir, "protocol", "x86_64-abi");
	for (i = 0; i < f->nr_queues; i++)
		keys_write_queue(f, i);
	if (f->shape.key && strcmp(f->shape.value, "@flicker"))
		evil_key_write(dir, f->shape.key, f->shape.value);
}

/* Makes the key of the shape come and go as fast as xenstore allows. */
static int flicker(void *data)
{
	struct front *f = data;
	const char *dir = f->xdev->nodename, *key = f->shape.key;
	unsigned int len;
	char *honest = xenbus_read(XBT_NIL, dir, key, &len);

	while (!kthread_should_stop()) {
		xenbus_rm(XBT_NIL, dir, key);
		xenbus_write(XBT_NIL, dir, key, IS_ERR(honest) ? "1" : honest);
		cond_resched();
	}
	if (!IS_ERR(honest))
		kfree(honest);
	return 0;
}

static bool is_connected_or_closed(const struct front *f)
{
	return READ_ONCE(f->theirs) == XenbusStateConnected || front_is_closed(f);
}

static int wait_for_connect(struct front *f)
{
	front_state(f, XenbusStateInitialised);
	wait_event_timeout(f->wait, is_connected_or_closed(f), msecs_to_jiffies(FRONT_PATIENCE_MS));
	if (READ_ONCE(f->theirs) == XenbusStateConnected)
		return 0;
	return front_is_closed(f) ? -ECONNREFUSED : -ETIMEDOUT;
}

int front_up(struct front *f)
{
	struct task_struct *task = NULL;
	int err = 0;
	u32 i;

	for (i = 0; !err && i < f->shape.queues; i++)
		err = queue_create(f, &f->queue[i], f->shape.order);
	f->nr_queues = i;
	if (err)
		return err;
	keys_write(f);
	if (f->shape.key && !strcmp(f->shape.value, "@flicker"))
		task = kthread_run(flicker, f, "evil-flicker");
	err = wait_for_connect(f);
	if (!IS_ERR_OR_NULL(task))
		kthread_stop(task);
	if (err)
		return err;
	if (xenbus_scanf(XBT_NIL, f->xdev->otherend, "sectors", "%llu", &f->capacity) != 1)
		f->capacity = 0;
	front_state(f, XenbusStateConnected);
	return 0;
}

void front_down(struct front *f)
{
	front_state(f, XenbusStateClosed);
	front_wait(f, XenbusStateClosed, FRONT_PATIENCE_MS);
	front_drop_rings(f);
}

int front_again(struct front *f)
{
	front_down(f);
	if (READ_ONCE(f->theirs) != XenbusStateClosed)
		return -ETIMEDOUT;
	front_state(f, XenbusStateInitialising);
	return front_wait(f, XenbusStateInitWait, FRONT_PATIENCE_MS) ? 0 : -ETIMEDOUT;
}
