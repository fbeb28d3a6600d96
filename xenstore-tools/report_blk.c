// SPDX-License-Identifier: GPL-2.0
/*
 * What a vbd's keys mean: the rules of a block device and its queues.
 *
 * Keys, limits and what two ends settle on come from ring/keys_blk.h, which the drivers use too;
 * here is only how to tell people. See settle.h; called by report.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ring/keys_blk.h"
#include "xenstore-tools/settle.h"

/* Requests that fit a ring page, in every layout. */
#define REQUESTS_PER_PAGE 32

static void settle_protocol(struct xsr_report *r, struct xsr_row *row)
{
	static const char *const known[] = { "x86_64-abi", "x86_32-abi", "arm-abi" };
	const struct xsr_value *v = &row->side[XSR_FRONT];
	size_t i;

	row->effect = XSR_EFFECT_TEXT;
	if (v->status == XSR_VALUE_ABSENT) {
		xsr_row_unknown(row); /* back-ends differ: x86_32-abi or the native one */
		xsr_row_note(row, "the back-end's default");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(v->node->value.data, known[i]))
			continue;
		xsr_row_note(row, "%s", known[i]);
		if (i)
			row->brief = xsr_format("abi=%s", known[i]);
		return;
	}
	row->side[XSR_FRONT].status = XSR_VALUE_MALFORMED;
	xsr_row_unknown(row);
	xsr_report_complain(r, v);
}

static void settle_ring_order(struct xsr_report *r, struct xsr_row *row)
{
	xsr_settle_chosen(r, row);
	if (row->effect != XSR_EFFECT_NUM)
		return;
	r->ring_order = (s64)row->num;
	r->numbered_refs = row->side[XSR_FRONT].status == XSR_VALUE_OK;
	xsr_row_note(row, "%u pages, %u requests a queue", 1u << row->num,
		     REQUESTS_PER_PAGE << row->num);
}

/* The front-end does not say how many it uses; no more than this. */
static void settle_segments(struct xsr_report *r, struct xsr_row *row)
{
	const struct xsr_blk_wish wish = { .queues = 1, .indirect_segs = UINT_MAX };
	u64 offer[XSR_BB_COUNT] = { [XSR_BB_MAX_INDIRECT] = row->side[XSR_BACK].num };
	struct xsr_blk_deal deal;

	(void)r;
	xsr_blk_settle(&wish, offer, &deal);
	xsr_row_num(row, deal.segs);
	xsr_row_note(row, deal.indirect ? "at most, through indirect pages" : "direct only");
	if (deal.indirect)
		row->brief = xsr_format("indirect=%u", deal.segs);
}

