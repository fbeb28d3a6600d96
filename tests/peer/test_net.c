// SPDX-License-Identifier: GPL-2.0
/*
 * A network front-end and a network back-end as two threads over both rings of a queue, under
 * ThreadSanitizer.
 *
 * The back-end sends every packet back. What a packet holds follows from its number, so the
 * front-end knows what must come and in which order. Data goes through plain memory that the rings'
 * orderings alone protect: a missing one is a data race. Both ends sleep whenever both rings say they
 * may, on one event channel each way; a lost wake-up shows as a sleep that nobody ends.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "grant/copy.h"
#include "ring/net_to_back.h"
#include "ring/net_to_front.h"
#include "tests/fakes/ring_pair.h"
#include "tests/fakes/rng.h"
#include "tests/peer/event.h"

#define PAGES 256u /* for each direction; a grant reference is the number of a page */
#define PATIENCE_MS 20000u

/* How one run behaves. */
struct mode {
	const char *name;
	u32 packets;
	u32 most_bytes;
	u32 burst; /* most packets that are put before a publish */
	u32 pages; /* most pages that are offered at once */
};

static const struct mode modes[] = {
	{ "one at a time, few pages", 10000, 1514, 1, 24 },
	{ "small", 30000, 200, 16, 256 },
	{ "large", 1500, 65535, 4, 256 },
	{ "large, few pages", 1000, 65535, 4, 24 },
};

/* A packet by its number. */
struct packet {
	struct xsr_net_meta meta;
	u32 len;
	u16 headroom; /* on its way back */
	u8 nr_slots;
	u16 size[XSR_NET_MIN_SLOTS];
};

static struct ring_pair there, back_again;
static struct event to_front, to_back;
static u32 stop; /* set when the last packet has come back */
static const struct mode *mode;
static _Alignas(XSR_PAGE_SIZE) u8 sent[PAGES][XSR_PAGE_SIZE];
static _Alignas(XSR_PAGE_SIZE) u8 offered[PAGES][XSR_PAGE_SIZE];

static void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", mode->name, what);
	abort();
}

static u8 content(u32 nr, u32 i)
{
	return (u8)(nr * 7 + i * 13 + i / 256);
}

static void packet_of(u32 nr, struct packet *p)
{
	struct rng rng;
	u32 left, i;

	memset(p, 0, sizeof(*p));
	rng_seed(&rng, nr + 1);
	p->len = 60 + rng_below(&rng, mode->most_bytes - 59);
	p->headroom = rng_below(&rng, 4) ? 0 : 256;
	p->meta.csum_blank = rng_below(&rng, 2);
	p->meta.validated = rng_below(&rng, 2);
	if (rng_below(&rng, 2)) {
		p->meta.gso_type = 1 + rng_below(&rng, 2);
		p->meta.gso_size = 1448;
	}
	if (rng_below(&rng, 2)) {
		p->meta.hash_alg = XSR_NET_HASH_ALG_TOEPLITZ;
		p->meta.hash = nr;
	}
	for (left = p->len, i = 0; left; i++) {
		u32 slots = XSR_NET_MIN_SLOTS - i, least = left / slots + (left % slots != 0);
		u32 size = left < XSR_PAGE_SIZE ? left : XSR_PAGE_SIZE;

		/* Not always as much as fits, but never too little for those that are left. */
		if (size > least && i && rng_below(&rng, 2))
			size = least;
		p->size[i] = size;
		left -= size;
	}
	p->nr_slots = i;
}

/* --- front-end ---------------------------------------------------------------------------------- */

struct front {
	struct rng rng;
	struct xsr_slots out;
	u8 storage[PAGES];
	u32 ids_out;
	u32 pages_out;
	u32 put;
	u32 got;
};

static u16 front_id(struct front *f)
{
	u32 id = rng_below(&f->rng, PAGES);

	while (!xsr_slots_send(&f->out, id, 0))
		id = (id + 1) % PAGES;
	f->ids_out++;
	return id;
}

