/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tying a private struct xsr_ring to shared pages, by either end.
 *
 * Decides how many entries fit and where an end starts counting. Never allocates, maps or grants:
 * the caller brings the pages, virtually contiguous, and keeps them until the ring is forgotten.
 */
#ifndef XSR_RING_ATTACH_H
#define XSR_RING_ATTACH_H

#include "ring/ring.h"

/* Most pages of a ring that the Linux xenbus layer can map: order 4. */
#define XSR_RING_MAX_ORDER 4
#define XSR_RING_MAX_PAGES (1u << XSR_RING_MAX_ORDER)

/* Entries of @stride bytes in @pages shared pages: the largest power of two, 0 if none fits. */
u32 xsr_ring_capacity(u32 pages, u32 stride);

/*
 * Front-end: make an empty ring in @shared, which the back-end cannot see yet.
 * @stride: bytes per entry, a multiple of 4.
 */
void xsr_ring_create(struct xsr_ring *r, void __shared *shared, u32 pages, u32 stride);

/*
 * Back-end: take over the ring that a front-end made, possibly in mid-life: an earlier back-end
 * may have gone away with requests unanswered. Counting starts at the responses already given, so
 * each unanswered request is taken again.
 * Returns XSR_FATAL if the indexes in the page are impossible; the ring must then not be used.
 */
enum xsr_verdict xsr_ring_attach(struct xsr_ring *r, void __shared *shared, u32 pages, u32 stride);

#endif /* XSR_RING_ATTACH_H */
