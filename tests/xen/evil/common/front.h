/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of a hostile front-end's device, whatever it is a front-end of: binding, states, the
 * command file, and finding out after each action what is left of the connection. What rings there
 * are, and what counts as honest use of them, the module says by struct evil_front_ops.
 *
 * The words of an action's result:
 *
 *	answer=	what the action came to, as the action says
 *	ms=	how long that took
 *	after=	alive (honest use works on the same connection), reconnected (it works on a new one),
 *		dead (the back-end gives no new connection), off (the action leaves it like that)
 *	stray=	answers to what was never asked
 */
#ifndef EVIL_COMMON_FRONT_H
#define EVIL_COMMON_FRONT_H

#include <linux/wait.h>
#include <linux/workqueue.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "tests/xen/evil/common/command.h"

#define EVIL_PATIENCE_MS 20000 /* for a state: far above what any step should take */

struct evil_front;

struct evil_front_ops {
	const char *name; /* of the module, at the head of each result */
	u32 named; /* our state that says that the rings are named */
	const char *ring_key; /* a key that names a ring */
	/* Make rings. Whatever it came to, drop() undoes it. */
	int (*rings)(struct evil_front *f);
	/* Write the keys that name them, and remove all that an earlier connection may have left. */
	void (*keys)(struct evil_front *f);
	/* Give the rings back, without a word to the back-end. */
	void (*drop)(struct evil_front *f);
	/* Does honest use work? */
	bool (*works)(struct evil_front *f);
	/* Send an event. */
	void (*poke)(struct evil_front *f);
	/* The command "shape": how the next connections shall be. */
	void (*shape)(struct evil_front *f, char *rest);
	/* The module's own actions. False: there is none called @word. */
	bool (*act)(struct evil_front *f, const char *word, char *rest);
};

struct evil_front {
	const struct evil_front_ops *ops;
	struct xenbus_device *xdev;
	struct evil_command command;
	struct work_struct close; /* the polite answer to a back-end that closes */
	wait_queue_head_t wait; /* theirs has changed */
	u32 number; /* the last part of its directory's name */
	u32 theirs; /* the back-end's state */
	unsigned long seen; /* bits: states it was in since evil_front_mark() */
	bool up; /* there are rings */
	bool gone; /* the device is being removed */
	bool silent; /* do not answer Closing */
	u32 stray;
	const char *key; /* to get wrong in the next connection; NULL: none */
	const char *value; /* see evil_key_write(), and @flicker: comes and goes meanwhile */
};

/* --- front.c --- */

/* Bind and let go of a device; what belongs to the module is set up before and freed after. */
void evil_front_create(struct evil_front *f, struct xenbus_device *xdev,
		       const struct evil_front_ops *ops, struct dentry *dir);
void evil_front_destroy(struct evil_front *f);
/* The module's otherend_changed. */
void evil_front_changed(struct evil_front *f, enum xenbus_state theirs);

/* Write our state, any number, as it is. */
void evil_front_state(struct evil_front *f, u32 state);
/* Forget which states of the back-end were seen. */
void evil_front_mark(struct evil_front *f);
/* Is the back-end closing, closed or gone? */
bool evil_front_is_closed(const struct evil_front *f);
/* Wait until the back-end is in @state. */
bool evil_front_wait(struct evil_front *f, u32 state, unsigned int ms);
/* Wait until it has closed the device. */
bool evil_front_wait_closed(struct evil_front *f, unsigned int ms);
/*
 * Connect to a back-end in InitWait. 0; -ECONNREFUSED: it closed; -ETIMEDOUT: it did neither.
 * Whatever it came to, evil_front_down() undoes it.
 */
int evil_front_up(struct evil_front *f);
/* Say Closed, wait for the back-end to let go, and give everything back. */
void evil_front_down(struct evil_front *f);
/* From any state to a new offer of the back-end's. 0 or -ETIMEDOUT. */
int evil_front_again(struct evil_front *f);
/* The same, and connect. */
int evil_front_reconnect(struct evil_front *f);

/* --- life.c --- */

/* States and keys in any order: actions that all hostile front-ends have. */
bool evil_life_act(struct evil_front *f, const char *word, char *rest);

#endif /* EVIL_COMMON_FRONT_H */
