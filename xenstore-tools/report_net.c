// SPDX-License-Identifier: GPL-2.0
/*
 * What a vif's keys mean: the rules of a network device and its queues.
 *
 * For an offload the two ends do not bargain: each says what it takes, and the other may send it.
 * See settle.h; called by report.c.
 */
#include <ctype.h>
#include <string.h>

#include "ring/keys_net.h"
#include "xenstore-tools/settle.h"

/* Channels are split when the front-end says so by naming two; with several queues in the first. */
static bool names_two_channels(const struct xsr_report *r)
{
	const struct xsr_tree *front = &r->d->side[XSR_FRONT].tree;

	return xsr_tree_find(front, r->queues == 1 ? XSR_NET_KEY_EVTCHN_TX :
						     "queue-0/" XSR_NET_KEY_EVTCHN_TX);
}

static void settle_split(struct xsr_report *r, struct xsr_row *row)
{
	bool split = names_two_channels(r);

	xsr_row_bool(row, split);
	if (split && !row->side[XSR_BACK].num)
		xsr_report_problem(r,
				   "front-end names two event channels a queue, but back-end "
				   "key %s does not offer it",
				   row->side[XSR_BACK].name);
}

/* The keys say what may not be left out, so that absence means it may. */
static void settle_csum4(struct xsr_report *r, struct xsr_row *row)
{
	bool to_back = !row->side[XSR_BACK].num;
	bool to_front = !row->side[XSR_FRONT].num;

	(void)r;
	xsr_row_bool(row, to_back && to_front);
	if (row->num)
		return;
	row->brief = xsr_dup("no-csum4");
	if (to_back != to_front) {
		row->effect = XSR_EFFECT_TEXT;
		xsr_row_note(row, to_back ? "only front to back" : "only back to front");
	}
}

static void settle_ctrl(struct xsr_report *r, struct xsr_row *row)
{
	const struct xsr_tree *front = &r->d->side[XSR_FRONT].tree;

	xsr_row_bool(row, row->side[XSR_BACK].num && row->side[XSR_FRONT].status == XSR_VALUE_OK);
	if (row->num && !xsr_tree_find(front, "event-channel-ctrl"))
		xsr_report_problem(r, "front-end has a control ring but no key event-channel-ctrl");
}

static void settle_xdp(struct xsr_report *r, struct xsr_row *row)
{
	(void)r;
	xsr_row_num(row, row->side[XSR_BACK].num ? row->side[XSR_FRONT].num : 0);
	if (!row->num)
		return;
	xsr_row_note(row, "bytes before each packet");
	row->brief = xsr_format("xdp=%u", (unsigned int)row->num);
}

