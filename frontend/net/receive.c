// SPDX-License-Identifier: GPL-2.0
/*
 * Packets from the ring to the stack.
 *
 * The codec has copied what the back-end says and checked that it lies within its pages; here the
 * pages are taken back, and only then is a byte of them looked at. A short packet is copied instead,
 * once, and its page posted again as it is. Whatever is wrong with a packet costs that packet only;
 * a page that the back-end keeps is fatal.
 */
#include <linux/etherdevice.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>

#include "frontend/net/queue.h"
#include "frontend/net/trace.h"
#include "ring/linux/skb.h"

/* Lines that bad packets may put into the log, a queue and connection. */
#define RECEIVE_NOTES 5

/*
 * Segments that are cut for a program hold so many bytes at least; set here. No TCP has smaller ones,
 * and so a back-end cannot have us make tens of thousands of packets out of one.
 */
#define RECEIVE_MIN_SEGMENT 64

/* What a poll gathers. */
struct receive {
	struct xsr_nf_queue *q;
	struct bpf_prog *program; /* XDP, or NULL */
	struct xsr_nf_xdp xdp;
	struct xsr_chain free; /* references whose pages were taken back */
	u32 packets, bytes, errors, drops, copied, fixups;
};

static struct xsr_nf_posted *receive_posted(struct xsr_nf_queue *q, u32 entry)
{
	return &q->posted[entry % XSR_NF_SLOTS];
}

static void receive_give_page(struct xsr_nf_queue *q, struct page *page)
{
	page_pool_put_full_page(q->pool, page, true);
}

/* Nothing of the packet is wanted: its pages go round again. */
static void receive_repost(struct xsr_nf_queue *q, const struct xsr_net_got *got)
{
	u32 i;

	for (i = 0; i < got->entries; i++)
		xsr_nf_repost(q, got->first + i);
}

/*
 * Take the pages that hold something of the packet back from the back-end, and post the others
 * again. @page: one for each part, in order. Returns how many, or 0 if the back-end keeps one; none
 * is used then.
 */
static u32 receive_revoke(struct receive *rx, const struct xsr_net_got *got, struct page **page)
{
	struct xsr_nf_queue *q = rx->q;
	struct xsr_chain chain = {};
	u32 i, n = 0;
	bool honest;

	for (i = 0; i < got->entries; i++) {
		struct xsr_nf_posted *posted = receive_posted(q, got->first + i);

		if (!got->part[i].size) {
			xsr_nf_repost(q, got->first + i);
			continue;
		}
		xsr_granted_add(&q->posts, &chain, posted->member);
		page[n++] = posted->page;
		posted->page = NULL;
	}
	honest = xsr_granted_revoke(&q->posts, &chain);
	xsr_granted_join(&q->posts, &rx->free, &chain);
	if (honest)
		return n;
	xsr_device_fail(&q->nf->dev, "queue %u: back-end keeps a page it has filled", q->nr);
	while (n)
		receive_give_page(q, page[--n]);
	return 0;
}

/* A packet short enough to be copied, in one part. */
static struct sk_buff *receive_copy(struct receive *rx, const struct xsr_net_got *got)
{
	struct xsr_nf_queue *q = rx->q;
	struct sk_buff *skb = xsr_skb_alloc(&q->napi, got->len);
	u32 i;

	for (i = 0; skb && i < got->entries; i++)
		if (got->part[i].size)
			skb_put_data(skb,
				     page_address(receive_posted(q, got->first + i)->page) +
					     got->part[i].offset,
				     got->part[i].size);
	receive_repost(q, got);
	rx->copied += !!skb;
	return skb;
}

/* How much of the first part goes into the linear area: all headers, or the whole if it is short. */
static u32 receive_head_len(const struct xsr_nf_queue *q, const void *data, u32 size)
{
	if (size <= XSR_NF_COPYBREAK)
		return size;
	return eth_get_headlen(q->nf->netdev, data, XSR_NF_COPYBREAK);
}

/* Build a packet around @n pages, which are used up. */
static struct sk_buff *receive_build(struct xsr_nf_queue *q, const struct xsr_net_got *got,
				     struct page **page, u32 n)
{
	struct sk_buff *skb = napi_alloc_skb(&q->napi, XSR_NF_COPYBREAK);
	u32 i, entry = 0, skip = 0;

	for (i = 0; i < n; i++, entry++) {
		const struct xsr_net_part *part;

		while (!got->part[entry].size)
			entry++;
		part = &got->part[entry];
		if (skb && !i) {
			const void *data = page_address(page[0]) + part->offset;

			skip = receive_head_len(q, data, part->size);
			skb_put_data(skb, data, skip);
		} else {
			skip = 0;
		}
		if (!skb || skip == part->size || skb_shinfo(skb)->nr_frags == MAX_SKB_FRAGS) {
			receive_give_page(q, page[i]);
			continue;
		}
		skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page[i], part->offset + skip,
				part->size - skip, PAGE_SIZE);
	}
	if (skb)
		skb_mark_for_recycle(skb);
	return skb;
}

