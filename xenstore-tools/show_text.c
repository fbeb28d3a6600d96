// SPDX-License-Identifier: GPL-2.0
/*
 * A report for people, section by section.
 *
 * It decides order and wording of what xsr show prints; nothing is judged here. Called by show.c.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/cmd.h"
#include "xenstore-tools/table.h"

#define INDENT 2
#define OTHER_MAX 128 /* characters of a value the report does not know */

/* What toolstack and hotplug script say about the back-end; the first three even if absent. */
#define ALWAYS_SHOWN 3
static const enum xsr_stack_key back_keys[] = {
	XSR_SK_ONLINE, XSR_SK_HOTPLUG_STATUS, XSR_SK_HOTPLUG_ERROR, XSR_SK_TYPE,   XSR_SK_MODE,
	XSR_SK_PARAMS, XSR_SK_PHYS_DEV,	      XSR_SK_PHYS_PATH,	    XSR_SK_BRIDGE, XSR_SK_SCRIPT,
};

static void add_end(struct xsr_table *t, const struct xsr_report *r, enum xsr_role role)
{
	const struct xsr_side *side = &r->d->side[role];

	if (!side->path)
		xsr_table_add(t, "unknown");
	else if (side->domain)
		xsr_table_add(t, "%u (%s)", side->place.owner, side->domain);
	else
		xsr_table_add(t, "%u", side->place.owner);
}

static void add_state(struct xsr_table *t, const struct xsr_report *r, enum xsr_role role)
{
	const struct xsr_value *v = &r->state[role];

	if (xsr_side_present(&r->d->side[role]) && v->status == XSR_VALUE_OK)
		xsr_table_add(t, "%" PRIu64 " %s", v->num, xsr_report_state(r, role));
	else if (xsr_side_present(&r->d->side[role]))
		xsr_table_take(t, xsr_value_cell(v));
	else
		xsr_table_add(t, "%s", xsr_report_state(r, role));
}

/* Only what is there: a directory that is gone has no absent keys. */
static void add_value(struct xsr_table *t, const struct xsr_report *r, const struct xsr_value *v)
{
	if (xsr_side_present(&r->d->side[v->role]))
		xsr_table_take(t, xsr_value_cell(v));
	else
		xsr_table_add(t, "-");
}

static void show_ends(const struct xsr_report *r, FILE *out)
{
	struct xsr_table t = { .cols = 3 };
	const char *front = r->d->side[XSR_FRONT].path;
	const char *back = r->d->side[XSR_BACK].path;

	xsr_table_add(&t, "END");
	xsr_table_add(&t, "FRONT");
	xsr_table_add(&t, "BACK");
	xsr_table_add(&t, "domain");
	add_end(&t, r, XSR_FRONT);
	add_end(&t, r, XSR_BACK);
	xsr_table_add(&t, "directory");
	xsr_table_add(&t, "%s", front ? front : "unknown");
	xsr_table_add(&t, "%s", back ? back : "unknown");
	xsr_table_add(&t, "state");
	add_state(&t, r, XSR_FRONT);
	add_state(&t, r, XSR_BACK);
	xsr_table_add(&t, "peer directory");
	add_value(&t, r, &r->peer[XSR_FRONT]);
	add_value(&t, r, &r->peer[XSR_BACK]);
	xsr_table_add(&t, "peer domain");
	add_value(&t, r, &r->peer_id[XSR_FRONT]);
	add_value(&t, r, &r->peer_id[XSR_BACK]);
	xsr_table_print(&t, INDENT, out);
	xsr_table_free(&t);
}

static void show_back_keys(const struct xsr_report *r, FILE *out)
{
	struct xsr_table t = { .cols = 2 };
	size_t i;

	if (!xsr_side_present(&r->d->side[XSR_BACK]))
		return;
	fprintf(out, "\nToolstack and hotplug script (back-end's directory)\n");
	for (i = 0; i < ARRAY_SIZE(back_keys); i++) {
		struct xsr_value v = xsr_report_stack(r, XSR_BACK, back_keys[i]);

		if (i >= ALWAYS_SHOWN && v.status == XSR_VALUE_ABSENT)
			continue;
		xsr_table_add(&t, "%s", v.name);
		xsr_table_take(&t, xsr_value_cell(&v));
	}
	xsr_table_print(&t, INDENT, out);
	xsr_table_free(&t);
}

/* @what, and the row's note if it has one. */
static char *with_note(char *what, const struct xsr_row *row)
{
	char *both;

	if (!row->note)
		return what;
	both = xsr_format("%s: %s", what, row->note);
	free(what);
	return both;
}

static char *effect(const struct xsr_row *row)
{
	switch (row->effect) {
	case XSR_EFFECT_UNKNOWN:
		return with_note(xsr_dup("unknown"), row);
	case XSR_EFFECT_BOOL:
		return with_note(xsr_dup(row->num ? "yes" : "no"), row);
	case XSR_EFFECT_NUM:
		return with_note(xsr_format("%" PRIu64, row->num), row);
	case XSR_EFFECT_TEXT:
		return xsr_dup(row->note);
	default:
		return xsr_dup("-");
	}
}

