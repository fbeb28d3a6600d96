/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hostile network front-end. It takes the vifs named by its parameter "claim", connects as an
 * honest front-end does, and then on command does one thing that no honest front-end would. Honest
 * use of a connection is an echo request to the host behind the bridge, whose answer must come back
 * byte for byte; so both rings are used, and nobody sees the interface but this module.
 *
 * main.c binds devices and connects; wire.c sends and receives honestly; then tables of actions:
 * put.c (any entries on the ring to the back-end, written as text), grids.c (many packets of one
 * kind), rings.c (indexes, events, posted pages, memory that changes), control.c (the control ring).
 * States and keys are in common/life.c.
 */
#ifndef EVIL_NETFRONT_H
#define EVIL_NETFRONT_H

#include "ring/net_ctrl.h"
#include "ring/net_to_back.h"
#include "ring/net_to_front.h"
#include "tests/xen/evil/common/frame.h"
#include "tests/xen/evil/common/front.h"
#include "tests/xen/evil/common/pages.h"

#define NF_MAX_QUEUES 2
#define NF_DATA_PAGES 24 /* to send from; a packet of every slot has its own */
#define NF_POST_PAGES 64 /* to receive into, per queue */
#define NF_ANSWER_MS 4000 /* for answers to a packet */
#define NF_ECHO_MS 700 /* for an echo, before it is asked again */
#define NF_ECHO_TRIES 12

struct nf;

struct nf_queue {
	struct nf *n;
	struct evil_ring tx; /* to the back-end */
	struct evil_ring rx; /* to us */
	struct evil_page post[NF_POST_PAGES];
	u8 at[XSR_NET_RING_SIZE]; /* by entry of rx: which page was posted there */
	bool out[XSR_NET_RING_SIZE]; /* by id: is a slot under way? */
};

/* Answers on the ring to the back-end. */
struct nf_sum {
	u32 okay, error, dropped, null, odd;
};

struct nf {
	struct evil_front e;
	struct nf_queue queue[NF_MAX_QUEUES];
	struct evil_ring ctrl;
	struct evil_page table; /* for control messages */
	struct evil_page data[NF_DATA_PAGES];
	struct evil_page odd; /* granted or not, as an action wants */
	struct evil_wire wire;
	u8 *frame; /* the one that was sent last */
	u8 *in; /* the one that was received last */
	u32 len; /* of frame */
	u16 seq;
	bool replied; /* to frame */
	u32 failed; /* packets that came without their data */
	struct nf_sum sum;

	/* How to connect. */
	u32 queues;
	bool split;
	u32 posts; /* pages to post */
	struct evil_page *instead; /* post this one in place of honest ones; NULL: honest ones */
};

static inline struct nf *nf_of(struct evil_front *f)
{
	return container_of(f, struct nf, e);
}

struct nf_action {
	const char *name;
	/* Do it, and say "answer=..." in the command's result. @rest: arguments. */
	void (*act)(struct nf *n, char *rest);
};

extern const struct nf_action nf_put_actions[], nf_grid_actions[], nf_ring_actions[],
	nf_control_actions[];

/* --- wire.c --- */

/* Post @n pages. */
void nf_post(struct nf_queue *q, u32 n);
/* Put one slot from the page @gref, with an id of its own; the caller publishes. */
void nf_put_slot(struct nf_queue *q, u32 gref, u16 offset, u16 size, u16 flags);
/* Publish what was put, and send an event. */
void nf_publish(struct nf_queue *q);
/* Take answers and packets that are there. */
void nf_reap(struct nf *n);
/* Slots under way. */
u32 nf_busy(const struct nf *n);
/*
 * Forget old answers, publish, and wait until nothing is under way any more.
 * Returns "closed", "silence", or what all answers were: "okay", "error", "mixed" ...
 */
const char *nf_flush(struct nf *n, struct nf_queue *q);
void nf_forget(struct nf *n);
const char *nf_answer(const struct nf *n);
/* Make n->frame an echo of @len bytes. */
void nf_make_echo(struct nf *n, u32 len);
/*
 * Put n->frame over @nr slots of @size[] bytes each, the last one as long as needed. Every page is
 * used from its start, or (@end) to its end.
 */
void nf_put_frame(struct nf_queue *q, const u16 *size, u32 nr, bool end);
/* Wait for the answer to n->frame. */
bool nf_wait_reply(struct nf *n, unsigned int ms);
/* An echo on queue @nr comes back. */
bool nf_echo(struct nf *n, u32 nr, unsigned int tries);
/* Is the connection over, or the time? Lets others run meanwhile. */
bool nf_give_up(const struct nf *n, ktime_t end);

#endif /* EVIL_NETFRONT_H */
