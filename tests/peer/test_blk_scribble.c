// SPDX-License-Identifier: GPL-2.0
/*
 * A block front-end and a block back-end over one ring, while a third thread writes over the page.
 *
 * To either end the scribbler is a hostile peer that knows the format: it writes random words, words
 * that are nearly right, whole entries, and indexes. Run under ASan and UBSan, with the disk, the
 * guest's memory and every table in allocations of their exact size, so that a number that gets past
 * the checks is seen. When an end says FATAL, both drop the connection, and begin a new one on the
 * same page. The test goes on until it has seen enough of every kind of ending.
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
#define PAGES 64u /* of the guest; a grant reference is the number of one */
#define SECTOR 512u
#define MAX_INDIRECT 600u
#define NAP_MS 1u /* a scribbled event index loses wake-ups, so nobody sleeps for long */
#define ENOUGH 150u /* of each kind of ending */
#define LONGEST_SESSION 3000u /* turns of the front-end */

static struct ring_pair pair;
static struct event to_front, to_back;
static pthread_barrier_t meeting;
static u32 dead; /* this connection is over */
static u32 finished; /* the test is over */

static u8 *disk;
static u8 *guest[PAGES]; /* each an allocation of its own */
/* Each member is written by one thread; the front-end reads all between two meetings. */
static struct {
	u32 sessions;
	u32 attach; /* FATAL at the back-end's attach */
	u32 back; /* FATAL index seen by the back-end */
	u32 front_index; /* FATAL index seen by the front-end */
	u32 front_slot; /* FATAL answer seen by the front-end */
	u64 refused[XSR_BLK_WHY_COUNT];
	u64 answers; /* taken to be true by the front-end */
	u64 sent;
} seen;

static void die(const char *what)
{
	fprintf(stderr, "session %u: %s\n", seen.sessions, what);
	abort();
}

static bool is_dead(void)
{
	return __atomic_load_n(&dead, __ATOMIC_ACQUIRE);
}

static void give_up(u32 *why)
{
	(*why)++;
	__atomic_store_n(&dead, 1, __ATOMIC_RELEASE);
	event_send(&to_front);
	event_send(&to_back);
}

/* Wait for everybody at the begin and at the end of a connection. */
static void meet(void)
{
	pthread_barrier_wait(&meeting);
}

/* --- front-end ---------------------------------------------------------------------------------- */

struct front {
	struct rng rng;
	struct xsr_slots slots;
	u32 sent[32]; /* times each id was sent, and taken to be answered */
	u32 answered[32];
};

static void front_put(struct front *f, u32 id)
{
	struct xsr_blk_req req = {
		.id = id,
		.op = rng_below(&f->rng, 2),
		.sector = rng_below(&f->rng, DISK_SECTORS / 16) * 8,
		.nr_segs = 1,
		.seg = { { .gref = rng_below(&f->rng, PAGES), .last_sect = 7 } },
	};

	if (!rng_below(&f->rng, 4)) {
		req.indirect = true;
		req.nr_segs = 1 + rng_below(&f->rng, rng_below(&f->rng, 2) ? 16 : MAX_INDIRECT);
		req.gref[0] = rng_below(&f->rng, PAGES);
		req.gref[1] = rng_below(&f->rng, PAGES);
	}
	if (!xsr_slots_send(&f->slots, id, req.op))
		die("an idle id is out");
	f->sent[id]++;
	xsr_blk_put_req(&pair.front, &req);
}

static void front_submit(struct front *f)
{
	u32 burst = 1 + rng_below(&f->rng, 8), id;

	for (id = 0; id < 32 && burst; id++)
		if (!xsr_slots_busy(&f->slots, id) && xsr_ring_room(&pair.front)) {
			front_put(f, id);
			burst--;
		}
	if (xsr_ring_publish(&pair.front))
		event_send(&to_back);
}

