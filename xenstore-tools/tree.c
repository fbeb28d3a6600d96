// SPDX-License-Identifier: GPL-2.0
/*
 * Loading a device directory, see tree.h.
 *
 * It decides how deep to look (one level, and the queue-N directories) and what a node that is gone
 * by the time it is read means (it was never there). It interprets no value.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ring/env.h"
#include "xenstore-tools/path.h"
#include "xenstore-tools/tree.h"

#define QUEUE_PREFIX "queue-"

int xsr_node_load(struct xsr_store *s, const char *path, struct xsr_node *node)
{
	node->err = xsr_store_read(s, path, &node->value);
	return !node->err || xsr_store_soft(node->err) ? 0 : node->err;
}

/* Read @path and add it to @tree as @prefix@name, unless it is gone. */
static int add_node(struct xsr_store *s, const char *path, char *name, struct xsr_tree *tree)
{
	struct xsr_node *node;
	int err;

	tree->nodes = xsr_grow(tree->nodes, tree->count, sizeof(*tree->nodes));
	node = &tree->nodes[tree->count];
	err = xsr_node_load(s, path, node);
	if (err || node->err == -ENOENT) {
		free(name);
		return err;
	}
	node->name = name;
	tree->count++;
	return 0;
}

static bool is_queue(const char *name)
{
	u32 n;

	return !strncmp(name, QUEUE_PREFIX, strlen(QUEUE_PREFIX)) &&
	       xsr_number(name + strlen(QUEUE_PREFIX), UINT32_MAX, &n);
}

static int load_level(struct xsr_store *s, const char *path, const char *prefix,
		      struct xsr_tree *tree);

/* Add the child @name of @path; below a queue directory @prefix is that directory and a slash. */
static int load_child(struct xsr_store *s, const char *path, const char *prefix, const char *name,
		      struct xsr_tree *tree)
{
	char *child = xsr_format("%s/%s", path, name);
	char *below = xsr_format("%s/", name);
	int err = add_node(s, child, xsr_format("%s%s", prefix, name), tree);

	if (!err && !*prefix && is_queue(name))
		err = load_level(s, child, below, tree);
	free(below);
	free(child);
	return err;
}

static int load_level(struct xsr_store *s, const char *path, const char *prefix,
		      struct xsr_tree *tree)
{
	struct xsr_names names = { 0 };
	int err = xsr_store_list(s, path, &names);
	size_t i;

	if (err) {
		if (!*prefix)
			tree->err = err;
		return xsr_store_soft(err) ? 0 : err;
	}
	for (i = 0; i < names.count && !err; i++) {
		tree->truncated |= tree->count >= XSR_TREE_MAX;
		if (tree->truncated)
			break;
		err = load_child(s, path, prefix, names.name[i], tree);
	}
	xsr_names_free(&names);
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct xsr_node *)a)->name, ((const struct xsr_node *)b)->name);
}

int xsr_tree_load(struct xsr_store *s, const char *path, struct xsr_tree *tree)
{
	int err = load_level(s, path, "", tree);

	if (tree->count)
		qsort(tree->nodes, tree->count, sizeof(*tree->nodes), by_name);
	return err;
}

const struct xsr_node *xsr_tree_find(const struct xsr_tree *tree, const char *name)
{
	struct xsr_node wanted = { .name = (char *)name };

	if (!tree->count)
		return NULL;
	return bsearch(&wanted, tree->nodes, tree->count, sizeof(wanted), by_name);
}

void xsr_node_free(struct xsr_node *node)
{
	free(node->name);
	node->name = NULL;
	xsr_bytes_free(&node->value);
}

void xsr_tree_free(struct xsr_tree *tree)
{
	size_t i;

	for (i = 0; i < tree->count; i++)
		xsr_node_free(&tree->nodes[i]);
	free(tree->nodes);
	memset(tree, 0, sizeof(*tree));
}
