/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the interrupts of a queue should come to: home, or away.
 *
 * Home is the CPU that sent the requests which are answered. Told there, an answer costs no second
 * interrupt, and in a guest no second virtual CPU that has to be scheduled; so whoever waits for one
 * request at a time wants it there. But a CPU that sends one request after another and has no idle time
 * is helped if another one, which is idle, takes the answers meanwhile.
 *
 * So idle times are looked at, over some interrupts at a time. Each return home puts off the next time
 * away for longer, so that nobody goes to and fro for ever; what goes well makes that be forgotten.
 *
 * Never reads a clock: the caller says how long CPUs were idle. Callers: the front-end's interrupt.
 */
#ifndef XSR_FOLLOW_H
#define XSR_FOLLOW_H

#include "ring/env.h"

/* So many interrupts in a row, all for one home, make a look. */
#define XSR_FOLLOW_LOOK 64

/* How long a CPU is idle, of 1024. With less it has no time to spare, */
#define XSR_FOLLOW_PRESSED 64
/* with so much it needs no help, */
#define XSR_FOLLOW_AT_EASE 128
/* and with so much it can help. */
#define XSR_FOLLOW_FREE 512

/* So many looks at most the next time away is put off. */
#define XSR_FOLLOW_HOLD_MOST 1024

struct xsr_follow {
	u32 home; /* the CPU that the last answer was for */
	u32 seen; /* interrupts in a row for it, since the last look */
	u32 hold; /* looks during which the interrupts stay home */
	u32 held; /* what that was the last time */
};

enum xsr_follow_what {
	XSR_FOLLOW_NOTHING,
	XSR_FOLLOW_BEGIN, /* remember the idle times of now */
	XSR_FOLLOW_JUDGE, /* ask xsr_follow_judge() */
};

/* An interrupt told of an answer for CPU @home. */
static inline enum xsr_follow_what xsr_follow_saw(struct xsr_follow *f, u32 home)
{
	if (home != f->home)
		f->seen = 0;
	f->home = home;
	if (!f->seen++)
		return XSR_FOLLOW_BEGIN;
	if (f->seen <= XSR_FOLLOW_LOOK)
		return XSR_FOLLOW_NOTHING;
	f->seen = 0;
	return XSR_FOLLOW_JUDGE;
}

enum xsr_follow_to {
	XSR_FOLLOW_STAY,
	XSR_FOLLOW_HOME, /* to the home of the last answer */
	XSR_FOLLOW_AWAY, /* to the other CPU that was looked at */
};

static inline void xsr_follow_put_off(struct xsr_follow *f)
{
	f->held = f->held ? f->held * 2 : 1;
	if (f->held > XSR_FOLLOW_HOLD_MOST)
		f->held = XSR_FOLLOW_HOLD_MOST;
	f->hold = f->held;
}

/*
 * The interrupts came home or, if @away, to the other CPU. @home_idle and @other_idle: how long the two
 * were idle meanwhile, of 1024; of other CPUs while at home, the one that might help.
 */
static inline enum xsr_follow_to xsr_follow_judge(struct xsr_follow *f, bool away, u32 home_idle,
						  u32 other_idle)
{
	if (away) {
		if (home_idle < XSR_FOLLOW_AT_EASE && other_idle >= XSR_FOLLOW_PRESSED) {
			f->held /= 2;
			return XSR_FOLLOW_STAY;
		}
		xsr_follow_put_off(f);
		return XSR_FOLLOW_HOME;
	}
	if (f->hold) {
		f->hold--;
		return XSR_FOLLOW_STAY;
	}
	if (home_idle < XSR_FOLLOW_PRESSED && other_idle >= XSR_FOLLOW_FREE)
		return XSR_FOLLOW_AWAY;
	return XSR_FOLLOW_STAY;
}

#endif /* XSR_FOLLOW_H */
