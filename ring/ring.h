/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Index arithmetic of one shared ring, the same for requests and responses.
 *
 * A ring has two streams over one array of entries: the front-end produces requests, the back-end
 * produces responses into the entries whose requests it has consumed. Seen from either end one
 * stream goes "out" (we produce it) and one comes "in" (we consume it), so both ends share this
 * code. Every index is free-running and is masked only when an entry is addressed.
 *
 * The peer can write every byte of the shared pages at any time. So what we produced is remembered
 * privately and never read back, the peer's producer is read once per peek and bounded, and an
 * entry is copied out exactly once.
 *
 * Orderings, each with its partner:
 *   A  publish: store-release of our producer    <->  B  peek: load-acquire of the peer's producer
 *      (entries written before A are seen after B; B also orders our later reuse of an entry)
 *   C  publish: full barrier, store producer then load event
 *                                                <->  D  arm: full barrier, store event then
 *                                                        load producer
 *      (at least one side sees the other's store: no wake-up is lost)
 * C and D are the only full barriers in the tree.
 *
 * Callers: the codecs' users in frontend/ and backend/, under their own lock or from one context.
 * The out half and the in half may be used at the same time by two contexts, each serialised in
 * itself. Nothing here prints, sleeps, allocates or notifies.
 */
#ifndef XSR_RING_H
#define XSR_RING_H

#include "ring/env.h"

/* Header of the first shared page. Entries start right behind it. */
struct xsr_sring {
	u32 req_prod;
	u32 req_event;
	u32 rsp_prod;
	u32 rsp_event;
	u8 reserved[48];
};

XSR_ASSERT(sizeof(struct xsr_sring) == 64, "ring header is 64 bytes");
XSR_ASSERT(offsetof(struct xsr_sring, rsp_prod) == 8, "rsp_prod is at 8");

struct xsr_ring {
	u8 __shared *entries;
	u32 size; /* entries, a power of two */
	u32 stride; /* bytes from one entry to the next */
	u32 role; /* enum xsr_role */

	u32 out; /* next entry we shall write */
	u32 out_pub; /* what the peer was last told of out */
	u32 in; /* next entry we shall read */

	u32 __shared *out_idx; /* our producer index */
	u32 __shared *out_event; /* the peer's wish: tell me when out_idx passes this */
	u32 __shared *in_idx; /* the peer's producer index */
	u32 __shared *in_event; /* our wish for its producer */
};

/* Entries are structs and unions of any kind; they travel as words, or as pairs of them. */
typedef u32 __attribute__((__may_alias__)) xsr_ring_word;
typedef u64 __attribute__((__may_alias__)) xsr_ring_pair;

/* Address of entry @idx, entries being @stride apart. The only place that turns an index into one. */
static inline u32 *xsr_ring_entry_as(const struct xsr_ring *r, u32 stride, u32 idx)
{
	return (u32 __xsr_force *)(r->entries + (size_t)(idx & (r->size - 1)) * stride);
}

static inline u32 *xsr_ring_entry(const struct xsr_ring *r, u32 idx)
{
	return xsr_ring_entry_as(r, r->stride, idx);
}

/* Entries that are under way: produced by the front-end and not yet consumed as answered by us. */
static inline u32 xsr_ring_busy(const struct xsr_ring *r)
{
	u32 out = xsr_read_once(&r->out), in = xsr_read_once(&r->in);

	return r->role == XSR_FRONT ? out - in : in - out;
}

/* How many entries may be put now: free slots for a front-end, owed responses for a back-end. */
static inline u32 xsr_ring_room(const struct xsr_ring *r)
{
	u32 busy = xsr_ring_busy(r);

	return r->role == XSR_FRONT ? r->size - busy : busy;
}

/*
 * The most that a peer who keeps the rules can have put beyond what we took: for a front-end the
 * responses to what it published, for a back-end the slots that are not owed a response.
 */
static inline u32 xsr_ring_in_limit(const struct xsr_ring *r)
{
	if (r->role == XSR_FRONT)
		return xsr_read_once(&r->out_pub) - r->in;
	return r->size - (r->in - xsr_read_once(&r->out));
}

/*
 * Look how many entries the peer has put (ordering B).
 * @n: number that may be taken now; untouched unless XSR_OK.
 * Returns XSR_OK, or XSR_FATAL if the peer's producer is impossible.
 */
static inline enum xsr_verdict xsr_ring_peek(const struct xsr_ring *r, u32 *n)
{
	u32 avail = xsr_load_acquire((u32 __xsr_force *)r->in_idx) - r->in;

	if (unlikely(avail > xsr_ring_in_limit(r)))
		return XSR_FATAL;
	*n = avail;
	return XSR_OK;
}

/*
 * How many entries the peer seems to have put, for the context that has the out half. Any number: nothing
 * is checked, and none may be taken for it.
 */
static inline u32 xsr_ring_glance(const struct xsr_ring *r)
{
	return xsr_read_once((u32 __xsr_force *)r->in_idx) - xsr_read_once(&r->in);
}

/*
 * Copy the next entry into private memory and step over it; each byte is read once.
 * @stride: the ring's. A codec knows it when it is compiled, and most of this is folded away then.
 * @bytes: how much of the entry, a multiple of 4, at most the stride.
 * Only after a peek said that there is one.
 */
static inline void xsr_ring_take_as(struct xsr_ring *r, u32 stride, void *entry, u32 bytes)
{
	const u8 *from = (const u8 *)xsr_ring_entry_as(r, stride, r->in);
	u8 *to = entry;
	u32 i = 0;

	/* Pairs of words if every entry begins at a multiple of 8; those of 12 bytes do not. */
	for (; !(stride % 8) && i + 8 <= bytes; i += 8) {
		u64 pair = xsr_read_once((const xsr_ring_pair *)(from + i));

		memcpy(to + i, &pair, sizeof(pair));
	}
	for (; i < bytes; i += 4) {
		u32 word = xsr_read_once((const xsr_ring_word *)(from + i));

		memcpy(to + i, &word, sizeof(word));
	}
	xsr_write_once(&r->in, r->in + 1);
}

static inline void xsr_ring_take(struct xsr_ring *r, void *entry, u32 bytes)
{
	xsr_ring_take_as(r, r->stride, entry, bytes);
}

/*
 * Write the next entry; the peer sees it after the next publish.
 * @stride, @bytes: as above. Only while xsr_ring_room() is not 0.
 */
static inline void xsr_ring_put_as(struct xsr_ring *r, u32 stride, const void *entry, u32 bytes)
{
	u8 *to = (u8 *)xsr_ring_entry_as(r, stride, r->out);
	const u8 *from = entry;
	u32 i = 0;

	for (; !(stride % 8) && i + 8 <= bytes; i += 8) {
		u64 pair;

		memcpy(&pair, from + i, sizeof(pair));
		xsr_write_once((xsr_ring_pair *)(to + i), pair);
	}
	for (; i < bytes; i += 4) {
		u32 word;

		memcpy(&word, from + i, sizeof(word));
		xsr_write_once((xsr_ring_word *)(to + i), word);
	}
	xsr_write_once(&r->out, r->out + 1);
}

static inline void xsr_ring_put(struct xsr_ring *r, const void *entry, u32 bytes)
{
	xsr_ring_put_as(r, r->stride, entry, bytes);
}

/*
 * Show all put entries to the peer (orderings A and C).
 * Returns true if the peer asked to be notified of one of them; the caller then sends one event.
 */
static inline bool xsr_ring_publish(struct xsr_ring *r)
{
	u32 old = r->out_pub, new = r->out;

	if (old == new)
		return false;
	xsr_write_once(&r->out_pub, new);
	xsr_store_release((u32 __xsr_force *)r->out_idx, new); /* A */
	xsr_mb(); /* C */
	return new - xsr_read_once((u32 __xsr_force *)r->out_event) < new - old;
}

/*
 * Ask to be notified when the peer has put @ahead more entries than we took (ordering D).
 * Returns true if they are already there: no event will come for them, so take them now.
 * With @ahead above 1 the caller itself sees to it that fewer entries do not wait for ever.
 */
static inline bool xsr_ring_arm(struct xsr_ring *r, u32 ahead)
{
	xsr_write_once((u32 __xsr_force *)r->in_event, r->in + ahead);
	xsr_mb(); /* D */
	return xsr_read_once((u32 __xsr_force *)r->in_idx) - r->in >= ahead;
}

#endif /* XSR_RING_H */
