// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's half of guest_run (dom0/guest.sh has the other), and the guest's process 1. Commands and
 * answers travel through this guest's own data/ directory in xenstore, so they need no network, no disk and
 * no console, and kernel messages cannot mix with them:
 *	data/bed/ready	"1": commands are taken
 *	data/bed/cmd	"SEQ COMMAND"		written by dom0: run this shell command
 *	data/bed/out/N	piece N of the output
 *	data/bed/done	"SEQ STATUS PIECES"	written last
 * A command's output is standard output and standard error together. One command at a time. All that
 * a command costs beside itself is one fork: an emulated machine starts programs slowly.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store.h"

#define DEVICE "/dev/xen/xenbus"
#define OUTPUT "/tmp/agent.out"
/* Below xenstored's limit of 2048 bytes for what an unprivileged domain writes. */
#define PIECE 1900
/* Below its limit of 1000 nodes for one domain. */
#define MOST 800

static void die(const char *what)
{
	fprintf(stderr, "bed: agent lost xenstore: %s: %s\n", what, strerror(errno));
	execl("/bin/busybox", "reboot", "-f", NULL);
	_exit(1);
}

/* In the new process. */
static void become(char *command)
{
	int in = open("/dev/null", O_RDONLY),
	    out = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (in < 0 || out < 0)
		_exit(126);
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	close(in);
	close(out);
	execl("/bin/busybox", "sh", "-c", command, NULL);
	_exit(127);
}

/* Its exit status as a shell gives it. Orphans are this process's to bury. */
static int run(char *command)
{
	pid_t pid, ended;
	int status;

	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	pid = fork();
	if (!pid)
		become(command);
	if (pid < 0)
		return 126;
	do
		ended = waitpid(-1, &status, 0);
	while (ended != pid && (ended > 0 || errno == EINTR));
	if (ended != pid)
		return 126;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static unsigned int hand_over(struct store *xs, int fd)
{
	char piece[PIECE], path[64];
	unsigned int n = 0;
	ssize_t len;

	while ((len = read(fd, piece, sizeof(piece))) > 0) {
		snprintf(path, sizeof(path), "data/bed/out/%u", n++);
		if (!store_write(xs, path, piece, (size_t)len))
			die(path);
	}
	return n;
}

static void answer(struct store *xs, const char *seq, int status)
{
	char text[128];
	struct stat is = {};
	unsigned int n = 0;
	int fd = open(OUTPUT, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && !fstat(fd, &is) && is.st_size > (off_t)PIECE * MOST) {
		snprintf(text, sizeof(text), "agent: output too large to hand over: %lld bytes\n",
			 (long long)is.st_size);
		store_write(xs, "data/bed/out/0", text, strlen(text));
		status = 124;
		n = 1;
	} else if (fd >= 0) {
		n = hand_over(xs, fd);
	}
	if (fd >= 0)
		close(fd);
	snprintf(text, sizeof(text), "%s %d %u", seq, status, n);
	if (!store_write(xs, "data/bed/done", text, strlen(text)))
		die("data/bed/done");
}

/* Serves what is asked, unless it is what was served last. */
static void serve(struct store *xs, char *last, size_t size)
{
	char *asked = store_talk(xs, XS_READ, "data/bed/cmd", "", 0, NULL);
	char *command = asked ? strchr(asked, ' ') : NULL;

	if (command) {
		*command++ = '\0';
		if (strcmp(asked, last)) {
			snprintf(last, size, "%s", asked);
			answer(xs, last, run(command));
		}
	}
	free(asked);
}

int main(void)
{
	struct store xs = { .fd = open(DEVICE, O_RDWR | O_CLOEXEC) };
	struct xsd_sockmsg head;
	char last[32] = "0";

	if (xs.fd < 0)
		die(DEVICE);
	store_watch(&xs, "data/bed/cmd");
	store_write(&xs, "data/bed/ready", "1", 1);
	for (;;) {
		while (!xs.fired)
			free(store_take(&xs, &head));
		xs.fired = false;
		serve(&xs, last, sizeof(last));
	}
}
