// SPDX-License-Identifier: GPL-2.0
/*
 * Seeing several nodes as of one moment, and what to do when the store does not hold still.
 *
 * It decides on transactions and retries, knows no device, and never loops without bound: a guest
 * may rewrite its own nodes as fast as it likes. See store.h; called by discover.c and device.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "xenstore-tools/store.h"

bool xsr_store_soft(int err)
{
	switch (-err) {
	case ENOENT:
	case EACCES:
	case EPERM:
	case EINVAL:
	case E2BIG:
	case EISDIR:
	case ENOTDIR:
		return true;
	default:
		return false;
	}
}

/* The store is well, but will not do this much in a transaction, or none at all now. */
static bool refused(int err)
{
	return err == -ENOSPC || err == -EDQUOT || err == -EBUSY || err == -ENOSYS ||
	       err == -ENOMEM;
}

static int run_once(struct xsr_store *s, int (*collect)(struct xsr_store *s, void *arg), void *arg)
{
	int err = s->ops->begin(s);
	int end;

	if (err)
		return xsr_store_soft(err) ? -EBUSY : err;
	err = collect(s, arg);
	end = s->ops->end(s);
	return err ? err : end;
}

int xsr_snapshot(struct xsr_store *s, int (*collect)(struct xsr_store *s, void *arg), void *arg,
		 bool *consistent)
{
	unsigned int i;
	int err;

	*consistent = true;
	for (i = 0; i < XSR_SNAPSHOT_TRIES; i++) {
		err = run_once(s, collect, arg);
		if (!err || (err != -EAGAIN && !refused(err)))
			return err;
		if (err != -EAGAIN)
			break;
	}
	*consistent = false;
	return collect(s, arg);
}

void xsr_bytes_free(struct xsr_bytes *b)
{
	free(b->data);
	b->data = NULL;
	b->len = 0;
}

void xsr_names_free(struct xsr_names *n)
{
	size_t i;

	for (i = 0; i < n->count; i++)
		free(n->name[i]);
	free(n->name);
	n->name = NULL;
	n->count = 0;
}
