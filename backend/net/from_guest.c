// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the guest: off the ring, copied, answered, and into the host's stack.
 *
 * Runs as the NAPI of this direction and nowhere else. A batch of packets is taken and checked by
 * the codec, all their data is copied by one hypercall, or by the CPU if they lie in pages that stay
 * mapped (stage.c), all are answered by one publication, and only then does the stack see them. As the
 * stack gets copies alone, no packet can hold up anything here, however long the host keeps it.
 *
 * What the entries say is checked by the codec; what the bytes say (is it TCP where it claims to
 * be, is the place of the checksum inside) is checked here, on our copy.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "backend/net/params.h"
#include "backend/net/queue.h"
#include "backend/net/trace.h"
#include "grant/copy.h"
#include "ring/linux/compat/compat.h"
#include "ring/linux/skb.h"
#include "ring/net_to_back.h"

/* So much of a packet longer than XSR_SKB_LINEAR lies in one piece: all headers of the usual protocols. */
#define FROM_HEAD 128
/* Lines that refused packets may put into the log, a queue and connection. */
#define FROM_NOTES 5
/* Pieces of our memory for the largest packet. */
#define FROM_PIECES (1 + DIV_ROUND_UP(XSR_NET_MAX_SIZE - FROM_HEAD, PAGE_SIZE))
/* Copies that one packet can need: the ends of its pieces and slots, and a head across two pages. */
#define FROM_COPIES (XSR_NET_PKT_SLOTS + FROM_PIECES + 1)

static_assert(FROM_PIECES - 1 <= MAX_SKB_FRAGS, "the largest packet fits");
static_assert(XSR_VIF_COPIES >= 2 * FROM_COPIES, "a batch holds several packets");

/* A packet between the ring and the stack. */
struct from_pkt {
	struct sk_buff *skb; /* NULL: nothing is delivered */
	u32 first_op; /* its copies in the list */
	u32 end_op;
	s16 status; /* its answer */
	struct xsr_net_pkt pkt;
};

struct xsr_vif_from_batch {
	u32 n;
	struct from_pkt e[XSR_VIF_BATCH];
	struct xsr_copy_peer peer[XSR_NET_PKT_SLOTS]; /* of the packet that is being planned */
	struct xsr_copy_own own[FROM_PIECES];
};

int xsr_vif_from_create(struct xsr_vif_queue *q)
{
	q->from.batch = kvzalloc(sizeof(*q->from.batch), GFP_KERNEL);
	if (!q->from.batch || xsr_vif_stage_create(&q->from.stage))
		return -ENOMEM;
	return xsr_copied_create(&q->from.copied, q->vif->xdev->otherend_id, XSR_VIF_COPIES);
}

void xsr_vif_from_destroy(struct xsr_vif_queue *q)
{
	xsr_copied_destroy(&q->from.copied);
	xsr_vif_stage_destroy(&q->from.stage);
	kvfree(q->from.batch);
	q->from.batch = NULL;
}

/* A socket buffer for @len bytes, and its pieces into the scratch list. NULL without memory. */
static struct sk_buff *from_alloc(struct xsr_vif_queue *q, u32 len, u32 *pieces)
{
	struct xsr_copy_own *own = q->from.batch->own;
	u32 head = len <= XSR_SKB_LINEAR ? len : FROM_HEAD, done, size, n = 0;
	struct sk_buff *skb = xsr_skb_alloc(&q->from.napi, head);
	struct page *page;

	if (!skb)
		return NULL;
	own[n++] = (struct xsr_copy_own){ .at = __skb_put(skb, head), .bytes = head };
	for (done = head; done < len; done += size) {
		size = min_t(u32, len - done, PAGE_SIZE);
		page = dev_alloc_page();
		if (!page) {
			kfree_skb(skb);
			return NULL;
		}
		own[n] = (struct xsr_copy_own){ .at = page_address(page), .bytes = size };
		skb_add_rx_frag(skb, n - 1, page, 0, size, PAGE_SIZE);
		n++;
	}
	*pieces = n;
	return skb;
}

static void from_copy(struct xsr_vif_queue *q, struct from_pkt *e, u32 pieces)
{
	struct xsr_vif_from_batch *b = q->from.batch;
	struct xsr_copied *copied = &q->from.copied;
	const struct xsr_net_pkt *pkt = &e->pkt;
	struct xsr_copy_piece piece;
	struct xsr_copy_walk walk;
	u32 i;

	for (i = 0; i < pkt->nr_slots; i++)
		b->peer[i] = (struct xsr_copy_peer){ .gref = pkt->slot[i].gref,
						     .offset = pkt->slot[i].offset,
						     .bytes = pkt->slot[i].size };
	xsr_copy_begin(&walk, b->peer, pkt->nr_slots, b->own, pieces);
	while (xsr_copy_next(&walk, &piece))
		xsr_copied_from(copied, piece.gref, piece.offset, piece.at, piece.bytes);
	e->end_op = copied->n;
}

