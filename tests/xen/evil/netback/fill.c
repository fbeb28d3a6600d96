// SPDX-License-Identifier: GPL-2.0
/*
 * What comes to the front-end on the ring of received packets: any entries, written as text, all
 * published at once; indexes; and grids. The pages are the ones the front-end posted; each entry
 * takes the place of one.
 *
 *	rx ENTRY...
 *	  r:OFFSET:STATUS[:FLAGS]	a response. FLAGS are letters: m more, x extra info follows, c blank
 *					checksum, v validated, h keep the page mapped, i another's id
 *	  x:TYPE:FLAGS[:SIZE[:KIND]]	an extra info; SIZE and KIND as of large segments
 *
 * An entry with *N behind it is put N times. Each page is given the start of an echo request.
 */
#include <linux/delay.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "tests/xen/evil/netback/netback.h"

static long field_number(char **word)
{
	char *f = strsep(word, ":");
	long n = 0;

	if (!f || kstrtol(f, 0, &n))
		n = 0;
	return n;
}

/* The next page the front-end has posted. False if there is none. */
static bool take_page(struct nb_queue *q, struct xsr_net_to_front_req *req)
{
	u32 avail;

	if (xsr_ring_peek(&q->rx.ring, &avail) != XSR_OK || !avail)
		return false;
	xsr_ring_take(&q->rx.ring, req, sizeof(*req));
	return true;
}

static bool put_response(struct nb_queue *q, u16 offset, s16 status, const char *letters)
{
	struct xsr_net_to_front_rsp rsp = { .offset = offset, .status = status };
	struct xsr_net_to_front_req req;
	struct nb *n = q->n;

	if (!take_page(q, &req))
		return false;
	rsp.id = req.id;
	for (; letters && *letters; letters++)
		switch (*letters) {
		case 'm':
			rsp.flags |= XSR_NET_TO_FRONT_MORE;
			break;
		case 'x':
			rsp.flags |= XSR_NET_TO_FRONT_EXTRA;
			break;
		case 'c':
			rsp.flags |= XSR_NET_TO_FRONT_CSUM_BLANK;
			break;
		case 'v':
			rsp.flags |= XSR_NET_TO_FRONT_VALIDATED;
			break;
		case 'h':
			nb_hold(n, req.gref);
			break;
		case 'i':
			rsp.id = req.id + 77;
			break;
		default:
			break;
		}
	if (offset < PAGE_SIZE)
		nb_copy(n, req.gref, offset, n->frame, min_t(u32, 200, PAGE_SIZE - offset), true);
	xsr_ring_put(&q->rx.ring, &rsp, sizeof(rsp));
	return true;
}

static bool put_extra(struct nb_queue *q, char *word)
{
	union xsr_net_to_front_entry entry = {};
	struct xsr_net_to_front_req req;

	if (!take_page(q, &req))
		return false;
	entry.extra.type = field_number(&word);
	entry.extra.flags = field_number(&word);
	entry.extra.gso.size = field_number(&word);
	entry.extra.gso.type = field_number(&word);
	xsr_ring_put(&q->rx.ring, &entry, sizeof(entry));
	return true;
}

static bool put_entry(struct nb_queue *q, char *entry)
{
	char *rest = entry + 2;
	u16 offset;
	s16 status;

	if (!strncmp(entry, "x:", 2))
		return put_extra(q, rest);
	offset = field_number(&rest);
	status = field_number(&rest);
	return put_response(q, offset, status, rest);
}

static u32 put_word(struct nb_queue *q, const char *word)
{
	const char *star = strchr(word, '*');
	u32 times = 1, len = star ? star - word : strlen(word), n;
	char entry[48];

	if (star && kstrtou32(star + 1, 0, &times))
		times = 1;
	for (n = 0; n < times; n++) {
		strscpy(entry, word, min_t(u32, len + 1, sizeof(entry)));
		if (!put_entry(q, entry))
			break;
	}
	return n;
}

static void publish(struct nb_queue *q)
{
	xsr_ring_publish(&q->rx.ring);
	nb_notify(q, &q->rx);
}

/* An echo request from us to ourselves: nothing that the guest would answer. */
static void make_frame(struct nb *n)
{
	struct evil_wire w = n->wire;

	memset(w.dst, 0xff, sizeof(w.dst));
	memcpy(w.src, n->wire.dst, sizeof(w.src));
	w.from = w.to;
	memset(n->frame, 0, 256);
	evil_frame_echo(n->frame, 98, &w, 1);
}