/* Returns false if the ring or the ids do not have the room. */
static bool front_send(struct front *f)
{
	struct xsr_net_pkt pkt;
	struct packet p;
	u32 i, k, n = 0;

	packet_of(f->put, &p);
	memset(&pkt, 0, sizeof(pkt));
	pkt.meta = p.meta;
	pkt.len = p.len;
	pkt.nr_slots = p.nr_slots;
	if (f->ids_out + p.nr_slots > PAGES ||
	    xsr_ring_room(&there.front) < xsr_net_pkt_entries(&pkt))
		return false;
	for (i = 0; i < p.nr_slots; i++) {
		u32 at = rng_below(&f->rng, XSR_PAGE_SIZE - p.size[i] + 1);

		pkt.id[i] = front_id(f);
		pkt.slot[i] = (struct xsr_net_slot){ pkt.id[i], at, p.size[i] };
		for (k = 0; k < p.size[i]; k++)
			sent[pkt.id[i]][at + k] = content(f->put, n++);
	}
	xsr_net_put_pkt(&there.front, &pkt);
	f->put++;
	return true;
}

static void front_offer(struct front *f)
{
	for (; f->pages_out < mode->pages && xsr_ring_room(&back_again.front); f->pages_out++) {
		u32 page = back_again.front.out % PAGES;

		xsr_net_put_page(&back_again.front, page, page);
	}
}

static u32 front_answers(struct front *f)
{
	u32 n = 0, i;

	if (xsr_ring_peek(&there.front, &n) != XSR_OK)
		die("front-end: impossible index of answers");
	for (i = 0; i < n; i++) {
		s16 status;
		u16 id;

		switch (xsr_net_take_answer(&there.front, &f->out, &id, &status)) {
		case XSR_OK:
			if (status)
				die("packet refused");
			memset(sent[id], 0xa5, 16); /* ours again */
			f->ids_out--;
			break;
		case XSR_DROP:
			break;
		default:
			die("answer to nothing");
		}
	}
	return n;
}

static void front_check(struct front *f, const struct xsr_net_got *got)
{
	u32 e, k, n = 0;
	struct packet p;

	packet_of(f->got, &p);
	if (got->len != p.len || got->headroom != p.headroom ||
	    memcmp(&got->meta, &p.meta, sizeof(p.meta)) != 0)
		die("another packet came than was sent");
	for (e = 0; e < got->entries; e++) {
		u8 *page = offered[(got->first + e) % PAGES];

		for (k = 0; k < got->part[e].size; k++)
			if (page[got->part[e].offset + k] != content(f->got, n++))
				die("wrong data");
		memset(page, 0xa5, 16);
	}
	f->pages_out -= got->entries;
	f->got++;
}

static u32 front_receive(struct front *f)
{
	struct xsr_net_got got;
	u32 n = 0, left;

	if (xsr_ring_peek(&back_again.front, &n) != XSR_OK)
		die("front-end: impossible index of packets");
	for (left = n; left; left -= got.entries) {
		if (xsr_net_take_got(&back_again.front, left, &got) != XSR_OK)
			die("packet dropped");
		front_check(f, &got);
	}
	return n;
}

static void front_wait(void)
{
	bool there_is = xsr_ring_arm(&there.front, 1);

	if (xsr_ring_arm(&back_again.front, 1) || there_is)
		return;
	if (!event_wait(&to_front, PATIENCE_MS))
		die("front-end: nobody woke me");
}

