// SPDX-License-Identifier: GPL-2.0
/*
 * A token bucket; see bucket.h.
 *
 * Decides when a packet may go. The level is kept in bytes times the microseconds of the rate, so
 * that filling multiplies and never divides: no fraction is lost, however slow the rate. The limits
 * below keep every product within 63 bits.
 */
#include "ring/bucket.h"

#define BUCKET_MAX_BYTES (1ull << 35)
#define BUCKET_MAX_USEC (1ull << 27)

static u64 bucket_burst(const struct xsr_bucket *b)
{
	return b->bytes < XSR_BUCKET_MIN_BURST ? XSR_BUCKET_MIN_BURST : b->bytes;
}

void xsr_bucket_init(struct xsr_bucket *b, u64 bytes, u32 usec, u64 now)
{
	if (!bytes || !usec)
		bytes = usec = 0;
	b->bytes = bytes;
	b->usec = usec;
	while (b->bytes > BUCKET_MAX_BYTES || b->usec > BUCKET_MAX_USEC) {
		b->bytes -= b->bytes / 2; /* rounded up: never to nothing */
		b->usec -= b->usec / 2;
	}
	b->full = bucket_burst(b) * b->usec;
	b->level = b->full;
	b->last = now;
}

/* Bring the level up to time @now. */
static void bucket_fill(struct xsr_bucket *b, u64 now)
{
	u64 room = b->full - b->level, gone = now - b->last;

	/* Callers on several CPUs may bring their times in the wrong order. */
	if ((s64)gone <= 0)
		return;
	b->last = now;
	/* Within the time in which everything would be filled, the product cannot wrap. */
	if (gone > room / b->bytes)
		b->level = b->full;
	else
		b->level += gone * b->bytes;
}

bool xsr_bucket_take(struct xsr_bucket *b, u32 bytes, u64 now)
{
	if (!b->bytes)
		return true;
	bucket_fill(b, now);
	if (b->level <= 0)
		return false;
	b->level -= (u64)bytes * b->usec;
	return true;
}

u32 xsr_bucket_backlog(const struct xsr_bucket *b, u32 usec, u32 most)
{
	u64 bytes;

	if (!b->bytes)
		return most;
	if (usec > BUCKET_MAX_USEC)
		usec = BUCKET_MAX_USEC;
	bytes = b->bytes * usec / b->usec;
	if (bytes < XSR_BUCKET_MIN_BURST)
		bytes = XSR_BUCKET_MIN_BURST;
	return bytes < most ? (u32)bytes : most;
}

u64 xsr_bucket_wait(struct xsr_bucket *b, u64 now)
{
	if (!b->bytes)
		return 0;
	bucket_fill(b, now);
	/* Until the level is above 0, not only at it. */
	return b->level > 0 ? 0 : (u64)-b->level / b->bytes + 1;
}
