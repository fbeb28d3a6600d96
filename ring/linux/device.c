// SPDX-License-Identifier: GPL-2.0
/*
 * The life of one xenbus device; see device.h.
 *
 * device_step() is the one function that moves a device. It runs in the device's ordered workqueue
 * for every cause: the peer's state changed, a failure was reported, the toolstack wants a
 * back-end's device removed, patience with a silent front-end ran out. What to do comes from the
 * table in ring/state.c; this file carries it out and never decides by itself.
 *
 * A back-end's device must be unregistered from the xenwatch thread, as the xenbus core does all its
 * own removals there. So GONE ends with writing Closed; the watch on our own state then fires in
 * that thread and unregisters.
 */
#include <linux/delay.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "ring/linux/compat/compat_xen.h"
#include "ring/linux/device.h"

enum {
	XSR_DEV_FAILED, /* xsr_device_fail() was called, rings are not to be used */
	XSR_DEV_FAIL_PENDING, /* ... and the step function has not dealt with it yet */
	XSR_DEV_REMOVAL, /* the toolstack wrote Closing into our state */
	XSR_DEV_RECONFIGURE, /* say Reconfiguring once the table allows it */
	XSR_DEV_GONE, /* unregister at the next event of the own watch */
	XSR_DEV_DEAD, /* destroy has begun: no more steps */
	XSR_DEV_SILENT, /* the peer was waited for in vain already */
};

/* Write @state as ours, unless the directory has gone. Also wakes the own watch of a back-end. */
static void device_publish(struct xsr_device *d, enum xsr_state state)
{
	struct xenbus_device *xdev = d->xdev;

	d->state = state;
	if (state == XSR_ST_CLOSED)
		cancel_delayed_work(&d->force);
	if (d->role == XSR_FRONT && state == XSR_ST_CLOSED)
		xenbus_frontend_closed(xdev);
	else if (xdev->state != (enum xenbus_state)state)
		xenbus_switch_state(xdev, (enum xenbus_state)state);
	else if (xenbus_exists(XBT_NIL, xdev->nodename, "state"))
		xenbus_printf(XBT_NIL, xdev->nodename, "state", "%d", state);
}

static void device_report(struct xsr_device *d, int err)
{
	if (__ratelimit(&d->limit))
		xenbus_dev_error(d->xdev, err, "%s", d->reason);
}

static bool device_is_online(const struct xsr_device *d)
{
	return d->role == XSR_FRONT || xenbus_dev_is_online(d->xdev);
}

/* Does this action begin a new connection, to which old failures do not belong? */
static bool device_action_begins(enum xsr_action action)
{
	return action == XSR_DO_SETUP || action == XSR_DO_SETUP_CONNECT ||
	       action == XSR_DO_CONNECT || action == XSR_DO_RESET;
}

/* Is Closed to be written after this action even if we said so before? The toolstack waits. */
static bool device_action_ends(enum xsr_action action)
{
	return action == XSR_DO_RELEASE || action == XSR_DO_GONE;
}

/* Nor does a wish to have keys read again: they are read anyway. */
static void device_forgive(struct xsr_device *d)
{
	clear_bit(XSR_DEV_RECONFIGURE, &d->flags);
	clear_bit(XSR_DEV_FAIL_PENDING, &d->flags);
	clear_bit(XSR_DEV_SILENT, &d->flags);
	d->reason[0] = '\0';
	clear_bit_unlock(XSR_DEV_FAILED, &d->flags);
}

static void device_do(struct xsr_device *d, struct xsr_step step)
{
	int err = 0;

	if (device_action_begins(step.action) && d->state != XSR_ST_INITIALISED)
		device_forgive(d);
	if (step.action == XSR_DO_FATAL) {
		xsr_device_fail(d, "state %u of the other end makes no sense", d->theirs);
		return;
	}
	if (step.action == XSR_DO_GONE)
		set_bit(XSR_DEV_GONE, &d->flags);
	if (step.action != XSR_DO_NOTHING)
		err = d->ops->act(d, step.action);
	if (err == -EAGAIN)
		return;
	if (err)
		xsr_device_fail(d, "%s: error %d", xsr_action_name(step.action), -err);
	else if (step.next != d->state || device_action_ends(step.action))
		device_publish(d, step.next);
}

/* The device has failed since the last step: say so once, and do what the table says. */
static void device_do_failure(struct xsr_device *d)
{
	struct xsr_step step = xsr_state_fail(d->role, d->state);

	device_report(d, -EPROTO);
	if (step.action != XSR_DO_NOTHING)
		d->ops->act(d, step.action);
	if (step.next != d->state)
		device_publish(d, step.next);
}

/* How a back-end leaves: for good, or only until the front-end comes back. */
static enum xsr_action device_end(const struct xsr_device *d)
{
	return device_is_online(d) ? XSR_DO_RELEASE : XSR_DO_GONE;
}

