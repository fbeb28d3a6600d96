/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How an offer and a choice become what is in effect: the rules report_blk.c and report_net.c list.
 *
 * A rule names the keys of either side and a function that fills in the row's effect. It is called
 * only when both values may be used; before the device is settled a row has no effect, and with a
 * key that is of no use the effect is unknown.
 */
#ifndef XSR_TOOL_SETTLE_H
#define XSR_TOOL_SETTLE_H

#include "xenstore-tools/report.h"

/* From when on the effect can be told. */
enum xsr_when {
	XSR_WHEN_KNOWN, /* toolstack keys: at once */
	XSR_WHEN_SETTLED, /* once the front-end has chosen */
	XSR_WHEN_LIVE, /* once the back-end has connected: it writes these then */
};

struct xsr_rule {
	const char *name;
	const struct xsr_key *back; /* NULL: no say */
	const struct xsr_key *front;
	enum xsr_when when;
	void (*settle)(struct xsr_report *r, struct xsr_row *row);
	const char *word; /* for xsr_row.brief when in effect; NULL: none */
};

/* Append a row for each of @count @rules and work out its effect. */
void xsr_settle(struct xsr_report *r, const struct xsr_rule *rules, size_t count);

/* In effect if both sides say so. */
void xsr_settle_both(struct xsr_report *r, struct xsr_row *row);
/* The one side that has a say has it: as a yes or no, or as a number. */
void xsr_settle_flag(struct xsr_report *r, struct xsr_row *row);
void xsr_settle_number(struct xsr_report *r, struct xsr_row *row);
/* The front-end's number, which may not be above the back-end's. */
void xsr_settle_chosen(struct xsr_report *r, struct xsr_row *row);
/* The same for the number of queues, of which none offered means one; sets r->queues. */
void xsr_settle_queues(struct xsr_report *r, struct xsr_row *row);
/* May the front-end share its own pages? If not it copies. */
void xsr_settle_trusted(struct xsr_report *r, struct xsr_row *row);
/* Each side says what it takes from the other. */
void xsr_settle_ways(struct xsr_report *r, struct xsr_row *row);
/* The text of either side. */
void xsr_settle_text(struct xsr_report *r, struct xsr_row *row);

/* Mark the effect as unknown. */
void xsr_row_unknown(struct xsr_row *row);

/* Set the effect. */
void xsr_row_bool(struct xsr_row *row, bool yes);
void xsr_row_num(struct xsr_row *row, u64 num);
void xsr_row_note(struct xsr_row *row, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Add a sentence to the report's problems. */
void xsr_report_problem(struct xsr_report *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Add what is wrong with @v, if anything. */
void xsr_report_complain(struct xsr_report *r, const struct xsr_value *v);

/* Keys of one class of device: its rows, then its queues. */
void xsr_report_blk(struct xsr_report *r);
void xsr_report_net(struct xsr_report *r);

/*
 * Append the queues in use (r->queues) and let @fill read the keys of each: @prefix is "" for a
 * single queue, else "queue-N/".
 */
void xsr_report_queues(struct xsr_report *r,
		       void (*fill)(struct xsr_report *r, struct xsr_queue *q, const char *prefix));

/* Read the key @prefix@name, which must be a usable number while settled, and return it. */
struct xsr_value xsr_report_ring_key(struct xsr_report *r, const char *prefix, const char *name,
				     const struct xsr_key *key);

#endif /* XSR_TOOL_SETTLE_H */
