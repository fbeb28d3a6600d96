/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running key tables against xenstore. Together with device.c the only place that reads or writes
 * keys; every number of a peer comes in through the strict parser of ring/keys.h.
 */
#ifndef XSR_LINUX_XBKEYS_H
#define XSR_LINUX_XBKEYS_H

#include <xen/xenbus.h>

#include "ring/keys.h"

/*
 * Read all @n keys of @table below directory @dir.
 * @values: numbers in table order; defaults for absent keys.
 * Returns 0, or a negative errno: -EINVAL for a malformed or out of range key, -ENOENT for an
 * absent required one, or xenstore's error (a key we may not read is not the same as an absent
 * one). *@blame, if not NULL, then says which.
 */
int xsr_keys_read(const char *dir, const struct xsr_key *table, unsigned int n, u64 *values,
		  const struct xsr_key **blame);

/* Read one number; errors as above. @name replaces key->name if not NULL ("ring-ref3"). */
int xsr_key_read(const char *dir, const struct xsr_key *key, const char *name, u64 *value);

/* Is the key there, readable, and not 0? */
static inline bool xsr_key_is_set(const char *dir, const struct xsr_key *key)
{
	u64 value;

	return !xsr_key_read(dir, key, NULL, &value) && value;
}

/* Read one text into @buf of @size; too long is -ENAMETOOLONG, absent -ENOENT. */
int xsr_key_read_text(const char *dir, const char *name, char *buf, size_t size);

/* Read "major:minor", both hexadecimal, as the hotplug script writes physical-device. */
int xsr_key_read_dev(const char *dir, const char *name, unsigned int *major, unsigned int *minor);

/*
 * A set of changes to one directory (our own), committed in one transaction that is retried while
 * xenstore says that somebody else was in between. Usage:
 *   fill = a function that calls xsr_key_put*() and xsr_key_drop() on the writer
 *   err = xsr_keys_write(dir, fill, arg)
 * fill may run several times and must only write. Its error aborts the transaction.
 */
struct xsr_key_writer {
	struct xenbus_transaction xbt;
	const char *dir;
	int err; /* first error; later puts do nothing */
};

int xsr_keys_write(const char *dir, void (*fill)(struct xsr_key_writer *w, void *arg), void *arg);
void xsr_key_put(struct xsr_key_writer *w, const char *name, u64 value);
void xsr_key_put_text(struct xsr_key_writer *w, const char *name, const char *text);
/* Remove a key, and what is below it; absent is fine. */
void xsr_key_drop(struct xsr_key_writer *w, const char *name);

#endif /* XSR_LINUX_XBKEYS_H */
