// SPDX-License-Identifier: GPL-2.0
/*
 * A xenstore in memory, see fake_store.h.
 *
 * An array sorted so that whatever is below a path follows it at once; with sanitizers on, a store
 * that compares every path for every access makes the exhaustive tests too slow.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fakes/fake_store.h"

struct fake_node {
	char *path;
	char *data;
	size_t len;
	bool denied;
};

struct fake_store {
	struct xsr_store store;
	struct fake_node *node;
	size_t count;
	bool any_denied;
	const char *unlistable;
	unsigned int ops;
	unsigned int conflicts;
	int begin_error;
	unsigned int break_at; /* in ops */
	int break_error;
	bool break_in_txn_only;
	unsigned int hook_at;
	void (*hook)(struct xsr_store *s, void *arg);
	void *hook_arg;
	unsigned long generation;
	unsigned long txn_generation;
	int open;
};

static struct fake_store *fake(struct xsr_store *s)
{
	return (struct fake_store *)s;
}

/* Is @path equal to @top or below it? */
static bool under(const char *path, const char *top)
{
	size_t len = strlen(top);

	return !strncmp(path, top, len) && (!path[len] || path[len] == '/');
}

/* Order in which "/" comes before any other byte: "/a", "/a/b", "/a-b". */
static int compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (*a == *b)
		return 0;
	if (!*a || !*b)
		return *a ? 1 : -1;
	if (*a == '/' || *b == '/')
		return *a == '/' ? -1 : 1;
	return *a < *b ? -1 : 1;
}