/* Large segments; how many, and whether the headers are right, the core finds out. */
static void receive_gso(struct sk_buff *skb, const struct xsr_net_meta *meta)
{
	struct skb_shared_info *shared = skb_shinfo(skb);

	if (meta->gso_type == XSR_NET_GSO_NONE)
		return;
	shared->gso_size = meta->gso_size;
	shared->gso_type = SKB_GSO_DODGY;
	shared->gso_type |= meta->gso_type == XSR_NET_GSO_TCPV6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
	shared->gso_segs = 0;
}

/*
 * Tell the stack what is known of the checksum. Large segments need one to be filled in; a sloppy
 * back-end that forgets to say so is forgiven. Who has switched the offload off sees a checksum
 * that is filled in, and checks it. Returns false for a packet that is not what it says.
 */
static bool receive_checksum(struct receive *rx, struct sk_buff *skb,
			     const struct xsr_net_meta *meta)
{
	bool offload = rx->q->nf->netdev->features & NETIF_F_RXCSUM;
	bool fixup = skb_is_gso(skb) && !meta->csum_blank;

	if (!meta->csum_blank && !fixup) {
		if (meta->validated && offload)
			skb->ip_summed = CHECKSUM_UNNECESSARY;
		return true;
	}
	skb->ip_summed = CHECKSUM_PARTIAL;
	rx->fixups += fixup;
	if (skb_checksum_setup(skb, fixup))
		return false;
	return offload || skb_is_gso(skb) || !skb_checksum_help(skb);
}

/*
 * Large segments are TCP of the version they say, with something behind the headers. What
 * receive_checksum() has passed has its headers in place.
 */
static bool receive_gso_is_true(const struct sk_buff *skb, const struct xsr_net_meta *meta)
{
	bool v6 = meta->gso_type == XSR_NET_GSO_TCPV6;

	if (meta->gso_type == XSR_NET_GSO_NONE)
		return true;
	return skb->protocol == htons(v6 ? ETH_P_IPV6 : ETH_P_IP) &&
	       skb->ip_summed == CHECKSUM_PARTIAL &&
	       skb->csum_offset == offsetof(struct tcphdr, check) &&
	       tcp_hdrlen(skb) >= sizeof(struct tcphdr) &&
	       skb->len > skb_transport_offset(skb) + tcp_hdrlen(skb);
}

static void receive_hash(struct sk_buff *skb, const struct xsr_net_meta *meta)
{
	bool ports;

	if (meta->hash_alg == XSR_NET_HASH_ALG_NONE)
		return;
	ports = meta->hash_type < 8 &&
		1u << meta->hash_type & (XSR_NET_HASH_IPV4_TCP | XSR_NET_HASH_IPV6_TCP);
	skb_set_hash(skb, meta->hash, ports ? PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
}

/* Make of the bytes a packet of ours. Returns false, and the packet is gone, if they are none. */
static bool receive_finish(struct receive *rx, struct sk_buff *skb, const struct xsr_net_meta *meta)
{
	struct xsr_nf_queue *q = rx->q;
	u32 len = skb->len;

	skb->protocol = eth_type_trans(skb, q->nf->netdev);
	skb_reset_network_header(skb);
	receive_gso(skb, meta);
	if (!receive_checksum(rx, skb, meta) || !receive_gso_is_true(skb, meta)) {
		rx->errors++;
		dev_kfree_skb_any(skb);
		return false;
	}
	receive_hash(skb, meta);
	skb_record_rx_queue(skb, q->nr);
	rx->packets++;
	rx->bytes += len;
	return true;
}

static void receive_deliver(struct receive *rx, struct sk_buff *skb,
			    const struct xsr_net_meta *meta)
{
	if (receive_finish(rx, skb, meta))
		napi_gro_receive(&rx->q->napi, skb);
}

/* A finished packet is seen by the program, and delivered if that passes it. */
static void receive_screen(struct receive *rx, struct sk_buff *skb)
{
	if (!xsr_nf_xdp_whole(skb)) {
		rx->errors++;
		dev_kfree_skb_any(skb);
	} else if (xsr_nf_xdp_run_built(rx->q, rx->program, &skb, &rx->xdp)) {
		napi_gro_receive(&rx->q->napi, skb);
	}
}

/* The same for large segments, which are cut as a network card would have got them. */
static void receive_screen_segments(struct receive *rx, struct sk_buff *skb)
{
	struct net_device *netdev = rx->q->nf->netdev;
	struct sk_buff *segments = NULL, *next;

	__skb_push(skb, ETH_HLEN);
	if (skb_shinfo(skb)->gso_size >= RECEIVE_MIN_SEGMENT)
		segments = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segments)) {
		rx->errors++;
		dev_kfree_skb_any(skb);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segments, skb, next)
	{
		skb_mark_not_on_list(skb);
		skb->protocol = eth_type_trans(skb, netdev);
		skb_reset_network_header(skb);
		skb->ip_summed = CHECKSUM_UNNECESSARY; /* it has just been filled in */
		receive_screen(rx, skb);
	}
}

