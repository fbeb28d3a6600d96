// SPDX-License-Identifier: GPL-2.0
/*
 * Collecting one device, see device.h.
 *
 * It decides what belongs to a device: its two directories, the error nodes the drivers leave
 * elsewhere, the names of the two domains. It judges nothing. Called by list.c and show.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/device.h"
#include "xenstore-tools/domain.h"

#define DOMAIN_DIR "/local/domain/%u/"
#define NAME_SHOWN 32 /* characters of an interface name; Linux allows 15 */

/* A driver's error is at error/NODE/error in its own domain, NODE being its directory there. */
static int load_error(struct xsr_store *s, struct xsr_side *side)
{
	char *home = xsr_format(DOMAIN_DIR, side->place.owner);
	char *path = xsr_format("%serror/%s/error", home, side->path + strlen(home));
	int err = xsr_node_load(s, path, &side->error);

	free(path);
	free(home);
	return err;
}

static int load_side(struct xsr_store *s, struct xsr_side *side)
{
	int err;

	side->path = xsr_place_path(&side->place);
	err = xsr_tree_load(s, side->path, &side->tree);
	if (!err)
		err = load_error(s, side);
	if (!err)
		err = xsr_domain_name(s, side->place.owner, &side->domain);
	return err;
}

static void free_side(struct xsr_side *side)
{
	free(side->path);
	free(side->domain);
	xsr_tree_free(&side->tree);
	xsr_node_free(&side->error);
	memset(side, 0, sizeof(*side));
	side->error.err = -ENOENT;
}

struct job {
	const struct xsr_ref *ref;
	struct xsr_device *d;
};

static int collect(struct xsr_store *s, void *arg)
{
	const struct job *job = arg;
	struct xsr_side *front = &job->d->side[XSR_FRONT];
	struct xsr_side *back = &job->d->side[XSR_BACK];
	int err;

	free_side(front);
	free_side(back);
	front->place = job->ref->front;
	back->place = job->ref->back;
	err = load_side(s, front);
	if (!err && job->ref->has_back)
		err = load_side(s, back);
	return err;
}

/* The administrator may have named the interface; otherwise drivers call it by its numbers. */
static char *vif_name(const struct xsr_device *d)
{
	const struct xsr_node *node = xsr_tree_find(&d->side[XSR_BACK].tree, "vifname");

	if (node && !node->err && node->value.len)
		return xsr_safe(node->value.data, node->value.len, NAME_SHOWN);
	return xsr_format("vif%u.%u", d->side[XSR_FRONT].place.owner, d->dev);
}

int xsr_device_load(struct xsr_store *s, const struct xsr_ref *ref, struct xsr_device *d)
{
	struct job job = { .ref = ref, .d = d };
	int err;

	d->class = ref->front.class;
	d->dev = ref->front.dev;
	err = xsr_snapshot(s, collect, &job, &d->consistent);
	if (err)
		return err;
	d->name = d->class == XSR_VBD ? xsr_vdev_name(d->dev) : vif_name(d);
	if (d->side[XSR_FRONT].tree.err == -ENOENT &&
	    (!ref->has_back || d->side[XSR_BACK].tree.err == -ENOENT))
		return -ENOENT;
	return 0;
}

void xsr_device_free(struct xsr_device *d)
{
	free_side(&d->side[XSR_FRONT]);
	free_side(&d->side[XSR_BACK]);
	free(d->name);
	memset(d, 0, sizeof(*d));
}
