/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which devices there are: front-end directories and back-end directories, paired.
 *
 * A guest writes where its back-end is, so that is believed only when it names a directory made for
 * this very device. A directory without its other half is a device too: that is how leftovers show.
 */
#ifndef XSR_TOOL_DISCOVER_H
#define XSR_TOOL_DISCOVER_H

#include "xenstore-tools/path.h"
#include "xenstore-tools/store.h"

/* A device by its directories; either need not exist. */
struct xsr_ref {
	struct xsr_place front;
	struct xsr_place back; /* valid if has_back */
	bool has_back;
};

struct xsr_refs {
	struct xsr_ref *ref;
	size_t count;
};

/*
 * Find all devices of all domains we can see, sorted by front-end domain, class and number, into
 * the empty @refs; the caller frees refs->ref. Returns 0 or an error that xsr_store_soft() does
 * not cover.
 */
int xsr_discover(struct xsr_store *s, struct xsr_refs *refs);

#endif /* XSR_TOOL_DISCOVER_H */
