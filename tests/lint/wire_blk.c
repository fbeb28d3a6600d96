// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the tables of docs/wire-blk.md that follow from the code: keys, operations, limits. wire.sh
 * compares them with what the page says, or puts them there.
 *
 * Usage: wire_blk back|front|numbers
 */
#include <stdio.h>
#include <string.h>

#include "ring/keys_blk.h"
#include "ring/ring_attach.h"

/* Names of enumerators, which C itself does not keep. */
#define NAME(n) [n] = #n

static const char *const back_name[XSR_BB_COUNT] = {
	NAME(XSR_BB_MAX_QUEUES),
	NAME(XSR_BB_MAX_RING_ORDER),
	NAME(XSR_BB_MAX_INDIRECT),
	NAME(XSR_BB_PERSISTENT),
	NAME(XSR_BB_FLUSH),
	NAME(XSR_BB_BARRIER),
	NAME(XSR_BB_DISCARD),
	NAME(XSR_BB_DISCARD_GRANULARITY),
	NAME(XSR_BB_DISCARD_ALIGNMENT),
	NAME(XSR_BB_DISCARD_SECURE),
	NAME(XSR_BB_SECTORS),
	NAME(XSR_BB_INFO),
	NAME(XSR_BB_SECTOR_SIZE),
	NAME(XSR_BB_PHYS_SECTOR_SIZE),
	NAME(XSR_BB_LENT),
};

static const char *const front_name[XSR_BF_COUNT] = {
	NAME(XSR_BF_NUM_QUEUES),
	NAME(XSR_BF_RING_ORDER),
	NAME(XSR_BF_PERSISTENT),
	NAME(XSR_BF_LENT),
};

static const struct {
	const char *name;
	int value;
	const char *help;
} numbers[] = {
#define NUMBER(n, text)     \
	{                   \
#n, n, text \
	}
	NUMBER(XSR_BLK_OP_READ, "operation: read"),
	NUMBER(XSR_BLK_OP_WRITE, "operation: write"),
	NUMBER(XSR_BLK_OP_BARRIER, "operation: write after all before it is durable"),
	NUMBER(XSR_BLK_OP_FLUSH, "operation: make what was answered durable"),
	NUMBER(XSR_BLK_OP_DISCARD, "operation: the content is not needed any more"),
	NUMBER(XSR_BLK_OP_INDIRECT, "operation: read or write with segments in pages"),
	NUMBER(XSR_BLK_STATUS_OKAY, "status: done"),
	NUMBER(XSR_BLK_STATUS_ERROR, "status: failed"),
	NUMBER(XSR_BLK_STATUS_UNSUPPORTED, "status: not supported"),
	NUMBER(XSR_BLK_INFO_CDROM, "`info`: a CD-ROM"),
	NUMBER(XSR_BLK_INFO_REMOVABLE, "`info`: removable"),
	NUMBER(XSR_BLK_INFO_READONLY, "`info`: read-only"),
	NUMBER(XSR_BLK_DISCARD_SECURE, "flag of a discard: beyond recovery"),
	NUMBER(XSR_BLK_MARK_LENT, "mark of a read or write: its pages are granted for it only"),
	NUMBER(XSR_BLK_MAX_SEGS, "most segments of a direct request"),
	NUMBER(XSR_BLK_MAX_INDIRECT_PAGES, "most pages of segments of an indirect request"),
	NUMBER(XSR_BLK_SEGS_PER_PAGE, "segments in such a page"),
	NUMBER(XSR_BLK_MAX_INDIRECT_SEGS, "most segments of an indirect request"),
	NUMBER(XSR_BLK_SECTORS_PER_PAGE, "most sectors of a segment"),
	NUMBER(XSR_RING_MAX_ORDER, "largest ring, log2 of its pages"),
};

static void print_range(const struct xsr_key *key)
{
	if (key->type == XSR_KEY_BOOL)
		printf("0 is no, any other number yes");
	else
		printf("%llu to %llu", (unsigned long long)key->min, (unsigned long long)key->max);
}

static int print_keys(const struct xsr_key *key, const char *const *name, int n)
{
	int i;

	puts("| key | in the code | default | limits | meaning |\n|---|---|---|---|---|");
	for (i = 0; i < n; i++) {
		if (!name[i] || !key[i].name) {
			fprintf(stderr, "wire_blk: key %d has no name here\n", i);
			return 1;
		}
		printf("| `%s` | `%s` | ", key[i].name, name[i]);
		if (key[i].required)
			printf("required | ");
		else
			printf("%llu | ", (unsigned long long)key[i].def);
		print_range(&key[i]);
		printf(" | %s |\n", key[i].help);
	}
	return 0;
}

static int print_numbers(void)
{
	size_t i;

	puts("| number | in the code | meaning |\n|---|---|---|");
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		printf("| %d | `%s` | %s |\n", numbers[i].value, numbers[i].name, numbers[i].help);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (!strcmp(what, "back"))
		return print_keys(xsr_blk_back_keys, back_name, XSR_BB_COUNT);
	if (!strcmp(what, "front"))
		return print_keys(xsr_blk_front_keys, front_name, XSR_BF_COUNT);
	if (!strcmp(what, "numbers"))
		return print_numbers();
	fprintf(stderr, "usage: wire_blk back|front|numbers\n");
	return 2;
}
