/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages and event channels as a front-end has them: granted, and given back.
 */
#ifndef EVIL_COMMON_PAGES_H
#define EVIL_COMMON_PAGES_H

#include <xen/grant_table.h>
#include <xen/xenbus.h>

#include "ring/ring.h"

/* A page of ours that the back-end may use. */
struct evil_page {
	void *va;
	grant_ref_t gref;
};

int evil_page_create(struct xenbus_device *xdev, struct evil_page *p, bool readonly);
/* End the grant and free the page. Harmless on a zeroed one. */
void evil_page_destroy(struct evil_page *p);
/* End the grant only, and grant the page again under the same number. */
bool evil_page_revoke(struct evil_page *p);
void evil_page_regrant(struct xenbus_device *xdev, struct evil_page *p, bool readonly);

/* A ring of one page, and perhaps an event channel, whose events are only ended. */
struct evil_ring {
	struct xenbus_device *xdev; /* NULL: not there */
	struct xsr_ring ring;
	struct evil_page page;
	evtchn_port_t evtchn;
	int irq; /* 0: none of its own */
};

int evil_ring_create(struct xenbus_device *xdev, struct evil_ring *r, u32 stride, bool events);
void evil_ring_destroy(struct evil_ring *r);
/* Send an event, if it has a channel of its own. */
void evil_ring_notify(const struct evil_ring *r);
/* Our producer, set to any value; and an event. */
void evil_ring_jump(struct evil_ring *r, u32 value);

#endif /* EVIL_COMMON_PAGES_H */
