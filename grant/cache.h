/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cache of persistently mapped grants of one ring: grant reference -> mapping, in O(1).
 *
 * A peer that reuses its grants lets us keep them mapped. The cache remembers each one, lends it to
 * at most one request at a time, and picks those to be unmapped when it is full or when they have
 * not been used for long. Grant references are the peer's, so they are hashed with a secret of ours
 * and a chain is never longer than XSR_CACHE_CHAIN, whatever numbers come. Pages of a request that
 * are used again are mostly used in the same order, so each entry remembers the one that was taken
 * after it the last time, which is looked at before the table.
 *
 * It maps and unmaps nothing, and it neither allocates nor locks: the caller gives the storage and
 * the time, in a unit of its own that may wrap, and serialises all calls on one cache.
 * Callers: grant/plan.c; the back-end's queue, for purging, growing and tearing down.
 */
#ifndef XSR_CACHE_H
#define XSR_CACHE_H

#include "grant/piece.h"

/* No slot. */
#define XSR_CACHE_NONE (~0u)
/* Most entries that are looked at to find one. With an honest peer it is 1 or 2. */
#define XSR_CACHE_CHAIN 16
#define XSR_CACHE_MIN_SIZE 2
#define XSR_CACHE_MAX_SIZE (1u << 20)

enum xsr_cache_state {
	XSR_CACHE_FREE = 0,
	XSR_CACHE_IDLE,
	XSR_CACHE_LENT,
};

struct xsr_cache_entry {
	void *page; /* the shell's */
	u32 gref;
	u32 handle; /* to unmap with */
	u32 next; /* slot + 1 of the next in the chain or in the free list; 0: none */
	u32 given; /* when it was last given back */
	u32 after; /* the slot that was taken after this one the last time; any, but there is one */
	u8 state; /* enum xsr_cache_state */
	bool hot; /* used since the last sweep of xsr_cache_evict() */
};

struct xsr_cache {
	struct xsr_cache_entry *entry;
	u32 *bucket; /* slot + 1 of the first in the chain; 0: empty */
	u32 size; /* slots and buckets, a power of two */
	u32 limit; /* most entries the caller wants; may be changed at any time */
	u32 count; /* entries, lent or not */
	u32 lent;
	u32 free; /* slot + 1 */
	u32 taken; /* the slot taken last */
	u32 hand; /* where the next sweep begins */
	u64 mult; /* the secret: multiplier, odd, and offset of the hash */
	u64 add;
};

/* Bytes of storage a cache of @size slots needs, aligned as for a pointer. */
static inline size_t xsr_cache_bytes(u32 size)
{
	return (size_t)size * (sizeof(struct xsr_cache_entry) + sizeof(u32));
}

/*
 * Set up an empty cache over @storage, which the caller keeps until it is replaced or done with.
 * @size: a power of two, XSR_CACHE_MIN_SIZE to XSR_CACHE_MAX_SIZE. @secret: two random numbers.
 */
void xsr_cache_init(struct xsr_cache *c, void *storage, u32 size, u32 limit, const u64 secret[2]);

/*
 * Move into larger storage. Slots keep their numbers, lent ones too.
 * @size: as for xsr_cache_init, not below the present one. Returns the old storage.
 */
void *xsr_cache_grow(struct xsr_cache *c, void *storage, u32 size);

/*
 * Slots that the cache should have to take @more entries, as far as its limit allows them: its size
 * if that is enough, else what the caller may bring to xsr_cache_grow().
 */
static inline u32 xsr_cache_wants(const struct xsr_cache *c, u32 more)
{
	u64 need = (u64)c->count + more;
	u32 size = c->size;

	if (need > c->limit)
		need = c->limit;
	while (size < need && size < XSR_CACHE_MAX_SIZE)
		size *= 2;
	return size;
}

/* As xsr_cache_take(), by the table. */
u32 xsr_cache_look_up(struct xsr_cache *c, u32 gref);

/* Borrow the entry of @gref: its slot, or XSR_CACHE_NONE if there is none or it is lent. */
static inline u32 xsr_cache_take(struct xsr_cache *c, u32 gref)
{
	u32 slot = c->entry[c->taken].after;
	struct xsr_cache_entry *e = &c->entry[slot];

	if (e->gref != gref || e->state != XSR_CACHE_IDLE)
		return xsr_cache_look_up(c, gref);
	e->state = XSR_CACHE_LENT;
	c->taken = slot;
	c->lent++;
	return slot;
}

/* Give a borrowed @slot back at time @now. A slot that is not lent is left alone. */
static inline void xsr_cache_give(struct xsr_cache *c, u32 slot, u32 now)
{
	struct xsr_cache_entry *e = &c->entry[slot];

	if (slot >= c->size || e->state != XSR_CACHE_LENT)
		return;
	e->state = XSR_CACHE_IDLE;
	e->hot = true;
	e->given = now;
	c->lent--;
}

/*
 * Add a fresh mapping, lent to whoever made it. Returns its slot, or XSR_CACHE_NONE if it may not
 * be kept: the limit is reached, @gref is in already, or its chain is full.
 */
u32 xsr_cache_insert(struct xsr_cache *c, u32 gref, u32 handle, void *page);

static inline void *xsr_cache_page(const struct xsr_cache *c, u32 slot)
{
	return c->entry[slot].page;
}

/*
 * Remove entries that are not lent and were given back @unused or more before @now; all that are
 * not lent if @unused is 0. At most @max; they are written to @out as transient pieces, for the
 * caller to unmap. Returns how many; fewer than @max means that there are no more.
 */
u32 xsr_cache_purge(struct xsr_cache *c, u32 now, u32 unused, struct xsr_piece *out, u32 max);

/*
 * Remove up to @max entries that are not lent to make room, those first that nobody used since an
 * earlier sweep. Otherwise as xsr_cache_purge().
 */
u32 xsr_cache_evict(struct xsr_cache *c, struct xsr_piece *out, u32 max);

#endif /* XSR_CACHE_H */
