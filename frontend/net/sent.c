// SPDX-License-Identifier: GPL-2.0
/*
 * Answers to packets that were sent: take back what was lent, free the packet, start the queue.
 *
 * An answer is believed about one thing only: that a slot which is out is done with. The page behind
 * it is freed when the back-end has let go of it; if it has not, it broke the protocol and the page
 * is kept from use by the core (grant/linux/granted.c).
 */
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "frontend/net/queue.h"
#include "frontend/net/trace.h"

/* What is gathered over a poll. */
struct sent_sum {
	struct xsr_chain bare; /* revoked, to be given back */
	struct xsr_chain pages;
	u32 answers;
	u32 waited; /* of them, those that somebody waited for (ring/lazy.h) */
	u32 packets;
	u32 bytes;
	u32 refused;
};

/* Was a page of the packet's own lent for the slot, or one of ours granted? */
static bool sent_has_grant(const struct xsr_nf_sent *sent)
{
	return !sent->message && !sent->staged;
}

/* What slot @id held is gone: hand the id to the sender. */
static void sent_forget(struct xsr_nf_queue *q, u16 id)
{
	q->sent[id].skb = NULL;
	q->sent[id].frame = NULL;
	xsr_ids_give(&q->ids, id);
}

/* Slot @id is over: free its packet with the last one. */
static void sent_finish(struct xsr_nf_queue *q, u16 id, int budget, struct sent_sum *sum)
{
	struct sk_buff *skb = q->sent[id].skb;

	if (q->sent[id].frame) {
		xdp_return_frame(q->sent[id].frame);
	} else if (skb && !--xsr_nf_cb(skb)->left) {
		/* Small ones were not counted when they were sent. */
		if (!q->sent[id].staged) {
			sum->packets++;
			sum->bytes += skb->len;
		}
		napi_consume_skb(skb, budget);
	}
	sent_forget(q, id);
}

/*
 * netpoll comes in any context, with interrupts off, where a frame's page must not go back to its
 * pool: the pool's lock is one of softirqs. Its slot stays taken until NAPI polls.
 */
static void sent_put_off(struct xsr_nf_queue *q, u16 id)
{
	q->late[q->nr_late++] = id;
	napi_schedule(&q->napi);
}

/* Free the frames that netpoll could not; outside of it. */
static void sent_finish_late(struct xsr_nf_queue *q)
{
	while (q->nr_late) {
		u16 id = q->late[--q->nr_late];

		xdp_return_frame(q->sent[id].frame);
		sent_forget(q, id);
	}
}

/* Slot @id is answered. Returns false if the back-end keeps its page, which is then kept from use. */
static bool sent_over(struct xsr_nf_queue *q, u16 id, int budget, struct sent_sum *sum)
{
	const struct xsr_nf_sent *sent = &q->sent[id];
	bool honest = true;

	sum->waited += !sent->staged || sent->skb;
	if (sent_has_grant(sent)) {
		if (sent->copied)
			xsr_granted_add(&q->pages, &sum->pages, sent->member);
		else
			honest = xsr_granted_revoke_one(&q->bare, sent->member, &sum->bare);
	}
	if (unlikely(!budget && sent->frame))
		sent_put_off(q, id);
	else
		sent_finish(q, id, budget, sum);
	return honest;
}

static void sent_refuse(struct xsr_nf_queue *q, u16 id, struct sent_sum *sum)
{
	if (q->sent[id].message)
		xsr_nf_mcast_refused(q->nf);
	else
		sum->refused++;
}

/* Take @n answers. Returns NULL, or what is wrong with one, which ends it. */
static const char *sent_take(struct xsr_nf_queue *q, u32 n, int budget, struct sent_sum *sum)
{
	u16 id;
	s16 status;

	while (n--) {
		sum->answers++;
		switch (xsr_net_take_answer(&q->to_back.ring, &q->slots, &id, &status)) {
		case XSR_OK:
			if (unlikely(status != XSR_NET_STATUS_OKAY))
				sent_refuse(q, id, sum);
			if (unlikely(!sent_over(q, id, budget, sum)))
				return "back-end keeps a packet it has answered";
			break;
		case XSR_DROP:
			break;
		case XSR_FATAL:
			return "back-end answers what was not sent";
		}
	}
	return NULL;
}

/* There may be room again for a queue that was full. */
static void sent_wake(struct xsr_nf_queue *q, struct netdev_queue *txq)
{
	smp_mb(); /* room before the look at the queue; pairs with the one in xmit_stop_if_full() */
	if (netif_tx_queue_stopped(txq) && xsr_nf_room(q) >= XSR_NF_WAKE_ROOM &&
	    xsr_nf_is_open(q->nf))
		netif_tx_wake_queue(txq);
}

u32 xsr_nf_sent_take(struct xsr_nf_queue *q, int budget)
{
	struct netdev_queue *txq = netdev_get_tx_queue(q->nf->netdev, q->nr);
	struct sent_sum sum = {};
	const char *wrong = NULL;
	u32 n = 0;

	if (budget)
		sent_finish_late(q);
	while (!wrong && sum.answers < XSR_NF_SLOTS) {
		if (xsr_ring_peek(&q->to_back.ring, &n) != XSR_OK)
			wrong = "impossible number of answers";
		else if (n)
			wrong = sent_take(q, n, budget, &sum);
		else
			break;
	}
	xsr_granted_give(&q->bare, &sum.bare);
	xsr_granted_give(&q->pages, &sum.pages);
	xsr_lazy_done(&q->lazy, sum.waited);
	if (wrong)
		xsr_device_fail(&q->nf->dev, "queue %u: %s", q->nr, wrong);
	if (sum.refused)
		xsr_nf_count(&q->stats->in, refused, sum.refused);
	if (sum.answers)
		trace_xsr_nf_answers(q, sum.answers, sum.packets, sum.refused);
	netdev_tx_completed_queue(txq, sum.packets, sum.bytes);
	sent_wake(q, txq);
	return sum.answers;
}

void xsr_nf_sent_reap(struct xsr_nf_queue *q)
{
	struct sent_sum sum = {};
	u32 id;

	sent_finish_late(q);
	xsr_ids_show(&q->ids, &q->slots); /* what was put and never published is out as well */
	for (id = 0; id < XSR_NF_SLOTS; id++) {
		struct xsr_nf_sent *sent = &q->sent[id];
		struct xsr_chain one = xsr_chain_of(sent->member);

		if (!xsr_slots_busy(&q->slots, id))
			continue;
		xsr_slots_match(&q->slots, id, 0);
		if (sent_has_grant(sent))
			xsr_granted_quarantine(sent->copied ? &q->pages : &q->bare, &one);
		sent_finish(q, id, 0, &sum);
	}
	netdev_tx_reset_queue(netdev_get_tx_queue(q->nf->netdev, q->nr));
}
