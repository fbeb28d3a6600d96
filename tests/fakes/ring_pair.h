/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Both ends of one ring over pages of this process, for tests.
 *
 * The pair can be made as if any number of requests had come and gone, so that tests see indexes
 * wrap. The header fields are reachable by name, for a test that plays a hostile peer.
 */
#ifndef FAKES_RING_PAIR_H
#define FAKES_RING_PAIR_H

#include "ring/ring_attach.h"

struct ring_pair {
	/* Entries are words to both ends; a test that pokes bytes must do it with memcpy. */
	_Alignas(XSR_PAGE_SIZE) u32 page[XSR_RING_MAX_PAGES * XSR_PAGE_SIZE / 4];
	struct xsr_ring front;
	struct xsr_ring back;
};

static inline struct xsr_sring *ring_pair_header(struct ring_pair *p)
{
	return (struct xsr_sring *)p->page;
}

/* Entry @idx as bytes. */
static inline u8 *ring_pair_entry(struct ring_pair *p, u32 idx)
{
	return (u8 *)xsr_ring_entry(&p->front, idx);
}

/* A ring at rest whose indexes all stand at @base. */
static inline void ring_pair_init(struct ring_pair *p, u32 pages, u32 stride, u32 base)
{
	struct xsr_sring *s = ring_pair_header(p);

	xsr_ring_create(&p->front, p->page, pages, stride);
	p->front.out = base;
	p->front.out_pub = base;
	p->front.in = base;
	s->req_prod = base;
	s->rsp_prod = base;
	s->req_event = base + 1;
	s->rsp_event = base + 1;
	(void)xsr_ring_attach(&p->back, p->page, pages, stride);
}

#endif /* FAKES_RING_PAIR_H */
