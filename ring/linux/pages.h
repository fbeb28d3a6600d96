/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages of a ring: made and granted by a front-end, mapped by a back-end.
 *
 * This file is the one exception to "grants only in grant/linux/": a ring's pages live and die with
 * its channel, and the core's own helper frees them while a peer may still have them mapped.
 * Callers: channel.c.
 */
#ifndef XSR_LINUX_PAGES_H
#define XSR_LINUX_PAGES_H

#include <xen/grant_table.h>
#include <xen/xenbus.h>

/*
 * Make @nr zeroed pages, granted writable to the other end of @xdev, at consecutive addresses.
 * @gref: filled with their references. Returns the address, or NULL with nothing left behind.
 */
void *xsr_pages_create(struct xenbus_device *xdev, unsigned int nr, grant_ref_t *gref);

/*
 * Give them back. A page that the peer still has mapped is kept by the core until the peer lets go;
 * it is never reused while visible to it.
 */
void xsr_pages_destroy(void *addr, unsigned int nr, grant_ref_t *gref);

#endif /* XSR_LINUX_PAGES_H */