/* The toolstack waits for our Closed; a front-end that is alive will lead there by itself. */
static void device_do_removal(struct xsr_device *d)
{
	if (d->state != XSR_ST_CLOSED)
		queue_delayed_work(d->wq, &d->force, XSR_PEER_PATIENCE);
	else
		device_do(d, (struct xsr_step){ XSR_ST_CLOSED, device_end(d) });
}

/* A wish to say Reconfiguring waits here until it can be said. */
static void device_do_reconfigure(struct xsr_device *d)
{
	struct xsr_step step = xsr_state_reconfigure(d->kind, d->state, READ_ONCE(d->theirs));

	if (step.next == d->state)
		return;
	clear_bit(XSR_DEV_RECONFIGURE, &d->flags);
	device_publish(d, step.next);
}

static void device_step(struct work_struct *work)
{
	struct xsr_device *d = container_of(work, struct xsr_device, step);

	mutex_lock(&d->lock);
	if (test_bit(XSR_DEV_DEAD, &d->flags) || test_bit(XSR_DEV_GONE, &d->flags))
		goto out;
	if (test_and_clear_bit(XSR_DEV_FAIL_PENDING, &d->flags))
		device_do_failure(d);
	if (test_bit(XSR_DEV_RECONFIGURE, &d->flags))
		device_do_reconfigure(d);
	device_do(d, xsr_state_step(d->kind, d->role, d->state, READ_ONCE(d->theirs),
				    device_is_online(d)));
	if (test_and_clear_bit(XSR_DEV_FAIL_PENDING, &d->flags))
		device_do_failure(d);
	if (test_and_clear_bit(XSR_DEV_REMOVAL, &d->flags))
		device_do_removal(d);
out:
	mutex_unlock(&d->lock);
}

/*
 * The front-end did not react to our Closing. One that answered with Closing itself is alive and
 * waits for its users (a mounted file system): that is not ours to cut short.
 */
static void device_force(struct work_struct *work)
{
	struct xsr_device *d = container_of(to_delayed_work(work), struct xsr_device, force);

	mutex_lock(&d->lock);
	if (!test_bit(XSR_DEV_DEAD, &d->flags) && d->state != XSR_ST_CLOSED &&
	    READ_ONCE(d->theirs) != XSR_ST_CLOSING) {
		xsr_device_note(d, "front-end is silent, closing without it");
		device_do(d, (struct xsr_step){ XSR_ST_CLOSED, device_end(d) });
	}
	mutex_unlock(&d->lock);
}

/* Our own state was written, by us or by the toolstack. Runs in the xenwatch thread. */
static void device_own_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct xsr_device *d = container_of(watch, struct xsr_device, own_watch);

	if (test_bit(XSR_DEV_GONE, &d->flags)) {
		if (d->state == XSR_ST_CLOSED)
			device_unregister(&d->xdev->dev);
		return;
	}
	if (xenbus_read_driver_state(d->xdev, d->xdev->nodename) != XenbusStateClosing)
		return;
	set_bit(XSR_DEV_REMOVAL, &d->flags);
	xsr_device_kick(d);
}

bool xsr_device_will_handle(struct xenbus_watch *watch, const char *path, const char *token)
{
	return !watch->nr_pending;
}
EXPORT_SYMBOL_GPL(xsr_device_will_handle);

static int device_watch_self(struct xsr_device *d)
{
	int err;

	d->own_watch.will_handle = xsr_device_will_handle;
	d->own_watch.callback = device_own_changed;
	d->own_watch.node = kasprintf(GFP_KERNEL, "%s/state", d->xdev->nodename);
	if (!d->own_watch.node)
		return -ENOMEM;
	err = register_xenbus_watch(&d->own_watch);
	if (err) {
		kfree(d->own_watch.node);
		d->own_watch.node = NULL;
	}
	return err;
}

int xsr_device_create(struct xsr_device *d, struct xenbus_device *xdev, enum xsr_kind kind,
		      enum xsr_role role, const struct xsr_device_ops *ops)
{
	int err;

	memset(d, 0, sizeof(*d));
	d->xdev = xdev;
	d->ops = ops;
	d->kind = kind;
	d->role = role;
	d->state = XSR_ST_INITIALISING;
	/*
	 * A driver may ask for a step before the core has told us of the peer for the first time,
	 * and an unknown state would mean that the peer's directory has gone.
	 */
	d->theirs = xenbus_read_driver_state(xdev, xdev->otherend);
	mutex_init(&d->lock);
	ratelimit_state_init(&d->limit, HZ, 10);
	ratelimit_set_flags(&d->limit, RATELIMIT_MSG_ON_RELEASE);
	INIT_WORK(&d->step, device_step);
	INIT_DELAYED_WORK(&d->force, device_force);
	/* Freezable: no step is under way while a suspended domain changes its other end. */
	d->wq = alloc_ordered_workqueue("xsr-%s", WQ_FREEZABLE, dev_name(&xdev->dev));
	if (!d->wq)
		return -ENOMEM;
	if (role == XSR_FRONT) {
		/* A former driver left the device Closed: a new life begins. */
		if (xdev->state != XenbusStateInitialising)
			device_publish(d, XSR_ST_INITIALISING);
		return 0;
	}
	err = device_watch_self(d);
	if (err)
		destroy_workqueue(d->wq);
	return err;
}
EXPORT_SYMBOL_GPL(xsr_device_create);

