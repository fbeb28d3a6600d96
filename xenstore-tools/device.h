/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One device as both its directories show it at one moment.
 *
 * This is only what was read. report.h says what it means.
 */
#ifndef XSR_TOOL_DEVICE_H
#define XSR_TOOL_DEVICE_H

#include "xenstore-tools/discover.h"
#include "xenstore-tools/tree.h"

/* One end. */
struct xsr_side {
	struct xsr_place place;
	char *path; /* NULL: where it is cannot be told */
	char *domain; /* name of the domain, printable, or NULL */
	struct xsr_tree tree;
	struct xsr_node error; /* what the driver wrote when it failed; err is set if it did not */
};

struct xsr_device {
	enum xsr_class class;
	u32 dev;
	char *name; /* xvda, vif3.0; printable */
	struct xsr_side side[2]; /* by enum xsr_role */
	bool consistent; /* everything was read as of one moment */
};

/*
 * Read the device @ref into @d, which is empty. Returns 0, also when a directory or any node is
 * missing; -ENOENT if the device has no directory left; an error that xsr_store_soft() does not
 * cover otherwise. The caller calls xsr_device_free() in any case.
 */
int xsr_device_load(struct xsr_store *s, const struct xsr_ref *ref, struct xsr_device *d);

/* Has this side a directory that could be listed? */
static inline bool xsr_side_present(const struct xsr_side *side)
{
	return side->path && !side->tree.err;
}

void xsr_device_free(struct xsr_device *d);

#endif /* XSR_TOOL_DEVICE_H */
