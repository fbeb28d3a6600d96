// SPDX-License-Identifier: GPL-2.0
/*
 * Cache of persistently mapped grants; see cache.h for what it promises.
 *
 * A hash table with chains, over slots that never move: a request remembers the slot it borrowed.
 * The hash is multiply-shift with a secret odd multiplier, for which two references that were
 * chosen without knowing the secret fall into the same bucket with a chance of at most 2 / size.
 * One hand goes round the slots for both kinds of sweep, so that no entry is favoured by its place.
 */
#include "grant/cache.h"

static u32 *cache_bucket(const struct xsr_cache *c, u32 gref)
{
	u64 hash = c->mult * gref + c->add;

	/* The top bits are the good ones; a larger table splits each chain of a smaller one. */
	return &c->bucket[(hash >> 32) * c->size >> 32];
}

static void cache_chain(struct xsr_cache *c, u32 slot)
{
	u32 *head = cache_bucket(c, c->entry[slot].gref);

	c->entry[slot].next = *head;
	*head = slot + 1;
}

/* Put slots @from.. into the free list, so that the lowest is taken first. */
static void cache_free_from(struct xsr_cache *c, u32 from)
{
	u32 slot;

	for (slot = c->size; slot-- > from;) {
		c->entry[slot].state = XSR_CACHE_FREE;
		c->entry[slot].next = c->free;
		c->free = slot + 1;
	}
}

static void cache_use_storage(struct xsr_cache *c, void *storage, u32 size)
{
	c->entry = storage;
	c->bucket = (u32 *)(c->entry + size);
	c->size = size;
	memset(storage, 0, xsr_cache_bytes(size));
}

void xsr_cache_init(struct xsr_cache *c, void *storage, u32 size, u32 limit, const u64 secret[2])
{
	memset(c, 0, sizeof(*c));
	c->limit = limit;
	c->mult = secret[0] | 1;
	c->add = secret[1];
	cache_use_storage(c, storage, size);
	cache_free_from(c, 0);
}

void *xsr_cache_grow(struct xsr_cache *c, void *storage, u32 size)
{
	struct xsr_cache_entry *old = c->entry;
	u32 old_size = c->size, slot;

	cache_use_storage(c, storage, size);
	memcpy(c->entry, old, old_size * sizeof(*old));
	c->free = 0;
	cache_free_from(c, old_size);
	for (slot = old_size; slot-- > 0;) {
		if (c->entry[slot].state != XSR_CACHE_FREE) {
			cache_chain(c, slot);
			continue;
		}
		c->entry[slot].next = c->free;
		c->free = slot + 1;
	}
	return old;
}

/* Look for @gref. @len: how many entries were looked at. Returns slot + 1, or 0. */
static u32 cache_find(const struct xsr_cache *c, u32 gref, u32 *len)
{
	u32 at = *cache_bucket(c, gref);

	for (*len = 0; at && c->entry[at - 1].gref != gref; at = c->entry[at - 1].next)
		++*len;
	return at;
}

/* @slot is lent now, and will be looked at first when what was taken before it is taken again. */
static void cache_lend(struct xsr_cache *c, u32 slot)
{
	c->entry[slot].state = XSR_CACHE_LENT;
	c->entry[c->taken].after = slot;
	c->taken = slot;
	c->lent++;
}

u32 xsr_cache_look_up(struct xsr_cache *c, u32 gref)
{
	u32 len, at = cache_find(c, gref, &len);

	if (!at || c->entry[at - 1].state != XSR_CACHE_IDLE)
		return XSR_CACHE_NONE;
	cache_lend(c, at - 1);
	return at - 1;
}

u32 xsr_cache_insert(struct xsr_cache *c, u32 gref, u32 handle, void *page)
{
	u32 len, slot = c->free - 1;

	if (!c->free || c->count >= c->limit)
		return XSR_CACHE_NONE;
	if (cache_find(c, gref, &len) || len >= XSR_CACHE_CHAIN)
		return XSR_CACHE_NONE;
	c->free = c->entry[slot].next;
	c->entry[slot] = (struct xsr_cache_entry){ .page = page, .gref = gref, .handle = handle };
	cache_chain(c, slot);
	cache_lend(c, slot);
	c->count++;
	return slot;
}

/* Take an idle @slot out of the table and describe it in @out. */
static void cache_remove(struct xsr_cache *c, u32 slot, struct xsr_piece *out)
{
	struct xsr_cache_entry *e = &c->entry[slot];
	u32 *link = cache_bucket(c, e->gref);

	while (*link != slot + 1)
		link = &c->entry[*link - 1].next;
	*link = e->next;
	*out = (struct xsr_piece){
		.page = e->page,
		.gref = e->gref,
		.ref = e->handle,
		.owner = XSR_OWN_TRANSIENT,
	};
	e->state = XSR_CACHE_FREE;
	e->page = NULL;
	e->next = c->free;
	c->free = slot + 1;
	c->count--;
}

/* The slot under the hand, which moves on. */
static u32 cache_sweep(struct xsr_cache *c)
{
	u32 slot = c->hand++ & (c->size - 1);

	return slot;
}

u32 xsr_cache_purge(struct xsr_cache *c, u32 now, u32 unused, struct xsr_piece *out, u32 max)
{
	u32 steps, n = 0;

	for (steps = c->size; steps && n < max && c->count > c->lent; steps--) {
		u32 slot = cache_sweep(c);
		const struct xsr_cache_entry *e = &c->entry[slot];

		if (e->state == XSR_CACHE_IDLE && now - e->given >= unused)
			cache_remove(c, slot, &out[n++]);
	}
	return n;
}

u32 xsr_cache_evict(struct xsr_cache *c, struct xsr_piece *out, u32 max)
{
	u32 steps, n = 0;

	/* Twice round: the first may do no more than cool everything down. */
	for (steps = 2 * c->size; steps && n < max && c->count > c->lent; steps--) {
		u32 slot = cache_sweep(c);
		struct xsr_cache_entry *e = &c->entry[slot];

		if (e->state == XSR_CACHE_IDLE && !e->hot)
			cache_remove(c, slot, &out[n++]);
		else
			e->hot = false;
	}
	return n;
}
