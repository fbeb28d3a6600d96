/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Control messages: how a guest sets its hash, and asks for pages to stay mapped.
 *
 * The back-end takes a request, has xsr_net_ctrl_begin() judge it, brings what the answer says is
 * needed from the guest's memory, and puts the answer. A request that makes no sense is answered
 * with a status; none is fatal, only ring indexes are. The front-end puts one request and waits for
 * its answer before the next.
 */
#ifndef XSR_NET_CTRL_H
#define XSR_NET_CTRL_H

#include "ring/net_hash.h"

/* What the back-end offers; hashing always. */
struct xsr_net_ctrl_offer {
	u32 grefs; /* pages that can stay mapped for a queue; 0: not offered */
};

/* What is to be done before the answer can be put. */
enum xsr_net_ctrl_need {
	XSR_NET_CTRL_READY, /* nothing */
	XSR_NET_CTRL_FETCH, /* copy bytes from the start of page gref into data, then call fetched */
	XSR_NET_CTRL_ADD, /* map the count entries listed in page gref for queue, then call done */
	XSR_NET_CTRL_DEL, /* unmap them, writing each one's status, then call done with how many */
};

struct xsr_net_ctrl_job {
	struct xsr_net_ctrl_rsp rsp; /* the answer */
	u32 need; /* enum xsr_net_ctrl_need */
	u32 gref;
	u32 bytes; /* FETCH: 1 .. sizeof(data) */
	u32 queue; /* ADD, DEL: below the device's queues */
	u32 count; /* ADD, DEL: 1 .. XSR_NET_GREFS_PER_PAGE */
	u32 first; /* of a table: where the fetched entries go */
	u32 data[XSR_NET_HASH_TABLE];
};

/* Back-end: copy the next request out of the ring, which a peek showed to be there. */
void xsr_net_ctrl_take_req(struct xsr_ring *r, struct xsr_net_ctrl_req *req);

/*
 * Back-end: judge @req, and do what it says to @h if nothing has to be fetched for it. Any numbers
 * in it are fine.
 */
void xsr_net_ctrl_begin(struct xsr_net_hash *h, const struct xsr_net_ctrl_offer *offer,
			const struct xsr_net_ctrl_req *req, struct xsr_net_ctrl_job *job);

/* Back-end: a FETCH is over; @ok: job->data has the bytes. @h changes only if they make sense. */
void xsr_net_ctrl_fetched(struct xsr_net_hash *h, struct xsr_net_ctrl_job *job, bool ok);

/* Back-end: an ADD or DEL is over. @count: of DEL, how many were unmapped. */
void xsr_net_ctrl_done(struct xsr_net_ctrl_job *job, bool ok, u32 count);

/* Back-end: put an answer. */
void xsr_net_ctrl_put_rsp(struct xsr_ring *r, const struct xsr_net_ctrl_rsp *rsp);

/* Front-end: put a request. */
void xsr_net_ctrl_put_req(struct xsr_ring *r, const struct xsr_net_ctrl_req *req);

/*
 * Front-end: take the answer to @sent, the only request that is out; a peek showed it to be there.
 * XSR_FATAL: it answers something else.
 */
enum xsr_verdict xsr_net_ctrl_take_rsp(struct xsr_ring *r, const struct xsr_net_ctrl_req *sent,
				       struct xsr_net_ctrl_rsp *rsp);

const char *xsr_net_ctrl_status_name(u32 status);

#endif /* XSR_NET_CTRL_H */
