// SPDX-License-Identifier: GPL-2.0
/*
 * Verified I/O without end on what nobody attacks. On a disk: writes a block that has never been
 * written before, reads it back, compares. To an IPv4 address: sends an echo request that has never
 * been sent before, and compares what comes back; one that is lost is a failure. Runs in the guest
 * beside the hostile acts. After each round it stores how many it has done in FILE; a runner waits
 * for the number to grow. When anything goes wrong it stores what, in words, and ends.
 *
 * Usage: evil-bystander DEVICE|ADDRESS FILE
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK 16384
#define BLOCKS 64

#define TEXT 120

static int out_fd;

/* One write of always the same length, so that a reader sees the former text or this one. */
static void store(const char *text)
{
	char line[TEXT + 1];

	snprintf(line, sizeof(line), "%-*.*s\n", TEXT - 1, TEXT - 1, text);
	if (pwrite(out_fd, line, TEXT, 0) != TEXT)
		exit(1);
}

static void fail(const char *what, uint64_t round)
{
	char text[TEXT];

	snprintf(text, sizeof(text), "bad: %s in round %llu: %s", what, (unsigned long long)round,
		 strerror(errno));
	store(text);
	exit(1);
}

static void fill(uint64_t *word, uint64_t round, size_t bytes)
{
	for (size_t i = 0; i < bytes / sizeof(*word); i++)
		word[i] = (round << 20 | i) * 0x9e3779b97f4a7c15ull;
}

static void disk_round(int fd, uint64_t round)
{
	static void *out, *in;
	off_t at = round % BLOCKS * BLOCK;

	if (!out && (posix_memalign(&out, 4096, BLOCK) || posix_memalign(&in, 4096, BLOCK)))
		fail("start", round);
	fill(out, round, BLOCK);
	if (pwrite(fd, out, BLOCK, at) != BLOCK)
		fail("write", round);
	memset(in, 0, BLOCK);
	if (pread(fd, in, BLOCK, at) != BLOCK)
		fail("read", round);
	if (memcmp(in, out, BLOCK))
		fail("compare", round);
}

/* Bytes of an echo request, and how long its answer may take, ms: an emulated machine may pause. */
#define ECHO 1000
#define ECHO_PATIENCE 10000
#define ECHO_ID 0x6279

static uint16_t echo_sum(const void *data, size_t bytes)
{
	const uint16_t *word = data;
	uint32_t sum = 0;

	for (size_t i = 0; i < bytes / 2; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

/* Is what came the answer to @out? A raw socket gets all echoes of the machine, with their headers. */
static int echo_is_answer(const uint8_t *in, ssize_t n, const struct icmphdr *out)
{
	const struct icmphdr *got = (const void *)(in + sizeof(struct iphdr));

	return n == (ssize_t)sizeof(struct iphdr) + ECHO && got->type == ICMP_ECHOREPLY &&
	       got->un.gateway == out->un.gateway && !memcmp(got + 1, out + 1, ECHO - sizeof(*got));
}

static void echo_round(int fd, uint64_t round)
{
	uint64_t out[ECHO / 8], in[2048 / 8];
	struct icmphdr *icmp = (void *)out;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	ssize_t n;

	fill(out, round, ECHO);
	memset(icmp, 0, sizeof(*icmp));
	icmp->type = ICMP_ECHO;
	icmp->un.echo.id = htons(ECHO_ID);
	icmp->un.echo.sequence = htons(round);
	icmp->checksum = echo_sum(out, ECHO);
	if (send(fd, out, ECHO, 0) != ECHO)
		fail("send", round);
	do {
		if (poll(&wait, 1, ECHO_PATIENCE) != 1)
			fail("lost", round);
		n = recv(fd, in, sizeof(in), 0);
	} while (!echo_is_answer((void *)in, n, icmp));
}

/* A socket if @name is an address, or else the disk. */
static int start(const char *name)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd;

	if (inet_pton(AF_INET, name, &to.sin_addr) != 1) {
		fd = open(name, O_RDWR | O_DIRECT);
	} else {
		fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
		if (fd >= 0 && connect(fd, (void *)&to, sizeof(to)))
			fd = -1;
	}
	if (fd < 0)
		fail("start", 0);
	return fd;
}

int main(int argc, char **argv)
{
	char text[32];
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: evil-bystander DEVICE|ADDRESS FILE\n");
		return 2;
	}
	out_fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	fd = start(argv[1]);
	for (uint64_t round = 1;; round++) {
		if (argv[1][0] == '/')
			disk_round(fd, round);
		else
			echo_round(fd, round);
		snprintf(text, sizeof(text), "%llu", (unsigned long long)round);
		store(text);
		usleep(100000); /* a sign of life, not a load */
	}
}
