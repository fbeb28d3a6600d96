// SPDX-License-Identifier: GPL-2.0
/*
 * XDP: programs that see received packets first, and packets that programs send.
 *
 * A packet of one part that fits is copied into a page of the pool with room before and behind it,
 * and the program runs on that page; whatever it passes becomes a packet around the same page. So
 * no back-end has to leave room (stock ones count it into the packet), attaching a program asks the
 * back-end for nothing and waits for nothing, and what the program did to the packet is kept.
 *
 * Any other packet is built first and goes through the core's generic XDP, so that none passes a
 * program unseen. It is made what a network card would have received: its checksum is filled in if
 * the host left it blank, large segments are cut, since a frame that a program sends elsewhere cannot
 * say that something is left to do.
 *
 * A frame belongs to whoever has it: sent ones go back with the back-end's answer (sent.c).
 */
#include <linux/bpf.h>
#include <linux/bpf_trace.h>
#include <linux/filter.h>
#include <linux/netdevice.h>

#include "frontend/net/queue.h"

u32 xsr_nf_xdp_most(void)
{
	return PAGE_SIZE - XDP_PACKET_HEADROOM - SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
}

/* The packet that a program passes, around the page it has changed. */
static struct sk_buff *xdp_build(struct xsr_nf_queue *q, const struct xdp_buff *xdp)
{
	struct sk_buff *skb = napi_build_skb(xdp->data_hard_start, PAGE_SIZE);
	u32 meta = xdp->data - xdp->data_meta;

	if (!skb)
		return NULL;
	skb_mark_for_recycle(skb);
	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	__skb_put(skb, xdp->data_end - xdp->data);
	if (meta)
		skb_metadata_set(skb, meta);
	return skb;
}

/* May the sending half be used? Its lock is held. */
static bool xdp_may_send_locked(const struct xsr_nf *nf, const struct netdev_queue *txq)
{
	lockdep_assert_held(&txq->_xmit_lock);
	return xsr_nf_is_open(nf);
}

static bool xdp_put(struct xsr_nf_queue *q, struct xdp_frame *frame)
{
	struct xsr_nf_parcel parcel = { .frame = frame, .len = frame->len };

	return !xdp_frame_has_frags(frame) && xsr_nf_put_parcel(q, &parcel);
}

/* Send the packet back the way it came; it is published when the poll ends. */
static bool xdp_tx(struct xsr_nf_queue *q, struct xdp_buff *xdp, struct xsr_nf_xdp *sum)
{
	struct netdev_queue *txq = netdev_get_tx_queue(q->nf->netdev, q->nr);
	struct xdp_frame *frame = xdp_convert_buff_to_frame(xdp);
	bool sent;

	if (!frame)
		return false;
	__netif_tx_lock(txq, smp_processor_id());
	sent = xdp_may_send_locked(q->nf, txq) && xdp_put(q, frame);
	__netif_tx_unlock(txq);
	sum->publish |= sent;
	return sent;
}

/* Carry out verdict @act. Returns whether the page is still ours. */
static bool xdp_act(struct xsr_nf_queue *q, struct bpf_prog *program, struct xdp_buff *xdp, u32 act,
		    struct xsr_nf_xdp *sum)
{
	struct net_device *netdev = q->nf->netdev;

	switch (act) {
	case XDP_DROP:
		sum->drops++;
		return true;
	case XDP_TX:
		if (!xdp_tx(q, xdp, sum))
			break;
		sum->tx++;
		return false;
	case XDP_REDIRECT:
		if (xdp_do_redirect(netdev, xdp, program))
			break;
		sum->redirects++;
		sum->flush = true;
		return false;
	case XDP_ABORTED:
		break;
	default:
		bpf_warn_invalid_xdp_action(netdev, program, act);
	}
	trace_xdp_exception(netdev, program, act);
	sum->errors++;
	return true;
}

/* A copy of the packet as a program is to see it. Returns NULL with *@why if there can be none. */
static struct page *xdp_copy(struct xsr_nf_queue *q, const struct xsr_nf_bytes *bytes,
			     struct xdp_buff *xdp, enum xsr_net_why *why)
{
	struct page *page = page_pool_alloc_pages(q->pool, GFP_ATOMIC | __GFP_NOWARN | __GFP_ZERO);

	*why = XSR_NET_NO_MEMORY;
	if (!page)
		return NULL;
	xdp_init_buff(xdp, PAGE_SIZE, &q->rxq);
	xdp_prepare_buff(xdp, page_address(page), XDP_PACKET_HEADROOM, bytes->len, true);
	memcpy(xdp->data, bytes->data, bytes->len);
	if (!bytes->blank || xsr_nf_fill(xdp->data, bytes->len))
		return page;
	*why = XSR_NET_BAD_PROTO;
	page_pool_put_full_page(q->pool, page, true);
	return NULL;
}