/* Index of the first node that is @path or would come behind it. */
static size_t position(const struct fake_store *f, const char *path)
{
	size_t low = 0, high = f->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare(f->node[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct fake_node *find(struct fake_store *f, const char *path)
{
	size_t i = position(f, path);

	return i < f->count && !compare(f->node[i].path, path) ? &f->node[i] : NULL;
}

static bool denied(struct fake_store *f, const char *path)
{
	size_t i;

	for (i = 0; f->any_denied && i < f->count; i++)
		if (f->node[i].denied && under(path, f->node[i].path))
			return true;
	return false;
}

/* A directory need not be a node: one below it is enough. */
static bool exists(struct fake_store *f, const char *path)
{
	size_t i = position(f, path);

	return i < f->count && under(f->node[i].path, path);
}

/* What happens before every read and list: hooks, broken connections, permissions, absence. */
static int enter(struct fake_store *f, const char *path)
{
	unsigned int now = f->ops++;

	if (f->hook && now >= f->hook_at) {
		void (*hook)(struct xsr_store * s, void *arg) = f->hook;

		f->hook = NULL;
		hook(&f->store, f->hook_arg);
	}
	if (f->break_error && now >= f->break_at && (f->open || !f->break_in_txn_only))
		return f->break_error;
	if (denied(f, path))
		return -EACCES;
	return exists(f, path) ? 0 : -ENOENT;
}

static int fake_read(struct xsr_store *s, const char *path, struct xsr_bytes *value)
{
	struct fake_store *f = fake(s);
	int err = enter(f, path);
	struct fake_node *n;

	if (err)
		return err;
	n = find(f, path);
	value->len = n ? n->len : 0;
	value->data = xsr_alloc(value->len + 1, 1);
	if (n && n->len)
		memcpy(value->data, n->data, n->len);
	return 0;
}

/* Nodes below the same child come one after the other, so only the last name can be this one. */
static void add_name(struct xsr_names *names, const char *name, size_t len)
{
	const char *last = names->count ? names->name[names->count - 1] : "";

	if (strlen(last) == len && !strncmp(last, name, len))
		return;
	names->name = xsr_grow(names->name, names->count, sizeof(*names->name));
	names->name[names->count++] = xsr_format("%.*s", (int)len, name);
}

static int fake_list(struct xsr_store *s, const char *path, struct xsr_names *names)
{
	struct fake_store *f = fake(s);
	int err = enter(f, path);
	const char *rest;
	size_t i;

	if (!err && f->unlistable && !strcmp(path, f->unlistable))
		err = -EACCES;
	if (err)
		return err;
	for (i = position(f, path); i < f->count && under(f->node[i].path, path); i++) {
		rest = f->node[i].path + strlen(path);
		if (*rest == '/')
			add_name(names, rest + 1, strcspn(rest + 1, "/"));
	}
	return 0;
}

static int fake_begin(struct xsr_store *s)
{
	struct fake_store *f = fake(s);

	if (f->begin_error)
		return f->begin_error;
	f->open++;
	f->txn_generation = f->generation;
	return 0;
}

static int fake_end(struct xsr_store *s)
{
	struct fake_store *f = fake(s);

	f->open--;
	if (f->conflicts) {
		if (f->conflicts != UINT_MAX)
			f->conflicts--;
		return -EAGAIN;
	}
	return f->generation == f->txn_generation ? 0 : -EAGAIN;
}

static void free_node(struct fake_node *n)
{
	free(n->path);
	free(n->data);
}

static void fake_close(struct xsr_store *s)
{
	struct fake_store *f = fake(s);
	size_t i;

	for (i = 0; i < f->count; i++)
		free_node(&f->node[i]);
	free(f->node);
	free(f);
}

static const struct xsr_store_ops fake_ops_table = {
	.begin = fake_begin,
	.end = fake_end,
	.read = fake_read,
	.list = fake_list,
	.close = fake_close,
};

struct xsr_store *fake_store_new(void)
{
	struct fake_store *f = xsr_alloc(1, sizeof(*f));

	f->store.ops = &fake_ops_table;
	return &f->store;
}

static struct fake_node *find_or_add(struct fake_store *f, const char *path)
{
	size_t i = position(f, path);

	if (i < f->count && !compare(f->node[i].path, path))
		return &f->node[i];
	f->node = xsr_grow(f->node, f->count, sizeof(*f->node));
	memmove(&f->node[i + 1], &f->node[i], (f->count - i) * sizeof(*f->node));
	memset(&f->node[i], 0, sizeof(*f->node));
	f->node[i].path = xsr_dup(path);
	f->count++;
	return &f->node[i];
}

void fake_set_bytes(struct xsr_store *s, const char *path, const void *data, size_t len)
{
	struct fake_node *n = find_or_add(fake(s), path);

	free(n->data);
	n->data = xsr_alloc(len + 1, 1);
	if (len)
		memcpy(n->data, data, len);
	n->len = len;
	fake(s)->generation++;
}

void fake_set(struct xsr_store *s, const char *path, const char *value)
{
	fake_set_bytes(s, path, value, strlen(value));
}

void fake_remove(struct xsr_store *s, const char *path)
{
	struct fake_store *f = fake(s);
	size_t i, kept = 0;

	for (i = 0; i < f->count; i++) {
		if (under(f->node[i].path, path))
			free_node(&f->node[i]);
		else
			f->node[kept++] = f->node[i];
	}
	f->count = kept;
	f->generation++;
}

void fake_deny(struct xsr_store *s, const char *path)
{
	find_or_add(fake(s), path)->denied = true;
	fake(s)->any_denied = true;
}

void fake_deny_listing(struct xsr_store *s, const char *path)
{
	fake(s)->unlistable = path;
}

void fake_conflict(struct xsr_store *s, unsigned int times)
{
	fake(s)->conflicts = times;
}

void fake_no_transactions(struct xsr_store *s, int err)
{
	fake(s)->begin_error = err;
}

void fake_break_after(struct xsr_store *s, unsigned int ops, int err)
{
	struct fake_store *f = fake(s);

	f->break_at = f->ops + ops;
	f->break_error = err;
	f->break_in_txn_only = false;
}

void fake_quota_after(struct xsr_store *s, unsigned int ops, int err)
{
	fake_break_after(s, ops, err);
	fake(s)->break_in_txn_only = true;
}

void fake_call_after(struct xsr_store *s, unsigned int ops,
		     void (*hook)(struct xsr_store *s, void *arg), void *arg)
{
	struct fake_store *f = fake(s);

	f->hook_at = f->ops + ops;
	f->hook = hook;
	f->hook_arg = arg;
}

void fake_each(struct xsr_store *s, void (*hook)(struct xsr_store *s, const char *path, void *arg),
	       void *arg)
{
	struct fake_store *f = fake(s);
	size_t count = f->count;
	char *path;
	size_t i;

	for (i = 0; i < count; i++) {
		path = xsr_dup(f->node[i].path);
		hook(s, path, arg);
		free(path);
	}
}

unsigned int fake_ops(const struct xsr_store *s)
{
	return ((const struct fake_store *)s)->ops;
}

int fake_open_transactions(const struct xsr_store *s)
{
	return ((const struct fake_store *)s)->open;
}
