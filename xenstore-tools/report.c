// SPDX-License-Identifier: GPL-2.0
/*
 * What holds for every device: states, peers, toolstack and hotplug script. See report.h.
 *
 * It decides whether a device is settled and live, and what is worth a complaint besides single
 * keys. Rows and queues are for report_blk.c and report_net.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/settle.h"

#define SENTENCE_MAX 160 /* characters of a foreign text in a problem */
#define TARGET_MAX 1024

struct xsr_value xsr_report_stack(const struct xsr_report *r, enum xsr_role role,
				  enum xsr_stack_key key)
{
	return xsr_value_get(&r->d->side[role], xsr_stack_keys[key].name, &xsr_stack_keys[key]);
}

const char *xsr_report_state(const struct xsr_report *r, enum xsr_role role)
{
	const struct xsr_side *side = &r->d->side[role];

	if (!side->path)
		return "unknown";
	if (side->tree.err == -ENOENT)
		return "gone";
	if (r->state[role].status != XSR_VALUE_OK)
		return xsr_value_status_name(r->state[role].status);
	return xsr_state_name((u32)r->state[role].num);
}

/* Is @role past the point where it has written what it has to say? */
static bool has_spoken(const struct xsr_report *r, enum xsr_role role)
{
	if (!xsr_side_present(&r->d->side[role]) || r->state[role].status != XSR_VALUE_OK)
		return false;
	switch (r->state[role].num) {
	case XSR_ST_INITIALISED:
		return role == XSR_FRONT;
	case XSR_ST_CONNECTED:
	case XSR_ST_CLOSING:
	case XSR_ST_RECONFIGURING:
	case XSR_ST_RECONFIGURED:
		return true;
	default:
		return false;
	}
}

static void check_directory(struct xsr_report *r, enum xsr_role role)
{
	const struct xsr_side *side = &r->d->side[role];

	if (!side->path)
		xsr_report_problem(r, "where the %s is cannot be told", xsr_role_name(role));
	else if (side->tree.err)
		xsr_report_problem(r, "%s directory %s: %s", xsr_role_name(role), side->path,
				   strerror(-side->tree.err));
	if (side->tree.truncated)
		xsr_report_problem(r, "%s directory has more than %d nodes; the rest was not read",
				   xsr_role_name(role), XSR_TREE_MAX);
}

/* The key @v should be the text @want. */
static void check_names(struct xsr_report *r, const struct xsr_value *v, const char *want)
{
	char *is;

	if (v->status != XSR_VALUE_OK || (want && !strcmp(v->node->value.data, want)))
		return;
	is = xsr_value_raw(v, SENTENCE_MAX);
	xsr_report_problem(r, "%s key %s is \"%s\"%s%s", xsr_role_name(v->role), v->name, is,
			   want ? ", not " : ", which names no end of this device",
			   want ? want : "");
	free(is);
}

/* Each end names the other by directory and domain. */
static void check_peer(struct xsr_report *r, enum xsr_role role)
{
	const struct xsr_side *other = &r->d->side[role == XSR_FRONT ? XSR_BACK : XSR_FRONT];
	const struct xsr_value *id = &r->peer_id[role];

	if (!xsr_side_present(&r->d->side[role]))
		return;
	xsr_report_complain(r, &r->state[role]);
	xsr_report_complain(r, &r->peer[role]);
	xsr_report_complain(r, id);
	check_names(r, &r->peer[role], other->path);
	if (id->status == XSR_VALUE_OK && other->path && id->num != other->place.owner)
		xsr_report_problem(r, "%s key %s is %u, not %u", xsr_role_name(role), id->name,
				   (unsigned int)id->num, other->place.owner);
}

static void check_error(struct xsr_report *r, enum xsr_role role)
{
	const struct xsr_node *error = &r->d->side[role].error;
	char *text;

	if (error->err || !error->value.len)
		return;
	text = xsr_safe(error->value.data, error->value.len, SENTENCE_MAX);
	xsr_report_problem(r, "%s driver left an error: %s", xsr_role_name(role), text);
	free(text);
}

static void check_hotplug(struct xsr_report *r)
{
	struct xsr_value status = xsr_report_stack(r, XSR_BACK, XSR_SK_HOTPLUG_STATUS);
	struct xsr_value error = xsr_report_stack(r, XSR_BACK, XSR_SK_HOTPLUG_ERROR);
	char *text = xsr_value_raw(&status, SENTENCE_MAX);

	if (text && !*text)
		xsr_report_problem(r,
				   "the hotplug script has not finished: hotplug-status is empty");
	else if (text && strcmp(text, "connected"))
		xsr_report_problem(r, "hotplug-status is \"%s\"", text);
	free(text);
	text = xsr_value_raw(&error, SENTENCE_MAX);
	if (text && *text)
		xsr_report_problem(r, "the hotplug script failed: %s", text);
	free(text);
}

