/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of a hostile back-end's device, whatever it is a back-end of: binding, the offer, states,
 * the command file. What rings there are the module says by struct evil_back_ops.
 *
 * The file "all/run" takes what must be said before a device is there:
 *
 *	preset KEY VALUE	the next offers have this in place of the honest value
 *	clear			no presets
 *	early MS		after connecting, events come for so long before it is said; 0: none
 *
 * A device's file takes the acts of backlife.c, those of the module, and
 *
 *	report			waits up to a second for the front-end to leave, then says
 *				answer=left or stays, theirs= its state, given= armed answers given
 */
#ifndef EVIL_COMMON_BACK_H
#define EVIL_COMMON_BACK_H

#include <linux/wait.h>
#include <linux/workqueue.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "tests/xen/evil/common/command.h"

#define EVIL_MAX_PRESETS 8

struct evil_back;

struct evil_offer {
	const char *key, *value;
};

struct evil_back_ops {
	const char *name; /* of the module, at the head of each result */
	const struct evil_offer *offer; /* honest; ends with a key of NULL */
	/* Attach to the rings that the front-end named. */
	int (*connect)(struct evil_back *b);
	/* Let go of them; harmless when there are none. */
	void (*disconnect)(struct evil_back *b);
	/* Send an event on each channel; harmless when there are none. */
	void (*poke)(struct evil_back *b);
	/* The module's own acts. False: there is none called @word. */
	bool (*act)(struct evil_back *b, const char *word, char *rest);
};

struct evil_back {
	const struct evil_back_ops *ops;
	struct xenbus_device *xdev;
	struct evil_command command;
	struct work_struct step; /* the front-end's state has changed */
	wait_queue_head_t wait;
	u32 number; /* the last part of its directory's name */
	u32 theirs;
	u32 ours; /* as last written by us */
	bool gone;
	bool silent; /* do not follow the front-end's states */
	u32 times; /* how often the armed answer is still to be given, until the next report */
	u32 given; /* how often it was */
};

/* --- back.c --- */

/* The file for all devices, in the directory @dir. */
void evil_back_init(struct dentry *dir);
void evil_back_exit(void);
void evil_back_create(struct evil_back *b, struct xenbus_device *xdev,
		      const struct evil_back_ops *ops, struct dentry *dir);
void evil_back_destroy(struct evil_back *b);
/* The module's otherend_changed. */
void evil_back_changed(struct evil_back *b, enum xenbus_state theirs);

void evil_back_state(struct evil_back *b, u32 state);
/* Has the front-end left, or does it want to? */
bool evil_back_is_left(const struct evil_back *b);
bool evil_back_wait_left(struct evil_back *b, unsigned int ms);

/* --- backlife.c --- */

/* States, keys, events: acts that all hostile back-ends have. */
bool evil_back_act(struct evil_back *b, const char *word, char *rest);

#endif /* EVIL_COMMON_BACK_H */
