/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the block back-end: events/xsr_blkback/ of tracefs. Off, each is a jump that is not
 * taken.
 *
 * dom is the guest, queue and id name a request of one of its disks; disk is the device number of
 * what is behind it.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xsr_blkback

#if !defined(XSR_VBD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XSR_VBD_TRACE_H

#include <linux/tracepoint.h>

#include "backend/block/queue.h"

/* clang-format off */

DECLARE_EVENT_CLASS(xsr_vbd_grants,
	TP_PROTO(const struct xsr_vbd_queue *q, u32 ops),
	TP_ARGS(q, ops),
	TP_STRUCT__entry(
		__field(u32, dom)
		__field(u32, disk)
		__field(u32, queue)
		__field(u32, ops)
	),
	TP_fast_assign(
		__entry->dom = q->vbd->xdev->otherend_id;
		__entry->disk = q->vbd->disk.bdev->bd_dev;
		__entry->queue = q->index;
		__entry->ops = ops;
	),
	TP_printk("dom=%u disk=%u:%u queue=%u ops=%u", __entry->dom, MAJOR(__entry->disk),
		MINOR(__entry->disk), __entry->queue, __entry->ops)
);

/* Pages of the guest are mapped, in one hypercall. */
DEFINE_EVENT(xsr_vbd_grants, xsr_vbd_map,
	TP_PROTO(const struct xsr_vbd_queue *q, u32 ops), TP_ARGS(q, ops));

/* ... or unmapped. */
DEFINE_EVENT(xsr_vbd_grants, xsr_vbd_unmap,
	TP_PROTO(const struct xsr_vbd_queue *q, u32 ops), TP_ARGS(q, ops));

/* Data of small requests is copied from or to the guest, in one hypercall. */
DEFINE_EVENT(xsr_vbd_grants, xsr_vbd_copy,
	TP_PROTO(const struct xsr_vbd_queue *q, u32 ops), TP_ARGS(q, ops));

/* A request that passed all checks goes to the disk. */
TRACE_EVENT(xsr_vbd_submit,
	TP_PROTO(const struct xsr_vbd_req *req),
	TP_ARGS(req),
	TP_STRUCT__entry(
		__field(u32, dom)
		__field(u32, disk)
		__field(u32, queue)
		__field(u32, op)
		__field(u64, id)
		__field(u64, sector)
		__field(u64, sectors)
	),
	TP_fast_assign(
		__entry->dom = req->queue->vbd->xdev->otherend_id;
		__entry->disk = req->queue->vbd->disk.bdev->bd_dev;
		__entry->queue = req->queue->index;
		__entry->op = req->op;
		__entry->id = req->id;
		__entry->sector = req->sector;
		__entry->sectors = req->nr_sectors;
	),
	TP_printk("dom=%u disk=%u:%u queue=%u id=%llu op=%u sector=%llu sectors=%llu",
		__entry->dom, MAJOR(__entry->disk), MINOR(__entry->disk), __entry->queue,
		__entry->id, __entry->op, __entry->sector, __entry->sectors)
);

/* A request is answered, not yet shown; ns is the time since it was taken from the ring. */
TRACE_EVENT(xsr_vbd_complete,
	TP_PROTO(const struct xsr_vbd_req *req, u64 ns),
	TP_ARGS(req, ns),
	TP_STRUCT__entry(
		__field(u32, dom)
		__field(u32, disk)
		__field(u32, queue)
		__field(u32, op)
		__field(int, status)
		__field(u64, id)
		__field(u64, ns)
	),
	TP_fast_assign(
		__entry->dom = req->queue->vbd->xdev->otherend_id;
		__entry->disk = req->queue->vbd->disk.bdev->bd_dev;
		__entry->queue = req->queue->index;
		__entry->op = req->op;
		__entry->status = req->status;
		__entry->id = req->id;
		__entry->ns = ns;
	),
	TP_printk("dom=%u disk=%u:%u queue=%u id=%llu op=%u status=%d ns=%llu", __entry->dom,
		MAJOR(__entry->disk), MINOR(__entry->disk), __entry->queue, __entry->id,
		__entry->op, __entry->status, __entry->ns)
);

DECLARE_EVENT_CLASS(xsr_vbd_ring,
	TP_PROTO(const struct xsr_vbd_queue *q),
	TP_ARGS(q),
	TP_STRUCT__entry(
		__field(u32, dom)
		__field(u32, disk)
		__field(u32, queue)
		__field(u32, prod)
		__field(u32, busy)
	),
	TP_fast_assign(
		__entry->dom = q->vbd->xdev->otherend_id;
		__entry->disk = q->vbd->disk.bdev->bd_dev;
		__entry->queue = q->index;
		__entry->prod = q->channel.ring.out_pub;
		__entry->busy = xsr_ring_busy(&q->channel.ring);
	),
	TP_printk("dom=%u disk=%u:%u queue=%u rsp_prod=%u busy=%u", __entry->dom,
		MAJOR(__entry->disk), MINOR(__entry->disk), __entry->queue, __entry->prod,
		__entry->busy)
);

/* Answers are shown to the front-end. */
DEFINE_EVENT(xsr_vbd_ring, xsr_vbd_publish,
	TP_PROTO(const struct xsr_vbd_queue *q), TP_ARGS(q));

/* The front-end is sent an event. */
DEFINE_EVENT(xsr_vbd_ring, xsr_vbd_notify,
	TP_PROTO(const struct xsr_vbd_queue *q), TP_ARGS(q));

#endif /* XSR_VBD_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH backend/block
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
