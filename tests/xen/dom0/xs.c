// SPDX-License-Identifier: GPL-2.0
/*
 * The two waits of guest.sh on xenstore, each one process: an emulated machine starts programs slowly,
 * and as shell these took fifteen of them.
 *
 *	xs wait PATH PATTERN SECONDS	until the value at PATH matches the glob PATTERN ("": until it
 *		is gone). Fails after SECONDS, or when the domain that owns PATH is gone (unless that is
 *		waited for).
 *	xs ask DOMAIN SEQ SECONDS COMMAND	has the agent of a guest run COMMAND (guest/agent.c
 *		describes the keys), prints its output, exits with its status. 125: no answer; it says
 *		on standard error whether in time or for ever.
 */
#include <fnmatch.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "store.h"

#define SOCKET "/var/run/xenstored/socket"
#define PATH_SIZE 256
#define LOOK_EVERY_MS 1000

enum seen {
	SEEN_IT,
	SEEN_NOT_YET,
	SEEN_OWNER_GONE
};

struct wait {
	struct store *xs;
	const char *path;
	const char *pattern; /* "": gone */
	char owner[PATH_SIZE]; /* "/local/domain/N" */
	char *value; /* that matched, to be freed */
};

static void die(const char *what)
{
	fprintf(stderr, "xs: %s: %s\n", what, strerror(errno));
	exit(125);
}

static char *store_read(struct store *xs, const char *path)
{
	return store_talk(xs, XS_READ, path, "", 0, NULL);
}

static void store_open(struct store *xs)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = SOCKET };

	xs->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (xs->fd < 0 || connect(xs->fd, (struct sockaddr *)&to, sizeof(to)))
		die(SOCKET);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static __attribute__((format(printf, 2, 3))) char *path_of(char *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, PATH_SIZE, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= PATH_SIZE) {
		errno = ENAMETOOLONG;
		die("path");
	}
	return buf;
}

/* The first three parts of the path. */
static void wait_owner(struct wait *w)
{
	const char *end = w->path;
	int i;

	for (i = 0; i < 3 && end; i++)
		end = strchr(end + 1, '/');
	path_of(w->owner, "%.*s", end ? (int)(end - w->path) : (int)strlen(w->path), w->path);
}

static bool exists(struct store *xs, const char *path)
{
	char *value = store_read(xs, path);

	free(value);
	return value;
}

static enum seen wait_look(struct wait *w)
{
	char *value = store_read(w->xs, w->path);

	if (!fnmatch(w->pattern, value ? value : "", 0)) {
		w->value = value;
		return SEEN_IT;
	}
	free(value);
	if (w->pattern[0] && !exists(w->xs, w->owner))
		return SEEN_OWNER_GONE;
	return SEEN_NOT_YET;
}

/*
 * Of a wait whose owner is known. Looks whenever the watch fires, which it does once at the start, and now
 * and then for the owner.
 */
static enum seen wait_for(struct wait *w, double seconds)
{
	struct pollfd fd = { .fd = w->xs->fd, .events = POLLIN };
	double end = now() + seconds;
	enum seen seen = SEEN_NOT_YET;
	struct xsd_sockmsg head;
	int ready;

	store_watch(w->xs, w->path);
	while (seen == SEEN_NOT_YET && now() < end) {
		ready = w->xs->fired ? 0 : poll(&fd, 1, LOOK_EVERY_MS);
		if (ready > 0)
			free(store_take(w->xs, &head));
		w->xs->fired = false;
		seen = wait_look(w);
	}
	return seen;
}

static void ask_print(struct store *xs, const char *base, unsigned int pieces)
{
	char path[PATH_SIZE];
	unsigned int i;
	char *piece;
	size_t len;

	/* Who reads our output may have seen enough; the status still counts. */
	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < pieces; i++) {
		piece = store_talk(xs, XS_READ, path_of(path, "%s/out/%u", base, i), "", 0, &len);
		if (piece)
			fwrite(piece, 1, len, stdout);
		free(piece);
	}
}

static int ask(struct store *xs, char **argv)
{
	char base[PATH_SIZE], path[PATH_SIZE], done[PATH_SIZE], pattern[PATH_SIZE];
	struct wait w = { .xs = xs };
	unsigned int pieces;
	char *cmd;
	int status;

	path_of(base, "/local/domain/%s/data/bed", argv[0]);
	if (asprintf(&cmd, "%s %s", argv[1], argv[3]) < 0)
		die("ask");
	w.path = path_of(done, "%s/done", base);
	w.pattern = path_of(pattern, "%s *", argv[1]);
	/* To write would make the domain's directory anew, and nobody would be there to answer. */
	wait_owner(&w);
	if (!exists(xs, w.owner)) {
		fprintf(stderr, "the guest had died before: %s\n", argv[3]);
		return 125;
	}
	if (!store_write(xs, path_of(path, "%s/cmd", base), cmd, strlen(cmd)))
		die("the command cannot be handed over");
	switch (wait_for(&w, atof(argv[2]))) {
	case SEEN_IT:
		break;
	case SEEN_OWNER_GONE:
		fprintf(stderr, "the guest died during: %s\n", argv[3]);
		return 125;
	default:
		fprintf(stderr, "the guest gave no answer within %s s to: %s\n", argv[2], argv[3]);
		return 125;
	}
	if (sscanf(w.value, "%*u %d %u", &status, &pieces) != 2)
		return 125;
	ask_print(xs, base, pieces);
	return status;
}

static int wait_path(struct store *xs, char **argv)
{
	struct wait w = { .xs = xs, .path = argv[0], .pattern = argv[1] };

	wait_owner(&w);
	return wait_for(&w, atof(argv[2])) == SEEN_IT ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct store xs = {};

	store_open(&xs);
	if (argc == 5 && !strcmp(argv[1], "wait"))
		return wait_path(&xs, argv + 2);
	if (argc == 6 && !strcmp(argv[1], "ask"))
		return ask(&xs, argv + 2);
	fprintf(stderr,
		"usage: xs wait PATH PATTERN SECONDS | xs ask DOMAIN SEQ SECONDS COMMAND\n");
	return 125;
}
