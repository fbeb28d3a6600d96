// SPDX-License-Identifier: GPL-2.0
/*
 * Honest use of the rings: pages posted, slots put, answers and packets taken, an echo there and
 * back. Answers are matched by id, so that one that answers nothing is told (stray).
 */
#include <linux/delay.h>
#include <linux/ktime.h>

#include "tests/xen/evil/netfront/netfront.h"

/* Post page @page at the next place in the ring. */
static void post_page(struct nf_queue *q, u32 page)
{
	u32 pos = q->rx.ring.out % XSR_NET_RING_SIZE;
	const struct evil_page *instead = q->n->instead;

	q->at[pos] = page;
	xsr_net_put_page(&q->rx.ring, pos, instead ? instead->gref : q->post[page].gref);
}

static void notify_rx(struct nf_queue *q)
{
	evil_ring_notify(q->rx.irq > 0 ? &q->rx : &q->tx);
}

void nf_post(struct nf_queue *q, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		post_page(q, i);
	xsr_ring_publish(&q->rx.ring);
	notify_rx(q);
}

void nf_put_slot(struct nf_queue *q, u32 gref, u16 offset, u16 size, u16 flags)
{
	u16 id = q->tx.ring.out % XSR_NET_RING_SIZE;
	struct xsr_net_to_back_req req = {
		.gref = gref, .offset = offset, .size = size, .flags = flags, .id = id
	};

	q->out[id] = true;
	xsr_ring_put(&q->tx.ring, &req, sizeof(req));
}

void nf_publish(struct nf_queue *q)
{
	xsr_ring_publish(&q->tx.ring);
	evil_ring_notify(&q->tx);
}

static void count_answer(struct nf_sum *sum, s16 status)
{
	switch (status) {
	case XSR_NET_STATUS_OKAY:
		sum->okay++;
		break;
	case XSR_NET_STATUS_ERROR:
		sum->error++;
		break;
	case XSR_NET_STATUS_DROPPED:
		sum->dropped++;
		break;
	default:
		sum->odd++;
		break;
	}
}

static void reap_answers(struct nf_queue *q)
{
	struct nf *n = q->n;
	struct xsr_net_to_back_rsp rsp;
	u32 avail;

	while (xsr_ring_peek(&q->tx.ring, &avail) == XSR_OK && avail) {
		xsr_ring_take(&q->tx.ring, &rsp, sizeof(rsp));
		if (rsp.status == XSR_NET_STATUS_NULL) {
			n->sum.null++;
		} else if (rsp.id >= XSR_NET_RING_SIZE || !q->out[rsp.id]) {
			n->e.stray++;
		} else {
			q->out[rsp.id] = false;
			count_answer(&n->sum, rsp.status);
		}
	}
}

/* Put together what came, and post its pages again. */
static void take_packet(struct nf_queue *q, u32 avail)
{
	struct xsr_net_got got;
	struct nf *n = q->n;
	u32 i, pos, len = 0;
	bool whole = xsr_net_take_got(&q->rx.ring, avail, &got) == XSR_OK;

	n->failed += !whole;
	for (i = 0; i < got.entries; i++) {
		pos = (got.first + i) % XSR_NET_RING_SIZE;
		if (whole && got.part[i].size) {
			memcpy(n->in + len, q->post[q->at[pos]].va + got.part[i].offset,
			       got.part[i].size);
			len += got.part[i].size;
		}
		post_page(q, q->at[pos]);
	}
	if (whole && evil_frame_is_reply(n->in, len, n->frame, n->len))
		n->replied = true;
}

static void reap_packets(struct nf_queue *q)
{
	u32 avail, taken = 0;

	while (xsr_ring_peek(&q->rx.ring, &avail) == XSR_OK && avail && taken++ < 1000)
		take_packet(q, avail);
	if (!taken)
		return;
	xsr_ring_publish(&q->rx.ring);
	notify_rx(q);
	xsr_ring_arm(&q->rx.ring, 1);
}

void nf_reap(struct nf *n)
{
	u32 i;

	for (i = 0; i < NF_MAX_QUEUES; i++) {
		if (!n->queue[i].n)
			continue;
		reap_answers(&n->queue[i]);
		reap_packets(&n->queue[i]);
	}
}

u32 nf_busy(const struct nf *n)
{
	u32 i, k, busy = 0;

	for (i = 0; i < NF_MAX_QUEUES; i++)
		for (k = 0; k < XSR_NET_RING_SIZE; k++)
			busy += n->queue[i].out[k];
	return busy;
}

bool nf_give_up(const struct nf *n, ktime_t end)
{
	usleep_range(50, 150);
	return evil_front_is_closed(&n->e) || ktime_after(ktime_get(), end);
}

void nf_forget(struct nf *n)
{
	memset(&n->sum, 0, sizeof(n->sum));
	n->failed = 0;
}

const char *nf_answer(const struct nf *n)
{
	const struct nf_sum *sum = &n->sum;

	if (evil_front_is_closed(&n->e))
		return "closed";
	if (nf_busy(n))
		return "silence";
	if (!!sum->okay + !!sum->error + !!sum->dropped + !!sum->odd != 1)
		return "mixed";
	return sum->okay ? "okay" : sum->error ? "error" : sum->dropped ? "dropped" : "odd-status";
}

const char *nf_flush(struct nf *n, struct nf_queue *q)
{
	ktime_t end = ktime_add_ms(ktime_get(), NF_ANSWER_MS);

	nf_publish(q);
	do {
		nf_reap(n);
	} while (nf_busy(n) && !nf_give_up(n, end));
	/* What is fatal is told by the state, which comes later than answers could. */
	if (nf_busy(n))
		evil_front_wait_closed(&n->e, 1000);
	return nf_answer(n);
}

void nf_make_echo(struct nf *n, u32 len)
{
	n->len = len;
	n->replied = false;
	evil_frame_echo(n->frame, len, &n->wire, ++n->seq);
}

void nf_put_frame(struct nf_queue *q, const u16 *size, u32 nr, bool end)
{
	struct nf *n = q->n;
	u32 i, at = 0, part, offset;

	for (i = 0; i < nr; i++) {
		part = i + 1 < nr ? min_t(u32, size[i], n->len - at) : n->len - at;
		part = min_t(u32, part, PAGE_SIZE);
		offset = end ? PAGE_SIZE - part : 0;
		memcpy(n->data[i].va + offset, n->frame + at, part);
		nf_put_slot(q, n->data[i].gref, offset, i ? part : n->len,
			    i + 1 < nr ? XSR_NET_TO_BACK_MORE : 0);
		at += part;
	}
}

bool nf_wait_reply(struct nf *n, unsigned int ms)
{
	ktime_t end = ktime_add_ms(ktime_get(), ms);

	do {
		nf_reap(n);
	} while (!n->replied && !nf_give_up(n, end));
	return n->replied;
}

bool nf_echo(struct nf *n, u32 nr, unsigned int tries)
{
	struct nf_queue *q = &n->queue[nr];

	if (!q->n)
		return false;
	while (tries-- && !evil_front_is_closed(&n->e)) {
		if (!xsr_ring_room(&q->tx.ring))
			return false;
		nf_make_echo(n, 98);
		nf_put_frame(q, NULL, 1, false);
		nf_publish(q);
		if (nf_wait_reply(n, NF_ECHO_MS))
			return true;
	}
	return false;
}