/* The name of a row's key; if the two sides' differ, both. */
static void add_key(struct xsr_table *t, const struct xsr_row *row)
{
	const char *back = row->side[XSR_BACK].name;
	const char *front = row->side[XSR_FRONT].name;

	if (!*back || !*front || !strcmp(back, front))
		xsr_table_add(t, "%s", *back ? back : front);
	else
		xsr_table_add(t, "%s, %s", back, front);
}

static void show_agreement(const struct xsr_report *r, FILE *out)
{
	struct xsr_table t = { .cols = 5 };
	size_t i;

	fprintf(out, "\nAgreement%s\n",
		r->live	   ? "" :
		r->settled ? " (back-end not connected yet)" :
			     " (not settled)");
	xsr_table_add(&t, "WHAT");
	xsr_table_add(&t, "BACK");
	xsr_table_add(&t, "FRONT");
	xsr_table_add(&t, "IN EFFECT");
	xsr_table_add(&t, "KEY");
	for (i = 0; i < r->row_count; i++) {
		xsr_table_add(&t, "%s", r->rows[i].name);
		xsr_table_take(&t, xsr_value_cell(&r->rows[i].side[XSR_BACK]));
		xsr_table_take(&t, xsr_value_cell(&r->rows[i].side[XSR_FRONT]));
		xsr_table_take(&t, effect(&r->rows[i]));
		add_key(&t, &r->rows[i]);
	}
	xsr_table_print(&t, INDENT, out);
	xsr_table_free(&t);
}

static void add_values(struct xsr_table *t, const struct xsr_value *v, size_t count)
{
	struct xsr_text text = { 0 };
	char *cell;
	size_t i;

	for (i = 0; i < count; i++) {
		cell = xsr_value_cell(&v[i]);
		xsr_text_add(&text, "%s%s", i ? " " : "", cell);
		free(cell);
	}
	xsr_table_take(t, xsr_text_take(&text));
}

static void show_queues(const struct xsr_report *r, FILE *out)
{
	struct xsr_table t = { .cols = 3 };
	size_t i;

	if (!r->queue_count)
		return;
	fprintf(out, "\nQueues\n");
	xsr_table_add(&t, "QUEUE");
	xsr_table_add(&t, r->d->class == XSR_VBD ? "RING REFS" : "RING REFS (TX RX)");
	xsr_table_add(&t, r->queue[0].events > 1 ? "EVENT CHANNELS (TX RX)" : "EVENT CHANNEL");
	for (i = 0; i < r->queue_count; i++) {
		xsr_table_add(&t, "%u", r->queue[i].index);
		add_values(&t, r->queue[i].ref, r->queue[i].refs);
		add_values(&t, r->queue[i].event, r->queue[i].events);
	}
	xsr_table_print(&t, INDENT, out);
	xsr_table_free(&t);
}

static bool is_back_key(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(back_keys); i++)
		if (!strcmp(xsr_stack_keys[back_keys[i]].name, name))
			return true;
	return false;
}

/* A queue's directory is a node too, without a value. */
static bool is_plain_directory(const struct xsr_node *n)
{
	return !n->err && !n->value.len && !strncmp(n->name, "queue-", strlen("queue-")) &&
	       !strchr(n->name, '/');
}

static void add_others(struct xsr_table *t, const struct xsr_report *r, enum xsr_role role)
{
	const struct xsr_tree *tree = &r->d->side[role].tree;
	size_t i;

	for (i = 0; i < tree->count; i++) {
		const struct xsr_node *n = &tree->nodes[i];

		if (xsr_report_covers(r, role, n->name) || is_plain_directory(n) ||
		    (role == XSR_BACK && is_back_key(n->name)))
			continue;
		xsr_table_add(t, "%s", xsr_role_name(role));
		xsr_table_take(t, xsr_safe(n->name, strlen(n->name), OTHER_MAX));
		if (n->err)
			xsr_table_add(t, "%s", strerror(-n->err));
		else if (!n->value.len)
			xsr_table_add(t, "\"\"");
		else
			xsr_table_take(t, xsr_safe(n->value.data, n->value.len, OTHER_MAX));
	}
}

static void show_others(const struct xsr_report *r, FILE *out)
{
	struct xsr_table t = { .cols = 3 };

	add_others(&t, r, XSR_BACK);
	add_others(&t, r, XSR_FRONT);
	if (t.count)
		fprintf(out, "\nOther keys\n");
	xsr_table_print(&t, INDENT, out);
	xsr_table_free(&t);
}

static void show_problems(const struct xsr_report *r, FILE *out)
{
	size_t i;

	fprintf(out, "\nProblems:%s\n", r->problem_count ? "" : " none");
	for (i = 0; i < r->problem_count; i++)
		fprintf(out, "%*s%s\n", INDENT, "", r->problem[i]);
}

void xsr_show_report(const struct xsr_report *r, FILE *out)
{
	fprintf(out, "%s %u (%s)\n\n", xsr_class_name[r->d->class], r->d->dev, r->d->name);
	show_ends(r, out);
	show_back_keys(r, out);
	show_agreement(r, out);
	show_queues(r, out);
	show_others(r, out);
	show_problems(r, out);
}