/* Is a packet in one of the pages that stay mapped? Then it is copied at once. */
static bool from_staged(struct xsr_vif_queue *q, const struct from_pkt *e)
{
	const struct xsr_net_slot *slot = &e->pkt.slot[0];

	if (e->pkt.nr_slots != 1 || e->pkt.len > XSR_SKB_LINEAR ||
	    !xsr_vif_stage_read(&q->from.stage, slot->gref, slot->offset, e->skb->data, e->pkt.len))
		return false;
	xsr_vif_count(q->counts.rx_staged, 1);
	return true;
}

/* A packet that passed the codec: give it memory and gather its copies. */
static void from_plan(struct xsr_vif_queue *q, struct from_pkt *e)
{
	u32 pieces;

	e->skb = from_alloc(q, e->pkt.len, &pieces);
	if (e->skb) {
		if (!from_staged(q, e))
			from_copy(q, e, pieces);
		return;
	}
	e->status = XSR_NET_STATUS_DROPPED;
	xsr_vif_count(q->counts.rx_no_memory, 1);
}

static void from_refuse(struct xsr_vif_queue *q, struct from_pkt *e)
{
	e->status = XSR_NET_STATUS_ERROR;
	xsr_vif_count(q->counts.rx_errors, 1);
	/* The counters go on; the log has seen enough. */
	if (q->from.notes >= FROM_NOTES)
		return;
	q->from.notes++;
	xsr_device_note(&q->vif->dev, "queue %u: packet refused: %s", q->index,
			xsr_net_why_name(e->pkt.why));
}

/* A dummy packet that changes the multicast filter. */
static void from_mcast(struct xsr_vif_queue *q, struct from_pkt *e)
{
	xsr_vif_count(q->counts.rx_multicast, 1);
	if (e->pkt.mcast == XSR_NET_MCAST_DEL)
		xsr_vif_mcast_del(q->vif, e->pkt.mcast_addr);
	else if (!xsr_vif_mcast_add(q->vif, e->pkt.mcast_addr))
		e->status = XSR_NET_STATUS_ERROR;
}

/* Take one packet of @avail entries. Returns false if the guest broke the protocol. */
static bool from_take(struct xsr_vif_queue *q, u32 avail)
{
	const struct xsr_net_limits limits = { .fatal_slots = xsr_vif_params.fatal_slots };
	struct xsr_vif_from_batch *b = q->from.batch;
	struct from_pkt *e = &b->e[b->n++];
	enum xsr_verdict verdict;

	e->skb = NULL;
	e->status = XSR_NET_STATUS_OKAY;
	e->first_op = q->from.copied.n;
	e->end_op = e->first_op;
	verdict = xsr_net_take_pkt(&q->from_ring.ring, avail, &limits, &e->pkt);
	trace_xsr_vif_take(q, &e->pkt, verdict);
	switch (verdict) {
	case XSR_OK:
		q->from.unpaid += e->pkt.len;
		if (e->pkt.mcast)
			from_mcast(q, e);
		else
			from_plan(q, e);
		return true;
	case XSR_DROP:
		from_refuse(q, e);
		return true;
	default:
		xsr_device_fail(&q->vif->dev, "queue %u: front-end's packet: %s", q->index,
				xsr_net_why_name(e->pkt.why));
		return false;
	}
}

/* Take up to @most packets. Returns false if the guest broke the protocol. */
static bool from_gather(struct xsr_vif_queue *q, u32 most)
{
	struct xsr_vif_from_batch *b = q->from.batch;
	u32 avail;

	b->n = 0;
	q->from.limited = false;
	while (b->n < most && xsr_copied_room(&q->from.copied) >= FROM_COPIES) {
		if (xsr_ring_peek(&q->from_ring.ring, &avail)) {
			xsr_device_fail(&q->vif->dev, "queue %u: ring indexes are impossible",
					q->index);
			return false;
		}
		if (!avail || !xsr_vif_rate_allows_from(q))
			break;
		if (!from_take(q, avail))
			return false;
	}
	return true;
}

static void from_free_skb(struct from_pkt *e)
{
	kfree_skb(e->skb);
	e->skb = NULL;
}

