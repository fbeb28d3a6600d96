// SPDX-License-Identifier: GPL-2.0
/*
 * Ring indexes that cannot be, events without end, pages to receive into that are none, and memory
 * that changes while the back-end reads it.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "tests/xen/evil/netfront/netfront.h"

static struct evil_ring *ring_of(struct nf *n, const char *word)
{
	struct nf_queue *q = &n->queue[n->queues - 1];

	if (word && !strcmp(word, "rx"))
		return &q->rx;
	return word && !strcmp(word, "ctrl") ? &n->ctrl : &q->tx;
}

/* prod tx|rx|ctrl JUMP: our producer moves by JUMP from where it should be. */
static void act_prod(struct nf *n, char *rest)
{
	struct nf_queue *q = &n->queue[n->queues - 1];
	const char *which = evil_word(&rest);
	struct evil_ring *r = ring_of(n, which);
	u32 jump = evil_number(&rest, 257), i;

	evil_ring_jump(r, r->ring.out + jump);
	/*
	 * Room for packets is looked at when there is one: have the host answer something, which it
	 * does in a queue of its own choice.
	 */
	if (r == &q->rx) {
		for (i = 0; i + 1 < n->queues; i++)
			evil_ring_jump(&n->queue[i].rx, n->queue[i].rx.ring.out + jump);
		nf_make_echo(n, 98);
		nf_put_frame(q, NULL, 1, false);
		nf_publish(q);
	}
	evil_say(&n->e.command, "answer=%s",
		 evil_front_wait_closed(&n->e, 2000) ? "closed" : "survived");
}

/* The whole ring of honest packets, and one slot more than fits. */
static void act_prod_full(struct nf *n, char *rest)
{
	struct nf_queue *q = &n->queue[0];
	u32 i;

	nf_make_echo(n, 98);
	for (i = 0; i < XSR_NET_RING_SIZE; i++)
		nf_put_frame(q, NULL, 1, false);
	evil_ring_jump(&q->tx, q->tx.ring.out + 1);
	evil_say(&n->e.command, "answer=%s",
		 evil_front_wait_closed(&n->e, 2000) ? "closed" : "survived");
}

static void act_storm(struct nf *n, char *rest)
{
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, 2000));
	u32 sent = 0;

	while (!evil_front_is_closed(&n->e) && ktime_before(ktime_get(), end)) {
		evil_ring_notify(&n->queue[sent % n->queues].tx);
		evil_ring_notify(&n->queue[sent % n->queues].rx);
		evil_ring_notify(&n->ctrl);
		if (++sent % 32 == 0)
			cond_resched();
	}
	evil_say(&n->e.command, "answer=%s sent=%u",
		 evil_front_is_closed(&n->e) ? "closed" : "survived", sent);
}

/* Connect anew with @posts pages to receive into, all of them @instead. */
static bool posted_up(struct nf *n, u32 posts, struct evil_page *instead)
{
	u32 honest = n->posts;
	int err;

	n->posts = posts;
	n->instead = instead;
	err = evil_front_reconnect(&n->e);
	n->posts = honest;
	n->instead = NULL;
	return !err;
}

/* Send echoes until @many packets came without their data. */
static bool wait_failed(struct nf *n, u32 many)
{
	u32 i;

	for (i = 0; i < 20 && n->failed < many && !evil_front_is_closed(&n->e); i++) {
		nf_make_echo(n, 98);
		nf_put_frame(&n->queue[0], NULL, 1, false);
		nf_publish(&n->queue[0]);
		nf_wait_reply(n, 300);
	}
	return n->failed >= many;
}

/* rx-gref unused|readonly|revoked|ring: four pages that are none, then honest ones. */
static void act_rx_gref(struct nf *n, char *rest)
{
	const char *kind = evil_word(&rest);
	struct evil_page page = n->odd, *instead = &page;
	bool failed;

	if (!kind || !strcmp(kind, "unused"))
		page.gref = 4000;
	else if (!strcmp(kind, "huge"))
		page.gref = -1u;
	else if (!strcmp(kind, "readonly"))
		page.gref = n->data[0].gref;
	else if (!strcmp(kind, "revoked"))
		evil_page_revoke(&n->odd);
	failed = posted_up(n, 4, instead) && wait_failed(n, 2);
	if (kind && !strcmp(kind, "revoked"))
		evil_page_regrant(n->e.xdev, &n->odd, false);
	evil_say(&n->e.command, "answer=%s failed=%u",
		 evil_front_is_closed(&n->e) ? "closed" :
		 failed			     ? "failed" :
					       "silence",
		 n->failed);
}

/*
 * rx-starve POSTS MS: a connection with so few pages, none of which comes back while the host sends
 * as much as it likes; afterwards the rest are posted.
 */
static void act_rx_starve(struct nf *n, char *rest)
{
	u32 posts = evil_number(&rest, 0), ms = evil_number(&rest, 5000);
	bool up = posted_up(n, posts, NULL);
	struct nf_queue *q = &n->queue[0];
	u32 i;

	evil_front_wait_closed(&n->e, ms);
	for (i = posts; up && i < NF_POST_PAGES; i++) {
		q->at[q->rx.ring.out % XSR_NET_RING_SIZE] = i;
		xsr_net_put_page(&q->rx.ring, q->rx.ring.out % XSR_NET_RING_SIZE, q->post[i].gref);
	}
	if (up)
		nf_publish(q);
	xsr_ring_publish(&q->rx.ring);
	evil_ring_notify(q->rx.irq > 0 ? &q->rx : &q->tx);
	evil_say(&n->e.command, "answer=%s",
		 !up			     ? "none" :
		 evil_front_is_closed(&n->e) ? "closed" :
					       "survived");
}

