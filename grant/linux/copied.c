// SPDX-License-Identifier: GPL-2.0
/*
 * Having Xen copy between the peer's pages and ours; see copied.h. The only file that asks for
 * GNTTABOP_copy.
 *
 * The kernel's own helper for batches of copies retries, with sleeps of up to 32 seconds for each
 * copy, what Xen answers with GNTST_eagain. Users of this file are in softirq, where such a copy
 * counts as failed, or in a thread that all requests of a queue wait for; so the hypercall is made
 * directly, and the time for retries is that of the batch.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <asm/xen/hypercall.h>
#include <xen/page.h>

#include "grant/linux/copied.h"
#include "ring/linux/compat/compat.h"

int xsr_copied_create(struct xsr_copied *c, domid_t domid, u32 size)
{
	memset(c, 0, sizeof(*c));
	c->op = kvmalloc_array(size, sizeof(*c->op), GFP_KERNEL);
	if (!c->op)
		return -ENOMEM;
	c->domid = domid;
	c->size = size;
	return 0;
}
EXPORT_SYMBOL_GPL(xsr_copied_create);

void xsr_copied_destroy(struct xsr_copied *c)
{
	kvfree(c->op);
	c->op = NULL;
	c->size = 0;
	c->n = 0;
}
EXPORT_SYMBOL_GPL(xsr_copied_destroy);

static void copied_peer(const struct xsr_copied *c, struct gnttab_copy_ptr *end, u32 gref,
			u32 offset)
{
	end->u.ref = gref;
	end->domid = c->domid;
	end->offset = offset;
}

static void copied_ours(struct gnttab_copy_ptr *end, const void *at)
{
	end->u.gmfn = virt_to_gfn(at);
	end->domid = DOMID_SELF;
	end->offset = xen_offset_in_page(at);
}

static struct gnttab_copy *copied_add(struct xsr_copied *c, u32 bytes)
{
	struct gnttab_copy *op = &c->op[c->n++];

	op->len = bytes;
	op->status = GNTST_general_error; /* until Xen says otherwise */
	return op;
}

void xsr_copied_from(struct xsr_copied *c, u32 gref, u32 offset, void *to, u32 bytes)
{
	struct gnttab_copy *op = copied_add(c, bytes);

	op->flags = GNTCOPY_source_gref;
	copied_peer(c, &op->source, gref, offset);
	copied_ours(&op->dest, to);
}
EXPORT_SYMBOL_GPL(xsr_copied_from);

void xsr_copied_to(struct xsr_copied *c, u32 gref, u32 offset, const void *from, u32 bytes)
{
	struct xen_page_foreign *foreign = xen_page_foreign(virt_to_page(from));
	struct gnttab_copy *op = copied_add(c, bytes);

	op->flags = GNTCOPY_dest_gref;
	copied_ours(&op->source, from);
	if (foreign) {
		/* The frame is not ours to name; its owner's grant is. */
		op->flags |= GNTCOPY_source_gref;
		op->source.u.ref = foreign->gref;
		op->source.domid = foreign->domid;
	}
	copied_peer(c, &op->dest, gref, offset);
}
EXPORT_SYMBOL_GPL(xsr_copied_to);

/* What becomes of each copy is in its status, which starts out as a failure. */
static void copied_call(struct xsr_copied *c, struct gnttab_copy *op, u32 n)
{
	c->calls++;
	(void)HYPERVISOR_grant_table_op(GNTTABOP_copy, op, n);
}

static void copied_count_failed(struct xsr_copied *c)
{
	u32 i;

	for (i = 0; i < c->n; i++)
		c->failed += xsr_copied_failed(c, i);
}

void xsr_copied_run(struct xsr_copied *c)
{
	if (!c->n)
		return;
	c->ops += c->n;
	copied_call(c, c->op, c->n);
	copied_count_failed(c);
}
EXPORT_SYMBOL_GPL(xsr_copied_run);

/* The pauses before retries are 1 ms, 2 ms, 4 ms and so on; with 8 of them 255 ms in all. */
#define COPIED_RETRIES 8

/* Try those again that Xen wants tried again. Returns whether there were any. */
static bool copied_retry(struct xsr_copied *c, u32 pause)
{
	bool any = false;
	u32 i;

	for (i = 0; i < c->n; i++) {
		if (likely(c->op[i].status != GNTST_eagain))
			continue;
		if (!any)
			msleep(pause);
		any = true;
		copied_call(c, &c->op[i], 1);
	}
	return any;
}

void xsr_copied_run_wait(struct xsr_copied *c)
{
	u32 i;

	if (!c->n)
		return;
	c->ops += c->n;
	copied_call(c, c->op, c->n);
	for (i = 0; i < COPIED_RETRIES && copied_retry(c, 1u << i); i++)
		;
	copied_count_failed(c);
}
EXPORT_SYMBOL_GPL(xsr_copied_run_wait);
