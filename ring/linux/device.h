/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of one xenbus device, the same for all four drivers.
 *
 * Every event that could move a device (the peer's state, our own failure, the toolstack's wish to
 * remove it) ends in one step function, which asks the state table what to do, has the driver do
 * it, and writes the new state. Steps of a device run one at a time on its own ordered workqueue,
 * so that nothing the peer does or leaves undone holds up the shared xenwatch thread.
 *
 * A driver embeds struct xsr_device in its own per-device struct and gives the operations.
 */
#ifndef XSR_LINUX_DEVICE_H
#define XSR_LINUX_DEVICE_H

#include <linux/mutex.h>
#include <linux/ratelimit.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#include "ring/state.h"

/* How long a peer may keep a removal waiting. */
#define XSR_PEER_PATIENCE (5 * HZ)

struct xsr_device;

struct xsr_device_ops {
	/*
	 * Do @action. Runs in the device's work, one at a time, may sleep, must not wait for the
	 * peer longer than XSR_PEER_PATIENCE. -EAGAIN: something is still missing, the state
	 * stays and the driver calls xsr_device_kick() once it is there. Any other error fails the device; the driver has by then
	 * undone what the action half did, or leaves it to the CLOSE/RELEASE that follows, which
	 * must be harmless at every stage and when repeated. It must not unregister a xenbus watch:
	 * remove() may be waiting for this very step with the watch thread's lock held.
	 */
	int (*act)(struct xsr_device *d, enum xsr_action action);
	/*
	 * The device has failed, perhaps in the middle of I/O: stop using the peer's rings at once.
	 * May be called from any context including hard interrupts; only sets flags.
	 */
	void (*kill)(struct xsr_device *d);
};

struct xsr_device {
	struct xenbus_device *xdev;
	const struct xsr_device_ops *ops;
	enum xsr_kind kind;
	enum xsr_role role;
	enum xsr_state state; /* ours; written by the step function only */
	u32 theirs; /* the peer's, as last seen */
	unsigned long flags; /* XSR_DEV_* of device.c */
	struct mutex lock; /* one step at a time, and none during a resume */
	struct workqueue_struct *wq;
	struct work_struct step;
	struct delayed_work force; /* back: the front-end did not answer our Closing in time */
	struct xenbus_watch own_watch; /* back: on our own state, which the toolstack writes */
	struct ratelimit_state limit; /* R29: what a peer can make us print */
	char reason[96]; /* why the device failed, first reason only */
};

/*
 * Start the life of @d for @xdev. The driver sets nothing in @d before, and has all that act() needs
 * ready. State begins at what xenstore says, at least Initialising. For a back-end the watch on its
 * own state is set up too. Returns 0 or a negative errno with nothing left behind.
 */
int xsr_device_create(struct xsr_device *d, struct xenbus_device *xdev, enum xsr_kind kind,
		      enum xsr_role role, const struct xsr_device_ops *ops);

/*
 * End it, from the driver's remove(): no step runs or will run afterwards. The driver then tears
 * down whatever is left by itself.
 */
void xsr_device_destroy(struct xsr_device *d);

/*
 * The driver has waited XSR_PEER_PATIENCE for the peer in vain: xsr_device_part() does not wait once
 * more, so that a dead peer holds up a removal once and not twice. Until the next connection.
 */
void xsr_device_silent(struct xsr_device *d);

/*
 * Front-end, in remove() after xsr_device_destroy() and with all I/O over: say Closed and give the
 * back-end up to XSR_PEER_PATIENCE to let go of what is granted to it, so that the driver can free
 * it at once. Does not wait if our directory has gone. If the back-end stays for another round, the
 * state is left at Initialising, for which the driver must have set allow_rebind: the next driver,
 * ours or stock, then finds a device that is ready to use.
 */
void xsr_device_part(struct xsr_device *d);

/* The driver's otherend_changed(): note @theirs and step. Does not sleep on anybody. */
void xsr_device_peer(struct xsr_device *d, enum xenbus_state theirs);

/*
 * will_handle() of every watch that leads to a step or a new look at its key, so that a peer that
 * writes a key over and over has one event queued and not a million (R16).
 */
bool xsr_device_will_handle(struct xenbus_watch *watch, const char *path, const char *token);

/* Step again although the peer's state has not changed: something act() had waited for is here. */
void xsr_device_kick(struct xsr_device *d);

/*
 * Network front-end: keys that a live back-end can reread have changed (xdp-headroom), and it
 * offered to do so. Says Reconfiguring as soon as the back-end is Connected; act() gets
 * XSR_DO_RECONFIGURED when it has answered. Waits for nobody; any context.
 */
void xsr_device_reconfigure(struct xsr_device *d);

/*
 * The domain was restored: whatever was agreed with the former peer is void. Begins again at
 * Initialising; the driver has put its rings aside. From the driver's resume().
 */
void xsr_device_restart(struct xsr_device *d);

/* Enter InitWait after a probe, or any other state the table does not lead to by itself. Before the first step. */
void xsr_device_enter(struct xsr_device *d, enum xsr_state state);

/*
 * The device cannot go on: the peer broke the protocol, or we could not get what we need. Any
 * context. The first reason is kept, printed once and written to the error node of xenstore; kill()
 * is called at once, the rest follows in the device's work.
 */
__printf(2, 3) void xsr_device_fail(struct xsr_device *d, const char *fmt, ...);

/* Has xsr_device_fail() been called since the last connect? */
bool xsr_device_failed(const struct xsr_device *d);

/* One line about something the peer did, at most 10 a second for each device. */
#define xsr_device_note(d, fmt, ...)                                        \
	do {                                                                \
		if (__ratelimit(&(d)->limit))                               \
			dev_warn(&(d)->xdev->dev, fmt "\n", ##__VA_ARGS__); \
	} while (0)

#endif /* XSR_LINUX_DEVICE_H */
