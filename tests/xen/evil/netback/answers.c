// SPDX-License-Identifier: GPL-2.0
/*
 * Bad answers to packets of the guest. "arm ANSWER [N]" has the next N (1) packets answered so; "ctrl
 * ANSWER" all control messages from now on: id, type, status, prod, nothing, honest.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "ring/net_stage.h"
#include "tests/xen/evil/netback/netback.h"

static s64 arg_of(const struct nb_queue *q)
{
	return q->n->armed->arg;
}

static void put_answer(struct nb_queue *q, u16 id, s16 status)
{
	struct xsr_net_to_back_rsp rsp = { .id = id, .status = status };

	xsr_ring_put(&q->tx.ring, &rsp, sizeof(rsp));
}

static void put_others(struct nb_queue *q, const struct xsr_net_pkt *pkt, u32 from)
{
	u32 i;

	for (i = from; i < pkt->nr_ids; i++)
		put_answer(q, pkt->id[i], XSR_NET_STATUS_OKAY);
	for (i = 0; i < pkt->nr_extras; i++)
		put_answer(q, 0, XSR_NET_STATUS_NULL);
}

static void give_status(struct nb_queue *q, const struct xsr_net_pkt *pkt)
{
	xsr_net_answer_pkt(&q->tx.ring, pkt, arg_of(q));
}

/* arg is added to the first id. */
static void give_id(struct nb_queue *q, const struct xsr_net_pkt *pkt)
{
	put_answer(q, pkt->id[0] + arg_of(q), XSR_NET_STATUS_OKAY);
	put_others(q, pkt, 1);
}

static void set_rsp_prod(struct nb_queue *q, u32 value)
{
	struct xsr_sring *s = q->tx.shared;

	xsr_store_release(&s->rsp_prod, value);
	nb_notify(q, &q->tx);
}

/* The honest answer, and once more the same, beyond what was asked. */
static void give_twice(struct nb_queue *q, const struct xsr_net_pkt *pkt)
{
	xsr_net_answer_pkt(&q->tx.ring, pkt, XSR_NET_STATUS_OKAY);
	xsr_ring_publish(&q->tx.ring);
	nb_notify(q, &q->tx);
	msleep(20);
	put_answer(q, pkt->id[0], XSR_NET_STATUS_OKAY);
	set_rsp_prod(q, q->tx.ring.out);
}

/*
 * arg: how far the producer jumps from where it is, once the answer has been taken: one step back before
 * that is no answer.
 */
static void give_prod(struct nb_queue *q, const struct xsr_net_pkt *pkt)
{
	xsr_net_answer_pkt(&q->tx.ring, pkt, XSR_NET_STATUS_OKAY);
	xsr_ring_publish(&q->tx.ring);
	nb_notify(q, &q->tx);
	msleep(20);
	set_rsp_prod(q, q->tx.ring.out + arg_of(q));
}

static void give_nothing(struct nb_queue *q, const struct xsr_net_pkt *pkt)
{
}

void nb_release(struct nb *n)
{
	struct gnttab_unmap_grant_ref op;

	if (!n->held)
		return;
	gnttab_set_unmap_op(&op, (unsigned long)page_address(n->held), GNTMAP_host_map, n->handle);
	gnttab_unmap_refs(&op, NULL, &n->held, 1);
	gnttab_free_pages(1, &n->held);
	n->held = NULL;
}

void nb_hold(struct nb *n, u32 gref)
{
	struct gnttab_map_grant_ref op;

	if (n->held || gnttab_alloc_pages(1, &n->held))
		return;
	gnttab_set_map_op(&op, (unsigned long)page_address(n->held),
			  GNTMAP_host_map | GNTMAP_readonly, gref, n->e.xdev->otherend_id);
	if (!gnttab_map_refs(&op, NULL, &n->held, 1) && op.status == GNTST_okay) {
		n->handle = op.handle;
		return;
	}
	gnttab_free_pages(1, &n->held);
	n->held = NULL;
}

/*
 * The packet's first page stays mapped until the command "release". A small packet's may, and so it is
 * the next one's turn.
 */
static void give_hold(struct nb_queue *q, const struct xsr_net_pkt *pkt)
{
	if (xsr_net_stage_fits(pkt->len)) {
		q->n->e.times++;
		q->n->e.given--;
	} else {
		nb_hold(q->n, pkt->slot[0].gref);
	}
	xsr_net_answer_pkt(&q->tx.ring, pkt, XSR_NET_STATUS_OKAY);
}

static const struct nb_answer nb_answers[] = {
	/* clang-format off */
	{ "status-error",   give_status, XSR_NET_STATUS_ERROR },
	{ "status-dropped", give_status, XSR_NET_STATUS_DROPPED },
	{ "status-77",      give_status, 77 },
	{ "status--32768",  give_status, -32768 },
	{ "id-256",   give_id, 256 },
	{ "id-65535", give_id, 65535 },
	{ "id-other", give_id, 7 },
	{ "id-twice", give_twice },
	{ "rsp-prod-1",      give_prod, 1 },
	{ "rsp-prod-257",    give_prod, 257 },
	{ "rsp-prod-2^31",   give_prod, 1ll << 31 },
	{ "rsp-prod-2^32-1", give_prod, 0xffffffff },
	{ "null",    give_status, XSR_NET_STATUS_NULL },
	{ "nothing", give_nothing },
	{ "hold",    give_hold },
	{ NULL },
	/* clang-format on */
};

static void act_arm(struct nb *n, char *rest)
{
	const struct nb_answer *answer = nb_answers;
	char *name = evil_word(&rest);

	while (answer->name && (!name || strcmp(answer->name, name)))
		answer++;
	n->e.times = 0;
	WRITE_ONCE(n->armed, answer->name ? answer : NULL);
	n->e.given = 0;
	n->e.times = evil_number(&rest, 1);
	evil_say(&n->e.command, "answer=%s", answer->name ? "armed" : "none");
}

static void act_ctrl(struct nb *n, char *rest)
{
	static const char *const known[] = { "id", "type", "status", "prod", "nothing" };
	char *name = evil_word(&rest);
	int i = name ? match_string(known, ARRAY_SIZE(known), name) : -1;

	n->e.given = 0;
	WRITE_ONCE(n->ctrl_armed, i < 0 ? NULL : known[i]);
	evil_say(&n->e.command, "answer=%s", i < 0 ? "honest" : "armed");
}

bool nb_answers_act(struct nb *n, const char *word, char *rest)
{
	if (!strcmp(word, "arm")) {
		act_arm(n, rest);
	} else if (!strcmp(word, "ctrl")) {
		act_ctrl(n, rest);
	} else if (!strcmp(word, "release")) {
		evil_say(&n->e.command, "answer=%s", n->held ? "released" : "none");
		nb_release(n);
	} else {
		return false;
	}
	return true;
}
