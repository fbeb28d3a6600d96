/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device directory as read: every node of it and of its queue-N directories, with its bytes.
 *
 * Reading comes first and judging later: once a tree is loaded, nothing of it can change under the
 * code that interprets it, whatever the guest does meanwhile.
 */
#ifndef XSR_TOOL_TREE_H
#define XSR_TOOL_TREE_H

#include "xenstore-tools/store.h"

struct xsr_node {
	char *name; /* below the directory: "state", "queue-0/ring-ref" */
	int err; /* 0 or why it could not be read, negative errno */
	struct xsr_bytes value; /* valid if err is 0 */
};

struct xsr_tree {
	int err; /* 0, or why the directory itself could not be listed */
	bool truncated; /* there are more than XSR_TREE_MAX nodes; the rest was not read */
	struct xsr_node *nodes; /* sorted by name */
	size_t count;
};

/* A guest may have about a thousand nodes (xenstored's quota); no back-end needs more. */
#define XSR_TREE_MAX 4096

/*
 * Read the directory @path into @tree, which is empty. Nodes that vanish while reading are left
 * out. Returns 0 (also if the directory is absent or forbidden: see @tree->err) or an error that
 * xsr_store_soft() does not cover. The caller calls xsr_tree_free() in any case.
 */
int xsr_tree_load(struct xsr_store *s, const char *path, struct xsr_tree *tree);

/* The node @name, or NULL. */
const struct xsr_node *xsr_tree_find(const struct xsr_tree *tree, const char *name);

/*
 * Read one value into @node, whose name stays NULL: err is -ENOENT if absent.
 * Returns 0 or an error that xsr_store_soft() does not cover.
 */
int xsr_node_load(struct xsr_store *s, const char *path, struct xsr_node *node);

void xsr_node_free(struct xsr_node *node);
void xsr_tree_free(struct xsr_tree *tree);

#endif /* XSR_TOOL_TREE_H */
