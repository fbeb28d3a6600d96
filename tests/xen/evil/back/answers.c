// SPDX-License-Identifier: GPL-2.0
/*
 * Bad answers. "arm ANSWER [N]" has the next N (1) requests that fit get one in place of the honest
 * answer.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <xen/page.h>

#include "tests/xen/evil/back/back.h"

static s64 arg_of(struct back_queue *q)
{
	return q->b->armed->arg;
}

static void give_status(struct back_queue *q, const struct xsr_blk_req *req, s16 status)
{
	back_respond(q, req->id, req->op, arg_of(q));
}

/* arg is added to the id */
static void give_id(struct back_queue *q, const struct xsr_blk_req *req, s16 status)
{
	back_respond(q, req->id + arg_of(q), req->op, status);
}

static void give_op(struct back_queue *q, const struct xsr_blk_req *req, s16 status)
{
	back_respond(q, req->id, req->op + arg_of(q), status);
}

/* The honest answer, and once more the same, in the place of another request's. */
static void give_twice(struct back_queue *q, const struct xsr_blk_req *req, s16 status)
{
	struct xsr_sring *s = q->shared;

	back_respond(q, req->id, req->op, status);
	msleep(20);
	xsr_blk_put_rsp(&q->ring, XSR_BLK_ABI_64, req->id, req->op, status);
	xsr_store_release(&s->rsp_prod, q->ring.out);
	back_notify(q);
}

/* arg: how far the producer jumps; below 0x100: beyond the size of the ring */
static void give_prod(struct back_queue *q, const struct xsr_blk_req *req, s16 status)
{
	u32 jump = arg_of(q) < 0x100 ? q->ring.size + arg_of(q) : arg_of(q);
	struct xsr_sring *s = q->shared;

	xsr_store_release(&s->rsp_prod, q->ring.out + jump);
	back_notify(q);
}

static void give_nothing(struct back_queue *q, const struct xsr_blk_req *req, s16 status)
{
}

/* Garbage in every byte of the answer that is not its meaning. */
static void give_padding(struct back_queue *q, const struct xsr_blk_req *req, s16 status)
{
	struct xsr_blk_rsp_64 rsp;

	memset(&rsp, 0xa5, sizeof(rsp));
	rsp.id = req->id;
	rsp.op = req->op;
	rsp.status = status;
	xsr_ring_put(&q->ring, &rsp, sizeof(rsp));
	xsr_ring_publish(&q->ring);
	back_notify(q);
}

void back_release(struct back *b)
{
	struct gnttab_unmap_grant_ref op;

	if (!b->held)
		return;
	gnttab_set_unmap_op(&op, (unsigned long)page_address(b->held), GNTMAP_host_map, b->handle);
	gnttab_unmap_refs(&op, NULL, &b->held, 1);
	gnttab_free_pages(1, &b->held);
	b->held = NULL;
}

/* Map the first page of data, answer, and keep it mapped until the command "release". */
static void give_hold(struct back_queue *q, const struct xsr_blk_req *req, s16 status)
{
	struct gnttab_map_grant_ref op;
	const struct xsr_blk_seg *seg = req->indirect ? page_address(q->table) : req->seg;
	struct back *b = q->b;

	if (!b->held && !gnttab_alloc_pages(1, &b->held)) {
		gnttab_set_map_op(&op, (unsigned long)page_address(b->held), GNTMAP_host_map,
				  seg[0].gref, b->e.xdev->otherend_id);
		if (gnttab_map_refs(&op, NULL, &b->held, 1) || op.status != GNTST_okay) {
			gnttab_free_pages(1, &b->held);
			b->held = NULL;
		} else {
			b->handle = op.handle;
		}
	}
	back_respond(q, req->id, req->op, status);
}

static const struct back_answer back_answers[] = {
	/* clang-format off */
	{ "status-error",       give_status, XSR_BLK_STATUS_ERROR,       BACK_ANY_OP },
	{ "status-unsupported", give_status, XSR_BLK_STATUS_UNSUPPORTED, BACK_ANY_OP },
	{ "status-77",          give_status, 77,                         BACK_ANY_OP },
	{ "status--77",         give_status, -77,                        BACK_ANY_OP },
	{ "status--32768",      give_status, -32768,                     BACK_ANY_OP },
	{ "flush-unsupported",  give_status, XSR_BLK_STATUS_UNSUPPORTED, XSR_BLK_OP_FLUSH },
	{ "flush-error",        give_status, XSR_BLK_STATUS_ERROR,       XSR_BLK_OP_FLUSH },
	{ "discard-unsupported", give_status, XSR_BLK_STATUS_UNSUPPORTED, XSR_BLK_OP_DISCARD },
	{ "id-size",    give_id, 4096,           BACK_ANY_OP },
	{ "id-2^32",    give_id, 1ll << 32,      BACK_ANY_OP },
	{ "id-2^63",    give_id, 1ll << 63,      BACK_ANY_OP },
	{ "id-other",   give_id, 1,              BACK_ANY_OP },
	{ "id-twice",   give_twice, 0,           BACK_ANY_OP },
	{ "op-other",   give_op, 1,              BACK_ANY_OP },
	{ "op-255",     give_op, 255,            BACK_ANY_OP },
	{ "rsp-prod-size+1",  give_prod, 1,           BACK_ANY_OP },
	{ "rsp-prod-2",       give_prod, 0x100000002ll, BACK_ANY_OP },
	{ "rsp-prod-2^31",    give_prod, 1ll << 31,   BACK_ANY_OP },
	{ "rsp-prod-2^32-1",  give_prod, 0xffffffff,  BACK_ANY_OP },
	{ "padding",    give_padding, 0, BACK_ANY_OP },
	{ "nothing",    give_nothing, 0, BACK_ANY_OP },
	{ "hold",       give_hold,    0, BACK_ANY_OP },
	{ NULL },
	/* clang-format on */
};

void back_arm(struct back *b, char *rest)
{
	const struct back_answer *answer = back_answers;
	char *name = evil_word(&rest);

	while (answer->name && (!name || strcmp(answer->name, name)))
		answer++;
	b->e.times = 0;
	WRITE_ONCE(b->armed, answer->name ? answer : NULL);
	b->e.given = 0;
	b->e.times = evil_number(&rest, 1);
	evil_say(&b->e.command, "answer=%s", answer->name ? "armed" : "none");
}
