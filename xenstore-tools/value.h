/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A key of a device as one side wrote it, judged by its entry in a key table (ring/keys.h).
 */
#ifndef XSR_TOOL_VALUE_H
#define XSR_TOOL_VALUE_H

#include "ring/keys.h"
#include "xenstore-tools/device.h"

enum xsr_value_status {
	XSR_VALUE_NONE, /* this side has no say here; all other fields are unset */
	XSR_VALUE_OK,
	XSR_VALUE_ABSENT, /* num is the default */
	XSR_VALUE_MALFORMED,
	XSR_VALUE_RANGE,
	XSR_VALUE_UNREADABLE,
};

/* "queue-4294967295/event-channel-tx" and the like. */
#define XSR_VALUE_NAME_SIZE 48

struct xsr_value {
	char name[XSR_VALUE_NAME_SIZE]; /* below the device's directory */
	const struct xsr_key *key;
	enum xsr_role role; /* whose directory */
	enum xsr_value_status status;
	u64 num; /* valid if OK (and not text) or ABSENT */
	const struct xsr_node *node; /* NULL if absent; lives as long as the device */
};

/* The key @name of @side, judged by @key; @name may add a queue or a number to the key's name. */
struct xsr_value xsr_value_get(const struct xsr_side *side, const char *name,
			       const struct xsr_key *key);

/* May num be used? */
static inline bool xsr_value_usable(const struct xsr_value *v)
{
	return v->status == XSR_VALUE_OK || v->status == XSR_VALUE_ABSENT;
}

static inline bool xsr_value_true(const struct xsr_value *v)
{
	return xsr_value_usable(v) && v->num;
}

/* One word for programs: "ok", "absent", "malformed", "out-of-range", "unreadable". */
const char *xsr_value_status_name(enum xsr_value_status status);

/* The bytes as stored, printable, at most @max characters; NULL if there are none. */
char *xsr_value_raw(const struct xsr_value *v, size_t max);

/* What to print in a table: the value or what is wrong with it, never NULL. */
char *xsr_value_cell(const struct xsr_value *v);

/*
 * A sentence on what is wrong, naming side, key, value and limits; NULL if nothing is. An absent
 * key is wrong if its table requires it.
 */
char *xsr_value_complaint(const struct xsr_value *v);

/* "front-end" or "back-end". */
const char *xsr_role_name(enum xsr_role role);

#endif /* XSR_TOOL_VALUE_H */
