// SPDX-License-Identifier: GPL-2.0
/*
 * kpeek SYMBOL: prints a 32-bit variable of the running kernel, for counts that no interface shows
 * (how many grant references are free, for one). The address comes from /proc/kallsyms, the value from
 * /proc/kcore, which is an ELF core file. Refuses a name that is missing or stands for several
 * variables, because a wrong number would pass for a right one.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t address_of(const char *symbol)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[512], name[400], type;
	unsigned long long at;
	uint64_t found = 0;
	int count = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%llx %c %399s", &at, &type, name) != 3 || strcmp(name, symbol))
			continue;
		found = at;
		count++;
	}
	if (f)
		fclose(f);
	if (count == 1 && found)
		return found;
	fprintf(stderr, "kpeek: %d symbols named %s with a visible address\n", found ? count : 0,
		symbol);
	exit(1);
}

static int read_at(int fd, void *to, size_t size, uint64_t offset)
{
	return pread(fd, to, size, (off_t)offset) == (ssize_t)size;
}

int main(int argc, char **argv)
{
	uint64_t address;
	uint32_t value;
	Elf64_Ehdr head;
	Elf64_Phdr part;
	int fd, i;

	if (argc != 2) {
		fprintf(stderr, "usage: kpeek SYMBOL\n");
		return 2;
	}
	address = address_of(argv[1]);
	fd = open("/proc/kcore", O_RDONLY);
	if (fd < 0 || !read_at(fd, &head, sizeof(head), 0)) {
		perror("kpeek: /proc/kcore");
		return 1;
	}
	for (i = 0; i < head.e_phnum; i++) {
		if (!read_at(fd, &part, sizeof(part), head.e_phoff + (uint64_t)i * sizeof(part)))
			break;
		if (part.p_type != PT_LOAD || address - part.p_vaddr >= part.p_filesz)
			continue;
		if (!read_at(fd, &value, sizeof(value), part.p_offset + (address - part.p_vaddr)))
			break;
		printf("%u\n", value);
		return 0;
	}
	fprintf(stderr, "kpeek: %s is not readable through /proc/kcore\n", argv[1]);
	return 1;
}
