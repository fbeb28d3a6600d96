/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the network back-end: events/xsr_netback/ of tracefs. Off, each is a jump that is
 * not taken.
 *
 * dev is the interface's index (ip link), queue a number below its queues; from is 1 for what the
 * guest sends and 0 for what it receives.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xsr_netback

#if !defined(XSR_VIF_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XSR_VIF_TRACE_H

#include <linux/tracepoint.h>

#include "backend/net/queue.h"
#include "ring/net_to_back.h"
#include "ring/net_to_front.h"

/* clang-format off */

/* A packet of the guest was taken; why is 0 if it is good so far, verdict 2 disconnects. */
TRACE_EVENT(xsr_vif_take,
	TP_PROTO(const struct xsr_vif_queue *q, const struct xsr_net_pkt *pkt, int verdict),
	TP_ARGS(q, pkt, verdict),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, entries)
		__field(u32, slots)
		__field(u32, len)
		__field(u32, gso_size)
		__field(u32, why)
		__field(int, verdict)
	),
	TP_fast_assign(
		__entry->dev = q->vif->netdev->ifindex;
		__entry->queue = q->index;
		__entry->entries = pkt->entries;
		__entry->slots = pkt->nr_slots;
		__entry->len = pkt->len;
		__entry->gso_size = pkt->meta.gso_size;
		__entry->why = pkt->why;
		__entry->verdict = verdict;
	),
	TP_printk("dev=%u queue=%u entries=%u slots=%u len=%u gso_size=%u why=%u verdict=%d",
		__entry->dev, __entry->queue, __entry->entries, __entry->slots, __entry->len,
		__entry->gso_size, __entry->why, __entry->verdict)
);

/* A packet for the guest has its place in the ring. */
TRACE_EVENT(xsr_vif_fill,
	TP_PROTO(const struct xsr_vif_queue *q, const struct xsr_net_fill *fill),
	TP_ARGS(q, fill),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, slots)
		__field(u32, len)
		__field(u32, gso_size)
	),
	TP_fast_assign(
		__entry->dev = q->vif->netdev->ifindex;
		__entry->queue = q->index;
		__entry->slots = fill->nr_slots;
		__entry->len = fill->len;
		__entry->gso_size = fill->meta.gso_size;
	),
	TP_printk("dev=%u queue=%u slots=%u len=%u gso_size=%u", __entry->dev, __entry->queue,
		__entry->slots, __entry->len, __entry->gso_size)
);

/* Xen has copied a batch. */
TRACE_EVENT(xsr_vif_copy,
	TP_PROTO(const struct xsr_vif_queue *q, bool from, u32 packets, u32 copies),
	TP_ARGS(q, from, packets, copies),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, from)
		__field(u32, packets)
		__field(u32, copies)
	),
	TP_fast_assign(
		__entry->dev = q->vif->netdev->ifindex;
		__entry->queue = q->index;
		__entry->from = from;
		__entry->packets = packets;
		__entry->copies = copies;
	),
	TP_printk("dev=%u queue=%u from=%u packets=%u copies=%u", __entry->dev, __entry->queue,
		__entry->from, __entry->packets, __entry->copies)
);

DECLARE_EVENT_CLASS(xsr_vif_ring,
	TP_PROTO(const struct xsr_vif_queue *q, bool from),
	TP_ARGS(q, from),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, from)
		__field(u32, prod)
		__field(u32, busy)
	),
	TP_fast_assign(
		const struct xsr_ring *r = from ? &q->from_ring.ring : &q->to_ring.ring;

		__entry->dev = q->vif->netdev->ifindex;
		__entry->queue = q->index;
		__entry->from = from;
		__entry->prod = r->out_pub;
		__entry->busy = xsr_ring_busy(r);
	),
	TP_printk("dev=%u queue=%u from=%u rsp_prod=%u busy=%u", __entry->dev, __entry->queue,
		__entry->from, __entry->prod, __entry->busy)
);

/* Answers, or filled pages, are shown to the guest. */
DEFINE_EVENT(xsr_vif_ring, xsr_vif_publish,
	TP_PROTO(const struct xsr_vif_queue *q, bool from), TP_ARGS(q, from));

/* The guest is sent an event. */
DEFINE_EVENT(xsr_vif_ring, xsr_vif_notify,
	TP_PROTO(const struct xsr_vif_queue *q, bool from), TP_ARGS(q, from));

/* The guest has given too little room for the packet that is next. */
TRACE_EVENT(xsr_vif_blocked,
	TP_PROTO(const struct xsr_vif_queue *q, u32 needed),
	TP_ARGS(q, needed),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, needed)
		__field(u32, bytes)
	),
	TP_fast_assign(
		__entry->dev = q->vif->netdev->ifindex;
		__entry->queue = q->index;
		__entry->needed = needed;
		__entry->bytes = READ_ONCE(q->to.bytes);
	),
	TP_printk("dev=%u queue=%u needed=%u bytes=%u", __entry->dev, __entry->queue,
		__entry->needed, __entry->bytes)
);

#endif /* XSR_VIF_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH backend/net
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