static void settle_size(struct xsr_report *r, struct xsr_row *row)
{
	static const char *const unit[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double size = (double)row->side[XSR_BACK].num * (1 << XSR_BLK_SECTOR_SHIFT);
	size_t i;

	(void)r;
	xsr_row_num(row, row->side[XSR_BACK].num);
	for (i = 0; size >= 1024 && i < ARRAY_SIZE(unit) - 1; i++)
		size /= 1024;
	xsr_row_note(row, "%.*f %s", i ? 1 : 0, size, unit[i]);
}

static void settle_info(struct xsr_report *r, struct xsr_row *row)
{
	static const char *const word[] = { "cdrom", "removable", "read-only" };
	struct xsr_text t = { 0 };
	size_t i;

	xsr_settle_number(r, row);
	for (i = 0; i < ARRAY_SIZE(word); i++)
		if (row->num & (1u << i))
			xsr_text_add(&t, "%s%s", t.len ? "," : "", word[i]);
	if (row->num >> ARRAY_SIZE(word))
		xsr_text_add(&t, "%sunknown bits", t.len ? "," : "");
	if (!t.len)
		return;
	row->note = xsr_text_take(&t);
	row->brief = xsr_dup(row->note);
}

#define BACK(key) (&xsr_blk_back_keys[XSR_BB_##key])
#define FRONT(key) (&xsr_blk_front_keys[XSR_BF_##key])
#define STACK(key) (&xsr_stack_keys[XSR_SK_##key])

static const struct xsr_rule rules[] = {
	{ "protocol", NULL, STACK(PROTOCOL), XSR_WHEN_SETTLED, settle_protocol, NULL },
	{ "queues", BACK(MAX_QUEUES), FRONT(NUM_QUEUES), XSR_WHEN_SETTLED, xsr_settle_queues,
	  NULL },
	{ "ring order", BACK(MAX_RING_ORDER), FRONT(RING_ORDER), XSR_WHEN_SETTLED,
	  settle_ring_order, NULL },
	{ "persistent grants", BACK(PERSISTENT), FRONT(PERSISTENT), XSR_WHEN_LIVE, xsr_settle_both,
	  "persistent" },
	{ "lent segments", BACK(LENT), FRONT(LENT), XSR_WHEN_LIVE, xsr_settle_both, "lent" },
	{ "segments a request", BACK(MAX_INDIRECT), NULL, XSR_WHEN_SETTLED, settle_segments, NULL },
	{ "flush", BACK(FLUSH), NULL, XSR_WHEN_LIVE, xsr_settle_flag, "flush" },
	{ "barrier", BACK(BARRIER), NULL, XSR_WHEN_LIVE, xsr_settle_flag, "barrier" },
	{ "discard", BACK(DISCARD), NULL, XSR_WHEN_LIVE, xsr_settle_flag, "discard" },
	{ "discard allowed", STACK(DISCARD_ENABLE), NULL, XSR_WHEN_KNOWN, xsr_settle_flag, NULL },
	{ "discard granularity", BACK(DISCARD_GRANULARITY), NULL, XSR_WHEN_LIVE, xsr_settle_number,
	  NULL },
	{ "discard alignment", BACK(DISCARD_ALIGNMENT), NULL, XSR_WHEN_LIVE, xsr_settle_number,
	  NULL },
	{ "secure discard", BACK(DISCARD_SECURE), NULL, XSR_WHEN_LIVE, xsr_settle_flag,
	  "secure-discard" },
	{ "trusted", NULL, STACK(TRUSTED), XSR_WHEN_KNOWN, xsr_settle_trusted, NULL },
	{ "sectors", BACK(SECTORS), NULL, XSR_WHEN_LIVE, settle_size, NULL },
	{ "sector size", BACK(SECTOR_SIZE), NULL, XSR_WHEN_LIVE, xsr_settle_number, NULL },
	{ "physical sector size", BACK(PHYS_SECTOR_SIZE), NULL, XSR_WHEN_LIVE, xsr_settle_number,
	  NULL },
	{ "info", BACK(INFO), NULL, XSR_WHEN_LIVE, settle_info, NULL },
	{ "large sectors", NULL, STACK(LARGE_SECTORS), XSR_WHEN_KNOWN, xsr_settle_flag,
	  "large-sectors" },
};

/* Sizes that are numbers and in range can still contradict each other. */
static void check_geometry(struct xsr_report *r)
{
	u64 v[XSR_BB_COUNT];
	struct xsr_value value;
	enum xsr_blk_back_key bad;
	unsigned int i;

	for (i = 0; i < XSR_BB_COUNT; i++) {
		value = xsr_value_get(&r->d->side[XSR_BACK], xsr_blk_back_keys[i].name,
				      &xsr_blk_back_keys[i]);
		if (!xsr_value_usable(&value))
			return;
		v[i] = value.num;
	}
	bad = xsr_blk_check_geometry(v);
	if (bad != XSR_BB_COUNT)
		xsr_report_problem(r, "back-end key %s is impossible: %" PRIu64 " (%s)",
				   xsr_blk_back_keys[bad].name, v[bad],
				   xsr_blk_back_keys[bad].help);
}

static void fill_queue(struct xsr_report *r, struct xsr_queue *q, const char *prefix)
{
	char name[XSR_VALUE_NAME_SIZE];
	size_t pages = r->ring_order == XSR_UNKNOWN ? 0 : (size_t)1 << r->ring_order;

	for (q->refs = 0; q->refs < pages && q->refs < XSR_QUEUE_REFS_MAX; q->refs++) {
		snprintf(name, sizeof(name), "%s", XSR_BLK_KEY_RING_REF);
		if (r->numbered_refs)
			xsr_key_numbered(name, sizeof(name), XSR_BLK_KEY_RING_REF, (u32)q->refs);
		q->ref[q->refs] = xsr_report_ring_key(r, prefix, name, &xsr_key_gref);
	}
	q->event[q->events++] = xsr_report_ring_key(r, prefix, XSR_BLK_KEY_EVTCHN, &xsr_key_evtchn);
}

void xsr_report_blk(struct xsr_report *r)
{
	xsr_settle(r, rules, ARRAY_SIZE(rules));
	if (r->live)
		check_geometry(r);
	xsr_report_queues(r, fill_queue);
}
