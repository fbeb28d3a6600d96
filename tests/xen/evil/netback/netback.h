/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hostile network back-end. It takes the vifs named by its parameter "claim" before the real
 * back-end can, and is a whole small host by itself: it answers ARP and echo requests for the
 * address that the command "wire" gives it, honestly, until a command has it do something that no
 * honest back-end would.
 *
 * main.c binds devices; serve.c has rings and honest packets; answers.c bad answers to packets of the
 * guest, given once a command has armed one; fill.c what comes on the ring to the front-end, written
 * as text, and grids of it. States, keys and events are in common/backlife.c.
 */
#ifndef EVIL_NETBACK_H
#define EVIL_NETBACK_H

#include <xen/grant_table.h>

#include "ring/net_ctrl.h"
#include "ring/net_to_back.h"
#include "ring/net_to_front.h"
#include "ring/ring_attach.h"
#include "tests/xen/evil/common/back.h"
#include "tests/xen/evil/common/frame.h"

#define NB_MAX_QUEUES 4

struct nb;

struct nb_ring {
	struct xsr_ring ring;
	void *shared;
	int irq; /* 0: none of its own */
};

struct nb_queue {
	struct nb *n;
	struct nb_ring tx; /* from the front-end */
	struct nb_ring rx; /* to it */
	struct task_struct *task;
	struct mutex lock; /* of both rings */
	wait_queue_head_t wait;
	bool event;
};

/* What to do instead of the honest answer to one packet. */
struct nb_answer {
	const char *name;
	void (*give)(struct nb_queue *q, const struct xsr_net_pkt *pkt);
	s64 arg;
};

struct nb {
	struct evil_back e;
	struct nb_queue queue[NB_MAX_QUEUES];
	u32 nr_queues; /* 0: not connected */
	struct nb_ring ctrl;
	struct evil_wire wire;
	u8 *frame; /* the packet that is served */
	struct page *bounce; /* for copies of grants */

	const struct nb_answer *armed; /* NULL: honest */
	const char *ctrl_armed; /* how to answer control messages; NULL: honestly */

	struct page *held; /* a mapped grant that is not given back */
	grant_handle_t handle;
};

static inline struct nb *nb_of(struct evil_back *b)
{
	return container_of(b, struct nb, e);
}

/* --- serve.c --- */
int nb_connect(struct evil_back *b);
void nb_disconnect(struct evil_back *b);
void nb_poke(struct evil_back *b);
void nb_notify(struct nb_queue *q, const struct nb_ring *r);
/* Copy @len bytes between our @at and offset @off of the front-end's @gref, within its page. */
bool nb_copy(struct nb *n, u32 gref, u32 off, void *at, u32 len, bool to_them);
/* Send a frame honestly. Under q->lock. */
void nb_send(struct nb_queue *q, const u8 *frame, u32 len);

/* --- answers.c --- */
bool nb_answers_act(struct nb *n, const char *word, char *rest);
/* Map @gref and keep it mapped. */
void nb_hold(struct nb *n, u32 gref);
void nb_release(struct nb *n);

/* --- fill.c --- */
bool nb_fill_act(struct nb *n, const char *word, char *rest);

#endif /* EVIL_NETBACK_H */
