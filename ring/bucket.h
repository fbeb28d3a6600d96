/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A token bucket: how fast a guest may send, and be sent to, whatever its number of queues.
 *
 * Filled evenly with so many bytes in so many microseconds, up to a burst; each packet takes its
 * bytes out. A packet may go while the level is above nothing, and takes the bucket below it if it
 * is larger, so that no packet is too large ever to pass and the rate is right in the long run.
 *
 * Not locked and without a clock of its own: the caller serialises all queues of a device and gives
 * the time in microseconds. Callers: backend/net/.
 */
#ifndef XSR_BUCKET_H
#define XSR_BUCKET_H

#include "ring/env.h"

/* The smallest burst: two of the largest packets, as stock allows. */
#define XSR_BUCKET_MIN_BURST 131072u

struct xsr_bucket {
	u64 bytes; /* in @usec; 0: no limit */
	u64 usec;
	u64 full; /* level of a full bucket; levels are in bytes times usec */
	s64 level;
	u64 last; /* when the level was right */
};

/*
 * Begin, full at time @now, with @bytes in @usec; no limit if one of them is 0. Numbers beyond 32 GiB
 * or two minutes are scaled down to about the same rate, or more if that is next to nothing.
 */
void xsr_bucket_init(struct xsr_bucket *b, u64 bytes, u32 usec, u64 now);

/* May a packet of @bytes go at time @now? If so its bytes are taken. */
bool xsr_bucket_take(struct xsr_bucket *b, u32 bytes, u64 now);

/*
 * How many bytes are worth keeping for later: those that pass in @usec, but no fewer than the smallest
 * burst. @most if that is less, or if there is no limit. At most two minutes can be asked for.
 */
u32 xsr_bucket_backlog(const struct xsr_bucket *b, u32 usec, u32 most);

/* Microseconds from @now until the next packet may go if none goes before; 0: now. */
u64 xsr_bucket_wait(struct xsr_bucket *b, u64 now);

#endif /* XSR_BUCKET_H */
