// SPDX-License-Identifier: GPL-2.0
/*
 * Pages and event channels as a front-end has them; see pages.h.
 */
#include <linux/mm.h>
#include <xen/events.h>
#include <xen/page.h>

#include "ring/ring_attach.h"
#include "tests/xen/evil/common/pages.h"

int evil_page_create(struct xenbus_device *xdev, struct evil_page *p, bool readonly)
{
	int gref;

	p->va = (void *)get_zeroed_page(GFP_KERNEL);
	if (!p->va)
		return -ENOMEM;
	gref = gnttab_grant_foreign_access(xdev->otherend_id, virt_to_gfn(p->va), readonly);
	if (gref < 0) {
		free_page((unsigned long)p->va);
		p->va = NULL;
		return gref;
	}
	p->gref = gref;
	return 0;
}

void evil_page_destroy(struct evil_page *p)
{
	if (p->va)
		gnttab_end_foreign_access(p->gref, virt_to_page(p->va));
	p->va = NULL;
}

bool evil_page_revoke(struct evil_page *p)
{
	return gnttab_end_foreign_access_ref(p->gref);
}

void evil_page_regrant(struct xenbus_device *xdev, struct evil_page *p, bool readonly)
{
	gnttab_grant_foreign_access_ref(p->gref, xdev->otherend_id, virt_to_gfn(p->va), readonly);
}

static irqreturn_t ring_event(int irq, void *data)
{
	xen_irq_lateeoi(irq, 0);
	return IRQ_HANDLED;
}

int evil_ring_create(struct xenbus_device *xdev, struct evil_ring *r, u32 stride, bool events)
{
	int err = evil_page_create(xdev, &r->page, false);

	if (err)
		return err;
	r->xdev = xdev;
	xsr_ring_create(&r->ring, (void __shared __force *)r->page.va, 1, stride);
	if (!events)
		return 0;
	err = xenbus_alloc_evtchn(xdev, &r->evtchn);
	if (err)
		return err;
	r->irq = bind_evtchn_to_irqhandler_lateeoi(r->evtchn, ring_event, 0, "evil-front", r);
	return r->irq < 0 ? r->irq : 0;
}

void evil_ring_destroy(struct evil_ring *r)
{
	if (!r->xdev)
		return;
	if (r->irq > 0)
		unbind_from_irqhandler(r->irq, r);
	else if (r->evtchn)
		xenbus_free_evtchn(r->xdev, r->evtchn);
	evil_page_destroy(&r->page);
	memset(r, 0, sizeof(*r));
}

void evil_ring_notify(const struct evil_ring *r)
{
	if (r->irq > 0)
		notify_remote_via_irq(r->irq);
}

void evil_ring_jump(struct evil_ring *r, u32 value)
{
	struct xsr_sring *s = r->page.va;

	xsr_store_release(&s->req_prod, value);
	evil_ring_notify(r);
}
