// SPDX-License-Identifier: GPL-2.0
/*
 * Verified I/O without end on the disk that nobody attacks: writes a block that has never been
 * written before, reads it back, compares. Runs in the guest beside the hostile acts. After each
 * round it stores how many it has done in FILE; a runner waits for the number to grow. When anything
 * goes wrong it stores what, in words, and ends.
 *
 * Usage: evil-bystander DEVICE FILE
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void fill(uint64_t *word, uint64_t round)
{
	for (size_t i = 0; i < BLOCK / sizeof(*word); i++)
		word[i] = (round << 20 | i) * 0x9e3779b97f4a7c15ull;
}

int main(int argc, char **argv)
{
	void *out, *in;
	char text[32];
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: evil-bystander DEVICE FILE\n");
		return 2;
	}
	out_fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	fd = open(argv[1], O_RDWR | O_DIRECT);
	if (fd < 0 || posix_memalign(&out, 4096, BLOCK) || posix_memalign(&in, 4096, BLOCK))
		fail("start", 0);
	for (uint64_t round = 1;; round++) {
		off_t at = round % BLOCKS * BLOCK;

		fill(out, round);
		if (pwrite(fd, out, BLOCK, at) != BLOCK)
			fail("write", round);
		memset(in, 0, BLOCK);
		if (pread(fd, in, BLOCK, at) != BLOCK)
			fail("read", round);
		if (memcmp(in, out, BLOCK))
			fail("compare", round);
		snprintf(text, sizeof(text), "%llu", (unsigned long long)round);
		store(text);
		usleep(100000); /* a sign of life, not a load */
	}
}
