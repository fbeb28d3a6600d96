// SPDX-License-Identifier: GPL-2.0
/*
 * Building JSON from a report, see json.h.
 *
 * It decides names and nesting, nothing about devices. Strings from xenstore go through xsr_safe(),
 * so that the output is ASCII whatever a guest wrote.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/json.h"

/* json-c returns NULL for lack of memory, which is also its null: text.h's rule applies. */
static struct json_object *whole(struct json_object *o)
{
	if (!o)
		xsr_out_of_memory();
	return o;
}

static void put(struct json_object *o, const char *name, struct json_object *value)
{
	if (json_object_object_add(o, name, value))
		xsr_out_of_memory();
}

static void append(struct json_object *array, struct json_object *value)
{
	if (json_object_array_add(array, value))
		xsr_out_of_memory();
}

static struct json_object *object(void)
{
	return whole(json_object_new_object());
}

static struct json_object *array(void)
{
	return whole(json_object_new_array());
}

static struct json_object *boolean(bool yes)
{
	return whole(json_object_new_boolean(yes));
}

static struct json_object *number(u64 n)
{
	return whole(json_object_new_uint64(n));
}

/* null for NULL */
static struct json_object *string(const char *s)
{
	return s ? whole(json_object_new_string(s)) : NULL;
}

/* The same, and frees it. */
static struct json_object *string_take(char *s)
{
	struct json_object *o = string(s);

	free(s);
	return o;
}

static struct json_object *known(s64 n)
{
	return n == XSR_UNKNOWN ? NULL : number((u64)n);
}

static struct json_object *side_summary(const struct xsr_report *r, enum xsr_role role)
{
	const struct xsr_side *side = &r->d->side[role];
	const struct xsr_value *state = &r->state[role];
	struct json_object *o = object();

	put(o, "domain", side->path ? number(side->place.owner) : NULL);
	put(o, "domain-name", string(side->domain));
	put(o, "path", string(side->path));
	put(o, "present", boolean(xsr_side_present(side)));
	put(o, "state", state->status == XSR_VALUE_OK ? number(state->num) : NULL);
	put(o, "state-name", string(xsr_report_state(r, role)));
	return o;
}

static struct json_object *features(const struct xsr_report *r)
{
	struct json_object *list = array();
	size_t i;

	for (i = 0; i < r->row_count; i++)
		if (r->rows[i].brief)
			append(list, string(r->rows[i].brief));
	return list;
}

static struct json_object *problems(const struct xsr_report *r)
{
	struct json_object *list = array();
	size_t i;

	for (i = 0; i < r->problem_count; i++)
		append(list, string(r->problem[i]));
	return list;
}

struct json_object *xsr_json_summary(const struct xsr_report *r)
{
	struct json_object *o = object();

	put(o, "type", string(xsr_class_name[r->d->class]));
	put(o, "device", number(r->d->dev));
	put(o, "name", string(r->d->name));
	put(o, "front", side_summary(r, XSR_FRONT));
	put(o, "back", side_summary(r, XSR_BACK));
	put(o, "queues", known(r->queues));
	put(o, "ring-order", known(r->ring_order));
	put(o, "features", features(r));
	put(o, "target", string(r->target));
	put(o, "problems", problems(r));
	return o;
}

/* Every node of a side with its bytes; null for one that could not be read. */
static struct json_object *keys(const struct xsr_side *side)
{
	struct json_object *o = object();
	size_t i;

	for (i = 0; i < side->tree.count; i++) {
		const struct xsr_node *n = &side->tree.nodes[i];
		char *name = xsr_safe(n->name, strlen(n->name), XSR_TEXT_ALL);

		put(o, name,
		    n->err ? NULL :
			     string_take(xsr_safe(n->value.data, n->value.len, XSR_TEXT_ALL)));
		free(name);
	}
	return o;
}

static struct json_object *error_text(const struct xsr_side *side)
{
	if (side->error.err)
		return NULL;
	return string_take(xsr_safe(side->error.value.data, side->error.value.len, XSR_TEXT_ALL));
}

