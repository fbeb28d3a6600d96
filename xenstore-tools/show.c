// SPDX-License-Identifier: GPL-2.0
/*
 * xsr show: everything about one device.
 *
 * It decides which device is meant. How it looks is show_text.c's and json.c's, what it means
 * report.c's. Called by cmd_show.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/cmd.h"
#include "xenstore-tools/domain.h"
#include "xenstore-tools/json.h"

#define ARGUMENT_SHOWN 256 /* characters of an argument repeated in a message */

static void print(const struct xsr_io *io, const struct xsr_device *d, bool json)
{
	struct xsr_report r;

	xsr_report_make(d, &r);
	if (json)
		xsr_json_print(xsr_json_report(&r), io->out);
	else
		xsr_show_report(&r, io->out);
	xsr_report_free(&r);
}

/* Say @before, the argument @arg made printable, and @after. */
static int complain(const struct xsr_io *io, const char *before, const char *arg, const char *after)
{
	char *safe = xsr_safe(arg, strlen(arg), ARGUMENT_SHOWN);

	fprintf(io->err, "xsr: %s%s%s\n", before, safe, after);
	free(safe);
	return XSR_EXIT_FAIL;
}

/* Which devices somebody means, and which there are instead. */
struct search {
	const struct xsr_show_args *args;
	u32 domain; /* of the front-end */
	struct xsr_place place; /* for a path */
	struct xsr_device hit; /* the last one that matched */
	struct xsr_text paths; /* of all that matched */
	struct xsr_text others; /* of the same class and domain */
	size_t hits;
};

static bool same_number(const char *text, u32 n)
{
	u32 wanted;

	return xsr_number(text, UINT32_MAX, &wanted) && wanted == n;
}

static bool matches(const struct search *s, const struct xsr_device *d)
{
	const struct xsr_side *side = &d->side[s->place.role];

	if (s->args->path)
		return side->path && side->place.owner == s->place.owner &&
		       side->place.kind == s->place.kind;
	return same_number(s->args->device, d->dev) || !strcmp(s->args->device, d->name);
}

/* Could @ref be meant, by what is known of it before it is read? */
static bool possible(const struct search *s, const struct xsr_ref *ref)
{
	if (s->args->path)
		return xsr_place_same_device(&ref->front, &s->place);
	return ref->front.class == s->args->class && ref->front.owner == s->domain;
}

static void note(struct search *s, struct xsr_device *d)
{
	const struct xsr_side *back = &d->side[XSR_BACK];

	if (!matches(s, d)) {
		xsr_text_add(&s->others, "%s%u (%s)", s->others.len ? ", " : "", d->dev, d->name);
		xsr_device_free(d);
		return;
	}
	xsr_text_add(&s->paths, "\n  %s", back->path ? back->path : d->side[XSR_FRONT].path);
	xsr_device_free(&s->hit);
	s->hit = *d;
	s->hits++;
}

static int look_through(struct xsr_store *store, struct search *s)
{
	struct xsr_refs refs = { 0 };
	int err = xsr_discover(store, &refs);
	struct xsr_device d;
	size_t i;

	for (i = 0; i < refs.count && !err; i++) {
		if (!possible(s, &refs.ref[i]))
			continue;
		memset(&d, 0, sizeof(d));
		err = xsr_device_load(store, &refs.ref[i], &d);
		if (!err)
			note(s, &d);
		else
			xsr_device_free(&d);
		if (err == -ENOENT)
			err = 0;
	}
	free(refs.ref);
	return err;
}

static int none(const struct xsr_io *io, const struct search *s)
{
	char *after;

	if (s->args->path)
		return complain(io, "no such device: ", s->args->path, "");
	after = xsr_format("\" in domain %u; it has %s%s", s->domain, s->others.len ? "" : "no ",
			   s->others.len ? s->others.s : xsr_class_name[s->args->class]);
	complain(io, s->args->class == XSR_VBD ? "no vbd \"" : "no vif \"", s->args->device, after);
	free(after);
	return XSR_EXIT_FAIL;
}

static int conclude(const struct xsr_io *io, const struct search *s)
{
	if (!s->hits)
		return none(io, s);
	if (s->hits > 1) {
		fprintf(io->err, "xsr: %zu devices match, name one by its path:%s\n", s->hits,
			s->paths.s);
		return XSR_EXIT_FAIL;
	}
	print(io, &s->hit, s->args->json);
	return XSR_EXIT_OK;
}

/* Turn a path into a place. A relative one is below this domain's own directory. */
static int find_place(const struct xsr_io *io, struct search *s)
{
	const char *path = s->args->path;
	struct xsr_node own = { 0 };
	char *full;
	int err = 0;

	if (*path == '/') {
		full = xsr_dup(path);
	} else {
		err = xsr_node_load(io->store, "domid", &own);
		full = xsr_format("/local/domain/%s/%s",
				  err || own.err ? "unknown" : own.value.data, path);
		xsr_node_free(&own);
	}
	if (!err && !xsr_place_parse(full, &s->place))
		err = -EINVAL;
	free(full);
	if (err == -EINVAL)
		return complain(io, "\"", path,
				"\" is no device: it must look like "
				"/local/domain/FRONT/device/vbd/DEV or "
				"/local/domain/BACK/backend/vbd/FRONT/DEV");
	return err ? xsr_store_failed(io, err) : XSR_EXIT_OK;
}

static int find_domain(const struct xsr_io *io, struct search *s)
{
	struct xsr_text error = { 0 };
	int err = xsr_domain_find(io->store, s->args->domain, &s->domain, &error);

	if (error.len)
		fprintf(io->err, "xsr: %s\n", error.s);
	else if (err)
		xsr_store_failed(io, err);
	xsr_text_free(&error);
	return err ? XSR_EXIT_FAIL : XSR_EXIT_OK;
}

int xsr_show(const struct xsr_io *io, const struct xsr_show_args *args)
{
	struct search s = { .args = args };
	int rc = args->path ? find_place(io, &s) : find_domain(io, &s);
	int err;

	if (rc)
		return rc;
	err = look_through(io->store, &s);
	rc = err ? xsr_store_failed(io, err) : conclude(io, &s);
	xsr_device_free(&s.hit);
	xsr_text_free(&s.paths);
	xsr_text_free(&s.others);
	return rc;
}