/* A packet that was built goes to the program, if there is one, or else to the stack. */
static void receive_hand_over(struct receive *rx, struct sk_buff *skb,
			      const struct xsr_net_meta *meta)
{
	if (!rx->program)
		receive_deliver(rx, skb, meta);
	else if (!receive_finish(rx, skb, meta))
		return;
	else if (skb_is_gso(skb))
		receive_screen_segments(rx, skb);
	else
		receive_screen(rx, skb);
}

static void receive_packet(struct receive *rx, const struct xsr_net_got *got)
{
	struct page *page[XSR_NET_GOT_ENTRIES];
	struct sk_buff *skb;
	u32 n;

	if (got->len <= XSR_SKB_LINEAR) {
		skb = receive_copy(rx, got);
	} else {
		n = receive_revoke(rx, got, page);
		if (!n)
			return;
		skb = receive_build(rx->q, got, page, n);
	}
	if (!skb) {
		rx->drops++;
	} else if (skb->len != got->len) { /* it had more parts than the stack can hold */
		rx->errors++;
		dev_kfree_skb_any(skb);
	} else {
		receive_hand_over(rx, skb, &got->meta);
	}
}

/* The one part of a packet that has not more, or NULL. */
static const void *receive_only_part(const struct receive *rx, const struct xsr_net_got *got)
{
	u32 i;

	if (got->nr_parts != 1)
		return NULL;
	for (i = 0; !got->part[i].size; i++)
		;
	return page_address(receive_posted(rx->q, got->first + i)->page) + got->part[i].offset;
}

/* What is known of a packet that a program has seen: no checksum is left blank. */
static void receive_pass(struct receive *rx, struct sk_buff *skb, const struct xsr_net_meta *meta)
{
	struct xsr_net_meta seen = *meta;

	seen.csum_blank = false;
	receive_deliver(rx, skb, &seen);
}

/*
 * A program is to see the packet first. One part is copied into a page that has room around it, as
 * back-ends leave none or count it wrongly; its own page is posted again.
 */
static void receive_program(struct receive *rx, const struct xsr_net_got *got)
{
	struct xsr_nf_bytes bytes = {
		receive_only_part(rx, got),
		got->len,
		got->meta.csum_blank,
	};
	enum xsr_net_why why = XSR_NET_BAD_PROTO;
	struct sk_buff *skb = NULL;

	if (bytes.data && got->len <= xsr_nf_xdp_most() && got->meta.gso_type == XSR_NET_GSO_NONE)
		skb = xsr_nf_xdp_run(rx->q, rx->program, &bytes, &rx->xdp, &why);
	if (why == XSR_NET_BAD_PROTO) {
		receive_packet(rx, got);
		return;
	}
	receive_repost(rx->q, got);
	if (skb) {
		receive_pass(rx, skb, &got->meta);
	} else if (why == XSR_NET_FINE) {
		rx->packets++;
		rx->bytes += got->len;
	} else {
		rx->drops++;
	}
}

static void receive_account(const struct receive *rx)
{
	struct xsr_nf_in_stats *stats = &rx->q->stats->in;

	u64_stats_update_begin(&stats->sync);
	u64_stats_add(&stats->packets, rx->packets);
	u64_stats_add(&stats->bytes, rx->bytes);
	u64_stats_add(&stats->errors, rx->errors);
	u64_stats_add(&stats->drops, rx->drops);
	u64_stats_add(&stats->copied, rx->copied);
	u64_stats_add(&stats->fixups, rx->fixups);
	u64_stats_update_end(&stats->sync);
}

int xsr_nf_receive(struct xsr_nf_queue *q, int budget)
{
	struct receive rx = { .q = q };
	struct xsr_net_got got;
	int done = 0;
	u32 n;

	rcu_read_lock();
	rx.program = rcu_dereference(q->nf->program);
	while (done < budget && !xsr_device_failed(&q->nf->dev)) {
		enum xsr_verdict verdict;

		if (xsr_ring_peek(&q->to_front.ring, &n) != XSR_OK) {
			xsr_device_fail(&q->nf->dev, "queue %u: impossible number of packets",
					q->nr);
			break;
		}
		if (!n)
			break;
		done++;
		verdict = xsr_net_take_got(&q->to_front.ring, n, &got);
		trace_xsr_nf_receive(q, &got);
		if (verdict == XSR_OK) {
			if (rx.program)
				receive_program(&rx, &got);
			else
				receive_packet(&rx, &got);
			continue;
		}
		rx.errors++;
		receive_repost(q, &got);
		/* The counter goes on; the log has seen enough. */
		if (q->notes++ < RECEIVE_NOTES)
			xsr_device_note(&q->nf->dev, "queue %u: packet dropped: %s", q->nr,
					xsr_net_why_name(got.why));
	}
	if (rx.program)
		xsr_nf_xdp_finish(q, &rx.xdp);
	rcu_read_unlock();
	xsr_granted_give(&q->posts, &rx.free);
	if (done)
		receive_account(&rx);
	return done;
}
