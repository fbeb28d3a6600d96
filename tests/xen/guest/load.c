// SPDX-License-Identifier: GPL-2.0
/*
 * Loads one kernel module, once, and prints the error number of that (0: it is loaded). busybox's
 * insmod tries a second way when the first is refused, so that a module has its say twice.
 *
 * Usage: load FILE
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		perror("load");
		return 2;
	}
	printf("%d\n", syscall(SYS_finit_module, fd, "", 0) ? errno : 0);
	return 0;
}
