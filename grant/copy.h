/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From parts of the peer's pages and parts of our memory to grant copies, and from the status of
 * each copy back to the packet it belongs to.
 *
 * Two lists of spans describe the same bytes, one in the peer's pages and one in ours. xsr_copy_plan()
 * cuts them into operations that cross a page on neither side, which is all that Xen copies. Several
 * packets go into one list, which the shell executes in one hypercall and reports on with
 * xsr_copy_done(); each packet then asks for its own operations, from the number the list had
 * before its plan.
 *
 * Nothing here copies, locks or allocates. Callers: grant/linux/copied.c and backend/net/.
 */
#ifndef XSR_COPY_H
#define XSR_COPY_H

#include "ring/env.h"

/* A part of one granted page; offset + bytes is at most a page, bytes may be 0. */
struct xsr_copy_peer {
	u32 gref;
	u16 offset;
	u16 bytes;
};

/* A part of our memory. It may be longer than a page, if the pages follow each other. */
struct xsr_copy_own {
	void *page; /* the shell's name of a page; offset 0 is where that page begins */
	u32 offset; /* bytes from there, may be beyond the first page */
	u32 bytes;
};

/* One operation: inside one page of the peer, and inside one of ours. */
struct xsr_copy_op {
	void *page; /* as in the span: the page is that one and offset / XSR_PAGE_SIZE more */
	u32 gref;
	u32 offset;
	u16 peer_offset;
	u16 bytes;
	u16 span; /* number of the peer's span it belongs to */
	bool failed; /* until the shell says otherwise */
};

struct xsr_copy_list {
	struct xsr_copy_op *op; /* caller's storage */
	u32 size;
	u32 n;
};

/* Set up an empty list over @storage of @size operations, which the caller keeps. */
static inline void xsr_copy_init(struct xsr_copy_list *list, struct xsr_copy_op *storage, u32 size)
{
	list->op = storage;
	list->size = size;
	list->n = 0;
}

/* Forget the operations, which have been executed and asked about. */
static inline void xsr_copy_reset(struct xsr_copy_list *list)
{
	list->n = 0;
}

/*
 * Plan to copy between @peer[0..nr_peer) and @own[0..nr_own), which hold equally many bytes. The
 * direction is for the shell. Returns false, with nothing planned, if the list has no room, or the
 * two do not match, or a span of the peer is not inside its page.
 */
bool xsr_copy_plan(struct xsr_copy_list *list, const struct xsr_copy_peer *peer, u32 nr_peer,
		   const struct xsr_copy_own *own, u32 nr_own);

/* The shell's answer to operation @i: done, or not. */
static inline void xsr_copy_done(struct xsr_copy_list *list, u32 i, bool done)
{
	list->op[i].failed = !done;
}

/* Were all operations from number @from up to, not including, @to done? */
bool xsr_copy_all_done(const struct xsr_copy_list *list, u32 from, u32 to);

/* The same for those of the peer's span number @span only. */
bool xsr_copy_span_done(const struct xsr_copy_list *list, u32 from, u32 to, u32 span);

#endif /* XSR_COPY_H */