/* The first of the keys that say where the data is. */
static char *find_target(const struct xsr_report *r)
{
	static const enum xsr_stack_key disk[] = { XSR_SK_PHYS_PATH, XSR_SK_PARAMS,
						   XSR_SK_PHYS_DEV };
	static const enum xsr_stack_key net[] = { XSR_SK_BRIDGE };
	const enum xsr_stack_key *keys = r->d->class == XSR_VBD ? disk : net;
	size_t count = r->d->class == XSR_VBD ? ARRAY_SIZE(disk) : ARRAY_SIZE(net);
	struct xsr_value v;
	size_t i;

	for (i = 0; i < count; i++) {
		v = xsr_report_stack(r, XSR_BACK, keys[i]);
		if (v.status == XSR_VALUE_OK && v.node->value.len)
			return xsr_value_raw(&v, TARGET_MAX);
	}
	return NULL;
}

static void look_around(struct xsr_report *r)
{
	r->state[XSR_FRONT] = xsr_report_stack(r, XSR_FRONT, XSR_SK_STATE);
	r->state[XSR_BACK] = xsr_report_stack(r, XSR_BACK, XSR_SK_STATE);
	r->peer[XSR_FRONT] = xsr_report_stack(r, XSR_FRONT, XSR_SK_BACKEND);
	r->peer[XSR_BACK] = xsr_report_stack(r, XSR_BACK, XSR_SK_FRONTEND);
	r->peer_id[XSR_FRONT] = xsr_report_stack(r, XSR_FRONT, XSR_SK_BACKEND_ID);
	r->peer_id[XSR_BACK] = xsr_report_stack(r, XSR_BACK, XSR_SK_FRONTEND_ID);
	r->settled = has_spoken(r, XSR_FRONT) && xsr_side_present(&r->d->side[XSR_BACK]);
	r->live = r->settled && has_spoken(r, XSR_BACK);
	r->target = find_target(r);
}

static void check_side(struct xsr_report *r, enum xsr_role role)
{
	check_directory(r, role);
	check_peer(r, role);
	check_error(r, role);
}

void xsr_report_make(const struct xsr_device *d, struct xsr_report *r)
{
	memset(r, 0, sizeof(*r));
	r->d = d;
	r->queues = XSR_UNKNOWN;
	r->ring_order = XSR_UNKNOWN;
	look_around(r);
	check_side(r, XSR_FRONT);
	check_side(r, XSR_BACK);
	check_hotplug(r);
	if (d->class == XSR_VBD)
		xsr_report_blk(r);
	else
		xsr_report_net(r);
	if (!d->consistent)
		xsr_report_problem(r, "xenstore kept changing: values are not of one moment");
}

void xsr_report_free(struct xsr_report *r)
{
	size_t i;

	for (i = 0; i < r->row_count; i++) {
		free(r->rows[i].note);
		free(r->rows[i].brief);
	}
	for (i = 0; i < r->problem_count; i++)
		free(r->problem[i]);
	free(r->rows);
	free(r->queue);
	free(r->problem);
	free(r->target);
	memset(r, 0, sizeof(*r));
}

static bool in_queues(const struct xsr_report *r, const char *name)
{
	size_t i, j;

	for (i = 0; i < r->queue_count; i++) {
		const struct xsr_queue *q = &r->queue[i];

		for (j = 0; j < q->refs; j++)
			if (!strcmp(q->ref[j].name, name))
				return true;
		for (j = 0; j < q->events; j++)
			if (!strcmp(q->event[j].name, name))
				return true;
	}
	return false;
}

static bool in_rows(const struct xsr_report *r, enum xsr_role role, const char *name)
{
	size_t i;

	for (i = 0; i < r->row_count; i++)
		if (!strcmp(r->rows[i].side[role].name, name))
			return true;
	return false;
}

bool xsr_report_covers(const struct xsr_report *r, enum xsr_role role, const char *name)
{
	return !strcmp(name, r->state[role].name) || !strcmp(name, r->peer[role].name) ||
	       !strcmp(name, r->peer_id[role].name) || in_rows(r, role, name) ||
	       (role == XSR_FRONT && in_queues(r, name));
}

char *xsr_report_features(const struct xsr_report *r)
{
	struct xsr_text t = { 0 };
	size_t i;

	for (i = 0; i < r->row_count; i++)
		if (r->rows[i].brief)
			xsr_text_add(&t, "%s%s", t.len ? "," : "", r->rows[i].brief);
	return xsr_text_take(&t);
}
