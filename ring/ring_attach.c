// SPDX-License-Identifier: GPL-2.0
/*
 * Tying a private struct xsr_ring to shared pages; see ring_attach.h for what it promises.
 *
 * The shared address space is cast away here and in ring.h only.
 */
#include "ring/ring_attach.h"

u32 xsr_ring_capacity(u32 pages, u32 stride)
{
	u32 fit = (pages * XSR_PAGE_SIZE - (u32)sizeof(struct xsr_sring)) / stride;
	u32 size = 1;

	if (!fit)
		return 0;
	while (size <= fit / 2)
		size *= 2;
	return size;
}

/* Point the out and in halves at the index pair of the role. */
static void ring_bind(struct xsr_ring *r, void __shared *shared, enum xsr_role role)
{
	struct xsr_sring __shared *s = shared;

	r->entries = (u8 __shared *)shared + sizeof(*s);
	r->role = role;
	r->out_idx = role == XSR_FRONT ? &s->req_prod : &s->rsp_prod;
	r->out_event = role == XSR_FRONT ? &s->req_event : &s->rsp_event;
	r->in_idx = role == XSR_FRONT ? &s->rsp_prod : &s->req_prod;
	r->in_event = role == XSR_FRONT ? &s->rsp_event : &s->req_event;
}

void xsr_ring_create(struct xsr_ring *r, void __shared *shared, u32 pages, u32 stride)
{
	struct xsr_sring *s = (struct xsr_sring __xsr_force *)shared;

	memset(r, 0, sizeof(*r));
	memset(s, 0, pages * XSR_PAGE_SIZE);
	s->req_event = 1;
	s->rsp_event = 1;
	ring_bind(r, shared, XSR_FRONT);
	r->size = xsr_ring_capacity(pages, stride);
	r->stride = stride;
}

enum xsr_verdict xsr_ring_attach(struct xsr_ring *r, void __shared *shared, u32 pages, u32 stride)
{
	u32 unused;

	memset(r, 0, sizeof(*r));
	ring_bind(r, shared, XSR_BACK);
	r->size = xsr_ring_capacity(pages, stride);
	r->stride = stride;
	r->out = xsr_read_once((u32 __xsr_force *)r->out_idx);
	r->out_pub = r->out;
	r->in = r->out;
	return xsr_ring_peek(r, &unused);
}
