/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hostile block back-end. It takes the vbds named by its parameter "claim" before the real
 * back-end can, offers a small disk in memory and serves it honestly, until a command has it do
 * something that no honest back-end would.
 *
 * main.c binds devices; serve.c has rings and requests; answers.c bad answers, given to the next
 * request once a command has armed one; acts.c what needs no request. States, keys and events are in
 * common/backlife.c.
 */
#ifndef EVIL_BACK_H
#define EVIL_BACK_H

#include <xen/grant_table.h>

#include "ring/blk_codec.h"
#include "ring/blk_wire.h"
#include "ring/ring.h"
#include "ring/ring_attach.h"
#include "tests/xen/evil/common/back.h"

#define BACK_MAX_QUEUES 8
#define BACK_STORE_PAGES 1024 /* 4 MiB */

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
	struct evil_back e;
	struct back_queue queue[BACK_MAX_QUEUES];
	u32 nr_queues; /* 0: not connected */
	struct page **store;

	const struct back_answer *armed; /* NULL: honest */
	u64 canary; /* searched for in whole granted pages, 0: not */
	u64 spilled; /* times it was found outside of what the request covers */
	u64 looked; /* granted pages searched */

	struct page *held; /* mapped grant that is not given back */
	grant_handle_t handle;
};

static inline struct back *back_of(struct evil_back *e)
{
	return container_of(e, struct back, e);
}

/* --- serve.c --- */
int back_connect(struct evil_back *e);
void back_disconnect(struct evil_back *e);
/* Send an event on each queue's channel. */
void back_poke(struct evil_back *e);
/* Give an answer and send an event. */
void back_respond(struct back_queue *q, u64 id, u8 op, s16 status);
void back_notify(struct back_queue *q);

/* --- answers.c --- */
/* The command "arm". */
void back_arm(struct back *b, char *rest);
/* Undo what the answer "hold" did. */
void back_release(struct back *b);

/* --- acts.c --- */
bool back_act(struct evil_back *e, const char *word, char *rest);

#endif /* EVIL_BACK_H */
