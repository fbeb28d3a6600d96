// SPDX-License-Identifier: GPL-2.0
/*
 * Packets from the stack to the ring.
 *
 * A small packet is copied to a page that stays granted (ring/net_stage.h) and is over for the stack at
 * once, unless much is under way; the back-end may have mapped that page for good (ctrl.c). Others are
 * lent, or copied, until they are answered.
 *
 * The netdev queue's lock serialises all of it. A burst of packets is published once, with at most
 * one event: the core says when more are coming. The queue stops while a large packet might not
 * fit, and is started again by the answers (sent.c).
 */
#include <linux/etherdevice.h>
#include <linux/skbuff.h>

#include "frontend/net/queue.h"
#include "frontend/net/trace.h"

/* Of answers that nobody waits for, the event comes before the queue stops, and while it is stopped. */
static_assert(XSR_NF_SLOTS - XSR_NF_WAKE_ROOM >= XSR_LAZY_AHEAD(XSR_NF_SLOTS),
	      "a stopped queue is started again");

u32 xsr_nf_room(const struct xsr_nf_queue *q)
{
	return min(xsr_ring_room(&q->to_back.ring), xsr_ids_free(&q->ids));
}

void xsr_nf_publish_sent(struct xsr_nf_queue *q)
{
	struct xsr_nf_out_stats *stats = &q->stats->out;
	bool notify;

	if (q->to_back.ring.out == q->to_back.ring.out_pub)
		return;
	xsr_ids_show(&q->ids, &q->slots);
	notify = xsr_ring_publish(&q->to_back.ring);
	trace_xsr_nf_publish(q, &q->to_back);
	if (notify) {
		xsr_channel_notify(&q->to_back);
		trace_xsr_nf_notify(q, &q->to_back);
	}
	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->publishes);
	u64_stats_add(&stats->notifies, notify);
	u64_stats_update_end(&stats->sync);
	if (xsr_lazy_look(&q->lazy, &q->to_back.ring))
		napi_schedule(&q->napi);
}

/* What the back-end is to be told of @skb beside its bytes. */
static void xmit_meta(const struct sk_buff *skb, struct xsr_net_meta *meta)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);

	*meta = (struct xsr_net_meta){};
	meta->csum_blank = skb->ip_summed == CHECKSUM_PARTIAL;
	meta->validated = meta->csum_blank || skb->ip_summed == CHECKSUM_UNNECESSARY;
	if (!shared->gso_size)
		return;
	meta->gso_size = shared->gso_size;
	meta->gso_type = shared->gso_type & SKB_GSO_TCPV6 ? XSR_NET_GSO_TCPV6 : XSR_NET_GSO_TCPV4;
}

/*
 * The slots of the packet, for pieces granted as @chain; each gets an id that remembers what to free. No
 * answer to one counts before it is published.
 */
static void xmit_slots(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel,
		       const struct xsr_nf_pieces *p, const struct xsr_chain *chain)
{
	const struct xsr_granted *pool = p->copied ? &q->pages : &q->bare;
	u32 i, at = chain->first;

	for (i = 0; i < p->n; i++, at = xsr_granted_next(pool, at)) {
		u16 id = xsr_ids_take(&q->ids);

		q->sent[id] = (struct xsr_nf_sent){
			.skb = parcel->skb,
			.frame = parcel->frame,
			.member = at,
			.copied = p->copied,
		};
		q->pkt.id[i] = id;
		q->pkt.slot[i] = (struct xsr_net_slot){
			xsr_granted_gref(pool, at),
			p->copied ? 0 : p->piece[i].off,
			p->piece[i].len,
		};
	}
	q->pkt.nr_slots = p->n;
	xsr_lazy_put(&q->lazy, p->n);
}

static void xmit_account(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel, bool copied)
{
	struct xsr_nf_out_stats *stats = &q->stats->out;

	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->packets);
	u64_stats_add(&stats->bytes, parcel->len);
	u64_stats_add(&stats->slots, q->pkt.nr_slots);
	u64_stats_add(&stats->copied, copied);
	u64_stats_add(&stats->staged, xsr_nf_is_small(parcel));
	u64_stats_add(&stats->xdp_packets, !parcel->skb);
	u64_stats_update_end(&stats->sync);
}

/* Count why a parcel does not go. Frames that do not are not dropped here: the caller has them back. */
static bool xmit_refuse(struct xsr_nf_queue *q, u64_stats_t *reason)
{
	u64_stats_update_begin(&q->stats->out.sync);
	u64_stats_inc(reason);
	u64_stats_update_end(&q->stats->out.sync);
	return false;
}

/* Put a packet whose slots are filled in, and count it. */
static void xmit_finish(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel, bool copied)
{
	q->pkt.meta = parcel->meta;
	q->pkt.len = parcel->len;
	q->pkt.mcast = XSR_NET_MCAST_NONE;
	xsr_net_put_pkt(&q->to_back.ring, &q->pkt);
	xmit_account(q, parcel, copied);
	trace_xsr_nf_send(q, parcel, copied);
}