/* The number if it is one and may be used, else null. */
static struct json_object *value_number(const struct xsr_value *v)
{
	bool text = v->key->type == XSR_KEY_TEXT ||
		    (v->status == XSR_VALUE_ABSENT && v->key->required);

	return xsr_value_usable(v) && !text ? number(v->num) : NULL;
}

static struct json_object *value(const struct xsr_value *v)
{
	struct json_object *o;

	if (v->status == XSR_VALUE_NONE)
		return NULL;
	o = object();
	put(o, "key", string(v->name));
	put(o, "status", string(xsr_value_status_name(v->status)));
	put(o, "raw", string_take(xsr_value_raw(v, XSR_TEXT_ALL)));
	put(o, "value", value_number(v));
	return o;
}

static struct json_object *effective(const struct xsr_row *row)
{
	switch (row->effect) {
	case XSR_EFFECT_BOOL:
		return boolean(row->num);
	case XSR_EFFECT_NUM:
		return number(row->num);
	case XSR_EFFECT_TEXT:
		return string(row->note);
	default:
		return NULL;
	}
}

static struct json_object *agreement(const struct xsr_report *r)
{
	struct json_object *list = array();
	size_t i;

	for (i = 0; i < r->row_count; i++) {
		const struct xsr_row *row = &r->rows[i];
		struct json_object *o = object();

		put(o, "name", string(row->name));
		put(o, "back", value(&row->side[XSR_BACK]));
		put(o, "front", value(&row->side[XSR_FRONT]));
		put(o, "effective", effective(row));
		put(o, "note", row->effect == XSR_EFFECT_TEXT ? NULL : string(row->note));
		append(list, o);
	}
	return list;
}

static struct json_object *numbers(const struct xsr_value *v, size_t count)
{
	struct json_object *list = array();
	size_t i;

	for (i = 0; i < count; i++)
		append(list, value_number(&v[i]));
	return list;
}

static struct json_object *rings(const struct xsr_report *r)
{
	struct json_object *list = array();
	size_t i;

	for (i = 0; i < r->queue_count; i++) {
		const struct xsr_queue *q = &r->queue[i];
		struct json_object *o = object();

		put(o, "queue", number(q->index));
		put(o, "ring-refs", numbers(q->ref, q->refs));
		put(o, "event-channels", numbers(q->event, q->events));
		append(list, o);
	}
	return list;
}

static void put_stack(struct json_object *o, const struct xsr_report *r, enum xsr_stack_key key)
{
	struct xsr_value v = xsr_report_stack(r, XSR_BACK, key);

	put(o, v.name, string_take(xsr_value_raw(&v, XSR_TEXT_ALL)));
}

struct json_object *xsr_json_report(const struct xsr_report *r)
{
	struct json_object *o = xsr_json_summary(r);
	int role;

	put(o, "format", number(XSR_JSON_FORMAT));
	put(o, "consistent", boolean(r->d->consistent));
	put(o, "settled", boolean(r->settled));
	put(o, "live", boolean(r->live));
	put_stack(o, r, XSR_SK_ONLINE);
	put_stack(o, r, XSR_SK_HOTPLUG_STATUS);
	put_stack(o, r, XSR_SK_HOTPLUG_ERROR);
	put(o, "agreement", agreement(r));
	put(o, "rings", rings(r));
	for (role = XSR_FRONT; role <= XSR_BACK; role++) {
		struct json_object *side;

		json_object_object_get_ex(o, role == XSR_FRONT ? "front" : "back", &side);
		put(side, "error", error_text(&r->d->side[role]));
		put(side, "keys", keys(&r->d->side[role]));
	}
	return o;
}

void xsr_json_print(struct json_object *o, FILE *out)
{
	const int flags = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			  JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text = json_object_to_json_string_ext(o, flags);

	if (!text)
		xsr_out_of_memory();
	fprintf(out, "%s\n", text);
	json_object_put(o);
}
