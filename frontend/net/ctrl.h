/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control ring of a network front-end: which of our pages the back-end may keep mapped, and how it is
 * to spread packets over our queues.
 *
 * The pages of small packets are announced once a connection, after which nothing depends on whether the
 * back-end wanted them. What ethtool wants is noted here. Both are sent by a work of its own, so that
 * nothing waits for the back-end under rtnl. Until someone wants something of the hash, nothing is said of
 * it: the back-end then spreads as it likes, as with stock.
 */
#ifndef XSR_NF_CTRL_H
#define XSR_NF_CTRL_H

#include <linux/wait.h>

#include "grant/linux/granted.h"
#include "ring/linux/channel.h"
#include "ring/net_ctrl.h"

struct xsr_nf;

struct xsr_nf_ctrl {
	struct xsr_nf *nf;
	struct xsr_channel ch; /* no pages: not connected */
	struct xsr_granted page; /* one page, that tables are sent in */
	struct work_struct send;
	wait_queue_head_t answered;
	struct mutex lock; /* guards wish and wanted */
	struct xsr_net_hash wish;
	bool wanted; /* someone has set wish */
	struct xsr_net_ctrl_req sent; /* the last one */
	u32 got; /* data of the last answer */
	bool announced; /* the pages, in this connection; the work's */
};

/* Once, when the device is made. */
void xsr_nf_ctrl_init(struct xsr_nf *nf);
/* Make the ring, if the back-end offers one. Returns 0 or a negative errno; one without is no error. */
int xsr_nf_ctrl_create(struct xsr_nf *nf);
/* No work runs or will run, no interrupt comes. Harmless when repeated. */
void xsr_nf_ctrl_mute(struct xsr_nf *nf);
/* Muted: free the ring. Harmless when there is none. */
void xsr_nf_ctrl_destroy(struct xsr_nf *nf);
/* The connection is up: send what is wanted. */
void xsr_nf_ctrl_start(struct xsr_nf *nf);

/* Is there a ring to send wishes through? */
static inline bool xsr_nf_ctrl_is_there(const struct xsr_nf_ctrl *c)
{
	return c->ch.pages;
}

/* What is wanted, or what would be by default. */
void xsr_nf_ctrl_read(struct xsr_nf *nf, struct xsr_net_hash *hash);
/* From now on @hash is wanted. */
void xsr_nf_ctrl_want(struct xsr_nf *nf, const struct xsr_net_hash *hash);

#endif /* XSR_NF_CTRL_H */
