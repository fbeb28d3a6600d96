// SPDX-License-Identifier: GPL-2.0
/*
 * xsr list: a line for every vbd and vif.
 *
 * It decides which devices and which columns; what they contain is for report.c.
 * Called by cmd_list.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "xenstore-tools/cmd.h"
#include "xenstore-tools/domain.h"
#include "xenstore-tools/json.h"
#include "xenstore-tools/table.h"

#define TARGET_WIDTH 48 /* characters of the last column; --json and show have all of it */

static const char *const columns[] = {
	"TYPE",	 "DEV",	   "NAME", "FRONT",    "STATE",	   "BACK",
	"STATE", "QUEUES", "RING", "PROBLEMS", "FEATURES", "TARGET",
};

/* Where the lines go. */
struct listing {
	struct xsr_table table;
	struct json_object *devices; /* NULL for a table */
	size_t found;
};

static void add_domain(struct xsr_table *t, const struct xsr_side *side)
{
	if (!side->path)
		xsr_table_add(t, "-");
	else if (side->domain)
		xsr_table_add(t, "%u (%s)", side->place.owner, side->domain);
	else
		xsr_table_add(t, "%u", side->place.owner);
}

static void add_known(struct xsr_table *t, s64 n)
{
	if (n == XSR_UNKNOWN)
		xsr_table_add(t, "-");
	else
		xsr_table_add(t, "%lld", (long long)n);
}

/* Takes @text. */
static void add_text(struct xsr_table *t, char *text)
{
	if (*text) {
		xsr_table_take(t, text);
		return;
	}
	free(text);
	xsr_table_add(t, "-");
}

static char *shortened(const char *text)
{
	/* It is printable already; only its length matters here. */
	if (!text || strlen(text) <= TARGET_WIDTH)
		return xsr_dup(text ? text : "");
	return xsr_format("%.*s...", TARGET_WIDTH - 3, text);
}

static void add_row(struct xsr_table *t, const struct xsr_report *r)
{
	const struct xsr_device *d = r->d;

	xsr_table_add(t, "%s", xsr_class_name[d->class]);
	xsr_table_add(t, "%u", d->dev);
	xsr_table_add(t, "%s", d->name);
	add_domain(t, &d->side[XSR_FRONT]);
	xsr_table_add(t, "%s", xsr_report_state(r, XSR_FRONT));
	add_domain(t, &d->side[XSR_BACK]);
	xsr_table_add(t, "%s", xsr_report_state(r, XSR_BACK));
	add_known(t, r->queues);
	add_known(t, r->ring_order);
	add_known(t, r->problem_count ? (s64)r->problem_count : XSR_UNKNOWN);
	add_text(t, xsr_report_features(r));
	add_text(t, shortened(r->target));
}

static void add_device(struct listing *l, const struct xsr_device *d)
{
	struct xsr_report r;

	xsr_report_make(d, &r);
	if (l->devices)
		json_object_array_add(l->devices, xsr_json_summary(&r));
	else
		add_row(&l->table, &r);
	xsr_report_free(&r);
	l->found++;
}

/* One that went away since it was found is no device any more. */
static int list_one(struct xsr_store *s, const struct xsr_ref *ref, struct listing *l)
{
	struct xsr_device d = { 0 };
	int err = xsr_device_load(s, ref, &d);

	if (!err)
		add_device(l, &d);
	xsr_device_free(&d);
	return err == -ENOENT ? 0 : err;
}

static bool wanted(const struct xsr_list_args *args, const u32 *domain, const struct xsr_ref *ref)
{
	if (!args->any_class && ref->front.class != args->class)
		return false;
	return !domain || ref->front.owner == *domain ||
	       (ref->has_back && ref->back.owner == *domain);
}

static int list_all(const struct xsr_io *io, const struct xsr_list_args *args, const u32 *domain,
		    struct listing *l)
{
	struct xsr_refs refs = { 0 };
	int err = xsr_discover(io->store, &refs);
	size_t i;

	for (i = 0; i < refs.count && !err; i++)
		if (wanted(args, domain, &refs.ref[i]))
			err = list_one(io->store, &refs.ref[i], l);
	free(refs.ref);
	return err;
}

static void print(const struct xsr_io *io, struct listing *l)
{
	struct json_object *top;

	if (!l->devices) {
		if (l->found)
			xsr_table_print(&l->table, 0, io->out);
		return;
	}
	top = json_object_new_object();
	json_object_object_add(top, "format", json_object_new_int(XSR_JSON_FORMAT));
	json_object_object_add(top, "devices", l->devices);
	xsr_json_print(top, io->out);
	l->devices = NULL;
}

static int list_devices(const struct xsr_io *io, const struct xsr_list_args *args,
			const u32 *domain)
{
	struct listing l = { .table = { .cols = ARRAY_SIZE(columns) } };
	size_t i;
	int err;

	if (args->json)
		l.devices = json_object_new_array();
	for (i = 0; i < ARRAY_SIZE(columns); i++)
		xsr_table_add(&l.table, "%s", columns[i]);
	err = list_all(io, args, domain, &l);
	if (!err)
		print(io, &l);
	json_object_put(l.devices);
	xsr_table_free(&l.table);
	if (err)
		return xsr_store_failed(io, err);
	if (l.found)
		return XSR_EXIT_OK;
	fprintf(io->err, "xsr: no %s%s found\n",
		args->any_class ? "vbd or vif" : xsr_class_name[args->class],
		domain ? " of that domain" : "");
	return XSR_EXIT_FAIL;
}

int xsr_list(const struct xsr_io *io, const struct xsr_list_args *args)
{
	struct xsr_text error = { 0 };
	u32 domain;
	int err;

	if (!args->domain)
		return list_devices(io, args, NULL);
	err = xsr_domain_find(io->store, args->domain, &domain, &error);
	if (!err)
		return list_devices(io, args, &domain);
	if (error.len)
		fprintf(io->err, "xsr: %s\n", error.s);
	else
		xsr_store_failed(io, err);
	xsr_text_free(&error);
	return XSR_EXIT_FAIL;
}
