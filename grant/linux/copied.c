// SPDX-License-Identifier: GPL-2.0
/*
 * Having Xen copy between the peer's pages and ours; see copied.h. The only file that asks for
 * GNTTABOP_copy.
 *
 * The kernel's own helper for batches of copies retries, with a sleep, what Xen answers with
 * GNTST_eagain; the users of this file are in softirq, so the hypercall is made directly and such
 * a copy counts as failed.
 */
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

void xsr_copied_run(struct xsr_copied *c)
{
	u32 i;

	if (!c->n)
		return;
	c->calls++;
	c->ops += c->n;
	/* What became of each copy is in its status, which starts out as a failure. */
	(void)HYPERVISOR_grant_table_op(GNTTABOP_copy, c->op, c->n);
	for (i = 0; i < c->n; i++)
		c->failed += xsr_copied_failed(c, i);
}
EXPORT_SYMBOL_GPL(xsr_copied_run);