/* Six bytes in hex with colons between them. */
static bool is_mac(const struct xsr_value *v)
{
	const char *text = v->node->value.data;
	size_t i;

	if (v->node->value.len != 17)
		return false;
	for (i = 0; i < 17; i++)
		if (i % 3 == 2 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

/* Malformed by a rule of its own. */
static bool check(struct xsr_report *r, struct xsr_row *row, enum xsr_role role,
		  bool (*good)(const struct xsr_value *v))
{
	struct xsr_value *v = &row->side[role];

	if (v->status != XSR_VALUE_OK || good(v))
		return true;
	v->status = XSR_VALUE_MALFORMED;
	xsr_row_unknown(row);
	xsr_report_complain(r, v);
	return false;
}

static void settle_mac(struct xsr_report *r, struct xsr_row *row)
{
	const struct xsr_value *front = &row->side[XSR_FRONT];
	const struct xsr_value *back = &row->side[XSR_BACK];
	bool good = check(r, row, XSR_FRONT, is_mac);

	if (!check(r, row, XSR_BACK, is_mac) || !good)
		return;
	if (front->status == XSR_VALUE_OK && back->status == XSR_VALUE_OK &&
	    strcasecmp(front->node->value.data, back->node->value.data))
		xsr_report_problem(r, "front-end and back-end name different addresses in key mac");
	xsr_settle_text(r, row);
}

static bool is_rate(const struct xsr_value *v)
{
	const char *text = v->node->value.data;
	size_t bytes = strspn(text, "0123456789");
	size_t usec;

	if (!bytes || text[bytes] != ',')
		return false;
	usec = strspn(text + bytes + 1, "0123456789");
	return usec && bytes + 1 + usec == v->node->value.len;
}

static void settle_rate(struct xsr_report *r, struct xsr_row *row)
{
	if (check(r, row, XSR_BACK, is_rate))
		xsr_settle_text(r, row);
}

#define BACK(key) (&xsr_net_back_keys[XSR_NB_##key])
#define FRONT(key) (&xsr_net_front_keys[XSR_NF_##key])
#define STACK(key) (&xsr_stack_keys[XSR_SK_##key])

static const struct xsr_rule rules[] = {
	{ "queues", BACK(MAX_QUEUES), FRONT(NUM_QUEUES), XSR_WHEN_SETTLED, xsr_settle_queues,
	  NULL },
	{ "split event channels", BACK(SPLIT), NULL, XSR_WHEN_SETTLED, settle_split, "split" },
	{ "receive by copy", BACK(RX_COPY), FRONT(RX_COPY), XSR_WHEN_SETTLED, xsr_settle_both,
	  NULL },
	{ "receive notify", NULL, FRONT(RX_NOTIFY), XSR_WHEN_SETTLED, xsr_settle_flag, NULL },
	{ "scatter-gather", BACK(SG), FRONT(SG), XSR_WHEN_SETTLED, xsr_settle_ways, "sg" },
	{ "TCPv4 segmentation", BACK(GSO4), FRONT(GSO4), XSR_WHEN_SETTLED, xsr_settle_ways,
	  "tso4" },
	{ "TCPv6 segmentation", BACK(GSO6), FRONT(GSO6), XSR_WHEN_SETTLED, xsr_settle_ways,
	  "tso6" },
	{ "IPv4 checksum offload", BACK(NO_CSUM4), FRONT(NO_CSUM4), XSR_WHEN_SETTLED, settle_csum4,
	  NULL },
	{ "IPv6 checksum offload", BACK(CSUM6), FRONT(CSUM6), XSR_WHEN_SETTLED, xsr_settle_ways,
	  "csum6" },
	{ "control ring", BACK(CTRL), FRONT(CTRL_REF), XSR_WHEN_SETTLED, settle_ctrl, "ctrl" },
	{ "multicast control", BACK(MCAST), FRONT(MCAST), XSR_WHEN_SETTLED, xsr_settle_both,
	  "mcast" },
	{ "dynamic multicast", BACK(DYN_MCAST), NULL, XSR_WHEN_SETTLED, xsr_settle_flag, NULL },
	{ "XDP headroom", BACK(XDP), FRONT(XDP), XSR_WHEN_SETTLED, settle_xdp, NULL },
	{ "trusted", NULL, STACK(TRUSTED), XSR_WHEN_KNOWN, xsr_settle_trusted, NULL },
	{ "mac", STACK(MAC), STACK(MAC), XSR_WHEN_KNOWN, settle_mac, NULL },
	{ "mtu", STACK(MTU), STACK(MTU), XSR_WHEN_KNOWN, xsr_settle_text, NULL },
	{ "rate", STACK(RATE), NULL, XSR_WHEN_KNOWN, settle_rate, NULL },
};

static void fill_queue(struct xsr_report *r, struct xsr_queue *q, const char *prefix)
{
	q->ref[q->refs++] = xsr_report_ring_key(r, prefix, XSR_NET_KEY_TX_REF, &xsr_key_gref);
	q->ref[q->refs++] = xsr_report_ring_key(r, prefix, XSR_NET_KEY_RX_REF, &xsr_key_gref);
	if (!names_two_channels(r)) {
		q->event[q->events++] =
			xsr_report_ring_key(r, prefix, XSR_NET_KEY_EVTCHN, &xsr_key_evtchn);
		return;
	}
	q->event[q->events++] =
		xsr_report_ring_key(r, prefix, XSR_NET_KEY_EVTCHN_TX, &xsr_key_evtchn);
	q->event[q->events++] =
		xsr_report_ring_key(r, prefix, XSR_NET_KEY_EVTCHN_RX, &xsr_key_evtchn);
}

void xsr_report_net(struct xsr_report *r)
{
	r->ring_order = r->settled ? 0 : XSR_UNKNOWN; /* the interface knows no larger ring */
	xsr_settle(r, rules, ARRAY_SIZE(rules));
	xsr_report_queues(r, fill_queue);
}
