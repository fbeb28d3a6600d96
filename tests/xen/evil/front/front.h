/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hostile block front-end. It takes the vbds named by its parameter "claim", connects as an
 * honest front-end does, and then on command does one thing that no honest front-end would, and
 * reports what the back-end made of it.
 *
 * main.c binds devices; link.c makes rings and keys; ask.c puts a request and waits for its answer;
 * the rest are tables of actions: requests.c (one bad request), races.c (memory changed while it is
 * read), rings.c (indexes and events), life.c (leaving in the middle). What all hostile front-ends
 * have, as states and keys, is in common/.
 */
#ifndef EVIL_FRONT_H
#define EVIL_FRONT_H

#include "ring/blk_wire.h"
#include "ring/ring.h"
#include "ring/ring_attach.h"
#include "tests/xen/evil/common/front.h"
#include "tests/xen/evil/common/pages.h"

#define FRONT_MAX_QUEUES 4
#define FRONT_DATA_PAGES 16 /* segments of an honest indirect request */
#define FRONT_ANSWER_MS 8000 /* for the answer to one request */

struct front;

struct front_queue {
	struct front *f;
	struct xsr_ring ring;
	void *shared;
	u32 nr_pages;
	grant_ref_t gref[XSR_RING_MAX_PAGES];
	evtchn_port_t evtchn;
	int irq;
};

/* How to connect. */
struct front_shape {
	u32 queues;
	u32 order;
	bool persistent;
	bool lent; /* says that it marks requests */
};

struct front {
	struct evil_front e;
	struct front_shape shape;
	struct front_queue queue[FRONT_MAX_QUEUES];
	u32 nr_queues; /* 0: not connected */
	struct evil_page data[FRONT_DATA_PAGES];
	struct evil_page table; /* segments of an indirect request */
	u64 next_id;
};

static inline struct front *front_of(struct evil_front *f)
{
	return container_of(f, struct front, e);
}

/* What came back for one request. */
enum front_answer {
	FRONT_OKAY,
	FRONT_ERROR,
	FRONT_UNSUPPORTED,
	FRONT_ODD_STATUS, /* a response with a status that is none of the three */
	FRONT_CLOSED, /* no response, the back-end closed the device */
	FRONT_SILENCE, /* nothing within the time */
	FRONT_ANSWERS,
};

const char *front_answer_name(enum front_answer answer);

/* One action. */
struct front_action {
	const char *name;
	/* Do it, and say "answer=..." in the command's result. @rest: arguments. */
	void (*act)(struct front *f, const struct front_action *action, char *rest);
	u64 arg;
	const void *row; /* for act */
};

extern const struct front_action front_request_actions[], front_race_actions[],
	front_ring_actions[], front_life_actions[];

/* --- link.c --- */

/* Make the pages that are lent to the back-end. Returns 0 or -ENOMEM with nothing left. */
int front_pages_create(struct front *f);
void front_pages_destroy(struct front *f);
/* Sectors, as the back-end says now. */
u64 front_capacity(const struct front *f);
/* For struct evil_front_ops. */
int front_rings(struct evil_front *f);
void front_keys(struct evil_front *f);
void front_drop_rings(struct evil_front *f);

/* --- ask.c --- */

/* Put @e, give it a new id, publish and notify, and wait for its answer. */
enum front_answer front_ask(struct front_queue *q, union xsr_blk_entry_64 *e);
/* Put it without waiting. */
void front_send(struct front_queue *q, union xsr_blk_entry_64 *e);
/* Take all responses that are there; counts them by answer into @sum. Returns how many. */
u32 front_reap(struct front_queue *q, u32 sum[FRONT_ANSWERS]);
/* Take responses until @n were counted in @sum altogether, or time is over. */
bool front_drain(struct front_queue *q, u32 n, u32 sum[FRONT_ANSWERS], unsigned int ms);
/* Honest requests. */
void front_make_rw(struct front *f, union xsr_blk_entry_64 *e, u8 op, u64 sector);
void front_make_indirect(struct front *f, union xsr_blk_entry_64 *e, u8 op, u64 sector);
/* An honest read on each queue. */
enum front_answer front_try(struct front *f);

#endif /* EVIL_FRONT_H */
