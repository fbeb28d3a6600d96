// SPDX-License-Identifier: GPL-2.0
/*
 * A block front-end and a block back-end as two threads over one ring, under ThreadSanitizer.
 *
 * The front-end writes, reads and discards sectors of a disk that only the back-end can see; all
 * data goes through pages that the ring's orderings alone protect, as plain memory, so that a
 * missing ordering is a data race. Both sleep whenever the ring says they may. A lost wake-up shows
 * as a sleep that nobody ends, a lost, doubled or mixed up request as a wrong response or wrong data.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "ring/blk_codec.h"
#include "ring/ring_attach.h"
#include "ring/slots.h"
#include "tests/fakes/ring_pair.h"
#include "tests/fakes/rng.h"
#include "tests/peer/event.h"

#define DISK_SECTORS 4096u
#define MAX_SLOTS 128u
#define SLOT_SEGS 20u /* most of one request here; more than 11 make it indirect */
#define SLOT_PAGES (SLOT_SEGS + 1) /* the last holds the segments */
#define SECTOR 512u
#define PATIENCE_MS 20000u

/* How one run behaves. */
struct mode {
	const char *name;
	u32 order;
	u32 requests;
	u32 depth; /* most that are out at once */
	u32 burst; /* most that are put before a publish */
	bool lazy; /* the front-end waits for the last answer, not for the next */
};

static const struct mode modes[] = {
	{ "one at a time", 0, 40000, 1, 1, false },
	{ "full ring", 0, 60000, 32, 32, false },
	{ "full ring, one event a batch", 0, 60000, 32, 8, true },
	{ "four pages", 2, 80000, 128, 40, false },
	{ "two at a time", 1, 40000, 2, 1, false },
};

struct slot {
	bool is_read;
	u32 nr_segs;
	u32 sector;
	u32 nr_sectors;
	u32 version[SLOT_SEGS * XSR_BLK_SECTORS_PER_PAGE]; /* a read: what must come */
	struct xsr_blk_seg seg[SLOT_SEGS];
};

static struct ring_pair pair;
static struct event to_front, to_back;
static u32 stop; /* set when no more requests will come */
static const struct mode *mode;

/* The memory of the guest; a grant reference is the number of a page. */
static u8 guest[MAX_SLOTS * SLOT_PAGES][XSR_PAGE_SIZE];
/* What the back-end keeps, and what the front-end believes of it. */
static u8 disk[DISK_SECTORS][SECTOR];
static u32 believed[DISK_SECTORS];

static void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", mode->name, what);
	fprintf(stderr, "front: out %u published %u in %u; back: out %u published %u in %u\n",
		pair.front.out, pair.front.out_pub, pair.front.in, pair.back.out, pair.back.out_pub,
		pair.back.in);
	abort();
}

/* The content of a sector after its @version'th write; version 0 is what a discard leaves. */
static void fill(u8 *data, u32 sector, u32 version)
{
	u32 word[2] = { sector, version }, i;

	if (!version)
		memset(word, 0, sizeof(word));
	for (i = 0; i < SECTOR; i += sizeof(word))
		memcpy(data + i, word, sizeof(word));
}

/* --- front-end ---------------------------------------------------------------------------------- */

struct front {
	struct rng rng;
	struct slot slots[MAX_SLOTS];
	struct xsr_slots out;
	u8 out_storage[MAX_SLOTS];
	u32 nr_out;
	u32 versions;
	u32 done;
};

static u32 slot_page(u32 id, u32 i)
{
	return id * SLOT_PAGES + i;
}

static u8 *seg_data(const struct xsr_blk_seg *seg)
{
	return &guest[seg->gref][seg->first_sect * SECTOR];
}

/* Segments of random shape; few of them carry much, to keep the sanitizer's work small. */
static void front_shape(struct front *f, u32 id)
{
	struct slot *s = &f->slots[id];
	u32 i;

	s->nr_segs = rng_below(&f->rng, 8) ? 1 + rng_below(&f->rng, 2) :
					     1 + rng_below(&f->rng, SLOT_SEGS);
	s->nr_sectors = 0;
	for (i = 0; i < s->nr_segs; i++) {
		struct xsr_blk_seg *seg = &s->seg[i];

		seg->gref = slot_page(id, i);
		seg->first_sect = rng_below(&f->rng, 8);
		seg->last_sect = rng_below(&f->rng, 16) ?
					 seg->first_sect :
					 seg->first_sect + rng_below(&f->rng, 8 - seg->first_sect);
		s->nr_sectors += xsr_blk_seg_sectors(seg);
	}
	s->sector = rng_below(&f->rng, DISK_SECTORS - s->nr_sectors + 1);
}

