// SPDX-License-Identifier: GPL-2.0
/*
 * Any two lists of spans: what matches is cut into pieces that follow each other on both sides,
 * cross a page on neither, and are together all the bytes.
 *
 * Input: how many spans of the peer and of ours, then each one's numbers.
 */
#include "grant/copy.h"
#include "tests/fuzz/input.h"

#define SPANS 24

/* Where the walk must be on one side: a span, and how much of it is done. */
struct spot {
	u32 span;
	u32 done;
};

static void check_walk(const struct xsr_copy_peer *peer, u32 nr_peer,
		       const struct xsr_copy_own *own, u32 nr_own, u64 total)
{
	struct spot theirs = { 0, 0 }, ours = { 0, 0 };
	struct xsr_copy_walk w;
	struct xsr_copy_piece p;
	u32 count;
	u64 sum = 0;

	xsr_copy_begin(&w, peer, nr_peer, own, nr_own);
	count = xsr_copy_count(&w);
	while (xsr_copy_next(&w, &p)) {
		uintptr_t at = (uintptr_t)p.at;

		while (theirs.done == peer[theirs.span].bytes)
			theirs = (struct spot){ theirs.span + 1, 0 };
		while (ours.done == own[ours.span].bytes)
			ours = (struct spot){ ours.span + 1, 0 };
		must(p.bytes && p.span == theirs.span && p.gref == peer[p.span].gref);
		must(p.offset == peer[p.span].offset + theirs.done);
		must(at == (uintptr_t)own[ours.span].at + ours.done);
		must(p.offset + p.bytes <= XSR_PAGE_SIZE);
		must(at / XSR_PAGE_SIZE == (at + p.bytes - 1) / XSR_PAGE_SIZE);
		theirs.done += p.bytes;
		ours.done += p.bytes;
		must(theirs.done <= peer[theirs.span].bytes && ours.done <= own[ours.span].bytes);
		sum += p.bytes;
		must(count--);
	}
	must(!count && sum == total);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u32 nr_peer = input_u8(&in) % SPANS, nr_own = input_u8(&in) % SPANS, i;
	u8 how = input_u8(&in);
	struct xsr_copy_peer peer[SPANS];
	struct xsr_copy_own own[SPANS];
	u64 theirs = 0, ours = 0;
	bool inside = true;

	for (i = 0; i < nr_peer; i++) {
		peer[i].gref = input_u32(&in);
		peer[i].offset = input_u16(&in);
		peer[i].bytes = input_u16(&in);
		if (how & 1) {
			peer[i].offset %= 4097;
			peer[i].bytes %= 4097 - peer[i].offset;
		}
		inside &= peer[i].offset + peer[i].bytes <= 4096;
		theirs += peer[i].bytes;
	}
	for (i = 0; i < nr_own; i++) {
		/* The memory is never looked at. */
		own[i].at = (void *)(uintptr_t)(0x10000000u + input_u32(&in));
		own[i].bytes = how & 2 ? input_u16(&in) : input_u32(&in);
		if (how & 4 && theirs > ours && own[i].bytes > theirs - ours)
			own[i].bytes = theirs - ours;
		ours += own[i].bytes;
	}
	if (how & 8 && nr_own && theirs > ours) {
		own[nr_own - 1].bytes += theirs - ours;
		ours = theirs;
	}
	must(xsr_copy_matches(peer, nr_peer, own, nr_own) == (inside && theirs == ours));
	if (inside && theirs == ours)
		check_walk(peer, nr_peer, own, nr_own, theirs);
	return 0;
}
