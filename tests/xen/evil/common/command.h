/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a scenario talks to a hostile peer: one debugfs file per device, "run". Writing a line does
 * one action and returns when it is over; reading gives the line that says what came of it:
 *
 *	evil-blkfront 51744 read-nseg-12: answer=error ms=4 after=alive stray=0
 *
 * Both modules use this; what the words mean is said where they are made. Not for production: a
 * hostile peer trusts whoever may write to debugfs.
 */
#ifndef EVIL_COMMAND_H
#define EVIL_COMMAND_H

#include <linux/debugfs.h>
#include <linux/mutex.h>

#define EVIL_LINE_MAX 256

struct xenbus_device;

struct evil_command {
	struct dentry *dir;
	struct mutex lock; /* one action at a time */
	char result[2 * EVIL_LINE_MAX];
	size_t used;
	/* Do what @line says. 0 once it is done, whatever the peer did; -EINVAL: no such action. */
	int (*run)(void *data, char *line);
	void *data;
};

/* Make the directory @name with the file below @parent. @c->run and @c->data are set already. */
void evil_command_create(struct evil_command *c, struct dentry *parent, const char *name);

/* Remove both; waits for an action that is under way. Harmless when repeated. */
void evil_command_destroy(struct evil_command *c);

/* Add to the result of the action that is under way. */
__printf(2, 3) void evil_say(struct evil_command *c, const char *fmt, ...);

/* Cut the next word off *@rest; NULL when there is none. */
char *evil_word(char **rest);

/* The next word as a number (decimal, 0x, or negative), or @preset when there is none. */
u64 evil_number(char **rest, u64 preset);

/*
 * Write @value as key @key below @dir, raw. The words @absent, @empty, @long and @binary stand for
 * no key, an empty one, 2000 digits, and bytes that are no text.
 */
int evil_key_write(const char *dir, const char *key, const char *value);

/* Is the number at the end of the device's directory one of the module's parameter "claim"? */
bool evil_claims(const struct xenbus_device *xdev);

#endif /* EVIL_COMMAND_H */