struct scribbler {
	struct nf *n;
	const char *what;
};

static u32 any_gref(struct nf *n, struct rnd_state *rnd)
{
	u32 k = prandom_u32_state(rnd) % (NF_DATA_PAGES + 3);

	return k < NF_DATA_PAGES ? n->data[k].gref : prandom_u32_state(rnd);
}

static void scribble_tx(struct nf *n, struct rnd_state *rnd)
{
	union xsr_net_to_back_entry *e =
		(void *)xsr_ring_entry(&n->queue[0].tx.ring, prandom_u32_state(rnd));
	u32 k = prandom_u32_state(rnd);

	switch (k % 6) {
	case 0:
		WRITE_ONCE(e->req.gref, any_gref(n, rnd));
		break;
	case 1:
		WRITE_ONCE(e->req.size, k >> 8 & 0x7f);
		break;
	case 2:
		WRITE_ONCE(e->req.offset, k >> 8 & 0xfff);
		break;
	case 3:
		WRITE_ONCE(e->req.id, k >> 8 & 0xff);
		break;
	default:
		WRITE_ONCE(e->word[k >> 8 & 1], prandom_u32_state(rnd));
		break;
	}
}

static void scribble_rx(struct nf *n, struct rnd_state *rnd)
{
	union xsr_net_to_front_entry *e =
		(void *)xsr_ring_entry(&n->queue[0].rx.ring, prandom_u32_state(rnd));

	WRITE_ONCE(e->word[prandom_u32_state(rnd) & 1], any_gref(n, rnd));
}

/* What the back-end itself writes or is told by: it must not take its own words from there. */
static void scribble_header(struct nf *n, struct rnd_state *rnd)
{
	struct xsr_sring *tx = n->queue[0].tx.page.va, *rx = n->queue[0].rx.page.va;
	struct xsr_sring *s = prandom_u32_state(rnd) & 1 ? tx : rx;

	WRITE_ONCE(s->rsp_prod, prandom_u32_state(rnd));
	WRITE_ONCE(s->rsp_event, prandom_u32_state(rnd));
	WRITE_ONCE(s->req_event, prandom_u32_state(rnd));
}

static int scribble(void *data)
{
	struct scribbler *s = data;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 42);
	while (!kthread_should_stop()) {
		if (!strcmp(s->what, "rx"))
			scribble_rx(s->n, &rnd);
		else if (!strcmp(s->what, "header"))
			scribble_header(s->n, &rnd);
		else
			scribble_tx(s->n, &rnd);
		cond_resched();
	}
	return 0;
}

/*
 * Echoes at most while the header is scribbled over, which we could not read ourselves: fewer than fill
 * what the host lets wait of its answers, for all interfaces together.
 */
#define RACE_HEADER_PUTS 100

/* What the back-end writes next is right again: have it write, before we look. */
static void race_settle(struct nf *n)
{
	u32 i;

	for (i = 0; i < 8 && !evil_front_is_closed(&n->e); i++) {
		nf_make_echo(n, 98);
		nf_put_frame(&n->queue[0], NULL, 1, false);
		nf_publish(&n->queue[0]);
		evil_ring_notify(&n->queue[0].tx);
		msleep(50);
	}
}

/* race tx|rx|header MS: packets are sent while that is scribbled over. */
static void act_race(struct nf *n, char *rest)
{
	const char *what = evil_word(&rest);
	struct scribbler s = { n, what ? what : "tx" };
	ktime_t end = ktime_add_ms(ktime_get(), evil_number(&rest, 2000));
	bool header = !strcmp(s.what, "header");
	struct nf_queue *q = &n->queue[0];
	struct task_struct *task = kthread_run(scribble, &s, "evil-scribble");
	u32 put = 0;

	while (!IS_ERR(task) && !evil_front_is_closed(&n->e) && ktime_before(ktime_get(), end)) {
		if (xsr_ring_room(&q->tx.ring) > 4 && (!header || put < RACE_HEADER_PUTS)) {
			nf_make_echo(n, 98);
			nf_put_frame(q, (u16[]){ 40, 20, 10 }, header ? 1 : 1 + put % 4, false);
			put++;
		}
		nf_publish(q);
		if (!header)
			nf_reap(n);
		cond_resched();
	}
	if (!IS_ERR(task))
		kthread_stop(task);
	if (header)
		race_settle(n);
	evil_say(&n->e.command, "answer=%s put=%u failed=%u",
		 evil_front_is_closed(&n->e) ? "closed" : "survived", put, n->failed);
	/* Ids were anything: what strays is ours, and what is missing is no slot under way. */
	msleep(300);
	nf_reap(n);
	memset(q->out, 0, sizeof(q->out));
	n->e.stray = 0;
}

/* Closed with packets under way, and the grants ended at once. */
static void act_close_busy(struct nf *n, char *rest)
{
	struct nf_queue *q = &n->queue[0];

	nf_make_echo(n, 98);
	while (xsr_ring_room(&q->tx.ring))
		nf_put_frame(q, NULL, 1, false);
	nf_publish(q);
	evil_front_state(&n->e, XenbusStateClosed);
	n->e.ops->drop(&n->e);
	n->e.up = false;
	evil_say(&n->e.command, "answer=%s",
		 evil_front_wait(&n->e, XenbusStateClosed, EVIL_PATIENCE_MS) ? "parted" :
									       "silence");
}

const struct nf_action nf_ring_actions[] = {
	{ "prod", act_prod },
	{ "prod-full", act_prod_full },
	{ "event-storm", act_storm },
	{ "rx-gref", act_rx_gref },
	{ "rx-starve", act_rx_starve },
	{ "race", act_race },
	{ "close-busy", act_close_busy },
	{ NULL },
};
