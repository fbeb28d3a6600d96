// SPDX-License-Identifier: GPL-2.0
/*
 * Running key tables against xenstore; see xbkeys.h.
 *
 * xenbus_read_unsigned() of the core answers its default on any error, so that a key that is
 * malformed or may not be read looks absent. Here each is told apart.
 */
#include <linux/slab.h>

#include "ring/linux/compat/compat.h"
#include "ring/linux/xbkeys.h"

static int key_result_errno(const struct xsr_key *key, enum xsr_key_result result)
{
	if (result == XSR_KEY_OK)
		return 0;
	if (result == XSR_KEY_ABSENT)
		return key->required ? -ENOENT : 0;
	return -EINVAL;
}

int xsr_key_read(const char *dir, const struct xsr_key *key, const char *name, u64 *value)
{
	unsigned int len;
	char *text;
	int err;

	text = xenbus_read(XBT_NIL, dir, name ? name : key->name, &len);
	if (IS_ERR(text) && PTR_ERR(text) != -ENOENT)
		return PTR_ERR(text);
	if (IS_ERR(text))
		return key_result_errno(key, xsr_key_parse(key, NULL, 0, value));
	err = key_result_errno(key, xsr_key_parse(key, text, len, value));
	kfree(text);
	return err;
}
EXPORT_SYMBOL_GPL(xsr_key_read);

int xsr_keys_read(const char *dir, const struct xsr_key *table, unsigned int n, u64 *values,
		  const struct xsr_key **blame)
{
	unsigned int i;
	int err;

	for (i = 0; i < n; i++) {
		values[i] = table[i].def;
		if (table[i].type == XSR_KEY_TEXT)
			continue;
		err = xsr_key_read(dir, &table[i], NULL, &values[i]);
		if (!err)
			continue;
		if (blame)
			*blame = &table[i];
		return err;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(xsr_keys_read);

int xsr_key_read_text(const char *dir, const char *name, char *buf, size_t size)
{
	unsigned int len;
	char *text = xenbus_read(XBT_NIL, dir, name, &len);
	int err = 0;

	if (IS_ERR(text))
		return PTR_ERR(text);
	if (len >= size)
		err = -ENAMETOOLONG;
	else
		strscpy(buf, text, size);
	kfree(text);
	return err;
}
EXPORT_SYMBOL_GPL(xsr_key_read_text);

int xsr_key_read_dev(const char *dir, const char *name, unsigned int *major, unsigned int *minor)
{
	char text[XSR_KEY_TEXT_MAX], rest;
	int err = xsr_key_read_text(dir, name, text, sizeof(text));

	if (err)
		return err;
	if (!text[0])
		return -ENOENT;
	return sscanf(text, "%x:%x%c", major, minor, &rest) == 2 ? 0 : -EINVAL;
}
EXPORT_SYMBOL_GPL(xsr_key_read_dev);

void xsr_key_put(struct xsr_key_writer *w, const char *name, u64 value)
{
	if (!w->err)
		w->err = xenbus_printf(w->xbt, w->dir, name, "%llu", value);
}
EXPORT_SYMBOL_GPL(xsr_key_put);

void xsr_key_put_text(struct xsr_key_writer *w, const char *name, const char *text)
{
	if (!w->err)
		w->err = xenbus_write(w->xbt, w->dir, name, text);
}
EXPORT_SYMBOL_GPL(xsr_key_put_text);

void xsr_key_drop(struct xsr_key_writer *w, const char *name)
{
	int err;

	if (w->err)
		return;
	err = xenbus_rm(w->xbt, w->dir, name);
	if (err != -ENOENT)
		w->err = err;
}
EXPORT_SYMBOL_GPL(xsr_key_drop);

/* Others may keep winning the race for a while, but not for ever. */
#define XSR_KEYS_WRITE_TRIES 100

int xsr_keys_write(const char *dir, void (*fill)(struct xsr_key_writer *w, void *arg), void *arg)
{
	struct xsr_key_writer w = { .dir = dir };
	int tries, err;

	for (tries = 0; tries < XSR_KEYS_WRITE_TRIES; tries++) {
		w.err = 0;
		err = xenbus_transaction_start(&w.xbt);
		if (err)
			return err;
		fill(&w, arg);
		err = xenbus_transaction_end(w.xbt, w.err != 0);
		if (w.err)
			return w.err;
		if (err != -EAGAIN)
			return err;
	}
	return -EBUSY;
}
EXPORT_SYMBOL_GPL(xsr_keys_write);
