/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hostile block front-end. It takes the vbds named by its parameter "claim", connects as an
 * honest front-end does, and then on command does one thing that no honest front-end would, and
 * reports what the back-end made of it. After each action it finds out, by honest I/O, what is left
 * of the connection, and connects anew if it has to.
 *
 * main.c binds devices and runs commands; link.c connects and disconnects; ask.c puts a request and
 * waits for its answer; the rest are tables of actions: requests.c (one bad request), races.c
 * (memory changed while it is read), rings.c (indexes and events), life.c (states and keys).
 */
#ifndef EVIL_FRONT_H
#define EVIL_FRONT_H

#include <linux/wait.h>
#include <xen/grant_table.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "ring/blk_wire.h"
#include "ring/ring.h"
#include "ring/ring_attach.h"
#include "tests/xen/evil/common/command.h"

#define FRONT_MAX_QUEUES 4
#define FRONT_DATA_PAGES 16 /* segments of an honest indirect request */
#define FRONT_PATIENCE_MS 20000 /* for a state: far above what any step should take */
#define FRONT_ANSWER_MS 8000 /* for the answer to one request */

/* A page of ours that the back-end may use. */
struct front_page {
	void *va;
	grant_ref_t gref;
};

struct front_queue {
	struct front *f;
	struct xsr_ring ring;
	void *shared;
	u32 nr_pages;
	grant_ref_t gref[XSR_RING_MAX_PAGES];
	evtchn_port_t evtchn;
	int irq;
};

/* How to connect: the honest part, and one key to get wrong. */
struct front_shape {
	u32 queues;
	u32 order;
	bool persistent;
	const char *key; /* NULL: none */
	const char *value; /* see evil_key_write(), and @flicker: comes and goes meanwhile */
};

struct front {
	struct xenbus_device *xdev;
	struct evil_command command;
	struct work_struct close; /* the polite answer to a back-end that closes */
	wait_queue_head_t wait; /* theirs has changed */
	u32 vdev;
	u32 theirs; /* the back-end's state */
	unsigned long seen; /* bits: states it was in since front_mark() */
	bool gone; /* the device is being removed */
	bool silent; /* do not answer Closing */

	struct front_shape shape;
	struct front_queue queue[FRONT_MAX_QUEUES];
	u32 nr_queues; /* 0: not connected */
	struct front_page data[FRONT_DATA_PAGES];
	struct front_page table; /* segments of an indirect request */
	u64 capacity; /* sectors, as the back-end says */
	u64 next_id;
	u32 stray; /* responses that answer nothing */
};

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

/* Write our state, any number, as it is. */
void front_state(struct front *f, u32 state);
/* Forget which states of the back-end were seen. */
void front_mark(struct front *f);
/* Is the back-end closing, closed or gone? */
bool front_is_closed(const struct front *f);
/* Wait until the back-end is in @state. */
bool front_wait(struct front *f, u32 state, unsigned int ms);
/* Wait until it has closed the device. */
bool front_wait_closed(struct front *f, unsigned int ms);
/* Make the pages that are lent to the back-end. Returns 0 or -ENOMEM with nothing left. */
int front_pages_create(struct front *f);
void front_pages_destroy(struct front *f);
/*
 * Connect as f->shape says, to a back-end in InitWait. 0; -ECONNREFUSED: it closed; -ETIMEDOUT: it
 * did neither. Whatever it came to, front_down() undoes it.
 */
int front_up(struct front *f);
/* Say Closed, wait for the back-end to let go, and give everything back. */
void front_down(struct front *f);
/* From any state to a new offer of the back-end's. 0 or -ETIMEDOUT. */
int front_again(struct front *f);
/* Only give the rings back, without a word to the back-end. */
void front_drop_rings(struct front *f);

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
