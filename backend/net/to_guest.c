// SPDX-License-Identifier: GPL-2.0
/*
 * Packets for the guest: from the host's stack into pages that the guest has offered.
 *
 * The stack's side only queues. The NAPI of this direction takes what waits as far as the guest has
 * made room, has a batch copied by one hypercall, and shows it by one publication. Without room it
 * asks for an event and leaves; without credit, if the rate counts in this direction (rate.c), it sets
 * a timer. What waits is bounded in bytes (the stack is stopped) and, without room, in time: a packet is
 * dropped after the drain time, and a guest that makes no room during the stall time loses its carrier
 * until it does.
 */
#include <linux/etherdevice.h>

#include "backend/net/hash.h"
#include "backend/net/queue.h"
#include "backend/net/trace.h"
#include "grant/copy.h"
#include "ring/linux/compat/compat.h"
#include "ring/net_to_front.h"

/* Pieces of one packet: its head and frags, and those of the packets it was merged from. */
#define TO_PIECES 128
/* Copies that one packet can need: a cut at each slot's end, each piece's, and each page's. */
#define TO_COPIES (2 * (TO_PIECES + XSR_NET_FILL_SLOTS))
/* A guest that does not say when it made room is looked at so often. */
#define TO_MUTE_TICK max(1, HZ / 100)

static_assert(XSR_VIF_COPIES >= 2 * TO_COPIES, "a batch holds several packets");

struct to_pkt {
	struct sk_buff *skb;
	u32 first_op; /* its copies in the list */
	u32 end_op;
	struct xsr_net_fill fill;
};

struct xsr_vif_to_batch {
	u32 n;
	struct to_pkt e[XSR_VIF_BATCH];
	struct xsr_copy_peer peer[XSR_NET_FILL_SLOTS]; /* of the packet that is being planned */
	struct xsr_copy_own own[TO_PIECES];
	u8 slot[XSR_VIF_COPIES]; /* by copy: the slot of its packet that it fills */
};

struct to_cb {
	unsigned long expires; /* jiffies */
	u32 bytes; /* of memory, as charged when it was queued */
};

static struct to_cb *to_cb(struct sk_buff *skb)
{
	return (struct to_cb *)skb->cb;
}

int xsr_vif_to_create(struct xsr_vif_queue *q)
{
	q->to.batch = kvzalloc(sizeof(*q->to.batch), GFP_KERNEL);
	if (!q->to.batch)
		return -ENOMEM;
	return xsr_copied_create(&q->to.copied, q->vif->xdev->otherend_id, XSR_VIF_COPIES);
}

void xsr_vif_to_destroy(struct xsr_vif_queue *q)
{
	xsr_copied_destroy(&q->to.copied);
	kvfree(q->to.batch);
	q->to.batch = NULL;
}

static struct netdev_queue *to_netdev_queue(const struct xsr_vif_queue *q)
{
	return netdev_get_tx_queue(q->vif->netdev, q->index);
}

void xsr_vif_to_guest_push(struct xsr_vif_queue *q, struct sk_buff *skb)
{
	unsigned long flags;

	if (unlikely(!xsr_vif_mcast_wanted(q->vif, skb->data))) {
		xsr_vif_count(q->counts.tx_filtered, 1);
		dev_consume_skb_any(skb);
		return;
	}
	skb_tx_timestamp(skb);
	to_cb(skb)->expires = jiffies + q->vif->drain;
	to_cb(skb)->bytes = skb->truesize;
	spin_lock_irqsave(&q->to.pending.lock, flags);
	__skb_queue_tail(&q->to.pending, skb);
	q->to.bytes += to_cb(skb)->bytes;
	if (q->to.bytes >= READ_ONCE(q->vif->rate.backlog))
		netif_tx_stop_queue(to_netdev_queue(q));
	spin_unlock_irqrestore(&q->to.pending.lock, flags);
	napi_schedule(&q->to.napi);
}

/* Take the first packet off; NULL if none waits. */
static struct sk_buff *to_pop(struct xsr_vif_queue *q)
{
	struct netdev_queue *txq = to_netdev_queue(q);
	struct sk_buff *skb;
	unsigned long flags;

