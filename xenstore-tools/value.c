// SPDX-License-Identifier: GPL-2.0
/*
 * Judging one key and saying so, see value.h.
 *
 * What is a number and which numbers are allowed is ring/keys.h's to decide; here it becomes words.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/value.h"

#define CELL_MAX 64 /* characters of a value in a table */
#define COMPLAINT_MAX 64 /* characters of a value in a sentence */

const char *xsr_role_name(enum xsr_role role)
{
	return role == XSR_FRONT ? "front-end" : "back-end";
}

static enum xsr_value_status judge(const struct xsr_node *node, const struct xsr_key *key, u64 *num)
{
	if (node && node->err)
		return XSR_VALUE_UNREADABLE;
	/* To a kernel a text ends at its first NUL; no honest writer puts more behind one. */
	if (node && memchr(node->value.data, 0, node->value.len))
		return XSR_VALUE_MALFORMED;
	switch (xsr_key_parse(key, node ? node->value.data : NULL, node ? node->value.len : 0,
			      num)) {
	case XSR_KEY_OK:
		return XSR_VALUE_OK;
	case XSR_KEY_ABSENT:
		return XSR_VALUE_ABSENT;
	case XSR_KEY_RANGE:
		return XSR_VALUE_RANGE;
	default:
		return XSR_VALUE_MALFORMED;
	}
}

struct xsr_value xsr_value_get(const struct xsr_side *side, const char *name,
			       const struct xsr_key *key)
{
	struct xsr_value v = { .key = key, .role = side->place.role };

	snprintf(v.name, sizeof(v.name), "%s", name);
	if (side->path && side->tree.err && side->tree.err != -ENOENT) {
		v.status = XSR_VALUE_UNREADABLE;
		return v;
	}
	v.node = xsr_tree_find(&side->tree, name);
	v.status = judge(v.node, key, &v.num);
	return v;
}

const char *xsr_value_status_name(enum xsr_value_status status)
{
	static const char *const name[] = {
		[XSR_VALUE_NONE] = "none",	    [XSR_VALUE_OK] = "ok",
		[XSR_VALUE_ABSENT] = "absent",	    [XSR_VALUE_MALFORMED] = "malformed",
		[XSR_VALUE_RANGE] = "out-of-range", [XSR_VALUE_UNREADABLE] = "unreadable",
	};

	return name[status];
}

char *xsr_value_raw(const struct xsr_value *v, size_t max)
{
	if (!v->node || v->node->err)
		return NULL;
	return xsr_safe(v->node->value.data, v->node->value.len, max);
}

static char *quoted(const char *before, const struct xsr_value *v)
{
	struct xsr_text t = { 0 };

	xsr_text_add(&t, "%s \"", before);
	xsr_text_add_safe(&t, v->node->value.data, v->node->value.len, CELL_MAX);
	xsr_text_add(&t, "\"");
	return xsr_text_take(&t);
}

static char *absent(const struct xsr_value *v)
{
	if (v->key->type == XSR_KEY_TEXT || v->key->required)
		return xsr_dup("absent");
	return xsr_format("absent (%" PRIu64 ")", v->num);
}

char *xsr_value_cell(const struct xsr_value *v)
{
	switch (v->status) {
	case XSR_VALUE_OK:
		return v->node->value.len ? xsr_value_raw(v, CELL_MAX) : xsr_dup("\"\"");
	case XSR_VALUE_ABSENT:
		return absent(v);
	case XSR_VALUE_MALFORMED:
		return quoted("malformed", v);
	case XSR_VALUE_RANGE:
		return quoted("out of range", v);
	case XSR_VALUE_UNREADABLE:
		return xsr_dup("unreadable");
	default:
		return xsr_dup("");
	}
}

static void add_limits(struct xsr_text *t, const struct xsr_key *key)
{
	if (key->type == XSR_KEY_TEXT)
		return;
	xsr_text_add(t, ", must be %" PRIu64 " to %" PRIu64, key->min, key->max);
}

char *xsr_value_complaint(const struct xsr_value *v)
{
	struct xsr_text t = { 0 };

	xsr_text_add(&t, "%s key %s", xsr_role_name(v->role), v->name);
	switch (v->status) {
	case XSR_VALUE_MALFORMED:
	case XSR_VALUE_RANGE:
		xsr_text_add(&t, " is %s: \"",
			     v->status == XSR_VALUE_RANGE ? "out of range" : "malformed");
		xsr_text_add_safe(&t, v->node->value.data, v->node->value.len, COMPLAINT_MAX);
		xsr_text_add(&t, "\"");
		add_limits(&t, v->key);
		break;
	case XSR_VALUE_UNREADABLE:
		xsr_text_add(&t, " cannot be read: %s", strerror(v->node ? -v->node->err : EACCES));
		break;
	case XSR_VALUE_ABSENT:
		if (v->key->required) {
			xsr_text_add(&t, " is absent");
			break;
		}
		/* fall through */
	default:
		xsr_text_free(&t);
		return NULL;
	}
	xsr_text_add(&t, " (%s)", v->key->help);
	return xsr_text_take(&t);
}
