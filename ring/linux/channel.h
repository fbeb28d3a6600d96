/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One queue's connection to the peer: its shared ring pages and its event channel.
 *
 * A ring may also go without an event channel of its own: the two rings of a network queue share
 * one, unless both ends split them. Such a channel has no irq, and its ring's events are sent and
 * ended through the other one.
 *
 * A front-end makes and grants the pages and allocates the channel; a back-end maps and binds what
 * the front-end names in xenstore. Both then have a struct xsr_ring over the pages. Interrupts are
 * always of the lateeoi kind: the driver ends each with xsr_channel_eoi(), saying whether there was
 * work, so that a peer that floods us is slowed down by the core.
 * No hot-path function here sleeps.
 */
#ifndef XSR_LINUX_CHANNEL_H
#define XSR_LINUX_CHANNEL_H

#include <linux/interrupt.h>
#include <xen/events.h>
#include <xen/xenbus.h>

#include "ring/keys.h"
#include "ring/linux/xbkeys.h"
#include "ring/ring_attach.h"

/* Keys in which a front-end says where a channel is. */
struct xsr_channel_names {
	const char *ring; /* with more than one page ring0, ring1 ... */
	const char *event; /* NULL: none of its own */
};

/* Longest name of such a key with a directory before it: "queue-4294967295/ring-ref4294967295". */
#define XSR_CHANNEL_NAME_MAX 40

struct xsr_channel {
	struct xenbus_device *xdev;
	struct xsr_ring ring;
	void *pages; /* the ring, virtually contiguous */
	u32 nr_pages;
	grant_ref_t gref[XSR_RING_MAX_PAGES];
	evtchn_port_t evtchn;
	int irq; /* 0: none */
	u32 placed; /* the CPU that its interrupts were sent to last, and 1; 0: where the kernel chose */
	void *irq_data; /* what the handler is called with */
	enum xsr_role role;
};

/*
 * Front-end: make and grant 2^@order pages, make the ring in them, and bind a new event channel to
 * @handler; NULL for none. The interrupt may come at once. Returns 0 or a negative errno with nothing left behind.
 */
int xsr_channel_create(struct xsr_channel *c, struct xenbus_device *xdev, unsigned int order,
		       u32 stride, irq_handler_t handler, const char *name, void *data);

/*
 * Back-end: map the @order's pages named by c->gref[], attach to the ring in them and bind the
 * front-end's port @evtchn to @handler; NULL for none. Returns 0, -EPROTO if the ring's indexes are impossible, or another
 * negative errno; nothing is left behind on error.
 */
int xsr_channel_attach(struct xsr_channel *c, struct xenbus_device *xdev, unsigned int order,
		       u32 stride, evtchn_port_t evtchn, irq_handler_t handler, const char *name,
		       void *data);

/*
 * Back-end: read from the front-end's directory @dir what a channel needs: ring references into
 * c->gref[] (names->ring, or with a number behind it if @numbered) and the port, 0 if the channel
 * has none of its own. -EINVAL etc. as xsr_key_read; *@blame names the key.
 */
int xsr_channel_read_keys(struct xsr_channel *c, const char *dir,
			  const struct xsr_channel_names *names, unsigned int order, bool numbered,
			  evtchn_port_t *evtchn, const char **blame);

/* Front-end: write these keys; @prefix comes before each name: "" or "queue-%u/". */
void xsr_channel_put_keys(struct xsr_key_writer *w, const struct xsr_channel *c, const char *prefix,
			  const struct xsr_channel_names *names);

/*
 * Have the interrupts come to @cpu from now on, unless the administrator has said where they should come
 * to. Nothing to do for a channel without an irq; if it cannot be, they stay where they are. Any context,
 * the channel's own handler included, but one at a time and not while the channel is muted.
 */
void xsr_channel_place(struct xsr_channel *c, u32 cpu);

/* No interrupt handler runs or will run after this. Harmless when repeated. */
void xsr_channel_mute(struct xsr_channel *c);

/*
 * Undo create or attach: mutes, then unmaps, or ends the grants (a page that the peer still has
 * mapped is kept back until it lets go). Harmless on a zeroed or destroyed channel.
 */
void xsr_channel_destroy(struct xsr_channel *c);

/* Send one event. */
static inline void xsr_channel_notify(const struct xsr_channel *c)
{
	notify_remote_via_irq(c->irq);
}

/* End interrupt @irq; @worked: there was something to do. */
static inline void xsr_irq_eoi(int irq, bool worked)
{
	xen_irq_lateeoi(irq, worked ? 0 : XEN_EOI_FLAG_SPURIOUS);
}

/*
 * The same by channel. A handler, and what it starts, may run before create or attach has returned
 * and c->irq is set: they use xsr_irq_eoi(), or leave it for later.
 */
static inline void xsr_channel_eoi(const struct xsr_channel *c, bool worked)
{
	xsr_irq_eoi(c->irq, worked);
}

#endif /* XSR_LINUX_CHANNEL_H */