struct sk_buff *xsr_nf_xdp_run(struct xsr_nf_queue *q, struct bpf_prog *program,
			       const struct xsr_nf_bytes *bytes, struct xsr_nf_xdp *sum,
			       enum xsr_net_why *why)
{
	struct sk_buff *skb = NULL;
	struct xdp_buff xdp;
	struct page *page = xdp_copy(q, bytes, &xdp, why);
	bool ours;
	u32 act;

	if (!page)
		return NULL;
	sum->packets++;
	act = bpf_prog_run_xdp(program, &xdp);
	if (act == XDP_PASS) {
		if (xdp.data_end - xdp.data >= ETH_HLEN)
			skb = xdp_build(q, &xdp);
		ours = !skb;
		*why = XSR_NET_NO_MEMORY;
	} else {
		*why = XSR_NET_FINE;
		ours = xdp_act(q, program, &xdp, act, sum);
	}
	if (ours)
		page_pool_put_full_page(q->pool, page, true);
	return skb;
}

bool xsr_nf_xdp_whole(struct sk_buff *skb)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return true;
	if (skb_checksum_help(skb))
		return false;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return true;
}

bool xsr_nf_xdp_run_built(struct xsr_nf_queue *q, struct bpf_prog *program, struct sk_buff **skb,
			  struct xsr_nf_xdp *sum)
{
	bool passed;

	sum->packets++;
	(*skb)->dev = q->nf->netdev;
	skb_record_rx_queue(*skb, q->nr);
	passed = do_xdp_generic(program, skb) == XDP_PASS;
	sum->taken += !passed;
	return passed;
}

void xsr_nf_xdp_finish(struct xsr_nf_queue *q, struct xsr_nf_xdp *sum)
{
	struct netdev_queue *txq = netdev_get_tx_queue(q->nf->netdev, q->nr);
	struct xsr_nf_in_stats *stats = &q->stats->in;

	if (sum->flush)
		xdp_do_flush();
	if (sum->publish) {
		__netif_tx_lock(txq, smp_processor_id());
		if (xdp_may_send_locked(q->nf, txq))
			xsr_nf_publish_sent(q);
		__netif_tx_unlock(txq);
	}
	u64_stats_update_begin(&stats->sync);
	u64_stats_add(&stats->xdp_packets, sum->packets);
	u64_stats_add(&stats->xdp_drops, sum->drops);
	u64_stats_add(&stats->xdp_tx, sum->tx);
	u64_stats_add(&stats->xdp_redirects, sum->redirects);
	u64_stats_add(&stats->xdp_errors, sum->errors);
	u64_stats_add(&stats->xdp_taken, sum->taken);
	u64_stats_update_end(&stats->sync);
}

/* Polls that began before see the old program, or none; the core frees it after they are over. */
static int xdp_setup(struct xsr_nf *nf, struct bpf_prog *program)
{
	struct bpf_prog *old = rtnl_dereference(nf->program);

	rcu_assign_pointer(nf->program, program);
	if (old)
		bpf_prog_put(old);
	return 0;
}

int xsr_nf_bpf(struct net_device *netdev, struct netdev_bpf *bpf)
{
	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return xdp_setup(netdev_priv(netdev), bpf->prog);
	default:
		return -EINVAL;
	}
}

/* Others' programs redirect here. What is not sent stays the caller's. */
int xsr_nf_xdp_xmit(struct net_device *netdev, int n, struct xdp_frame **frames, u32 flags)
{
	struct xsr_nf *nf = netdev_priv(netdev);
	struct netdev_queue *txq;
	struct xsr_nf_queue *q;
	int sent = 0;
	u32 nr;

	if (flags & ~XDP_XMIT_FLAGS_MASK)
		return -EINVAL;
	nr = smp_processor_id() % netdev->real_num_tx_queues;
	txq = netdev_get_tx_queue(netdev, nr);
	__netif_tx_lock(txq, smp_processor_id());
	if (!xdp_may_send_locked(nf, txq) || nr >= nf->nr_queues) {
		__netif_tx_unlock(txq);
		return -ENETDOWN;
	}
	q = &nf->queue[nr];
	while (sent < n && xdp_put(q, frames[sent]))
		sent++;
	if (flags & XDP_XMIT_FLUSH)
		xsr_nf_publish_sent(q);
	__netif_tx_unlock(txq);
	return sent;
}
