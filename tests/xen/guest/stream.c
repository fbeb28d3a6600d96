// SPDX-License-Identifier: GPL-2.0
/*
 * Moves a file over one TCP connection, so that a scenario can compare checksums at both ends. The
 * receiver takes one connection over IPv4 or IPv6, copies it to standard output and ends when the sender
 * has said that this is all; the sender ends well only when the receiver has taken everything and closed.
 * Neither waits longer than SECONDS without progress.
 *
 *   stream receive PORT SECONDS >FILE
 *   stream send ADDRESS PORT SECONDS <FILE
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static char buffer[1 << 18];

static void die(const char *what)
{
	fprintf(stderr, "stream: ");
	perror(what);
	exit(1);
}

static int tcp_socket(int family, int seconds)
{
	struct timeval wait = { .tv_sec = seconds };
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)))
		die("socket");
	return fd;
}

/*
 * The freezer of a guest that is saved interrupts calls on a socket that has a time-out. They go on; so
 * do all others.
 */
static ssize_t read_on(int fd, void *to, size_t bytes)
{
	ssize_t got;

	do
		got = read(fd, to, bytes);
	while (got < 0 && errno == EINTR);
	return got;
}

static ssize_t write_on(int fd, const void *from, size_t bytes)
{
	ssize_t put;

	do
		put = write(fd, from, bytes);
	while (put < 0 && errno == EINTR);
	return put;
}

/* Copies until the end of @from; "what" names it in messages. */
static void copy(int from, int to, const char *what)
{
	ssize_t got, put, done;

	while ((got = read_on(from, buffer, sizeof(buffer))) > 0) {
		for (done = 0; done < got; done += put) {
			put = write_on(to, buffer + done, (size_t)(got - done));
			if (put <= 0)
				die("write");
		}
	}
	if (got < 0)
		die(what);
}

static void receive(int port, int seconds)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	int listener = tcp_socket(AF_INET6, seconds), fd, one = 1;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) || listen(listener, 1))
		die("listen");
	do
		fd = accept(listener, NULL, NULL);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		die("accept");
	close(listener);
	copy(fd, STDOUT_FILENO, "receive");
	close(fd);
}

/* Tries again while nobody listens yet. */
static int connected(const char *address, int port, int seconds)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	int is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1, n, fd, status;

	if (!is_v4 && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1) {
		fprintf(stderr, "stream: '%s' is no address\n", address);
		exit(2);
	}
	for (n = 0; n < seconds * 10; n++) {
		fd = tcp_socket(is_v4 ? AF_INET : AF_INET6, seconds);
		status = is_v4 ? connect(fd, (struct sockaddr *)&v4, sizeof(v4)) :
				 connect(fd, (struct sockaddr *)&v6, sizeof(v6));
		if (!status)
			return fd;
		close(fd);
		usleep(100000);
	}
	die("connect");
	return -1;
}

static void transmit(const char *address, int port, int seconds)
{
	int fd = connected(address, port, seconds);
	ssize_t n;

	copy(STDIN_FILENO, fd, "standard input");
	if (shutdown(fd, SHUT_WR))
		die("shutdown");
	n = read_on(fd, buffer, 1);
	if (n)
		die("the receiver did not close");
	close(fd);
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN); /* a connection that has gone is said so */
	if (argc == 4 && !strcmp(argv[1], "receive")) {
		receive(atoi(argv[2]), atoi(argv[3]));
		return 0;
	}
	if (argc == 5 && !strcmp(argv[1], "send")) {
		transmit(argv[2], atoi(argv[3]), atoi(argv[4]));
		return 0;
	}
	fprintf(stderr, "usage: stream receive PORT SECONDS | stream send ADDRESS PORT SECONDS\n");
	return 2;
}
