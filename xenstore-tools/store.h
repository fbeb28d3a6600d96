/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What xsr asks of a xenstore: read a node, list a directory, see both as of one moment.
 *
 * store.c implements it on libxenstore; tests/fakes/fake_store.c implements it in memory. xsr never
 * writes, so there is nothing here to write with. Errors are negative errno values everywhere.
 */
#ifndef XSR_TOOL_STORE_H
#define XSR_TOOL_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "xenstore-tools/text.h"

struct xsr_store;

/* A value as stored: any bytes. @data has a NUL behind @len that is not part of it. */
struct xsr_bytes {
	char *data;
	size_t len;
};

/* Names of children. */
struct xsr_names {
	char **name;
	size_t count;
};

struct xsr_store_ops {
	int (*begin)(struct xsr_store *s);
	int (*end)(struct xsr_store *s);
	int (*read)(struct xsr_store *s, const char *path, struct xsr_bytes *value);
	int (*list)(struct xsr_store *s, const char *path, struct xsr_names *names);
	void (*close)(struct xsr_store *s);
};

/* First member of each implementation's own struct. */
struct xsr_store {
	const struct xsr_store_ops *ops;
};

/*
 * Connect to the xenstore of this domain. NULL: @error says what was tried and what to do.
 * The caller closes it.
 */
struct xsr_store *xsr_store_open(struct xsr_text *error);

static inline void xsr_store_close(struct xsr_store *s)
{
	s->ops->close(s);
}

/*
 * Read the value of @path. On 0 the caller frees it with xsr_bytes_free().
 * -ENOENT: no such node; -EACCES: not for us; -ENOSPC, -EDQUOT: the transaction is too large.
 */
static inline int xsr_store_read(struct xsr_store *s, const char *path, struct xsr_bytes *value)
{
	return s->ops->read(s, path, value);
}

/* List the children of @path, in no order. On 0 the caller frees them with xsr_names_free(). */
static inline int xsr_store_list(struct xsr_store *s, const char *path, struct xsr_names *names)
{
	return s->ops->list(s, path, names);
}

/*
 * Run @collect(@arg), which reads and lists, as of one moment: in a transaction, anew when
 * something it saw changed meanwhile, at most XSR_SNAPSHOT_TRIES times. @collect must start from
 * scratch on each call. When the store allows no transaction or never holds still, @collect runs
 * once more without one and *@consistent is false.
 * Returns 0 or the error of @collect or of the store.
 */
int xsr_snapshot(struct xsr_store *s, int (*collect)(struct xsr_store *s, void *arg), void *arg,
		 bool *consistent);

#define XSR_SNAPSHOT_TRIES 8

/*
 * Is @err (negative errno) about the one node asked for: absent, forbidden, no valid name? Then the
 * rest can still be shown. Any other error is about the connection or the transaction.
 */
bool xsr_store_soft(int err);

void xsr_bytes_free(struct xsr_bytes *b);
void xsr_names_free(struct xsr_names *n);

#endif /* XSR_TOOL_STORE_H */
