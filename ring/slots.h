/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Id table of a front-end: matches each response to a request exactly once.
 *
 * A front-end numbers its outstanding requests 0..size-1 (blk-mq tags serve directly). This table
 * remembers, for each id, whether a request is out and with which operation, so that a response
 * with a foreign, stale, doubled or wrongly typed id is told apart from a true one.
 * Never allocates; not locked: a slot is handed from submitter to completer by the ring itself. A
 * peer that answers before it was asked may have the completer look earlier, so what hangs on a slot
 * is written before send (store-release) and read after match (load-acquire).
 */
#ifndef XSR_SLOTS_H
#define XSR_SLOTS_H

#include "ring/env.h"

/* A slot holds the operation that is out, or this. No protocol uses operation 255. */
#define XSR_SLOT_IDLE 0xff

struct xsr_slots {
	u8 *op; /* caller's storage, one byte an id */
	u32 size;
};

/* Set up an empty table over @storage of @size bytes, which the caller keeps. */
static inline void xsr_slots_init(struct xsr_slots *s, u8 *storage, u32 size)
{
	s->op = storage;
	s->size = size;
	memset(storage, XSR_SLOT_IDLE, size);
}

/* Request @id with operation @op is about to be published. Returns false if that id is out. */
static inline bool xsr_slots_send(struct xsr_slots *s, u32 id, u8 op)
{
	if (unlikely(id >= s->size || s->op[id] != XSR_SLOT_IDLE))
		return false;
	xsr_store_release(&s->op[id], op);
	return true;
}

/*
 * A response says it answers @id with operation @op. XSR_OK: it does, and the slot is idle again.
 * XSR_FATAL: no such request is out; nothing changed.
 */
static inline enum xsr_verdict xsr_slots_match(struct xsr_slots *s, u64 id, u8 op)
{
	if (unlikely(id >= s->size || op == XSR_SLOT_IDLE || xsr_load_acquire(&s->op[id]) != op))
		return XSR_FATAL;
	xsr_write_once(&s->op[id], XSR_SLOT_IDLE);
	return XSR_OK;
}

/* Is request @id out? */
static inline bool xsr_slots_busy(const struct xsr_slots *s, u32 id)
{
	return id < s->size && s->op[id] != XSR_SLOT_IDLE;
}

#endif /* XSR_SLOTS_H */