/* A write puts its data into the pages; a read spoils them and notes what has to come. */
static void front_fill(struct front *f, u32 id)
{
	struct slot *s = &f->slots[id];
	u32 i, k, n = 0;

	for (i = 0; i < s->nr_segs; i++)
		for (k = 0; k < xsr_blk_seg_sectors(&s->seg[i]); k++, n++) {
			u8 *data = seg_data(&s->seg[i]) + k * SECTOR;

			if (s->is_read) {
				s->version[n] = believed[s->sector + n];
				memset(data, 0xa5, SECTOR);
			} else {
				believed[s->sector + n] = ++f->versions;
				fill(data, s->sector + n, f->versions);
			}
		}
}

static void front_put_rw(struct front *f, u32 id)
{
	struct slot *s = &f->slots[id];
	struct xsr_blk_req req = {
		.id = id,
		.op = s->is_read ? XSR_BLK_OP_READ : XSR_BLK_OP_WRITE,
		.sector = s->sector,
		.nr_segs = s->nr_segs,
		.indirect = s->nr_segs > XSR_BLK_MAX_SEGS,
	};

	if (req.indirect) {
		req.gref[0] = slot_page(id, SLOT_SEGS);
		memcpy(guest[req.gref[0]], s->seg, s->nr_segs * sizeof(s->seg[0]));
	} else {
		memcpy(req.seg, s->seg, s->nr_segs * sizeof(s->seg[0]));
	}
	if (!xsr_slots_send(&f->out, id, req.op))
		die("the id is out already");
	xsr_blk_put_req(&pair.front, &req);
}

static void front_put_discard(struct front *f, u32 id)
{
	struct slot *s = &f->slots[id];
	struct xsr_blk_req req = {
		.id = id,
		.op = XSR_BLK_OP_DISCARD,
		.sector = s->sector,
		.nr_sectors = s->nr_sectors,
	};

	memset(&believed[s->sector], 0, s->nr_sectors * sizeof(believed[0]));
	s->is_read = false;
	if (!xsr_slots_send(&f->out, id, req.op))
		die("the id is out already");
	xsr_blk_put_req(&pair.front, &req);
}

static void front_submit(struct front *f)
{
	u32 id = rng_below(&f->rng, MAX_SLOTS);

	while (xsr_slots_busy(&f->out, id))
		id = (id + 1) % MAX_SLOTS;
	front_shape(f, id);
	if (!rng_below(&f->rng, 16)) {
		front_put_discard(f, id);
	} else {
		f->slots[id].is_read = rng_below(&f->rng, 2);
		front_fill(f, id);
		front_put_rw(f, id);
	}
	f->nr_out++;
}

static void front_check_data(const struct slot *s)
{
	u32 i, k, n = 0;

	for (i = 0; i < s->nr_segs; i++)
		for (k = 0; k < xsr_blk_seg_sectors(&s->seg[i]); k++, n++) {
			u8 want[SECTOR];

			fill(want, s->sector + n, s->version[n]);
			if (memcmp(want, seg_data(&s->seg[i]) + k * SECTOR, SECTOR))
				die("wrong data");
		}
}

/* Returns how many answers there were. */
static u32 front_complete(struct front *f)
{
	u32 n = 0, i;

	if (xsr_ring_peek(&pair.front, &n) != XSR_OK)
		die("front-end: impossible index");
	for (i = 0; i < n; i++) {
		struct xsr_blk_rsp rsp;

		xsr_blk_take_rsp(&pair.front, &rsp);
		if (xsr_slots_match(&f->out, rsp.id, rsp.op) != XSR_OK)
			die("answer to nothing");
		if (rsp.status != XSR_BLK_STATUS_OKAY)
			die("request refused");
		if (f->slots[rsp.id].is_read)
			front_check_data(&f->slots[rsp.id]);
		f->nr_out--;
		f->done++;
	}
	return n;
}

static void front_wait(struct front *f)
{
	if (xsr_ring_arm(&pair.front, mode->lazy ? f->nr_out : 1))
		return;
	if (!event_wait(&to_front, PATIENCE_MS))
		die("front-end: nobody woke me");
}

static void *front_main(void *arg)
{
	struct front *f = calloc(1, sizeof(*f));
	u32 left = mode->requests;

	rng_seed(&f->rng, 1 + (u64)(mode - modes));
	xsr_slots_init(&f->out, f->out_storage, MAX_SLOTS);
	while (left || f->nr_out) {
		u32 burst = 1 + rng_below(&f->rng, mode->burst);
		u32 before = left;

		while (burst-- && left && f->nr_out < mode->depth && xsr_ring_room(&pair.front)) {
			front_submit(f);
			left--;
		}
		if (xsr_ring_publish(&pair.front))
			event_send(&to_back);
		if (!front_complete(f) && f->nr_out && left == before)
			front_wait(f);
	}
	if (f->done != mode->requests)
		die("not all were answered");
	if (xsr_ring_room(&pair.front) != pair.front.size)
		die("the ring is not empty");
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	event_send(&to_back);
	free(f);
	return arg;
}

