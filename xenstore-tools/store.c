// SPDX-License-Identifier: GPL-2.0
/*
 * The real xenstore, through libxenstore: the daemon's socket in dom0, the kernel's device in a
 * guest; the library picks.
 *
 * It decides how long to wait for an answer (the library would wait for ever) and what to tell
 * someone whose machine has no xenstore. It never writes and never retries; snapshot.c does.
 * Opened by main.c, used through store.h.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xenstore.h>

#include "xenstore-tools/store.h"

/* Longest wait for one answer. A healthy xenstored needs well under a millisecond. */
#define ANSWER_SECONDS 10

struct live_store {
	struct xsr_store store;
	struct xs_handle *xs;
	xs_transaction_t txn; /* XBT_NULL outside a transaction */
};

static struct live_store *live(struct xsr_store *s)
{
	return (struct live_store *)s;
}

/* The library blocks in read(2) and retries on EINTR: the only way out is out of the program. */
static void on_alarm(int sig)
{
	static const char msg[] =
		"xsr: xenstore does not answer: is xenstored running in this Xen host?\n";
	ssize_t n;

	(void)sig;
	n = write(STDERR_FILENO, msg, sizeof(msg) - 1);
	(void)n; /* nobody is left to tell */
	_exit(1);
}

static int live_begin(struct xsr_store *s)
{
	alarm(ANSWER_SECONDS);
	live(s)->txn = xs_transaction_start(live(s)->xs);
	alarm(0);
	return live(s)->txn == XBT_NULL ? -errno : 0;
}

static int live_end(struct xsr_store *s)
{
	bool ok;

	/* Nothing was written, but only a commit tells whether what was read still holds. */
	alarm(ANSWER_SECONDS);
	ok = xs_transaction_end(live(s)->xs, live(s)->txn, false);
	alarm(0);
	live(s)->txn = XBT_NULL;
	return ok ? 0 : -errno;
}

static int live_read(struct xsr_store *s, const char *path, struct xsr_bytes *value)
{
	unsigned int len = 0;

	alarm(ANSWER_SECONDS);
	value->data = xs_read(live(s)->xs, live(s)->txn, path, &len);
	alarm(0);
	value->len = len;
	return value->data ? 0 : -errno;
}

static int live_list(struct xsr_store *s, const char *path, struct xsr_names *names)
{
	unsigned int count = 0, i;
	char **list;

	alarm(ANSWER_SECONDS);
	list = xs_directory(live(s)->xs, live(s)->txn, path, &count);
	alarm(0);
	if (!list)
		return -errno;
	names->name = xsr_alloc(count, sizeof(*names->name));
	names->count = count;
	for (i = 0; i < count; i++)
		names->name[i] = xsr_dup(list[i]);
	free(list); /* one block: pointers and strings */
	return 0;
}

static void live_close(struct xsr_store *s)
{
	xs_close(live(s)->xs);
	free(s);
}

static const struct xsr_store_ops live_ops = {
	.begin = live_begin,
	.end = live_end,
	.read = live_read,
	.list = live_list,
	.close = live_close,
};

static void explain(struct xsr_text *error, int err)
{
	const char *path = getenv("XENSTORED_PATH");

	xsr_text_add(error, "cannot reach xenstore: tried the socket %s and the device %s: %s.\n",
		     xs_daemon_socket(), path ? path : "/dev/xen/xenbus", strerror(err));
	if (err == EACCES || err == EPERM)
		xsr_text_add(error, "Run xsr as root.");
	else
		xsr_text_add(error, "Run xsr as root in a Xen domain: in dom0 with xenstored "
				    "running, or in a guest with /dev/xen/xenbus.");
}

struct xsr_store *xsr_store_open(struct xsr_text *error)
{
	struct live_store *l = xsr_alloc(1, sizeof(*l));

	signal(SIGALRM, on_alarm);
	l->store.ops = &live_ops;
	l->txn = XBT_NULL;
	errno = ENOENT;
	l->xs = xs_open(0);
	if (l->xs)
		return &l->store;
	explain(error, errno);
	free(l);
	return NULL;
}
