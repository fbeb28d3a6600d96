/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of the guest that stay mapped, so that small packets are read out of them without a hypercall;
 * see stage.c.
 */
#ifndef XSR_VIF_STAGE_H
#define XSR_VIF_STAGE_H

#include <linux/spinlock.h>

#include "grant/cache.h"
#include "grant/linux/mapped.h"
#include "ring/net_ctrl.h"

/* Most pages of a queue; set here. Our front-end has 16. A power of two. */
#define XSR_VIF_STAGE_PAGES 64

struct xsr_vif;
struct xsr_vif_queue;

/* What of a queue is mapped. */
struct xsr_vif_stage {
	spinlock_t
		lock; /* of the cache: the NAPI from the guest looks, the control ring's work adds */
	struct xsr_cache cache;
	void *storage; /* of the cache */
};

/* What maps for all queues of a vif. Only the control ring's work uses it, or whoever has ended that. */
struct xsr_vif_stages {
	struct xsr_budget *budget;
	struct xsr_mapped mapped;
	struct xsr_piece piece[XSR_VIF_STAGE_PAGES]; /* scratch */
};

/* Of a queue, with nothing mapped. Returns 0 or -ENOMEM. Destroying a zeroed one is harmless. */
int xsr_vif_stage_create(struct xsr_vif_stage *s);
void xsr_vif_stage_destroy(struct xsr_vif_stage *s);

/*
 * Map the @n pages of @list for queue @index. In the control ring's work. Returns whether all of them are
 * mapped now; those that are stay so in any case, until the vif disconnects.
 */
bool xsr_vif_stage_add(struct xsr_vif *vif, u32 index, const struct xsr_net_gref *list, u32 n);

/*
 * Unmap everything of @queue, @n of them, which the vif has no more. The control ring is disconnected and
 * nothing polls. Harmless when repeated.
 */
void xsr_vif_stage_release(struct xsr_vif *vif, struct xsr_vif_queue *queue, u32 n);

/* Copy @bytes from @offset of page @gref, if that is mapped; both lie within a page. In softirq. */
bool xsr_vif_stage_read(struct xsr_vif_stage *s, u32 gref, u32 offset, void *to, u32 bytes);

#endif /* XSR_VIF_STAGE_H */