static void answer(struct nb *n, u32 put)
{
	evil_say(&n->e.command, "answer=%s theirs=%u put=%u held=%u",
		 evil_back_wait_left(&n->e, 700) ? "left" : "ignored", READ_ONCE(n->e.theirs), put,
		 !!n->held);
}

static void act_rx(struct nb *n, char *rest)
{
	struct nb_queue *q = &n->queue[0];
	const char *word;
	u32 put = 0;

	mutex_lock(&q->lock);
	make_frame(n);
	while ((word = evil_word(&rest)))
		put += put_word(q, word);
	publish(q);
	mutex_unlock(&q->lock);
	answer(n, put);
}

/* rx-prod JUMP: the producer moves by JUMP from where it should be. */
static void act_rx_prod(struct nb *n, char *rest)
{
	struct nb_queue *q = &n->queue[0];
	struct xsr_sring *s = q->rx.shared;

	mutex_lock(&q->lock);
	xsr_store_release(&s->rsp_prod, q->rx.ring.out + (u32)evil_number(&rest, 257));
	nb_notify(q, &q->rx);
	mutex_unlock(&q->lock);
	answer(n, 0);
}

/* Wait until the front-end has posted pages for one more packet of the largest kind. */
static bool wait_pages(struct nb_queue *q)
{
	u32 avail = 0, i;

	for (i = 0; i < 200 && !evil_back_is_left(&q->n->e); i++) {
		if (xsr_ring_peek(&q->rx.ring, &avail) == XSR_OK && avail > 64)
			return true;
		usleep_range(200, 2000);
	}
	return false;
}

static void grid_chain(struct nb_queue *q, s16 first, u32 nr, s16 others, u32 *put)
{
	u32 i;

	if (!wait_pages(q))
		return;
	mutex_lock(&q->lock);
	for (i = 0; i < nr; i++)
		*put += put_response(q, i % 3 ? 0 : 64, i ? others : first,
				     i + 1 < nr ? "m" : NULL);
	publish(q);
	mutex_unlock(&q->lock);
}

/* rx-grid FIRST LAST: first parts of FIRST to LAST bytes, 1 to 20 slots, others of several sizes. */
static void act_rx_grid(struct nb *n, char *rest)
{
	static const s16 others[] = { 0, 1, 60, 4000 };
	u32 first = evil_number(&rest, 0), last = evil_number(&rest, 14), nr, k, put = 0;

	make_frame(n);
	for (; first <= last; first++)
		for (nr = 1; nr <= 20 && !evil_back_is_left(&n->e); nr++)
			for (k = 0; k < ARRAY_SIZE(others); k++)
				grid_chain(&n->queue[0], first, nr, others[k], &put);
	answer(n, put);
}

/* What the front-end itself writes, and entries of both rings, at full speed for MS. */
static void act_scribble(struct nb *n, char *rest)
{
	const char *what = evil_word(&rest);
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, 2000));
	struct nb_queue *q = &n->queue[0];
	struct xsr_sring *tx = q->tx.shared, *rx = q->rx.shared;
	bool own = what && !strcmp(what, "own");
	struct rnd_state rnd;
	u32 honest, *entry;

	prandom_seed_state(&rnd, 43);
	while (n->nr_queues && !evil_back_is_left(&n->e) && ktime_before(ktime_get(), end)) {
		if (own) {
			/* For a moment only, as the honest half of us needs it too. */
			honest = READ_ONCE(tx->req_prod);
			WRITE_ONCE(tx->rsp_event, prandom_u32_state(&rnd));
			WRITE_ONCE(rx->rsp_event, prandom_u32_state(&rnd));
			cmpxchg(&tx->req_prod, honest, honest + prandom_u32_state(&rnd));
			cmpxchg(&tx->req_prod, tx->req_prod, honest);
		} else {
			entry = xsr_ring_entry(&q->rx.ring, prandom_u32_state(&rnd));
			WRITE_ONCE(entry[prandom_u32_state(&rnd) & 1], prandom_u32_state(&rnd));
		}
		cond_resched();
	}
	evil_say(&n->e.command, "answer=%s", evil_back_is_left(&n->e) ? "left" : "survived");
}

bool nb_fill_act(struct nb *n, const char *word, char *rest)
{
	if (!n->nr_queues)
		return false;
	if (!strcmp(word, "rx"))
		act_rx(n, rest);
	else if (!strcmp(word, "rx-prod"))
		act_rx_prod(n, rest);
	else if (!strcmp(word, "rx-grid"))
		act_rx_grid(n, rest);
	else if (!strcmp(word, "scribble"))
		act_scribble(n, rest);
	else
		return false;
	return true;
}
