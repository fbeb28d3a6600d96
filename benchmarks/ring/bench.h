/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interface behind which several queues between two threads are measured.
 *
 * A message is a request of four words that the front thread puts, and its answer of four words that
 * the back thread puts. All of it goes through one shared page, as between two domains. A kind of
 * queue gives the operations that loop.h wants and gets its two loops made by it, so that nothing
 * between the clock readings goes through a pointer.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>

#include "ring/env.h"

/* What two threads write lies so far apart: a line, and the one that is fetched with it. */
#define BENCH_LINE 128

/* What a thread does that finds nothing. */
enum bench_mode {
	BENCH_BARE, /* look again; nobody else looks whether an event is wanted */
	BENCH_POLL, /* look again; publications look for that, as a driver's must */
	BENCH_ALWAYS, /* sleep; every publication sends an event */
	BENCH_EVENT, /* say so, look again, sleep; events only when asked for */
	BENCH_MODES,
};

struct bench_msg {
	u32 word[4]; /* [0] counts, [1] names a page */
};

/* One side's event, a pending bit like that of an event channel. */
struct bench_event {
	_Alignas(BENCH_LINE) u32 pending;
	u64 sent; /* by the other side */
};

struct bench_run {
	_Alignas(XSR_PAGE_SIZE) u8 page[XSR_PAGE_SIZE];
	enum bench_mode mode;
	u32 depth; /* messages under way, at most */
	u32 batch; /* put before each publication */
	u64 end_ns; /* put no more after this */
	bool one_cpu; /* the threads share one: who polls gives way */
	struct bench_event to_back;
	struct bench_event to_front;
	_Alignas(BENCH_LINE) u64 done; /* messages that were answered */
	u64 end_after_ns; /* when the last one was */
	_Alignas(BENCH_LINE) u32 stop; /* set when the front thread has had its last answer */
};

struct bench_kind {
	const char *name;
	bool bare; /* can publish without a look whether an event is wanted */
	void (*begin)(struct bench_run *run);
	void (*front)(struct bench_run *run); /* until end_ns; sets done */
	void (*back)(struct bench_run *run); /* until stop */
};

extern const struct bench_kind bench_xsr, bench_xsr_cache, bench_xen, bench_lamport, bench_slotflag;

u64 bench_now_ns(void);
void bench_event_send(struct bench_event *e);
/* Sleep until an event was sent, or for 10 ms. */
void bench_event_wait(struct bench_event *e);
/* Nothing to do in poll mode. */
void bench_relax(const struct bench_run *run);

/* One line of the results. */
void bench_line(const char *pairing, const char *job, const char *metric, double value,
		const char *unit, u32 repeat);

/* parse.c: how long the codecs take. */
void bench_parse(u32 repeat);

#endif /* BENCH_H */
