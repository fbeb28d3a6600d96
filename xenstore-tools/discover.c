// SPDX-License-Identifier: GPL-2.0
/*
 * Walking the device and backend directories of every domain, see discover.h.
 *
 * It decides what makes two directories one device. It reads names and the front-end's key
 * "backend", nothing else of a device.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/discover.h"
#include "xenstore-tools/domain.h"
#include "xenstore-tools/tree.h"

/* What a walk has found so far. */
struct walk {
	struct xsr_refs *refs; /* front-ends, and back-ends without one */
	struct xsr_place *backs; /* every back-end directory */
	size_t back_count;
};

/* Believe the front-end's key "backend" if it names a back-end directory of this device. */
static int read_back(struct xsr_store *s, struct xsr_ref *ref)
{
	char *dir = xsr_place_path(&ref->front);
	char *path = xsr_format("%s/backend", dir);
	struct xsr_node node = { 0 };
	int err = xsr_node_load(s, path, &node);

	ref->has_back = !err && !node.err && strlen(node.value.data) == node.value.len &&
			xsr_place_parse(node.value.data, &ref->back) &&
			ref->back.role == XSR_BACK &&
			xsr_place_same_device(&ref->front, &ref->back);
	xsr_node_free(&node);
	free(path);
	free(dir);
	return err;
}

static int add_front(struct xsr_store *s, struct walk *w, const struct xsr_place *front)
{
	struct xsr_refs *refs = w->refs;

	refs->ref = xsr_grow(refs->ref, refs->count, sizeof(*refs->ref));
	refs->ref[refs->count].front = *front;
	return read_back(s, &refs->ref[refs->count++]);
}

static int walk_fronts(struct xsr_store *s, struct walk *w, u32 domain, enum xsr_class class)
{
	struct xsr_place front = {
		.role = XSR_FRONT, .class = class, .owner = domain, .front = domain
	};
	char *path = xsr_format("/local/domain/%u/device/%s", domain, xsr_class_name[class]);
	struct xsr_numbers devs = { 0 };
	int err = xsr_numbers_list(s, path, UINT32_MAX, &devs);
	size_t i;

	for (i = 0; i < devs.count && !err; i++) {
		front.dev = devs.n[i];
		err = add_front(s, w, &front);
	}
	free(devs.n);
	free(path);
	return err;
}

/* Add every device that @back (its owner, kind and front-end domain are set) serves. */
static int walk_served(struct xsr_store *s, struct walk *w, struct xsr_place back)
{
	char *path =
		xsr_format("/local/domain/%u/backend/%s/%u", back.owner, back.kind, back.front);
	struct xsr_numbers devs = { 0 };
	int err = xsr_numbers_list(s, path, UINT32_MAX, &devs);
	size_t i;

	for (i = 0; i < devs.count; i++) {
		back.dev = devs.n[i];
		w->backs = xsr_grow(w->backs, w->back_count, sizeof(*w->backs));
		w->backs[w->back_count++] = back;
	}
	free(devs.n);
	free(path);
	return err;
}

static int walk_backs(struct xsr_store *s, struct walk *w, u32 domain,
		      const struct xsr_back_kind *kind)
{
	struct xsr_place back = {
		.role = XSR_BACK, .class = kind->class, .kind = kind->name, .owner = domain
	};
	char *path = xsr_format("/local/domain/%u/backend/%s", domain, kind->name);
	struct xsr_numbers fronts = { 0 };
	int err = xsr_numbers_list(s, path, XSR_DOMID_LIMIT - 1, &fronts);
	size_t i;

	for (i = 0; i < fronts.count && !err; i++) {
		back.front = fronts.n[i];
		err = walk_served(s, w, back);
	}
	free(fronts.n);
	free(path);
	return err;
}

static int walk_domain(struct xsr_store *s, struct walk *w, u32 domain)
{
	int err = 0;
	size_t i;

	for (i = 0; i < XSR_CLASS_COUNT && !err; i++)
		err = walk_fronts(s, w, domain, (enum xsr_class)i);
	for (i = 0; i < XSR_BACK_KIND_COUNT && !err; i++)
		err = walk_backs(s, w, domain, &xsr_back_kinds[i]);
	return err;
}

static bool same_place(const struct xsr_place *a, const struct xsr_place *b)
{
	return a->role == b->role && a->kind == b->kind && a->owner == b->owner &&
	       xsr_place_same_device(a, b);
}

/* The front-end that names @back; else one of this device that names none; else NULL. */
static struct xsr_ref *front_of(struct xsr_refs *refs, const struct xsr_place *back)
{
	struct xsr_ref *loose = NULL;
	size_t i;

	for (i = 0; i < refs->count; i++) {
		struct xsr_ref *ref = &refs->ref[i];

		if (ref->has_back && same_place(&ref->back, back))
			return ref;
		if (!ref->has_back && xsr_place_same_device(&ref->front, back))
			loose = ref;
	}
	return loose;
}

/* Give every back-end its front-end; one whose front-end is gone or elsewhere gets a row. */
static void pair(struct walk *w)
{
	struct xsr_refs *refs = w->refs;
	struct xsr_ref *ref;
	size_t i;

	for (i = 0; i < w->back_count; i++) {
		ref = front_of(refs, &w->backs[i]);
		if (!ref) {
			refs->ref = xsr_grow(refs->ref, refs->count, sizeof(*refs->ref));
			ref = &refs->ref[refs->count++];
			ref->front = w->backs[i];
			ref->front.role = XSR_FRONT;
			ref->front.kind = NULL;
			ref->front.owner = w->backs[i].front;
		}
		ref->back = w->backs[i];
		ref->has_back = true;
	}
}

static int by_front(const void *a, const void *b)
{
	const struct xsr_ref *x = a;
	const struct xsr_ref *y = b;

	if (x->front.owner != y->front.owner)
		return x->front.owner < y->front.owner ? -1 : 1;
	if (x->front.class != y->front.class)
		return x->front.class < y->front.class ? -1 : 1;
	if (x->front.dev != y->front.dev)
		return x->front.dev < y->front.dev ? -1 : 1;
	if (x->back.owner != y->back.owner)
		return x->back.owner < y->back.owner ? -1 : 1;
	return 0;
}

static int collect(struct xsr_store *s, void *arg)
{
	struct walk w = { .refs = arg };
	struct xsr_numbers domains = { 0 };
	int err = xsr_domains(s, &domains);
	size_t i;

	free(w.refs->ref);
	memset(w.refs, 0, sizeof(*w.refs));
	for (i = 0; i < domains.count && !err; i++)
		err = walk_domain(s, &w, domains.n[i]);
	pair(&w);
	free(w.backs);
	free(domains.n);
	return err;
}

int xsr_discover(struct xsr_store *s, struct xsr_refs *refs)
{
	bool consistent;
	int err = xsr_snapshot(s, collect, refs, &consistent);

	if (refs->count)
		qsort(refs->ref, refs->count, sizeof(*refs->ref), by_front);
	return err;
}
