// SPDX-License-Identifier: GPL-2.0
/*
 * Finding and naming domains, see domain.h.
 *
 * It decides what a domain argument means: a number is a number even if some domain is called so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/domain.h"
#include "xenstore-tools/path.h"
#include "xenstore-tools/tree.h"

#define DOMAINS "/local/domain"
#define NAME_SHOWN 64 /* characters of a domain's name; xl allows more, no column does */

static void add_number(struct xsr_numbers *numbers, u32 n)
{
	numbers->n = xsr_grow(numbers->n, numbers->count, sizeof(*numbers->n));
	numbers->n[numbers->count++] = n;
}

static int ascending(const void *a, const void *b)
{
	u32 x = *(const u32 *)a;
	u32 y = *(const u32 *)b;

	return (x > y) - (x < y);
}

int xsr_numbers_list(struct xsr_store *s, const char *path, u32 max, struct xsr_numbers *numbers)
{
	struct xsr_names names = { 0 };
	int err = xsr_store_list(s, path, &names);
	size_t i;
	u32 n;

	if (err)
		return xsr_store_soft(err) ? 0 : err;
	for (i = 0; i < names.count; i++)
		if (xsr_number(names.name[i], max, &n))
			add_number(numbers, n);
	xsr_names_free(&names);
	if (numbers->count)
		qsort(numbers->n, numbers->count, sizeof(*numbers->n), ascending);
	return 0;
}

/* A guest that may not list the domains still has a number: the relative node "domid". */
static int own_domain(struct xsr_store *s, struct xsr_numbers *ids)
{
	struct xsr_node node = { 0 };
	int err = xsr_node_load(s, "domid", &node);
	u32 id;

	if (!err && !node.err && xsr_number(node.value.data, XSR_DOMID_LIMIT - 1, &id))
		add_number(ids, id);
	xsr_node_free(&node);
	return err;
}

int xsr_domains(struct xsr_store *s, struct xsr_numbers *ids)
{
	int err = xsr_numbers_list(s, DOMAINS, XSR_DOMID_LIMIT - 1, ids);

	return err || ids->count ? err : own_domain(s, ids);
}

int xsr_domain_name(struct xsr_store *s, u32 id, char **name)
{
	char *path = xsr_format(DOMAINS "/%u/name", id);
	struct xsr_node node = { 0 };
	int err = xsr_node_load(s, path, &node);

	*name = NULL;
	if (!err && !node.err && node.value.len)
		*name = xsr_safe(node.value.data, node.value.len, NAME_SHOWN);
	xsr_node_free(&node);
	free(path);
	return err;
}

/* Is there a domain @id? One that we may not look into is there. */
static int find_number(struct xsr_store *s, u32 id, struct xsr_text *error)
{
	char *path = xsr_format(DOMAINS "/%u", id);
	struct xsr_names names = { 0 };
	int err = xsr_store_list(s, path, &names);

	xsr_names_free(&names);
	free(path);
	if (!err || err == -EACCES)
		return 0;
	if (!xsr_store_soft(err))
		return err;
	xsr_text_add(error, "no such domain: %u", id);
	return -ENOENT;
}

/* How many of @ids are called @text; *@id is the last of them. */
static int count_named(struct xsr_store *s, const struct xsr_numbers *ids, const char *text,
		       u32 *id, unsigned int *found)
{
	char *wanted = xsr_safe(text, strlen(text), NAME_SHOWN);
	int err = 0;
	char *name;
	size_t i;

	for (i = 0; i < ids->count && !err; i++) {
		err = xsr_domain_name(s, ids->n[i], &name);
		if (name && !strcmp(name, wanted)) {
			*id = ids->n[i];
			(*found)++;
		}
		free(name);
	}
	free(wanted);
	return err;
}

int xsr_domain_find(struct xsr_store *s, const char *text, u32 *id, struct xsr_text *error)
{
	struct xsr_numbers ids = { 0 };
	unsigned int found = 0;
	int err;

	if (xsr_number(text, XSR_DOMID_LIMIT - 1, id))
		return find_number(s, *id, error);
	err = xsr_domains(s, &ids);
	if (!err)
		err = count_named(s, &ids, text, id, &found);
	free(ids.n);
	if (err || found == 1)
		return err;
	xsr_text_add(error, found ? "%u domains are called \"" : "no such domain: \"", found);
	xsr_text_add_safe(error, text, strlen(text), NAME_SHOWN);
	xsr_text_add(error, found ? "\": name one by its number" : "\"");
	return -ENOENT;
}
