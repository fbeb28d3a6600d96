// SPDX-License-Identifier: GPL-2.0
/*
 * Asks over UDP and compares the answers. Every question comes from a socket of its own, hence from a
 * port of its own, so that many of them are many flows. What is lost is asked again, a few times; what
 * comes back must be what was asked, byte for byte.
 *
 *   datagram answer PORT SECONDS                   answers over IPv4 and IPv6 until told to end
 *   datagram ask ADDRESS PORT COUNT SIZE...        COUNT questions of each size, then tells the other to end
 *
 * Neither waits longer than SECONDS; ask says how many questions had to be repeated.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define MOST 65507
#define TRIES 10

static unsigned char question[MOST], answer[MOST + 1];
static unsigned int repeated;

static void die(const char *what)
{
	fprintf(stderr, "datagram: ");
	perror(what);
	exit(1);
}

static int udp_socket(int family, int milliseconds)
{
	struct timeval wait = { .tv_sec = milliseconds / 1000,
				.tv_usec = milliseconds % 1000 * 1000 };
	int fd = socket(family, SOCK_DGRAM, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)))
		die("socket");
	return fd;
}

/* A question of no bytes ends it. */
static void answer_all(int port, int seconds)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) },
			    from;
	int fd = udp_socket(AF_INET6, seconds * 1000);

	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die("bind");
	for (;;) {
		socklen_t size = sizeof(from);
		ssize_t n =
			recvfrom(fd, answer, sizeof(answer), 0, (struct sockaddr *)&from, &size);

		if (n < 0)
			die("nobody asks any more");
		sendto(fd, answer, (size_t)n, 0, (struct sockaddr *)&from, size);
		if (!n)
			return;
	}
}

static int connected(const char *address, int port, int milliseconds)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	int is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1, fd, status;

	if (!is_v4 && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1) {
		fprintf(stderr, "datagram: '%s' is no address\n", address);
		exit(2);
	}
	fd = udp_socket(is_v4 ? AF_INET : AF_INET6, milliseconds);
	status = is_v4 ? connect(fd, (struct sockaddr *)&v4, sizeof(v4)) :
			 connect(fd, (struct sockaddr *)&v6, sizeof(v6));
	if (status)
		die("connect");
	return fd;
}

/*
 * Asks until there is an answer of the right size. While nobody listens yet, it is refused; so is the
 * question that ends it all, when the other has ended and its answer was lost.
 */
static void ask(const char *address, int port, size_t size)
{
	int fd = connected(address, port, 500), tries;
	size_t i;

	for (i = 0; i < size; i++)
		question[i] = (unsigned char)rand();
	for (tries = 0; tries < TRIES; tries++) {
		if (send(fd, question, size, 0) == (ssize_t)size &&
		    recv(fd, answer, sizeof(answer), 0) == (ssize_t)size)
			break;
		if (errno == ECONNREFUSED && !size && tries)
			break;
		if (errno == ECONNREFUSED)
			usleep(200000);
		repeated++;
	}
	if (tries == TRIES) {
		fprintf(stderr, "datagram: no answer of %zu bytes\n", size);
		exit(1);
	}
	if (memcmp(question, answer, size)) {
		fprintf(stderr, "datagram: another answer of %zu bytes\n", size);
		exit(1);
	}
	close(fd);
}

int main(int argc, char **argv)
{
	int i, n;

	if (argc == 4 && !strcmp(argv[1], "answer")) {
		answer_all(atoi(argv[2]), atoi(argv[3]));
		return 0;
	}
	if (argc < 6 || strcmp(argv[1], "ask")) {
		fprintf(stderr, "usage: datagram answer PORT SECONDS | "
				"datagram ask ADDRESS PORT COUNT SIZE...\n");
		return 2;
	}
	srand((unsigned int)getpid());
	for (i = 5; i < argc; i++) {
		size_t size = (size_t)atoi(argv[i]);

		if (!size || size > MOST) {
			fprintf(stderr, "datagram: size '%s'?\n", argv[i]);
			return 2;
		}
		for (n = 0; n < atoi(argv[4]); n++)
			ask(argv[2], atoi(argv[3]), size);
	}
	ask(argv[2], atoi(argv[3]), 0);
	printf("%u questions repeated\n", repeated);
	return 0;
}
