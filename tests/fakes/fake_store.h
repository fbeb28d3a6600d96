/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A xenstore in memory behind xenstore-tools/store.h, with knobs for everything that can go wrong.
 *
 * Like the real daemon it does not isolate a transaction: reads see the store as it is now, and a
 * commit fails with -EAGAIN if anything was written since the transaction began. Used by the tests
 * of xsr and by tests/tools/xs_server.c.
 */
#ifndef XSR_TESTS_FAKE_STORE_H
#define XSR_TESTS_FAKE_STORE_H

#include "xenstore-tools/store.h"

/* An empty store; xsr_store_close() frees it. */
struct xsr_store *fake_store_new(void);

/* Write a node; directories above it come into being. */
void fake_set(struct xsr_store *s, const char *path, const char *value);
void fake_set_bytes(struct xsr_store *s, const char *path, const void *data, size_t len);

/* Remove @path and all below it. */
void fake_remove(struct xsr_store *s, const char *path);

/* Answer -EACCES for @path and all below it. */
void fake_deny(struct xsr_store *s, const char *path);

/* Answer -EACCES to listing @path itself; what is below can still be reached by name. */
void fake_deny_listing(struct xsr_store *s, const char *path);

/* Let the next @times commits fail with -EAGAIN. */
void fake_conflict(struct xsr_store *s, unsigned int times);

/* Let every begin fail with @err (negative errno). */
void fake_no_transactions(struct xsr_store *s, int err);

/* Let the read or list after @ops more of them, and all later ones, fail with @err. */
void fake_break_after(struct xsr_store *s, unsigned int ops, int err);

/* The same, but only within a transaction: what a quota on accessed nodes does. */
void fake_quota_after(struct xsr_store *s, unsigned int ops, int err);

/* Call @hook(@s, @arg) once, before the read or list that follows @ops more of them. */
void fake_call_after(struct xsr_store *s, unsigned int ops,
		     void (*hook)(struct xsr_store *s, void *arg), void *arg);

/* Call @hook(@s, @node, @arg) for each node there is; it may rewrite that node. */
void fake_each(struct xsr_store *s, void (*hook)(struct xsr_store *s, const char *path, void *arg),
	       void *arg);

/* Reads and lists so far. */
unsigned int fake_ops(const struct xsr_store *s);

/* Transactions begun and not yet ended. */
int fake_open_transactions(const struct xsr_store *s);

#endif /* XSR_TESTS_FAKE_STORE_H */
