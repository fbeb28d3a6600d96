/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the block front-end: events/xsr_blkfront/ of tracefs. Off, each is a jump that is
 * not taken.
 *
 * dev is the virtual device number, queue and id name a request while it is out.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xsr_blkfront

#if !defined(XSR_BF_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XSR_BF_TRACE_H

#include <linux/tracepoint.h>

#include "frontend/block/queue.h"

/* clang-format off */

/* A request's pages are granted: those of copied data, or its own. */
TRACE_EVENT(xsr_bf_map,
	TP_PROTO(const struct xsr_bf_queue *q, const struct xsr_bf_req *br),
	TP_ARGS(q, br),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, id)
		__field(u32, segs)
		__field(u32, copied)
	),
	TP_fast_assign(
		__entry->dev = q->bf->vdev;
		__entry->queue = q->nr;
		__entry->id = br->req.id;
		__entry->segs = br->req.nr_segs;
		__entry->copied = br->copied;
	),
	TP_printk("dev=%u queue=%u id=%u segs=%u copied=%u", __entry->dev, __entry->queue,
		__entry->id, __entry->segs, __entry->copied)
);

/* A request is in the ring, not yet shown. */
TRACE_EVENT(xsr_bf_submit,
	TP_PROTO(const struct xsr_bf_queue *q, const struct xsr_bf_req *br),
	TP_ARGS(q, br),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, id)
		__field(u32, op)
		__field(u64, sector)
		__field(u32, segs)
	),
	TP_fast_assign(
		__entry->dev = q->bf->vdev;
		__entry->queue = q->nr;
		__entry->id = br->req.id;
		__entry->op = br->req.op;
		__entry->sector = br->req.sector;
		__entry->segs = br->req.nr_segs;
	),
	TP_printk("dev=%u queue=%u id=%u op=%u sector=%llu segs=%u", __entry->dev,
		__entry->queue, __entry->id, __entry->op, __entry->sector, __entry->segs)
);

DECLARE_EVENT_CLASS(xsr_bf_ring,
	TP_PROTO(const struct xsr_bf_queue *q),
	TP_ARGS(q),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, prod)
		__field(u32, busy)
	),
	TP_fast_assign(
		__entry->dev = q->bf->vdev;
		__entry->queue = q->nr;
		__entry->prod = q->ch.ring.out_pub;
		__entry->busy = xsr_ring_busy(&q->ch.ring);
	),
	TP_printk("dev=%u queue=%u req_prod=%u busy=%u", __entry->dev, __entry->queue,
		__entry->prod, __entry->busy)
);

/* What was put is shown to the back-end. */
DEFINE_EVENT(xsr_bf_ring, xsr_bf_publish,
	TP_PROTO(const struct xsr_bf_queue *q), TP_ARGS(q));

/* The back-end is sent an event. */
DEFINE_EVENT(xsr_bf_ring, xsr_bf_notify,
	TP_PROTO(const struct xsr_bf_queue *q), TP_ARGS(q));

/* A request was answered; ns is the time since it was put. */
TRACE_EVENT(xsr_bf_complete,
	TP_PROTO(const struct xsr_bf_queue *q, const struct xsr_bf_req *br, s16 status, u64 ns),
	TP_ARGS(q, br, status, ns),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, id)
		__field(u32, op)
		__field(int, status)
		__field(u64, ns)
	),
	TP_fast_assign(
		__entry->dev = q->bf->vdev;
		__entry->queue = q->nr;
		__entry->id = br->req.id;
		__entry->op = br->req.op;
		__entry->status = status;
		__entry->ns = ns;
	),
	TP_printk("dev=%u queue=%u id=%u op=%u status=%d ns=%llu", __entry->dev, __entry->queue,
		__entry->id, __entry->op, __entry->status, __entry->ns)
);

#endif /* XSR_BF_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH frontend/block
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