/* Copy a small packet to the place of the id that it gets. Returns false if its bytes are not there. */
static bool xmit_stage(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel)
{
	u16 id = xsr_ids_next(&q->ids);
	u32 page = xsr_net_stage_page(id), offset = xsr_net_stage_offset(id);

	if (skb_copy_bits(parcel->skb, 0, xsr_granted_addr(&q->stage, page) + offset, parcel->len))
		return false;
	q->pkt.id[0] = xsr_ids_take(&q->ids);
	q->sent[id] = (struct xsr_nf_sent){ .staged = true };
	if (parcel->stays) {
		q->sent[id].skb = parcel->skb;
		xsr_nf_cb(parcel->skb)->left = 1;
		xsr_lazy_put(&q->lazy, 1);
	}
	q->pkt.slot[0] = (struct xsr_net_slot){
		xsr_granted_gref(&q->stage, page),
		offset,
		parcel->len,
	};
	q->pkt.nr_slots = 1;
	return true;
}

static bool xmit_put_small(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel)
{
	struct xsr_nf_out_stats *stats = &q->stats->out;

	if (xsr_nf_room(q) < 1 + xsr_net_count_extras(&parcel->meta, 0))
		return xmit_refuse(q, &stats->no_room);
	if (!xmit_stage(q, parcel))
		return xmit_refuse(q, &stats->unsendable);
	xmit_finish(q, parcel, true);
	return true;
}

static bool xmit_put_large(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel)
{
	struct xsr_nf_out_stats *stats = &q->stats->out;
	struct xsr_nf_pieces p;
	struct xsr_chain chain;

	/* Nothing says which slot of a frame is answered last, so it has one. */
	if (!xsr_nf_cut(q->nf, parcel, &p) || (parcel->frame && p.n > 1))
		return xmit_refuse(q, &stats->unsendable);
	if (xsr_nf_room(q) < p.n + xsr_net_count_extras(&parcel->meta, 0))
		return xmit_refuse(q, &stats->no_room);
	if (!xsr_nf_grant(q, parcel, &p, &chain))
		return xmit_refuse(q, &stats->no_memory);
	if (parcel->skb)
		xsr_nf_cb(parcel->skb)->left = p.n;
	xmit_slots(q, parcel, &p, &chain);
	xmit_finish(q, parcel, p.copied);
	return true;
}

bool xsr_nf_put_parcel(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel)
{
	return xsr_nf_is_small(parcel) ? xmit_put_small(q, parcel) : xmit_put_large(q, parcel);
}

/* Features may have been lost to a new back-end while the packet was on its way here. */
static bool xmit_is_sendable(struct sk_buff *skb)
{
	return !skb_is_gso(skb) || !netif_needs_gso(skb, netif_skb_features(skb));
}

static bool xmit_put(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel)
{
	if (!xmit_is_sendable(parcel->skb))
		return xmit_refuse(q, &q->stats->out.unsendable);
	if (!xsr_nf_put_parcel(q, parcel))
		return false;
	skb_tx_timestamp(parcel->skb);
	return true;
}

/*
 * Is so much under way that whoever sends should feel it? Then small packets stay until they are answered,
 * as others do, so that their socket is full before the ring is. Otherwise the rest would wait in the
 * kernel's queue, which reads the clock twice for each.
 */
static bool xmit_is_crowded(const struct xsr_nf_queue *q)
{
	return xsr_ring_busy(&q->to_back.ring) >= XSR_NF_CROWDED;
}

/*
 * A packet is in the ring. The core counts what is under way, so as to keep it few, but not small ones, of
 * which most are over at once. Returns whether to publish.
 */
static bool xmit_sent(const struct xsr_nf_parcel *parcel, struct netdev_queue *txq, bool more)
{
	if (!xsr_nf_is_small(parcel))
		return __netdev_tx_sent_queue(txq, parcel->len, more);
	if (!parcel->stays)
		dev_consume_skb_any(parcel->skb);
	return !more;
}

/* Stop while the largest packet does not fit, unless answers have made room by now. */
static void xmit_stop_if_full(struct xsr_nf_queue *q, struct netdev_queue *txq)
{
	if (xsr_nf_room(q) >= XSR_NF_STOP_ROOM)
		return;
	netif_tx_stop_queue(txq);
	xsr_nf_count(&q->stats->out, stops, 1);
	smp_mb__after_atomic(); /* pairs with the one in sent_wake() */
	if (xsr_nf_room(q) >= XSR_NF_WAKE_ROOM)
		netif_tx_start_queue(txq);
}

netdev_tx_t xsr_nf_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct xsr_nf *nf = netdev_priv(netdev);
	struct xsr_nf_parcel parcel = { .skb = skb, .len = skb->len };
	u32 nr = skb_get_queue_mapping(skb);
	struct netdev_queue *txq = netdev_get_tx_queue(netdev, nr);
	bool more = netdev_xmit_more(), flush = !more;
	struct xsr_nf_queue *q;

	if (unlikely(!xsr_nf_is_open(nf) || nr >= nf->nr_queues)) {
		xsr_nf_count(&nf->stats[nr].out, drops, 1);
		xsr_nf_count(&nf->stats[nr].out, closed, 1);
		dev_kfree_skb_any(skb);
		return NETDEV_TX_OK;
	}
	q = &nf->queue[nr];
	xmit_meta(skb, &parcel.meta);
	parcel.stays = xmit_is_crowded(q);
	if (likely(xmit_put(q, &parcel))) {
		flush = xmit_sent(&parcel, txq, more);
		xmit_stop_if_full(q, txq);
	} else {
		xsr_nf_count(&q->stats->out, drops, 1);
		dev_kfree_skb_any(skb);
	}
	if (flush || netif_xmit_stopped(txq))
		xsr_nf_publish_sent(q);
	return NETDEV_TX_OK;
}