	spin_lock_irqsave(&q->to.pending.lock, flags);
	skb = __skb_dequeue(&q->to.pending);
	if (skb)
		q->to.bytes -= to_cb(skb)->bytes;
	if (netif_tx_queue_stopped(txq) && q->to.bytes < READ_ONCE(q->vif->rate.backlog) / 2)
		netif_tx_wake_queue(txq);
	spin_unlock_irqrestore(&q->to.pending.lock, flags);
	return skb;
}

void xsr_vif_to_guest_purge(struct xsr_vif_queue *q)
{
	struct sk_buff *skb;

	while ((skb = to_pop(q))) {
		xsr_vif_count(q->counts.tx_purged, 1);
		dev_kfree_skb_any(skb);
	}
}

static void to_drop_first(struct xsr_vif_queue *q)
{
	dev_kfree_skb_any(to_pop(q));
}

/* List the pieces of @skb, without its list of further packets. Returns how many there are now. */
static u32 to_add_pieces(struct xsr_copy_own *own, u32 n, const struct sk_buff *skb)
{
	u32 i, frags = skb_shinfo(skb)->nr_frags;

	if (n + 1 + frags > TO_PIECES)
		return TO_PIECES + 1;
	if (skb_headlen(skb))
		own[n++] = (struct xsr_copy_own){ .at = skb->data, .bytes = skb_headlen(skb) };
	for (i = 0; i < frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		own[n++] = (struct xsr_copy_own){ .at = skb_frag_address(frag),
						  .bytes = skb_frag_size(frag) };
	}
	return n;
}

/* All pieces of @skb. Returns how many, or more than TO_PIECES if there are too many. */
static u32 to_list_pieces(struct xsr_copy_own *own, const struct sk_buff *skb)
{
	const struct sk_buff *part;
	u32 n = to_add_pieces(own, 0, skb);

	skb_walk_frags(skb, part)
	{
		if (n > TO_PIECES || skb_has_frag_list(part))
			return TO_PIECES + 1;
		n = to_add_pieces(own, n, part);
	}
	return n;
}

/*
 * Can the copies of @skb be listed? What was merged of very many small packets is put in one piece;
 * false: there is no memory for that.
 */
static bool to_listable(struct xsr_vif_queue *q, struct sk_buff *skb)
{
	if (likely(!skb_has_frag_list(skb)))
		return true;
	return to_list_pieces(q->to.batch->own, skb) <= TO_PIECES || !skb_linearize(skb);
}

static void to_describe(const struct xsr_vif_queue *q, const struct sk_buff *skb,
			struct xsr_net_fill *fill)
{
	struct xsr_net_meta *meta = &fill->meta;

	memset(fill, 0, offsetof(struct xsr_net_fill, slot));
	fill->len = skb->len;
	fill->headroom = READ_ONCE(q->vif->headroom);
	meta->csum_blank = skb->ip_summed == CHECKSUM_PARTIAL;
	meta->validated = meta->csum_blank || skb->ip_summed == CHECKSUM_UNNECESSARY;
	xsr_vif_hash_describe(q->vif, skb, meta);
	if (!skb_is_gso(skb))
		return;
	meta->gso_size = skb_shinfo(skb)->gso_size;
	meta->gso_type = skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4 ? XSR_NET_GSO_TCPV4 :
								     XSR_NET_GSO_TCPV6;
}

/* Gather the copies that @walk finds, as far as there is place for them. */
static void to_copy(struct xsr_vif_queue *q, struct xsr_copy_walk *walk)
{
	struct xsr_copied *copied = &q->to.copied;
	struct xsr_copy_piece piece;

	while (xsr_copied_room(copied) && xsr_copy_next(walk, &piece)) {
		q->to.batch->slot[copied->n] = piece.span;
		xsr_copied_to(copied, piece.gref, piece.offset, piece.at, piece.bytes);
	}
}

/* The room is taken: gather the copies of a packet that is part of the batch now. */
static void to_plan(struct xsr_vif_queue *q, struct to_pkt *e)
{
	struct xsr_vif_to_batch *b = q->to.batch;
	struct xsr_net_fill *fill = &e->fill;
	u32 i, pieces = to_list_pieces(b->own, e->skb);
	struct xsr_copy_walk walk;

	for (i = 0; i < fill->nr_slots; i++)
		b->peer[i] = (struct xsr_copy_peer){ .gref = fill->slot[i].gref,
						     .offset = fill->slot[i].offset,
						     .bytes = fill->slot[i].size };
	e->first_op = q->to.copied.n;
	if (pieces <= TO_PIECES && xsr_copy_matches(b->peer, fill->nr_slots, b->own, pieces)) {
		xsr_copy_begin(&walk, b->peer, fill->nr_slots, b->own, pieces);
		to_copy(q, &walk);
	}
	e->end_op = q->to.copied.n;
}

