/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A piece of a request: one granted page of the peer and what we have of it.
 *
 * Who has to undo a mapping is said by one field and nothing else (enum xsr_owner). The cache and
 * the plan move pieces between owners; the shell executes grant operations and keeps the pages.
 */
#ifndef XSR_PIECE_H
#define XSR_PIECE_H

#include "ring/env.h"

enum xsr_owner {
	XSR_OWN_NONE = 0, /* not mapped: ref means nothing */
	XSR_OWN_TRANSIENT, /* mapped for this request: ref is the handle to unmap with */
	XSR_OWN_PERSISTENT, /* lent by the cache: ref is the slot to give back */
	XSR_OWN_COPIED, /* not mapped, page is one of ours: ref is 1 once the copy was made, else 0 */
};

struct xsr_piece {
	void *page; /* the shell's: where it is mapped, or, before that, where it shall be */
	u32 gref; /* the peer's name for it; any number */
	u32 ref;
	u16 offset; /* the part of the page that the request is about, bytes */
	u16 bytes;
	u8 owner; /* enum xsr_owner */
	bool readonly; /* map it so that nobody here can write to it */
	bool lent; /* granted for this request only: never kept */
};

XSR_ASSERT(sizeof(void *) != 8 || sizeof(struct xsr_piece) == 24, "a piece is small");

#endif /* XSR_PIECE_H */
