// SPDX-License-Identifier: GPL-2.0
/*
 * Puts a canary around an I/O buffer: a page full of one 64-bit number, of which a direct write and
 * a direct read use 512 bytes in the middle. A hostile back-end that can see the rest of the page
 * finds the number there. Runs in the guest; the number is the one back.sh tells the back-end.
 *
 * Usage: evil-canary DEVICE TIMES
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CANARY 0xc0ffee0ddba11ad5ull
#define PAGES 16
#define PAGE 4096

static void fill(uint64_t *word)
{
	for (size_t i = 0; i < PAGES * PAGE / sizeof(*word); i++)
		word[i] = CANARY;
}

int main(int argc, char **argv)
{
	int fd, times;
	char *page;

	if (argc != 3) {
		fprintf(stderr, "usage: evil-canary DEVICE TIMES\n");
		return 2;
	}
	fd = open(argv[1], O_RDWR | O_DIRECT);
	page = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fd < 0 || page == MAP_FAILED) {
		perror(argv[1]);
		return 1;
	}
	for (times = atoi(argv[2]); times > 0; times--) {
		char *buf = page + times % PAGES * PAGE + 1024;

		fill((uint64_t *)page);
		memset(buf, 0, 512);
		if (pwrite(fd, buf, 512, 512) != 512 || pread(fd, buf, 512, 512) != 512) {
			perror("I/O");
			return 1;
		}
	}
	return 0;
}
