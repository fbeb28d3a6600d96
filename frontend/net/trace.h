/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the network front-end: events/xsr_netfront/ of tracefs. Off, each is a jump that is
 * not taken.
 *
 * dev is the interface's index (ip link), queue a number below its queues.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xsr_netfront

#if !defined(XSR_NF_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XSR_NF_TRACE_H

#include <linux/tracepoint.h>

#include "frontend/net/queue.h"

/* clang-format off */

/* A packet is in the ring, not yet shown. */
TRACE_EVENT(xsr_nf_send,
	TP_PROTO(const struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel, bool copied),
	TP_ARGS(q, parcel, copied),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, len)
		__field(u32, slots)
		__field(u32, gso_size)
		__field(u32, copied)
		__field(u32, xdp)
	),
	TP_fast_assign(
		__entry->dev = q->nf->netdev->ifindex;
		__entry->queue = q->nr;
		__entry->len = parcel->len;
		__entry->slots = q->pkt.nr_slots;
		__entry->gso_size = parcel->meta.gso_size;
		__entry->copied = copied;
		__entry->xdp = !parcel->skb;
	),
	TP_printk("dev=%u queue=%u len=%u slots=%u gso_size=%u copied=%u xdp=%u", __entry->dev,
		__entry->queue, __entry->len, __entry->slots, __entry->gso_size,
		__entry->copied, __entry->xdp)
);

DECLARE_EVENT_CLASS(xsr_nf_ring,
	TP_PROTO(const struct xsr_nf_queue *q, const struct xsr_channel *c),
	TP_ARGS(q, c),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, to_back)
		__field(u32, prod)
		__field(u32, busy)
	),
	TP_fast_assign(
		__entry->dev = q->nf->netdev->ifindex;
		__entry->queue = q->nr;
		__entry->to_back = c == &q->to_back;
		__entry->prod = c->ring.out_pub;
		__entry->busy = xsr_ring_busy(&c->ring);
	),
	TP_printk("dev=%u queue=%u ring=%s req_prod=%u busy=%u", __entry->dev, __entry->queue,
		__entry->to_back ? "to_back" : "to_front", __entry->prod, __entry->busy)
);

/* What was put is shown to the back-end: packets, or empty buffers. */
DEFINE_EVENT(xsr_nf_ring, xsr_nf_publish,
	TP_PROTO(const struct xsr_nf_queue *q, const struct xsr_channel *c), TP_ARGS(q, c));

/* The back-end is sent an event. */
DEFINE_EVENT(xsr_nf_ring, xsr_nf_notify,
	TP_PROTO(const struct xsr_nf_queue *q, const struct xsr_channel *c), TP_ARGS(q, c));

/* Answers were taken. */
TRACE_EVENT(xsr_nf_answers,
	TP_PROTO(const struct xsr_nf_queue *q, u32 answers, u32 packets, u32 refused),
	TP_ARGS(q, answers, packets, refused),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, answers)
		__field(u32, packets)
		__field(u32, refused)
	),
	TP_fast_assign(
		__entry->dev = q->nf->netdev->ifindex;
		__entry->queue = q->nr;
		__entry->answers = answers;
		__entry->packets = packets;
		__entry->refused = refused;
	),
	TP_printk("dev=%u queue=%u answers=%u packets=%u refused=%u", __entry->dev,
		__entry->queue, __entry->answers, __entry->packets, __entry->refused)
);

/* A packet was taken; why is 0 if it is good. */
TRACE_EVENT(xsr_nf_receive,
	TP_PROTO(const struct xsr_nf_queue *q, const struct xsr_net_got *got),
	TP_ARGS(q, got),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, first)
		__field(u32, entries)
		__field(u32, len)
		__field(u32, gso_size)
		__field(u32, why)
	),
	TP_fast_assign(
		__entry->dev = q->nf->netdev->ifindex;
		__entry->queue = q->nr;
		__entry->first = got->first;
		__entry->entries = got->entries;
		__entry->len = got->len;
		__entry->gso_size = got->meta.gso_size;
		__entry->why = got->why;
	),
	TP_printk("dev=%u queue=%u first=%u entries=%u len=%u gso_size=%u why=%u", __entry->dev,
		__entry->queue, __entry->first, __entry->entries, __entry->len,
		__entry->gso_size, __entry->why)
);

/* NAPI is done for this time; again is 1 if it runs once more at once. */
TRACE_EVENT(xsr_nf_poll,
	TP_PROTO(const struct xsr_nf_queue *q, u32 packets, bool again),
	TP_ARGS(q, packets, again),
	TP_STRUCT__entry(
		__field(u32, dev)
		__field(u32, queue)
		__field(u32, packets)
		__field(u32, again)
	),
	TP_fast_assign(
		__entry->dev = q->nf->netdev->ifindex;
		__entry->queue = q->nr;
		__entry->packets = packets;
		__entry->again = again;
	),
	TP_printk("dev=%u queue=%u packets=%u again=%u", __entry->dev, __entry->queue,
		__entry->packets, __entry->again)
);

#endif /* XSR_NF_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH frontend/net
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