static bool from_copied_all(const struct xsr_copied *copied, const struct from_pkt *e)
{
	u32 i;

	for (i = e->first_op; i < e->end_op; i++)
		if (xsr_copied_failed(copied, i))
			return false;
	return true;
}

/* Answer what was taken, in one go. */
static void from_answer(struct xsr_vif_queue *q)
{
	struct xsr_vif_from_batch *b = q->from.batch;
	struct xsr_ring *r = &q->from_ring.ring;
	struct from_pkt *e;
	bool notify;

	for (e = b->e; e < b->e + b->n; e++) {
		if (e->skb && !from_copied_all(&q->from.copied, e)) {
			from_free_skb(e);
			e->status = XSR_NET_STATUS_ERROR;
			xsr_vif_count(q->counts.rx_copy_failed, 1);
		}
		xsr_net_answer_pkt(r, &e->pkt, e->status);
	}
	if (!b->n)
		return;
	xsr_vif_count(q->counts.rx_published, 1);
	notify = xsr_ring_publish(r);
	trace_xsr_vif_publish(q, true);
	if (notify) {
		xsr_vif_count(q->counts.rx_notified, 1);
		xsr_channel_notify(&q->from_ring);
		trace_xsr_vif_notify(q, true);
	}
}

/* The checksum is where the protocol has it, and within the packet: so is the header then. */
static bool from_is_tcp(const struct sk_buff *skb, __be16 protocol)
{
	return skb->protocol == protocol && skb->ip_summed == CHECKSUM_PARTIAL &&
	       skb->csum_offset == offsetof(struct tcphdr, check);
}

/* Large segments are TCP of the version they say, with a header and at least a byte behind it. */
static bool from_set_gso(struct sk_buff *skb, const struct xsr_net_meta *meta)
{
	bool v4 = meta->gso_type == XSR_NET_GSO_TCPV4;
	u32 headers;

	if (!from_is_tcp(skb, htons(v4 ? ETH_P_IP : ETH_P_IPV6)))
		return false;
	headers = skb_transport_offset(skb) + tcp_hdrlen(skb);
	if (tcp_hdrlen(skb) < sizeof(struct tcphdr) || skb->len <= headers)
		return false;
	skb_shinfo(skb)->gso_size = meta->gso_size;
	skb_shinfo(skb)->gso_type = (v4 ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6) | SKB_GSO_DODGY;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len - headers, meta->gso_size);
	return true;
}

/*
 * A blank checksum needs its place found and checked. Large segments always have a blank one, even
 * if an old guest did not say so; the field is then made what a blank one has to be. Who has
 * switched the offload off sees a checksum that is filled in, and checks it.
 */
static bool from_set_checksum(struct xsr_vif_queue *q, struct sk_buff *skb,
			      const struct xsr_net_meta *meta)
{
	bool offload = q->vif->netdev->features & NETIF_F_RXCSUM;
	bool fixup = meta->gso_type && !meta->csum_blank;

	if (meta->csum_blank || fixup) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		xsr_vif_count(q->counts.rx_gso_checksum_fixup, fixup);
		if (skb_checksum_setup(skb, fixup))
			return false;
		return offload || meta->gso_type || !skb_checksum_help(skb);
	}
	if (meta->validated && offload)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	return true;
}

static void from_set_hash(struct sk_buff *skb, const struct xsr_net_meta *meta)
{
	bool l4;

	if (meta->hash_alg != XSR_NET_HASH_ALG_TOEPLITZ || meta->hash_type > 3)
		return;
	l4 = BIT(meta->hash_type) & (XSR_NET_HASH_IPV4_TCP | XSR_NET_HASH_IPV6_TCP);
	skb_set_hash(skb, meta->hash, l4 ? PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
}

/* Make of the bytes a packet of the host. Returns false if they are not what they were said to be. */
static bool from_finish(struct xsr_vif_queue *q, struct sk_buff *skb,
			const struct xsr_net_meta *meta)
{
	skb->protocol = eth_type_trans(skb, q->vif->netdev);
	skb_reset_network_header(skb);
	if (!from_set_checksum(q, skb, meta))
		return false;
	if (meta->gso_type && !from_set_gso(skb, meta))
		return false;
	from_set_hash(skb, meta);
	skb_record_rx_queue(skb, q->index);
	return true;
}

/*
 * Might it be one of several that GRO makes one of? Segments of TCP may; others if the administrator has
 * asked for that. All packets of a flow get the same answer, as they would overtake each other else.
 */
static bool from_merges(const struct sk_buff *skb)
{
	if (skb->dev->features & (NETIF_F_GRO_FRAGLIST | NETIF_F_GRO_UDP_FWD))
		return true;
	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return skb_headlen(skb) >= sizeof(struct iphdr) &&
		       ip_hdr(skb)->protocol == IPPROTO_TCP;
	case htons(ETH_P_IPV6):
		return skb_headlen(skb) >= sizeof(struct ipv6hdr) &&
		       ipv6_hdr(skb)->nexthdr == IPPROTO_TCP;
	default:
		return false;
	}
}

