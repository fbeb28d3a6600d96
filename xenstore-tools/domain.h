/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Domains as xenstore knows them: which there are, what they are called, which one somebody means.
 *
 * In a guest only its own domain can be seen; then that is all there is. Used by discover.c,
 * device.c and the commands.
 */
#ifndef XSR_TOOL_DOMAIN_H
#define XSR_TOOL_DOMAIN_H

#include "ring/env.h"
#include "xenstore-tools/store.h"

struct xsr_numbers {
	u32 *n;
	size_t count;
};

/*
 * The children of @path that are canonical numbers of at most @max, ascending, into the empty
 * @numbers; none if @path is absent or forbidden. The caller frees numbers->n. Returns 0 or an
 * error that xsr_store_soft() does not cover.
 */
int xsr_numbers_list(struct xsr_store *s, const char *path, u32 max, struct xsr_numbers *numbers);

/* The domains we can see, in the same way. */
int xsr_domains(struct xsr_store *s, struct xsr_numbers *ids);

/*
 * The printable name of domain @id into *@name, or NULL if it has none that we may read; the
 * caller frees it. Returns 0 or an error that xsr_store_soft() does not cover.
 */
int xsr_domain_name(struct xsr_store *s, u32 id, char **name);

/*
 * The domain that @text names by number or by name. Returns 0, or -ENOENT with the reason in
 * @error, or an error that xsr_store_soft() does not cover.
 */
int xsr_domain_find(struct xsr_store *s, const char *text, u32 *id, struct xsr_text *error);

#endif /* XSR_TOOL_DOMAIN_H */