void xsr_device_destroy(struct xsr_device *d)
{
	if (!d->wq)
		return;
	set_bit(XSR_DEV_DEAD, &d->flags);
	synchronize_rcu(); /* a kick from an interrupt may still be queueing a step */
	if (d->own_watch.node) {
		unregister_xenbus_watch(&d->own_watch);
		kfree(d->own_watch.node);
		d->own_watch.node = NULL;
	}
	cancel_work_sync(&d->step);
	cancel_delayed_work_sync(&d->force);
	destroy_workqueue(d->wq);
	d->wq = NULL;
}
EXPORT_SYMBOL_GPL(xsr_device_destroy);

/* A front-end that parts looks this often whether its back-end has let go, ms. */
#define DEVICE_PART_POLL 20

/* The peer's state, as far as it says that nothing of ours is mapped any more; else Connected. */
static enum xenbus_state device_peer_released(const struct xsr_device *d)
{
	enum xenbus_state theirs = xenbus_read_driver_state(d->xdev, d->xdev->otherend);

	switch (theirs) {
	case XenbusStateUnknown:
	case XenbusStateInitialising:
	case XenbusStateInitWait:
	case XenbusStateClosed:
		return theirs;
	default:
		return XenbusStateConnected;
	}
}

void xsr_device_silent(struct xsr_device *d)
{
	set_bit(XSR_DEV_SILENT, &d->flags);
}
EXPORT_SYMBOL_GPL(xsr_device_silent);

void xsr_device_part(struct xsr_device *d)
{
	unsigned long end = jiffies;
	enum xenbus_state theirs;

	if (!xenbus_exists(XBT_NIL, d->xdev->nodename, "state"))
		return;
	device_publish(d, XSR_ST_CLOSED);
	if (!test_bit(XSR_DEV_SILENT, &d->flags))
		end += XSR_PEER_PATIENCE;
	for (;;) {
		theirs = device_peer_released(d);
		if (theirs != XenbusStateConnected || time_after(jiffies, end))
			break;
		msleep(DEVICE_PART_POLL);
	}
	if (theirs == XenbusStateClosed && xenbus_read_unsigned(d->xdev->otherend, "online", 0))
		device_publish(d, XSR_ST_INITIALISING);
}
EXPORT_SYMBOL_GPL(xsr_device_part);

void xsr_device_peer(struct xsr_device *d, enum xenbus_state theirs)
{
	WRITE_ONCE(d->theirs, theirs);
	xsr_device_kick(d);
}
EXPORT_SYMBOL_GPL(xsr_device_peer);

void xsr_device_kick(struct xsr_device *d)
{
	rcu_read_lock();
	if (!test_bit(XSR_DEV_DEAD, &d->flags))
		queue_work(d->wq, &d->step);
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(xsr_device_kick);

void xsr_device_reconfigure(struct xsr_device *d)
{
	set_bit(XSR_DEV_RECONFIGURE, &d->flags);
	xsr_device_kick(d);
}
EXPORT_SYMBOL_GPL(xsr_device_reconfigure);

void xsr_device_restart(struct xsr_device *d)
{
	mutex_lock(&d->lock);
	device_forgive(d);
	d->theirs = XSR_ST_UNKNOWN;
	d->state = XSR_ST_INITIALISING;
	mutex_unlock(&d->lock);
}
EXPORT_SYMBOL_GPL(xsr_device_restart);

void xsr_device_enter(struct xsr_device *d, enum xsr_state state)
{
	device_publish(d, state);
}
EXPORT_SYMBOL_GPL(xsr_device_enter);

void xsr_device_fail(struct xsr_device *d, const char *fmt, ...)
{
	va_list ap;

	if (test_and_set_bit(XSR_DEV_FAILED, &d->flags))
		return;
	va_start(ap, fmt);
	vscnprintf(d->reason, sizeof(d->reason), fmt, ap);
	va_end(ap);
	d->ops->kill(d);
	set_bit(XSR_DEV_FAIL_PENDING, &d->flags);
	xsr_device_kick(d);
}
EXPORT_SYMBOL_GPL(xsr_device_fail);

bool xsr_device_failed(const struct xsr_device *d)
{
	return test_bit(XSR_DEV_FAILED, &d->flags);
}
EXPORT_SYMBOL_GPL(xsr_device_failed);