static void *front_main(void *arg)
{
	struct front *f = calloc(1, sizeof(*f));

	rng_seed(&f->rng, 1 + (u64)(mode - modes));
	xsr_slots_init(&f->out, f->storage, PAGES);
	while (f->got < mode->packets || f->ids_out) {
		u32 burst = 1 + rng_below(&f->rng, mode->burst), worked = 0;
		bool notify;

		while (burst-- && f->put < mode->packets && front_send(f))
			worked++;
		front_offer(f);
		notify = xsr_ring_publish(&there.front);
		notify |= xsr_ring_publish(&back_again.front);
		if (notify)
			event_send(&to_back);
		worked += front_answers(f);
		worked += front_receive(f);
		if (!worked)
			front_wait();
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	event_send(&to_back);
	free(f);
	return arg;
}

/* --- back-end ----------------------------------------------------------------------------------- */

struct back {
	struct xsr_net_fill fill;
	u32 need; /* entries for what waits to go back; 0: nothing waits */
	u32 nr;
	_Alignas(XSR_PAGE_SIZE) u8 data[32 * XSR_PAGE_SIZE];
};

/* Copy as Xen would, between the pages of @memory and @own; @from: out of the pages. */
static void back_copy(u8 (*memory)[XSR_PAGE_SIZE], const struct xsr_copy_peer *peer, u32 n,
		      struct xsr_copy_own own, bool from)
{
	struct xsr_copy_piece p;
	struct xsr_copy_walk w;

	if (!xsr_copy_matches(peer, n, &own, 1))
		die("back-end: lists do not match");
	xsr_copy_begin(&w, peer, n, &own, 1);
	while (xsr_copy_next(&w, &p)) {
		u8 *theirs = memory[p.gref] + p.offset;

		if (p.gref >= PAGES || p.offset + p.bytes > XSR_PAGE_SIZE)
			die("back-end: copy beyond a page");
		memcpy(from ? p.at : theirs, from ? theirs : p.at, p.bytes);
	}
}

/* Take one packet. Returns false if there is none. */
static bool back_take(struct back *b)
{
	static const struct xsr_net_limits lim = { .fatal_slots = 20 };
	struct xsr_copy_peer peer[XSR_NET_PKT_SLOTS];
	struct xsr_net_pkt pkt;
	struct packet p;
	u32 n = 0, i;

	if (xsr_ring_peek(&there.back, &n) != XSR_OK)
		die("back-end: impossible index");
	if (!n)
		return false;
	if (xsr_net_take_pkt(&there.back, n, &lim, &pkt) != XSR_OK)
		die(xsr_net_why_name(pkt.why));
	for (i = 0; i < pkt.nr_slots; i++)
		peer[i] = (struct xsr_copy_peer){ pkt.slot[i].gref, pkt.slot[i].offset,
						  pkt.slot[i].size };
	back_copy(sent, peer, pkt.nr_slots, (struct xsr_copy_own){ b->data + 7, pkt.len }, true);
	xsr_net_answer_pkt(&there.back, &pkt, XSR_NET_STATUS_OKAY);
	packet_of(b->nr++, &p);
	b->fill.meta = pkt.meta;
	b->fill.len = pkt.len;
	b->fill.headroom = p.headroom;
	b->need = xsr_net_plan_fill(&b->fill);
	if (!b->need)
		die("back-end: packet too long");
	return true;
}

/* Send back what waits. Returns false if there are not the pages for it. */
static bool back_give(struct back *b)
{
	struct xsr_copy_peer peer[XSR_NET_FILL_SLOTS];
	struct xsr_net_fill *f = &b->fill;
	u32 n = 0, i;

	if (xsr_ring_peek(&back_again.back, &n) != XSR_OK)
		die("back-end: impossible index of pages");
	if (n < b->need)
		return false;
	xsr_net_take_fill(&back_again.back, f);
	for (i = 0; i < f->nr_slots; i++)
		peer[i] = (struct xsr_copy_peer){ f->slot[i].gref, f->slot[i].offset,
						  f->slot[i].size };
	back_copy(offered, peer, f->nr_slots, (struct xsr_copy_own){ b->data + 7, f->len }, false);
	xsr_net_put_fill(&back_again.back, f);
	b->need = 0;
	return true;
}

static void *back_main(void *arg)
{
	struct back *b = aligned_alloc(XSR_PAGE_SIZE, sizeof(*b));

	memset(b, 0, sizeof(*b));
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		bool worked = b->need ? back_give(b) : back_take(b), notify;

		if (worked && b->nr % 4)
			continue; /* publish a few at a time */
		notify = xsr_ring_publish(&there.back);
		notify |= xsr_ring_publish(&back_again.back);
		if (notify)
			event_send(&to_front);
		if (worked)
			continue;
		if (b->need ? xsr_ring_arm(&back_again.back, b->need) :
			      xsr_ring_arm(&there.back, 1))
			continue;
		if (!event_wait(&to_back, PATIENCE_MS))
			die("back-end: nobody woke me");
	}
	free(b);
	return arg;
}

static void run(const struct mode *m)
{
	pthread_t front, back;

	mode = m;
	stop = 0;
	memset(&to_front, 0, sizeof(to_front));
	memset(&to_back, 0, sizeof(to_back));
	ring_pair_init(&there, 1, sizeof(union xsr_net_to_back_entry), 0xffffff00);
	ring_pair_init(&back_again, 1, sizeof(union xsr_net_to_front_entry), 0xffffff00);
	pthread_create(&front, NULL, front_main, NULL);
	pthread_create(&back, NULL, back_main, NULL);
	pthread_join(front, NULL);
	pthread_join(back, NULL);
	printf("%s: %u packets there and back, %u events to the back-end, %u to the front-end\n",
	       m->name, m->packets, to_back.sent, to_front.sent);
	fflush(stdout);
}

int main(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(modes); i++)
		run(&modes[i]);
	return 0;
}
