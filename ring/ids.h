/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ids of a sender whose answers are taken in another context, without a lock between the two.
 *
 * The sender takes ids and puts entries under them; whoever takes the answers gives ids back through
 * a small ring. Between put and publish an entry is the sender's alone, so its id must not count as
 * out yet: a back-end that answers it all the same, in place of another answer, would have what
 * hangs on it freed under the sender's hands. So ids become valid in the table of slots only when
 * they are shown, right before the ring is published.
 *
 * Orderings: give's store-release of `given` pairs with the load-acquire in free (what hung on the
 * id is done with before the sender writes it anew); show marks through xsr_slots_send(), whose
 * store-release pairs with the load-acquire in xsr_slots_match().
 * Never allocates. Callers: frontend/net/.
 */
#ifndef XSR_IDS_H
#define XSR_IDS_H

#include "ring/slots.h"

struct xsr_ids {
	u16 *id; /* caller's storage, @size of them */
	u32 size; /* a power of two */
	u32 taken; /* sender: free-running */
	u32 shown; /* sender: how far the table of slots knows */
	u8 apart[64]; /* the two sides write different cache lines */
	u32 given; /* answers: free-running */
};

/* Begin with all of 0..@size-1 free, over @storage of as many u16, which the caller keeps. */
static inline void xsr_ids_init(struct xsr_ids *ids, u16 *storage, u32 size)
{
	u32 i;

	memset(ids, 0, sizeof(*ids));
	ids->id = storage;
	ids->size = size;
	ids->given = size;
	for (i = 0; i < size; i++)
		storage[i] = (u16)i;
}

/* How many ids may be taken. Either side. */
static inline u32 xsr_ids_free(const struct xsr_ids *ids)
{
	return xsr_load_acquire(&ids->given) - xsr_read_once(&ids->taken);
}

/* Sender: the one that will be taken next; only while one is free. */
static inline u16 xsr_ids_next(const struct xsr_ids *ids)
{
	return ids->id[ids->taken & (ids->size - 1)];
}

/* Sender: take one; only while one is free. */
static inline u16 xsr_ids_take(struct xsr_ids *ids)
{
	u16 id = xsr_ids_next(ids);

	xsr_write_once(&ids->taken, ids->taken + 1);
	return id;
}

/* Sender: all that were taken are out from now on, with operation 0. Right before a publish. */
static inline void xsr_ids_show(struct xsr_ids *ids, struct xsr_slots *slots)
{
	for (; ids->shown != ids->taken; ids->shown++)
		xsr_slots_send(slots, ids->id[ids->shown & (ids->size - 1)], 0);
}

/* Answers: @id, which was matched, is free again. */
static inline void xsr_ids_give(struct xsr_ids *ids, u16 id)
{
	ids->id[ids->given & (ids->size - 1)] = id;
	xsr_store_release(&ids->given, ids->given + 1);
}

#endif /* XSR_IDS_H */