/* --- back-end ----------------------------------------------------------------------------------- */

struct answer {
	u64 id;
	u8 op;
	s16 status;
};

struct back {
	struct rng rng;
	struct xsr_blk_limits limits;
	struct answer answers[MAX_SLOTS]; /* owed */
	u32 nr_answers;
	u32 done;
};

static void back_move(const struct xsr_blk_req *req, const struct xsr_blk_seg *segs)
{
	u32 sector = req->sector, i;

	for (i = 0; i < req->nr_segs; i++) {
		u32 n = xsr_blk_seg_sectors(&segs[i]);

		if (segs[i].gref >= ARRAY_SIZE(guest))
			die("no such page");
		if (req->op == XSR_BLK_OP_READ)
			memcpy(seg_data(&segs[i]), disk[sector], n * SECTOR);
		else
			memcpy(disk[sector], seg_data(&segs[i]), n * SECTOR);
		sector += n;
	}
}

static enum xsr_blk_why back_do(struct back *b, struct xsr_blk_req *req)
{
	enum xsr_blk_why why = xsr_blk_check_req(req, &b->limits);
	struct xsr_blk_seg segs[SLOT_SEGS];

	if (why != XSR_BLK_FINE)
		return why;
	if (req->op == XSR_BLK_OP_DISCARD) {
		memset(disk[req->sector], 0, req->nr_sectors * SECTOR);
		return XSR_BLK_FINE;
	}
	if (!req->indirect) {
		back_move(req, req->seg);
		return XSR_BLK_FINE;
	}
	memcpy(segs, guest[req->gref[0]], req->nr_segs * sizeof(segs[0]));
	why = xsr_blk_check_segs(req, segs, &b->limits);
	if (why == XSR_BLK_FINE)
		back_move(req, segs);
	return why;
}

/* Returns how many requests there were. */
static u32 back_take(struct back *b)
{
	u32 n = 0, i;

	if (xsr_ring_peek(&pair.back, &n) != XSR_OK)
		die("back-end: impossible index");
	for (i = 0; i < n; i++) {
		struct xsr_blk_req req;
		enum xsr_blk_why why;

		xsr_blk_take_req(&pair.back, XSR_BLK_ABI_64, &req);
		why = back_do(b, &req);
		b->answers[b->nr_answers++] =
			(struct answer){ req.id, req.ring_op, xsr_blk_why_status(why) };
	}
	return n;
}

/* Answer some or all of what is owed, in any order. */
static void back_answer(struct back *b, u32 n)
{
	while (n--) {
		u32 pick = rng_below(&b->rng, b->nr_answers);
		struct answer a = b->answers[pick];

		b->answers[pick] = b->answers[--b->nr_answers];
		if (!xsr_ring_room(&pair.back))
			die("back-end: no room for an answer that is owed");
		xsr_blk_put_rsp(&pair.back, XSR_BLK_ABI_64, a.id, a.op, a.status);
		b->done++;
	}
	if (xsr_ring_publish(&pair.back))
		event_send(&to_front);
}

static void *back_main(void *arg)
{
	struct back *b = calloc(1, sizeof(*b));

	rng_seed(&b->rng, 77);
	b->limits = (struct xsr_blk_limits){
		.capacity = DISK_SECTORS,
		.max_indirect_segs = SLOT_SEGS,
		.block_sectors = 1,
		.flush = true,
		.discard = true,
	};
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		bool worked = back_take(b);

		if (b->nr_answers)
			back_answer(b, 1 + rng_below(&b->rng, b->nr_answers));
		if (worked || b->nr_answers || xsr_ring_arm(&pair.back, 1))
			continue;
		if (!event_wait(&to_back, PATIENCE_MS))
			die("back-end: nobody woke me");
	}
	if (b->done != mode->requests || b->nr_answers)
		die("back-end: not all were answered");
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
	memset(disk, 0, sizeof(disk));
	memset(believed, 0, sizeof(believed));
	ring_pair_init(&pair, 1u << m->order, xsr_blk_stride(XSR_BLK_ABI_64), 0xffffff00);
	pthread_create(&front, NULL, front_main, NULL);
	pthread_create(&back, NULL, back_main, NULL);
	pthread_join(front, NULL);
	pthread_join(back, NULL);
	printf("%s: %u requests, %u events to the back-end, %u to the front-end\n", m->name,
	       m->requests, to_back.sent, to_front.sent);
	fflush(stdout);
}

int main(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(modes); i++)
		run(&modes[i]);
	return 0;
}