/* How much room there is; 0 also if the guest broke the protocol. */
static u32 to_room(struct xsr_vif_queue *q)
{
	struct xsr_ring *r = &q->to_ring.ring;
	u32 avail = 0;

	if (xsr_ring_peek(r, &avail))
		xsr_device_fail(&q->vif->dev, "queue %u: ring indexes are impossible", q->index);
	if (r->in + avail != q->to.seen) {
		q->to.seen = r->in + avail;
		q->to.worked = true;
	}
	return avail;
}

static void to_set_blocked(struct xsr_vif_queue *q, u32 needed)
{
	q->to.needed = needed;
	if (q->to.blocked)
		return;
	q->to.blocked = true;
	q->to.blocked_since = jiffies;
	trace_xsr_vif_blocked(q, needed);
	xsr_vif_count(q->counts.tx_blocked, 1);
}

static void to_set_unblocked(struct xsr_vif_queue *q)
{
	q->to.blocked = false;
	if (!q->to.stalled)
		return;
	q->to.stalled = false;
	xsr_vif_netdev_stall(q->vif, false);
}

/* Is there room for @needed entries? If not, an event will come for it. */
static bool to_fits(struct xsr_vif_queue *q, u32 needed)
{
	if (to_room(q) >= needed || xsr_vif_dead(q->vif) ||
	    (xsr_ring_arm(&q->to_ring.ring, needed) && to_room(q) >= needed)) {
		to_set_unblocked(q);
		return !xsr_vif_dead(q->vif);
	}
	to_set_blocked(q, needed);
	return false;
}

/* Take packets as long as they fit. */
static void to_gather(struct xsr_vif_queue *q, u32 most)
{
	struct xsr_vif_to_batch *b = q->to.batch;
	struct sk_buff *skb;
	struct to_pkt *e;
	u32 needed;

	b->n = 0;
	q->to.limited = false;
	while (b->n < most && xsr_copied_room(&q->to.copied) >= TO_COPIES) {
		/* Nobody else takes packets off, so the first one stays the first. */
		skb = skb_peek(&q->to.pending);
		if (!skb)
			return;
		e = &b->e[b->n];
		to_describe(q, skb, &e->fill);
		needed = skb->len && to_listable(q, skb) ? xsr_net_plan_fill(&e->fill) : 0;
		if (!needed) {
			xsr_vif_count(q->counts.tx_oversized, 1);
			to_drop_first(q);
			continue;
		}
		if (!to_fits(q, needed) || !xsr_vif_rate_allows_to(q, skb->len))
			return;
		xsr_net_take_fill(&q->to_ring.ring, &e->fill);
		trace_xsr_vif_fill(q, &e->fill);
		e->skb = to_pop(q);
		to_plan(q, e);
		b->n++;
	}
}

/* Enter into the answer of @e what became of its copies. Returns whether all is well. */
static bool to_settle(struct xsr_vif_queue *q, struct to_pkt *e)
{
	bool well = e->end_op != e->first_op;
	u32 i;

	for (i = 0; !well && i < e->fill.nr_slots; i++)
		e->fill.slot[i].failed = true;
	for (i = e->first_op; i < e->end_op; i++) {
		if (!xsr_copied_failed(&q->to.copied, i))
			continue;
		e->fill.slot[q->to.batch->slot[i]].failed = true;
		well = false;
	}
	return well;
}

static void to_count(struct xsr_vif_queue *q, const struct to_pkt *e, bool well)
{
	if (!well) {
		xsr_vif_count(q->counts.tx_copy_failed, 1);
		return;
	}
	xsr_vif_count(q->counts.tx_packets, 1);
	xsr_vif_count(q->counts.tx_bytes, e->fill.len);
}

