/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hostile block back-end. It takes the vbds named by its parameter "claim" before the real
 * back-end can, offers a small disk in memory and serves it honestly, until a command has it do
 * something that no honest back-end would.
 *
 * main.c binds devices and follows the front-end's states; serve.c has rings and requests;
 * answers.c bad answers, given to the next request once a command has armed one; acts.c what needs
 * no request: states, keys, events.
 */
#ifndef EVIL_BACK_H
#define EVIL_BACK_H

#include <linux/wait.h>
#include <xen/grant_table.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "ring/blk_codec.h"
#include "ring/blk_wire.h"
#include "ring/ring.h"
#include "ring/ring_attach.h"
#include "tests/xen/evil/common/command.h"

#define BACK_MAX_QUEUES 8
#define BACK_STORE_PAGES 1024 /* 4 MiB */
#define BACK_MAX_PRESETS 8
#define BACK_PATIENCE_MS 6000

struct back;
struct back_queue;

/* What to do instead of the honest answer to one request. */
struct back_answer {
	const char *name;
	/* @status: what the honest answer would have been. */
	void (*give)(struct back_queue *q, const struct xsr_blk_req *req, s16 status);
	s64 arg;
	u8 op; /* only for this operation, or ANY */
};

#define BACK_ANY_OP 0xff

struct back_queue {
	struct back *b;
	struct xsr_ring ring;
	void *shared;
	struct page *table; /* copy of a page of segments; behind it, of a page of data */
	struct task_struct *task;
	wait_queue_head_t wait;
	bool event;
	int irq;
};

struct back {
	struct xenbus_device *xdev;
	struct evil_command command;
	struct work_struct step; /* the front-end's state has changed */
	wait_queue_head_t wait;
	u32 vdev;
	u32 theirs;
	u32 ours; /* as last written by us */
	bool gone;
	bool silent; /* do not follow the front-end's states */

	struct back_queue queue[BACK_MAX_QUEUES];
	u32 nr_queues; /* 0: not connected */
	struct page **store;

	const struct back_answer *armed; /* NULL: honest */
	u32 times; /* how often the armed answer is still to be given */
	u32 given; /* how often it was */
	u64 canary; /* searched for in whole granted pages, 0: not */
	u64 spilled; /* times it was found outside of what the request covers */
	u64 looked; /* granted pages searched */

	struct page *held; /* mapped grant that is not given back */
	grant_handle_t handle;
};

extern const struct back_answer back_answers[];

/* An act that needs no request. Says "answer=..." in the command's result. */
struct back_act {
	const char *name;
	void (*act)(struct back *b, char *rest);
};

extern const struct back_act back_acts[];

/* --- main.c --- */
void back_state(struct back *b, u32 state);
bool back_wait(struct back *b, u32 state, unsigned int ms);
/* Has the front-end left, or does it want to? */
bool back_is_left(const struct back *b);
bool back_wait_left(struct back *b, unsigned int ms);
/* Write the keys of the offer, honest but for the presets. */
void back_offer(struct back *b);

/* --- serve.c --- */
int back_connect(struct back *b);
void back_disconnect(struct back *b);
/* Give an answer and send an event. */
void back_respond(struct back_queue *q, u64 id, u8 op, s16 status);
void back_notify(struct back_queue *q);

/* --- answers.c --- */
const struct back_answer *back_find_answer(const char *name);
/* Undo what the answer "hold" did. */
void back_release(struct back *b);

#endif /* EVIL_BACK_H */