static void from_deliver(struct xsr_vif_queue *q)
{
	struct xsr_vif_from_batch *b = q->from.batch;
	struct from_pkt *e;
	LIST_HEAD(single);

	for (e = b->e; e < b->e + b->n; e++) {
		if (!e->skb)
			continue;
		if (!from_finish(q, e->skb, &e->pkt.meta)) {
			e->pkt.why = XSR_NET_BAD_PROTO;
			from_refuse(q, e);
			from_free_skb(e);
			continue;
		}
		xsr_vif_count(q->counts.rx_packets, 1);
		xsr_vif_count(q->counts.rx_bytes, e->pkt.len);
		if (from_merges(e->skb))
			napi_gro_receive(&q->from.napi, e->skb);
		else
			list_add_tail(&e->skb->list, &single);
		e->skb = NULL;
	}
	netif_receive_skb_list(&single);
}

static void from_forget(struct xsr_vif_queue *q)
{
	struct xsr_vif_from_batch *b = q->from.batch;
	u32 i;

	for (i = 0; i < b->n; i++)
		from_free_skb(&b->e[i]);
	xsr_copied_reset(&q->from.copied);
}

/* One batch. Returns the packets in it. */
static u32 from_batch(struct xsr_vif_queue *q, u32 most)
{
	struct xsr_copied *copied = &q->from.copied;

	if (!from_gather(q, min_t(u32, most, XSR_VIF_BATCH))) {
		from_forget(q);
		return 0;
	}
	xsr_copied_run(copied);
	if (copied->n)
		trace_xsr_vif_copy(q, true, q->from.batch->n, copied->n);
	WRITE_ONCE(q->counts.rx_batches, copied->calls);
	WRITE_ONCE(q->counts.rx_copies, copied->ops);
	from_answer(q);
	from_deliver(q);
	xsr_copied_reset(copied);
	return q->from.batch->n;
}

enum hrtimer_restart xsr_vif_from_company(struct hrtimer *timer)
{
	struct xsr_vif_queue *q = container_of(timer, struct xsr_vif_queue, from.company);

	napi_schedule(&q->from.napi);
	return HRTIMER_NORESTART;
}

/*
 * Ask for the next event: of the next packet, or, in the middle of a stream, only of what would fill half
 * of the ring, and have a timer see to the rest. Returns true if it is there already.
 */
static bool from_arm(struct xsr_vif_queue *q, u32 found)
{
	u64 wait;

	xsr_late_found(&q->from.late, found, READ_ONCE(q->vif->told), ktime_get_ns());
	wait = found ? xsr_late_wait(&q->from.late, xsr_vif_params_late()) : 0;
	if (xsr_ring_arm(&q->from_ring.ring, wait ? XSR_NET_RING_SIZE / 2 : 1))
		return true;
	if (wait) {
		xsr_vif_count(q->counts.rx_left_alone, 1);
		hrtimer_start(&q->from.company, ns_to_ktime(wait), HRTIMER_MODE_REL);
	}
	return false;
}

int xsr_vif_from_poll(struct napi_struct *napi, int budget)
{
	struct xsr_vif_queue *q = container_of(napi, struct xsr_vif_queue, from.napi);
	int done;

	/* Only cleaning up is asked for, and there is nothing to clean up. */
	if (!budget)
		return 0;
	done = xsr_vif_dead(q->vif) ? 0 : from_batch(q, budget);
	if (xsr_vif_dead(q->vif)) {
		napi_complete(napi);
		return 0;
	}
	if (done)
		q->from.worked = true;
	/* Armed before the NAPI is over, so that an event in between makes it run again. */
	if (done >= budget || (!q->from.limited && from_arm(q, done))) {
		xsr_vif_queue_eoi(q, XSR_VIF_OWE_FROM, &q->from.worked, false);
		return budget;
	}
	if (napi_complete_done(napi, done))
		xsr_vif_queue_eoi(q, XSR_VIF_OWE_FROM, &q->from.worked, true);
	return done;
}
