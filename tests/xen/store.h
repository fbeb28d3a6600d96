/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Questions to xenstored and its answers, over any descriptor that leads to it: its socket in dom0, the
 * kernel's device in a guest. Its own library, linked statically, has no watches that can be waited for.
 * Whoever includes this defines die(), which says what went wrong, and why by errno, and ends the program.
 */
#ifndef BED_STORE_H
#define BED_STORE_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xen/io/xs_wire.h>

struct store {
	int fd;
	bool fired; /* a watch has, since this was last cleared */
};

static void die(const char *what) __attribute__((noreturn));

static inline void store_transfer(int fd, void *data, size_t len, bool out)
{
	char *at = data;
	ssize_t n;

	while (len) {
		n = out ? write(fd, at, len) : read(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			die("xenstored");
		at += n;
		len -= (size_t)n;
	}
}

/* The next message, to be freed, with a zero byte after it. */
static inline char *store_take(struct store *xs, struct xsd_sockmsg *head)
{
	char *body;

	store_transfer(xs->fd, head, sizeof(*head), false);
	body = calloc(1, head->len + 1);
	if (!body)
		die("memory");
	store_transfer(xs->fd, body, head->len, false);
	if (head->type == XS_WATCH_EVENT)
		xs->fired = true;
	return body;
}

/*
 * One question and its answer, to be freed, of *got bytes (unless NULL); NULL: an error. PATH and its zero
 * byte come first.
 */
static inline char *store_talk(struct store *xs, int type, const char *path, const void *more,
			       size_t len, size_t *got)
{
	size_t path_len = strlen(path) + 1;
	struct xsd_sockmsg head = { .type = (uint32_t)type, .len = (uint32_t)(path_len + len) };
	char *body;

	store_transfer(xs->fd, &head, sizeof(head), true);
	store_transfer(xs->fd, (char *)path, path_len, true);
	store_transfer(xs->fd, (char *)more, len, true);
	for (;;) {
		body = store_take(xs, &head);
		if ((int)head.type == type) {
			if (got)
				*got = head.len;
			return body;
		}
		free(body);
		if (head.type == XS_ERROR)
			return NULL;
	}
}

/* Returns whether xenstored took it. */
static inline bool store_write(struct store *xs, const char *path, const void *value, size_t len)
{
	char *answer = store_talk(xs, XS_WRITE, path, value, len, NULL);

	free(answer);
	return answer;
}

/* It fires once at the start. */
static inline void store_watch(struct store *xs, const char *path)
{
	free(store_talk(xs, XS_WATCH, path, "w", 2, NULL));
}

#endif /* BED_STORE_H */
