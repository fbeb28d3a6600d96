// SPDX-License-Identifier: GPL-2.0
/*
 * Rules that both classes of device share, see settle.h.
 *
 * It decides what is in effect from what two sides wrote. A rule that only one class needs is in
 * that class's file.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "xenstore-tools/settle.h"

#define TEXT_SHOWN 64

/* Queues looked at one by one. A guest names their number, so it must have an end. */
#define QUEUES_SHOWN 1024

void xsr_row_unknown(struct xsr_row *row)
{
	row->effect = XSR_EFFECT_UNKNOWN;
}

void xsr_row_bool(struct xsr_row *row, bool yes)
{
	row->effect = XSR_EFFECT_BOOL;
	row->num = yes;
}

void xsr_row_num(struct xsr_row *row, u64 num)
{
	row->effect = XSR_EFFECT_NUM;
	row->num = num;
}

void xsr_row_note(struct xsr_row *row, const char *fmt, ...)
{
	struct xsr_text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	xsr_text_vadd(&t, fmt, ap);
	va_end(ap);
	free(row->note);
	row->note = xsr_text_take(&t);
}

void xsr_settle_both(struct xsr_report *r, struct xsr_row *row)
{
	(void)r;
	xsr_row_bool(row, row->side[XSR_FRONT].num && row->side[XSR_BACK].num);
}

/* The only side with a say. */
static const struct xsr_value *only(const struct xsr_row *row)
{
	return &row->side[row->side[XSR_BACK].status == XSR_VALUE_NONE ? XSR_FRONT : XSR_BACK];
}

void xsr_settle_flag(struct xsr_report *r, struct xsr_row *row)
{
	(void)r;
	xsr_row_bool(row, only(row)->num);
}

void xsr_settle_number(struct xsr_report *r, struct xsr_row *row)
{
	(void)r;
	xsr_row_num(row, only(row)->num);
}

void xsr_settle_chosen(struct xsr_report *r, struct xsr_row *row)
{
	u64 chosen = row->side[XSR_FRONT].num;
	u64 offered = row->side[XSR_BACK].num;

	if (chosen <= offered) {
		xsr_row_num(row, chosen);
		return;
	}
	xsr_row_unknown(row);
	xsr_report_problem(r,
			   "front-end chose more than was offered: %s is %" PRIu64
			   ", back-end key %s is %" PRIu64,
			   row->side[XSR_FRONT].name, chosen, row->side[XSR_BACK].name, offered);
}

void xsr_settle_queues(struct xsr_report *r, struct xsr_row *row)
{
	if (!row->side[XSR_BACK].num)
		row->side[XSR_BACK].num = 1;
	xsr_settle_chosen(r, row);
	if (row->effect == XSR_EFFECT_NUM)
		r->queues = (s64)row->num;
}

void xsr_settle_trusted(struct xsr_report *r, struct xsr_row *row)
{
	xsr_settle_flag(r, row);
	if (row->num)
		return;
	xsr_row_note(row, "every byte is copied");
	row->brief = xsr_dup("untrusted");
}

void xsr_settle_ways(struct xsr_report *r, struct xsr_row *row)
{
	bool to_back = row->side[XSR_BACK].num;
	bool to_front = row->side[XSR_FRONT].num;

	(void)r;
	if (to_back == to_front) {
		xsr_row_bool(row, to_back);
		return;
	}
	row->effect = XSR_EFFECT_TEXT;
	xsr_row_note(row, to_back ? "only front to back" : "only back to front");
}

void xsr_settle_text(struct xsr_report *r, struct xsr_row *row)
{
	const struct xsr_value *v = &row->side[XSR_BACK];

	(void)r;
	if (v->status != XSR_VALUE_OK)
		v = &row->side[XSR_FRONT];
	if (v->status != XSR_VALUE_OK)
		return;
	row->effect = XSR_EFFECT_TEXT;
	row->note = xsr_value_raw(v, TEXT_SHOWN);
}

/* Can the effect be told by now? */
static bool due(const struct xsr_report *r, const struct xsr_row *row, enum xsr_when when)
{
	switch (when) {
	case XSR_WHEN_SETTLED:
		return r->settled;
	case XSR_WHEN_LIVE:
		return r->live;
	default:
		return row->side[XSR_FRONT].status != XSR_VALUE_NONE ||
		       row->side[XSR_BACK].status != XSR_VALUE_NONE;
	}
}

