// SPDX-License-Identifier: GPL-2.0
/*
 * One queue's connection to the peer: ring pages and event channel; see channel.h.
 */
#include <linux/string.h>

#include "ring/linux/channel.h"
#include "ring/linux/compat/compat.h"
#include "ring/linux/pages.h"

static int channel_make_event(struct xsr_channel *c, irq_handler_t handler, const char *name,
			      void *data)
{
	int err;

	if (!handler)
		return 0;
	err = xenbus_alloc_evtchn(c->xdev, &c->evtchn);
	if (err)
		return err;
	err = bind_evtchn_to_irqhandler_lateeoi(c->evtchn, handler, 0, name, data);
	if (err < 0) {
		xenbus_free_evtchn(c->xdev, c->evtchn);
		c->evtchn = 0;
		return err;
	}
	c->irq_data = data;
	WRITE_ONCE(c->irq, err);
	return 0;
}

int xsr_channel_create(struct xsr_channel *c, struct xenbus_device *xdev, unsigned int order,
		       u32 stride, irq_handler_t handler, const char *name, void *data)
{
	int err;

	memset(c, 0, sizeof(*c));
	c->xdev = xdev;
	c->role = XSR_FRONT;
	c->nr_pages = 1u << order;
	c->pages = xsr_pages_create(xdev, c->nr_pages, c->gref);
	if (!c->pages)
		return -ENOMEM;
	xsr_ring_create(&c->ring, (void __shared __force *)c->pages, c->nr_pages, stride);
	err = channel_make_event(c, handler, name, data);
	if (err)
		xsr_channel_destroy(c);
	return err;
}
EXPORT_SYMBOL_GPL(xsr_channel_create);

int xsr_channel_attach(struct xsr_channel *c, struct xenbus_device *xdev, unsigned int order,
		       u32 stride, evtchn_port_t evtchn, irq_handler_t handler, const char *name,
		       void *data)
{
	int err;

	c->xdev = xdev;
	c->role = XSR_BACK;
	c->nr_pages = 1u << order;
	c->irq = 0;
	err = xenbus_map_ring_valloc(xdev, c->gref, c->nr_pages, &c->pages);
	if (err) {
		c->pages = NULL;
		return err;
	}
	if (xsr_ring_attach(&c->ring, (void __shared __force *)c->pages, c->nr_pages, stride)) {
		err = -EPROTO;
		goto out_destroy;
	}
	if (!handler)
		return 0;
	err = bind_interdomain_evtchn_to_irqhandler_lateeoi(xdev, evtchn, handler, 0, name, data);
	if (err < 0)
		goto out_destroy;
	c->irq_data = data;
	WRITE_ONCE(c->irq, err);
	return 0;
out_destroy:
	xsr_channel_destroy(c);
	return err;
}
EXPORT_SYMBOL_GPL(xsr_channel_attach);

static int channel_read_gref(struct xsr_channel *c, const char *dir, const char *name, u32 i)
{
	u64 value;
	int err = xsr_key_read(dir, &xsr_key_gref, name, &value);

	if (!err)
		c->gref[i] = value;
	return err;
}

/* Write the name of ring page @i into @name of XSR_CHANNEL_NAME_MAX. */
static void channel_ring_name(char *name, const char *ring, bool numbered, u32 i)
{
	strscpy(name, ring, XSR_CHANNEL_NAME_MAX);
	if (numbered && !xsr_key_numbered(name, XSR_CHANNEL_NAME_MAX, ring, i))
		name[0] = '\0';
}

int xsr_channel_read_keys(struct xsr_channel *c, const char *dir,
			  const struct xsr_channel_names *names, unsigned int order, bool numbered,
			  evtchn_port_t *evtchn, const char **blame)
{
	char name[XSR_CHANNEL_NAME_MAX];
	u64 port = 0;
	int err = 0;
	u32 i;

	*blame = names->ring;
	for (i = 0; i < 1u << order; i++) {
		channel_ring_name(name, names->ring, numbered, i);
		err = channel_read_gref(c, dir, name, i);
		if (err)
			return err;
	}
	*blame = names->event;
	if (names->event)
		err = xsr_key_read(dir, &xsr_key_evtchn, names->event, &port);
	if (!err)
		*evtchn = port;
	return err;
}
EXPORT_SYMBOL_GPL(xsr_channel_read_keys);

void xsr_channel_put_keys(struct xsr_key_writer *w, const struct xsr_channel *c, const char *prefix,
			  const struct xsr_channel_names *names)
{
	char ring[XSR_CHANNEL_NAME_MAX], name[XSR_CHANNEL_NAME_MAX];
	u32 i;

	snprintf(ring, sizeof(ring), "%s%s", prefix, names->ring);
	for (i = 0; i < c->nr_pages; i++) {
		channel_ring_name(name, ring, c->nr_pages > 1, i);
		xsr_key_put(w, name, c->gref[i]);
	}
	if (!names->event)
		return;
	snprintf(name, sizeof(name), "%s%s", prefix, names->event);
	xsr_key_put(w, name, c->evtchn);
}
EXPORT_SYMBOL_GPL(xsr_channel_put_keys);

/* Do the interrupts come where the kernel or we said, and not the administrator? */
static bool channel_may_move(const struct xsr_channel *c, int irq)
{
	const struct cpumask *now = irq_get_affinity_mask(irq);

	if (!now)
		return false;
	return cpumask_subset(cpu_online_mask, now) ||
	       (c->placed && cpumask_equal(now, cpumask_of(c->placed - 1)));
}

void xsr_channel_place(struct xsr_channel *c, u32 cpu)
{
	int irq = READ_ONCE(c->irq);

	if (!irq || !channel_may_move(c, irq) || irq_set_affinity(irq, cpumask_of(cpu)))
		return;
	c->placed = cpu + 1;
}
EXPORT_SYMBOL_GPL(xsr_channel_place);

void xsr_channel_mute(struct xsr_channel *c)
{
	if (!c->irq)
		return;
	/* Waits for a running handler, and closes our end of the channel. */
	unbind_from_irqhandler(c->irq, c->irq_data);
	c->irq = 0;
	c->evtchn = 0;
}
EXPORT_SYMBOL_GPL(xsr_channel_mute);

void xsr_channel_destroy(struct xsr_channel *c)
{
	xsr_channel_mute(c);
	if (!c->pages)
		return;
	if (c->role == XSR_FRONT)
		xsr_pages_destroy(c->pages, c->nr_pages, c->gref);
	else
		xenbus_unmap_ring_vfree(c->xdev, c->pages);
	c->pages = NULL;
}
EXPORT_SYMBOL_GPL(xsr_channel_destroy);
