/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a device's nodes mean: states, what was offered, chosen and is in effect, rings, problems.
 *
 * Made from a device (device.h) without touching the store again; list.c, show.c and json.c only
 * print it. "Settled" is when the front-end has published its choice, "live" when the back-end has
 * connected too: before that a key may be left over from an earlier connection and proves nothing.
 */
#ifndef XSR_TOOL_REPORT_H
#define XSR_TOOL_REPORT_H

#include "ring/state.h"
#include "xenstore-tools/keys_stack.h"
#include "xenstore-tools/value.h"

enum xsr_effect {
	XSR_EFFECT_NONE, /* not settled, or nothing to settle */
	XSR_EFFECT_UNKNOWN, /* a key it depends on is of no use */
	XSR_EFFECT_BOOL,
	XSR_EFFECT_NUM,
	XSR_EFFECT_TEXT, /* note says it all */
};

/* One thing the two ends have to agree on. */
struct xsr_row {
	const char *name;
	struct xsr_value side[2]; /* by enum xsr_role; status NONE: that side has no say */
	enum xsr_effect effect;
	u64 num; /* for BOOL and NUM */
	char *note; /* more about the effect, or NULL */
	char *brief; /* a word or two for a list of features, NULL if not worth one */
};

/* Ring pages of the largest ring and room for both directions of a network queue. */
#define XSR_QUEUE_REFS_MAX 32
#define XSR_QUEUE_EVENTS_MAX 2

struct xsr_queue {
	u32 index;
	struct xsr_value ref[XSR_QUEUE_REFS_MAX];
	size_t refs;
	struct xsr_value event[XSR_QUEUE_EVENTS_MAX];
	size_t events;
};

#define XSR_UNKNOWN (-1)

struct xsr_report {
	const struct xsr_device *d;
	struct xsr_value state[2]; /* by enum xsr_role */
	struct xsr_value peer[2]; /* front-end: backend; back-end: frontend */
	struct xsr_value peer_id[2];
	bool settled;
	bool live;
	s64 queues; /* in use, or XSR_UNKNOWN */
	s64 ring_order; /* log2 of the pages of a ring, or XSR_UNKNOWN */
	bool numbered_refs; /* ring-ref0, ring-ref1 ... even for one page */
	char *target; /* what the back-end serves it from, printable; NULL if it does not say */
	struct xsr_row *rows;
	size_t row_count;
	struct xsr_queue *queue;
	size_t queue_count;
	char **problem; /* sentences */
	size_t problem_count;
};

/* Interpret @d, which must outlive the report, into @r. The caller calls xsr_report_free(). */
void xsr_report_make(const struct xsr_device *d, struct xsr_report *r);
void xsr_report_free(struct xsr_report *r);

/* The value of the toolstack's key @key on @role's side. */
struct xsr_value xsr_report_stack(const struct xsr_report *r, enum xsr_role role,
				  enum xsr_stack_key key);

/* The state of @role for people: its name, or "malformed", "absent", "gone" and so on. */
const char *xsr_report_state(const struct xsr_report *r, enum xsr_role role);

/* Is @name one of the keys that the rest of the report is made from? */
bool xsr_report_covers(const struct xsr_report *r, enum xsr_role role, const char *name);

/* The briefs of all rows with a comma between them, never NULL; the caller frees it. */
char *xsr_report_features(const struct xsr_report *r);

#endif /* XSR_TOOL_REPORT_H */
