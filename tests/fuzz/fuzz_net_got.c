// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as the responses of a network back-end, packet after packet, until all are taken.
 *
 * No bytes are fatal. A packet that passes has parts inside their pages, a header in the first, and
 * a length that is their sum; every entry belongs to exactly one packet.
 *
 * Input: entries of 8 bytes.
 */
#include "ring/net_to_front.h"
#include "tests/fakes/net_raw.h"
#include "tests/fuzz/input.h"

#define BASE 0xffffffc0u

static struct ring_pair pair;

static void check_fine(const struct xsr_net_got *got)
{
	u32 i, sum = 0, parts = 0;

	must(got->why == XSR_NET_FINE && got->entries <= XSR_NET_GOT_ENTRIES);
	must(got->part[0].size >= XSR_NET_HEADER && got->headroom <= got->part[0].offset);
	for (i = 0; i < got->entries; i++) {
		must(got->part[i].offset + got->part[i].size <= 4096);
		sum += got->part[i].size;
		parts += got->part[i].size != 0;
	}
	must(sum == got->len && parts == got->nr_parts);
	must(parts <= XSR_NET_MIN_SLOTS + (got->part[0].size <= XSR_NET_GOT_COPIED));
	must(!got->meta.gso_type == !got->meta.gso_size && got->meta.gso_type <= 2);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	static struct xsr_net_got got;
	u32 n = 0, i;

	ring_pair_init(&pair, 1, RAW_FRONT_STRIDE, BASE);
	for (i = 0; i < XSR_NET_RING_SIZE; i++)
		xsr_net_put_page(&pair.front, i, i);
	xsr_ring_publish(&pair.front);
	while (in.left && ring_pair_header(&pair)->rsp_prod != BASE + XSR_NET_RING_SIZE)
		input_bytes(&in, raw_next_rsp(&pair), RAW_FRONT_STRIDE);
	must(xsr_ring_peek(&pair.front, &n) == XSR_OK);
	while (n) {
		u32 from = pair.front.in;
		enum xsr_verdict verdict;

		memset(&got, 0xa5, sizeof(got));
		verdict = xsr_net_take_got(&pair.front, n, &got);
		must(verdict != XSR_FATAL && got.why <= XSR_NET_FAILED);
		must(got.first == from && got.entries == pair.front.in - from);
		must(got.entries >= 1 && got.entries <= n);
		must((verdict == XSR_OK) == (got.why == XSR_NET_FINE));
		if (verdict == XSR_OK)
			check_fine(&got);
		n -= got.entries;
	}
	return 0;
}
