/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where devices live in xenstore, and what they are called.
 *
 *     /local/domain/FRONT/device/CLASS/DEV           the front-end's directory
 *     /local/domain/BACK/backend/KIND/FRONT/DEV      the back-end's directory
 *
 * CLASS is vbd or vif; KIND says which sort of back-end serves it (a QEMU one lives under qdisk).
 * Parsing is strict, since a guest writes the path of its own back-end: what does not look exactly
 * like the above names no device. Pure text; used by discover.c, report.c and show.c.
 */
#ifndef XSR_TOOL_PATH_H
#define XSR_TOOL_PATH_H

#include "ring/env.h"

enum xsr_class {
	XSR_VBD,
	XSR_VIF,
	XSR_CLASS_COUNT,
};

extern const char *const xsr_class_name[XSR_CLASS_COUNT];

/* Back-end directories there are, and the class of front-end each serves. */
struct xsr_back_kind {
	const char *name;
	enum xsr_class class;
};

#define XSR_BACK_KIND_COUNT 6
extern const struct xsr_back_kind xsr_back_kinds[XSR_BACK_KIND_COUNT];

/* Xen's reserved domain numbers begin here (public header xen.h); no device belongs to those. */
#define XSR_DOMID_LIMIT 0x7ff0u

/* One end of one device, by its directory. */
struct xsr_place {
	enum xsr_role role;
	enum xsr_class class;
	const char *kind; /* back-end only, points into xsr_back_kinds */
	u32 owner; /* domain whose directory this is */
	u32 front; /* domain of the front-end */
	u32 dev;
};

/* A canonical decimal number (no sign, no leading zero) of at most @max? */
bool xsr_number(const char *text, u32 max, u32 *n);

/* What device end does @path name? A trailing slash is allowed. False if none. */
bool xsr_place_parse(const char *path, struct xsr_place *place);

/* The directory of @place, to be freed with free(). */
char *xsr_place_path(const struct xsr_place *place);

/* Do both name an end of the same device: class, front-end domain and number? */
static inline bool xsr_place_same_device(const struct xsr_place *a, const struct xsr_place *b)
{
	return a->class == b->class && a->front == b->front && a->dev == b->dev;
}

/* Is @text "vbd" or "vif"? */
bool xsr_class_parse(const char *text, enum xsr_class *class);

/*
 * Disk name (xvda, sdb1, hdc, ...) of virtual device number @vdev by the numbering of Xen's
 * vbd interface. To be freed with free(); "-" if the number follows none of its schemes.
 */
char *xsr_vdev_name(u32 vdev);

#endif /* XSR_TOOL_PATH_H */