/* Returns false if the back-end is not to be trusted any more. */
static bool front_complete(struct front *f)
{
	u32 n = 0;

	if (xsr_ring_peek(&pair.front, &n) != XSR_OK) {
		give_up(&seen.front_index);
		return false;
	}
	if (n > pair.front.size)
		die("front-end: more answers than the ring holds");
	while (n--) {
		struct xsr_blk_rsp rsp;

		xsr_blk_take_rsp(&pair.front, &rsp);
		if (xsr_slots_match(&f->slots, rsp.id, rsp.op) != XSR_OK) {
			give_up(&seen.front_slot);
			return false;
		}
		seen.answers++;
		if (++f->answered[rsp.id] > f->sent[rsp.id])
			die("an id was answered more often than sent");
	}
	return true;
}

static void front_session(struct front *f)
{
	u8 *storage = malloc(32);
	u32 turns = 0, id;

	memset(f->sent, 0, sizeof(f->sent));
	memset(f->answered, 0, sizeof(f->answered));
	xsr_slots_init(&f->slots, storage, 32);
	while (!is_dead()) {
		front_submit(f);
		if (!front_complete(f))
			break;
		if (xsr_ring_room(&pair.front) > pair.front.size)
			die("front-end: more room than the ring has");
		if (++turns == LONGEST_SESSION)
			give_up(&(u32){ 0 });
		else if (!xsr_ring_arm(&pair.front, 1) && !rng_below(&f->rng, 4))
			event_wait(&to_front, NAP_MS);
	}
	for (id = 0; id < 32; id++)
		seen.sent += f->sent[id];
	free(storage);
}

static bool seen_enough(void)
{
	return seen.attach >= ENOUGH / 10 && seen.back >= ENOUGH && seen.front_index >= ENOUGH &&
	       seen.front_slot >= ENOUGH;
}

static void *front_main(void *arg)
{
	struct front *f = calloc(1, sizeof(*f));

	rng_seed(&f->rng, 3);
	for (;;) {
		/* The page is ours alone here as far as the rules go; the scribbler has none. */
		xsr_ring_create(&pair.front, pair.page, 1, xsr_blk_stride(XSR_BLK_ABI_64));
		__atomic_store_n(&dead, 0, __ATOMIC_RELEASE);
		meet();
		front_session(f);
		meet();
		seen.sessions++;
		__atomic_store_n(&finished, seen_enough(), __ATOMIC_RELEASE);
		meet();
		if (finished)
			break;
	}
	free(f);
	return arg;
}

/* --- back-end ----------------------------------------------------------------------------------- */

struct back {
	struct rng rng;
	struct xsr_blk_limits limits;
};

/* Move the data as the checked request says, trusting what was checked. */
static enum xsr_blk_why back_move(const struct xsr_blk_req *req, const struct xsr_blk_seg *segs)
{
	u64 sector = req->sector;
	u32 i;

	for (i = 0; i < req->nr_segs; i++)
		if (segs[i].gref >= PAGES)
			return XSR_BLK_BAD_GREF;
	for (i = 0; i < req->nr_segs; i++) {
		u8 *data = guest[segs[i].gref] + segs[i].first_sect * SECTOR;
		u32 n = xsr_blk_seg_sectors(&segs[i]);

		if (req->op == XSR_BLK_OP_READ)
			memcpy(data, disk + sector * SECTOR, n * SECTOR);
		else
			memcpy(disk + sector * SECTOR, data, n * SECTOR);
		sector += n;
	}
	if (sector - req->sector != req->nr_sectors)
		die("nr_sectors is not what the segments hold");
	return XSR_BLK_FINE;
}

static enum xsr_blk_why back_indirect(struct back *b, struct xsr_blk_req *req)
{
	struct xsr_blk_seg *segs = malloc(req->nr_segs * sizeof(*segs));
	enum xsr_blk_why why = XSR_BLK_BAD_GREF;
	u32 page, pages = xsr_blk_indirect_pages(req->nr_segs);