static void to_publish(struct xsr_vif_queue *q)
{
	bool notify;

	xsr_vif_count(q->counts.tx_published, 1);
	notify = xsr_ring_publish(&q->to_ring.ring);
	trace_xsr_vif_publish(q, false);
	if (!notify)
		return;
	xsr_vif_count(q->counts.tx_notified, 1);
	xsr_channel_notify(q->split ? &q->to_ring : &q->from_ring);
	trace_xsr_vif_notify(q, false);
}

/* One batch. Returns the packets in it. */
static u32 to_batch(struct xsr_vif_queue *q, int budget)
{
	struct xsr_vif_to_batch *b = q->to.batch;
	struct xsr_copied *copied = &q->to.copied;
	struct to_pkt *e;

	to_gather(q, min_t(u32, budget, XSR_VIF_BATCH));
	if (!b->n)
		return 0;
	xsr_copied_run(copied);
	trace_xsr_vif_copy(q, false, b->n, copied->n);
	WRITE_ONCE(q->counts.tx_batches, copied->calls);
	WRITE_ONCE(q->counts.tx_copies, copied->ops);
	for (e = b->e; e < b->e + b->n; e++) {
		to_count(q, e, to_settle(q, e));
		xsr_net_put_fill(&q->to_ring.ring, &e->fill);
		napi_consume_skb(e->skb, budget);
		e->skb = NULL;
	}
	xsr_copied_reset(copied);
	to_publish(q);
	WRITE_ONCE(q->vif->told, READ_ONCE(q->vif->told) + 1);
	return b->n;
}

/* Drop what has waited for too long. */
static void to_drain(struct xsr_vif_queue *q)
{
	struct sk_buff *skb;

	while ((skb = skb_peek(&q->to.pending)) && time_after(jiffies, to_cb(skb)->expires)) {
		xsr_vif_count(q->counts.tx_expired, 1);
		to_drop_first(q);
	}
}

/* Does the guest count as dead by now? */
static void to_check_stall(struct xsr_vif_queue *q)
{
	if (!q->to.blocked || q->to.stalled || !q->vif->stall)
		return;
	if (!time_after(jiffies, q->to.blocked_since + q->vif->stall))
		return;
	q->to.stalled = true;
	xsr_vif_count(q->counts.tx_stalls, 1);
	xsr_vif_netdev_stall(q->vif, true);
	xsr_vif_to_guest_purge(q);
}

/* When to look again although no event came. */
static void to_set_tick(struct xsr_vif_queue *q)
{
	struct sk_buff *skb = skb_peek(&q->to.pending);
	unsigned long at;

	if (!q->to.blocked)
		return;
	if (!q->vif->deal.rx_notify)
		at = jiffies + TO_MUTE_TICK;
	else if (skb)
		at = to_cb(skb)->expires + 1;
	else if (q->vif->stall && !q->to.stalled)
		at = q->to.blocked_since + q->vif->stall + 1;
	else
		return;
	mod_timer(&q->to.tick, at);
}

/* Nothing waits that could go: settle what time has brought. */
static void to_rest(struct xsr_vif_queue *q)
{
	if (!q->to.blocked)
		return;
	to_drain(q);
	to_check_stall(q);
	if (skb_queue_empty(&q->to.pending))
		to_fits(q, q->to.needed);
	to_set_tick(q);
}

/* Does something wait that need not? */
static bool to_may_go(const struct xsr_vif_queue *q)
{
	return !q->to.blocked && !q->to.limited && !skb_queue_empty(&q->to.pending);
}

int xsr_vif_to_poll(struct napi_struct *napi, int budget)
{
	struct xsr_vif_queue *q = container_of(napi, struct xsr_vif_queue, to.napi);
	int done;

	if (!budget)
		return 0;
	done = xsr_vif_dead(q->vif) ? 0 : to_batch(q, budget);
	if (xsr_vif_dead(q->vif)) {
		napi_complete(napi);
		return 0;
	}
	to_rest(q);
	/* More could go, or came in just now. */
	if (done >= budget || to_may_go(q)) {
		xsr_vif_queue_eoi(q, XSR_VIF_OWE_TO, &q->to.worked, false);
		return budget;
	}
	if (napi_complete_done(napi, done))
		xsr_vif_queue_eoi(q, XSR_VIF_OWE_TO, &q->to.worked, true);
	return done;
}
