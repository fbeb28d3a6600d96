/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event channel between two threads: sending sets a bit that stays until somebody waits.
 *
 * Made of relaxed atomics and a futex, so that it carries no ordering of its own as far as
 * ThreadSanitizer can see: whatever order the ring does not give is missing, and is reported.
 */
#ifndef PEER_EVENT_H
#define PEER_EVENT_H

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "ring/env.h"

/* The kernel's numbers; its header is not for programs of this tree. */
#define EVENT_FUTEX_WAIT 128 /* private */
#define EVENT_FUTEX_WAKE 129

struct event {
	u32 pending;
	u32 sent; /* for the sender's statistics */
};

static inline void event_send(struct event *e)
{
	e->sent++;
	if (!__atomic_exchange_n(&e->pending, 1, __ATOMIC_RELAXED))
		syscall(SYS_futex, &e->pending, EVENT_FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Sleep until an event has been sent. Returns false if none came for @ms milliseconds. */
static inline bool event_wait(struct event *e, u32 ms)
{
	struct timespec patience = { ms / 1000, (long)(ms % 1000) * 1000000 };

	while (!__atomic_exchange_n(&e->pending, 0, __ATOMIC_RELAXED))
		if (syscall(SYS_futex, &e->pending, EVENT_FUTEX_WAIT, 0, &patience, NULL, 0) &&
		    errno == ETIMEDOUT)
			return __atomic_exchange_n(&e->pending, 0, __ATOMIC_RELAXED);
	return true;
}

#endif /* PEER_EVENT_H */