	for (page = 0; page < pages; page++) {
		u32 left = req->nr_segs - page * XSR_BLK_SEGS_PER_PAGE;

		if (req->gref[page] >= PAGES)
			goto out;
		if (left > XSR_BLK_SEGS_PER_PAGE)
			left = XSR_BLK_SEGS_PER_PAGE;
		memcpy(segs + page * XSR_BLK_SEGS_PER_PAGE, guest[req->gref[page]],
		       left * sizeof(*segs));
	}
	why = xsr_blk_check_segs(req, segs, &b->limits);
	if (why == XSR_BLK_FINE)
		why = back_move(req, segs);
out:
	free(segs);
	return why;
}

static enum xsr_blk_why back_do(struct back *b, struct xsr_blk_req *req)
{
	enum xsr_blk_why why = xsr_blk_check_req(req, &b->limits);

	if (why != XSR_BLK_FINE)
		return why;
	if (req->op == XSR_BLK_OP_DISCARD) {
		memset(disk + req->sector * SECTOR, 0, req->nr_sectors * SECTOR);
		return XSR_BLK_FINE;
	}
	return req->indirect ? back_indirect(b, req) : back_move(req, req->seg);
}

/* Returns false if the front-end is not to be trusted any more. */
static bool back_work(struct back *b)
{
	u32 n = 0;

	if (xsr_ring_peek(&pair.back, &n) != XSR_OK) {
		give_up(&seen.back);
		return false;
	}
	if (n > pair.back.size)
		die("back-end: more requests than the ring holds");
	while (n--) {
		struct xsr_blk_req req;
		enum xsr_blk_why why;

		xsr_blk_take_req(&pair.back, XSR_BLK_ABI_64, &req);
		why = back_do(b, &req);
		seen.refused[why]++;
		if (xsr_ring_room(&pair.back) != 1)
			die("back-end: a request that is taken is owed an answer");
		xsr_blk_put_rsp(&pair.back, XSR_BLK_ABI_64, req.id, req.ring_op,
				xsr_blk_why_status(why));
	}
	if (xsr_ring_publish(&pair.back))
		event_send(&to_front);
	return true;
}

static void back_session(struct back *b)
{
	if (xsr_ring_attach(&pair.back, pair.page, 1, xsr_blk_stride(XSR_BLK_ABI_64)) != XSR_OK) {
		give_up(&seen.attach);
		return;
	}
	while (!is_dead() && back_work(b))
		if (!xsr_ring_arm(&pair.back, 1))
			event_wait(&to_back, NAP_MS);
}

static void *back_main(void *arg)
{
	struct back *b = calloc(1, sizeof(*b));

	rng_seed(&b->rng, 4);
	b->limits = (struct xsr_blk_limits){
		.capacity = DISK_SECTORS,
		.max_indirect_segs = MAX_INDIRECT,
		.flush = true,
		.discard = true,
	};
	do {
		meet();
		b->limits.block_sectors = 1u << rng_below(&b->rng, 5);
		b->limits.read_only = !rng_below(&b->rng, 8);
		back_session(b);
		meet();
		/* the front-end decides whether it is enough */
		meet();
	} while (!__atomic_load_n(&finished, __ATOMIC_ACQUIRE));
	free(b);
	return arg;
}

/* --- scribbler ---------------------------------------------------------------------------------- */

static void poke(u32 word, u32 value)
{
	__atomic_store_n(&pair.page[word], value, __ATOMIC_RELAXED);
}

static u32 look(u32 word)
{
	return __atomic_load_n(&pair.page[word], __ATOMIC_RELAXED);
}