/* A side without a directory has no say. */
static struct xsr_value look(const struct xsr_report *r, enum xsr_role role,
			     const struct xsr_key *key)
{
	const struct xsr_side *side = &r->d->side[role];
	struct xsr_value none = { .role = role };

	if (!key || !side->path || side->tree.err == -ENOENT)
		return none;
	return xsr_value_get(side, key->name, key);
}

/* Has this side no say, or one that can be used? A required key that is absent cannot. */
static bool usable(const struct xsr_value *v)
{
	return v->status == XSR_VALUE_NONE || v->status == XSR_VALUE_OK ||
	       (v->status == XSR_VALUE_ABSENT && !v->key->required);
}

static void brief(struct xsr_row *row, const char *word)
{
	if (!word || row->brief)
		return;
	if (row->effect == XSR_EFFECT_BOOL && row->num)
		row->brief = xsr_dup(word);
	if (row->effect == XSR_EFFECT_TEXT)
		row->brief = xsr_format("%s(%s)", word, row->note);
}

/* A key that its writer has not come to write yet is no cause for complaint. */
static void complain(struct xsr_report *r, const struct xsr_value *v, bool written)
{
	if (v->status != XSR_VALUE_NONE && (written || v->status != XSR_VALUE_ABSENT))
		xsr_report_complain(r, v);
}

static void settle_row(struct xsr_report *r, const struct xsr_rule *rule, struct xsr_row *row)
{
	bool now;

	row->name = rule->name;
	row->side[XSR_BACK] = look(r, XSR_BACK, rule->back);
	row->side[XSR_FRONT] = look(r, XSR_FRONT, rule->front);
	now = due(r, row, rule->when);
	complain(r, &row->side[XSR_BACK], now);
	complain(r, &row->side[XSR_FRONT], now);
	if (!now)
		return;
	if (!usable(&row->side[XSR_BACK]) || !usable(&row->side[XSR_FRONT]))
		xsr_row_unknown(row);
	else
		rule->settle(r, row);
	brief(row, rule->word);
}

void xsr_settle(struct xsr_report *r, const struct xsr_rule *rules, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		r->rows = xsr_grow(r->rows, r->row_count, sizeof(*r->rows));
		settle_row(r, &rules[i], &r->rows[r->row_count++]);
	}
}

void xsr_report_problem(struct xsr_report *r, const char *fmt, ...)
{
	struct xsr_text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	xsr_text_vadd(&t, fmt, ap);
	va_end(ap);
	r->problem = xsr_grow(r->problem, r->problem_count, sizeof(*r->problem));
	r->problem[r->problem_count++] = xsr_text_take(&t);
}

void xsr_report_complain(struct xsr_report *r, const struct xsr_value *v)
{
	char *text = xsr_value_complaint(v);

	if (text)
		xsr_report_problem(r, "%s", text);
	free(text);
}

struct xsr_value xsr_report_ring_key(struct xsr_report *r, const char *prefix, const char *name,
				     const struct xsr_key *key)
{
	char *full = xsr_format("%s%s", prefix, name);
	struct xsr_value v = xsr_value_get(&r->d->side[XSR_FRONT], full, key);

	complain(r, &v, r->settled);
	free(full);
	return v;
}

void xsr_report_queues(struct xsr_report *r,
		       void (*fill)(struct xsr_report *r, struct xsr_queue *q, const char *prefix))
{
	s64 shown = r->queues > QUEUES_SHOWN ? QUEUES_SHOWN : r->queues;
	char *prefix;
	s64 i;

	if (shown < r->queues)
		xsr_report_problem(r, "%" PRId64 " queues: only the first %d were looked at",
				   r->queues, QUEUES_SHOWN);
	for (i = 0; i < shown; i++) {
		r->queue = xsr_grow(r->queue, r->queue_count, sizeof(*r->queue));
		r->queue[r->queue_count].index = (u32)i;
		prefix = r->queues == 1 ? xsr_dup("") : xsr_format("queue-%u/", (u32)i);
		fill(r, &r->queue[r->queue_count++], prefix);
		free(prefix);
	}
}
