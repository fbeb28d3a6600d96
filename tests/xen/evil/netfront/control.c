// SPDX-License-Identifier: GPL-2.0
/*
 * Messages on the control ring: any numbers in them, and the grid of the advisory about lengths that
 * wrap. Each must be answered once, whatever it says.
 */
#include <linux/ktime.h>
#include <linux/sched.h>

#include "tests/xen/evil/netfront/netfront.h"

/* Send one message. Returns its status, or -1 if none came in time. */
static int ctrl_ask(struct nf *n, u16 type, u32 d0, u32 d1, u32 d2)
{
	struct xsr_net_ctrl_req req = { ++n->seq, type, { d0, d1, d2 } };
	ktime_t end = ktime_add_ms(ktime_get(), NF_ANSWER_MS);
	struct xsr_net_ctrl_rsp rsp;
	u32 avail;

	xsr_net_ctrl_put_req(&n->ctrl.ring, &req);
	xsr_ring_publish(&n->ctrl.ring);
	evil_ring_notify(&n->ctrl);
	do {
		if (xsr_ring_peek(&n->ctrl.ring, &avail) != XSR_OK)
			return -1;
		if (avail)
			return xsr_net_ctrl_take_rsp(&n->ctrl.ring, &req, &rsp) == XSR_OK ?
				       (int)rsp.status :
				       -1;
	} while (!nf_give_up(n, end));
	return -1;
}

static void ctrl_say(struct nf *n, int status)
{
	evil_say(&n->e.command, "answer=%s status=%d",
		 evil_front_is_closed(&n->e) ? "closed" :
		 status < 0		     ? "silence" :
		 status			     ? "refused" :
					       "okay",
		 status);
}

/* ctrl TYPE [D0 [D1 [D2]]]; "page" for a number is the reference of an honest page. */
static void act_ctrl(struct nf *n, char *rest)
{
	u32 type = evil_number(&rest, 1), d[3], i;

	for (i = 0; i < ARRAY_SIZE(d); i++)
		if (!strncmp(skip_spaces(rest), "page", 4)) {
			evil_word(&rest);
			d[i] = n->table.gref;
		} else {
			d[i] = evil_number(&rest, 0);
		}
	ctrl_say(n, ctrl_ask(n, type, d[0], d[1], d[2]));
}

/* lend COUNT: a page to stay mapped, named so often in one list. */
static void act_lend(struct nf *n, char *rest)
{
	struct xsr_net_gref *list = n->table.va;
	u32 count = evil_number(&rest, 1), i;

	for (i = 0; i < PAGE_SIZE / sizeof(*list); i++)
		list[i] = (struct xsr_net_gref){ .gref = n->table.gref };
	ctrl_say(n, ctrl_ask(n, XSR_NET_CTRL_ADD_GREF_MAPPING, 0, n->table.gref, count));
}

/* Parts of a table at every place and of every length that may wrap, and keys of such lengths. */
static void act_ctrl_grid(struct nf *n, char *rest)
{
	static const u32 odd[] = { 0,	 1,	     63,	 64,	     128,  129,
				   1024, 0x40000000, 0x7fffffff, 0x80000000, -64u, -1u };
	u32 i, k, put = 0, okay = 0, none = 0;
	int status;

	memset(n->table.va, 0, PAGE_SIZE); /* every queue number is 0, so that tables can pass */
	ctrl_ask(n, XSR_NET_CTRL_SET_HASH_ALGORITHM, XSR_NET_HASH_ALG_TOEPLITZ, 0, 0);
	ctrl_ask(n, XSR_NET_CTRL_SET_HASH_MAPPING_SIZE, 128, 0, 0);
	for (i = 0; i < ARRAY_SIZE(odd) && none < 3; i++) {
		for (k = 0; k < ARRAY_SIZE(odd) && none < 3; k++, put++) {
			status = ctrl_ask(n, XSR_NET_CTRL_SET_HASH_MAPPING, n->table.gref, odd[i],
					  odd[k]);
			okay += !status;
			none += status < 0;
		}
		status = ctrl_ask(n, XSR_NET_CTRL_SET_HASH_KEY, n->table.gref, odd[i], 0);
		okay += !status;
		none += status < 0;
		none += ctrl_ask(n, XSR_NET_CTRL_SET_HASH_MAPPING_SIZE, odd[i], 0, 0) < 0;
		ctrl_ask(n, XSR_NET_CTRL_SET_HASH_MAPPING_SIZE, 128, 0, 0);
	}
	ctrl_ask(n, XSR_NET_CTRL_SET_HASH_ALGORITHM, XSR_NET_HASH_ALG_NONE, 0, 0);
	evil_say(&n->e.command, "answer=%s put=%u okay=%u none=%u",
		 evil_front_is_closed(&n->e) ? "closed" :
		 none			     ? "silence" :
					       "answered",
		 put, okay, none);
}

const struct nf_action nf_control_actions[] = {
	{ "ctrl", act_ctrl },
	{ "lend", act_lend },
	{ "ctrl-grid", act_ctrl_grid },
	{ NULL },
};