/* A request that gets past some of the checks. */
static void scribble_entry(struct rng *rng)
{
	u32 at = 16 + rng_below(rng, 32) * 28, i;
	u32 op = rng_below(rng, 8), segs = rng_below(rng, 14);

	poke(at, op | segs << 8 | (u32)rng_next(rng) << 16);
	poke(at + 2, rng_below(rng, 40));
	poke(at + 3, rng_below(rng, 8) ? 0 : (u32)rng_next(rng));
	poke(at + 4, rng_below(rng, 4) ? rng_below(rng, DISK_SECTORS) & ~7u :
					 DISK_SECTORS - rng_below(rng, 40));
	poke(at + 5, rng_below(rng, 8) ? 0 : (u32)rng_next(rng));
	for (i = 0; i < 11; i++) {
		poke(at + 6 + 2 * i, rng_below(rng, PAGES + 2));
		poke(at + 7 + 2 * i,
		     rng_below(rng, 16) ? 7u << 8 : rng_below(rng, 9) | rng_below(rng, 10) << 8);
	}
}

static void scribble(struct rng *rng)
{
	u32 what = rng_below(rng, 64), word;

	if (what < 30) {
		scribble_entry(rng);
	} else if (what < 50) {
		word = 16 + rng_below(rng, 1024 - 16);
		poke(word, look(word) ^ 1u << rng_below(rng, 32));
	} else if (what < 62) {
		poke(rng_below(rng, 1024 - 16) + 16, (u32)rng_next(rng));
	} else if (what == 62) {
		poke(1 + 2 * rng_below(rng, 2), (u32)rng_next(rng)); /* an event index */
	} else if (!rng_below(rng, 8)) {
		word = 2 * rng_below(rng, 2); /* a producer */
		poke(word,
		     look(word) + (rng_below(rng, 4) ? rng_below(rng, 40) : (u32)rng_next(rng)));
	}
}

/* Never takes part in the meetings: it does not stop for anything. */
static void *scribbler_main(void *arg)
{
	struct rng rng;
	u32 i;

	rng_seed(&rng, 99);
	while (!__atomic_load_n(&finished, __ATOMIC_ACQUIRE)) {
		volatile u32 pause = rng_below(&rng, 4000);

		for (i = rng_below(&rng, 40); i; i--)
			scribble(&rng);
		while (pause)
			pause--;
	}
	return arg;
}

/* Content that passes for segments, so that indirect requests get far. */
static void fill_disk(void)
{
	struct rng rng;
	u32 i;

	rng_seed(&rng, 5);
	for (i = 0; i < DISK_SECTORS * SECTOR / 8; i++) {
		struct xsr_blk_seg seg = { .gref = rng_below(&rng, PAGES), .last_sect = 7 };

		if (!rng_below(&rng, 200))
			seg.last_sect = rng_below(&rng, 10);
		if (!rng_below(&rng, 200))
			seg.first_sect = rng_below(&rng, 10);
		if (!rng_below(&rng, 2000))
			seg.gref = (u32)rng_next(&rng);
		memcpy(disk + i * 8, &seg, 8);
	}
}

int main(void)
{
	static void *(*const mains[])(void *) = { front_main, back_main, scribbler_main };
	pthread_t threads[3];
	u32 i;

	disk = calloc(DISK_SECTORS, SECTOR);
	for (i = 0; i < PAGES; i++)
		guest[i] = calloc(1, XSR_PAGE_SIZE);
	fill_disk();
	pthread_barrier_init(&meeting, NULL, 2);
	for (i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, mains[i], NULL);
	for (i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	printf("%u sessions; fatal: %u at attach, %u to the back-end, %u and %u to the front-end\n",
	       seen.sessions, seen.attach, seen.back, seen.front_index, seen.front_slot);
	printf("%llu requests sent, %llu answers believed\n", (unsigned long long)seen.sent,
	       (unsigned long long)seen.answers);
	for (i = 0; i < XSR_BLK_WHY_COUNT; i++)
		printf("  %10llu %s\n", (unsigned long long)seen.refused[i], xsr_blk_why_name(i));
	free(disk);
	for (i = 0; i < PAGES; i++)
		free(guest[i]);
	return 0;
}
