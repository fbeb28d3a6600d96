// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as the requests of a network front-end, packet after packet, until the ring is empty or
 * the front-end has been found out.
 *
 * A packet that passes has its bytes in whole pieces of pages, none empty, a header in the first,
 * and no more than 64 KiB; every entry that was taken is answered exactly once, with its id; and a
 * front-end of ours that puts the same packet is understood the same.
 *
 * Input: the fatal number of slots, then entries of 12 bytes.
 */
#include "ring/net_to_back.h"
#include "tests/fakes/net_raw.h"
#include "tests/fuzz/input.h"

#define BASE 0xffffffc0u

static struct ring_pair pair, mirror;

static void check_fine(const struct xsr_net_pkt *pkt)
{
	u32 i, sum = 0;

	must(pkt->why == XSR_NET_FINE);
	if (pkt->mcast) {
		must(pkt->mcast <= XSR_NET_MCAST_DEL && !pkt->nr_slots && !pkt->len);
		must(pkt->nr_ids == 1 && pkt->nr_extras);
		return;
	}
	must(pkt->nr_slots >= 1 && pkt->nr_slots <= XSR_NET_PKT_SLOTS);
	must(pkt->nr_ids >= pkt->nr_slots && pkt->nr_ids <= XSR_NET_PKT_SLOTS);
	must(pkt->slot[0].size >= XSR_NET_HEADER);
	for (i = 0; i < pkt->nr_slots; i++) {
		must(pkt->slot[i].size && pkt->slot[i].offset + pkt->slot[i].size <= 4096);
		sum += pkt->slot[i].size;
	}
	must(sum == pkt->len && pkt->len <= XSR_NET_MAX_SIZE);
	must(!pkt->meta.gso_type == !pkt->meta.gso_size && pkt->meta.gso_type <= 2);
}

/* Put @pkt as our front-end would, and take it again. Extra infos that mean nothing are gone. */
static void check_mirror(const struct xsr_net_pkt *pkt)
{
	static const struct xsr_net_limits lim = { .fatal_slots = 20 };
	u32 entries = xsr_net_pkt_entries(pkt);
	struct xsr_net_pkt twin;

	ring_pair_init(&mirror, 1, RAW_BACK_STRIDE, 1);
	xsr_net_put_pkt(&mirror.front, pkt);
	must(mirror.front.out - 1 == entries);
	must(xsr_net_take_pkt(&mirror.back, entries, &lim, &twin) == XSR_OK);
	must(twin.entries == entries && twin.len == pkt->len && twin.mcast == pkt->mcast);
	must(twin.nr_slots == pkt->nr_slots && twin.id[0] == pkt->id[0]);
	must(!memcmp(twin.slot, pkt->slot, pkt->nr_slots * sizeof(pkt->slot[0])));
	if (pkt->mcast)
		must(!memcmp(twin.mcast_addr, pkt->mcast_addr, 6));
	else if (pkt->meta.hash_alg)
		must(!memcmp(&twin.meta, &pkt->meta, sizeof(pkt->meta)));
}

static void check_answers(const struct xsr_net_pkt *pkt, u32 taken, s16 status)
{
	u32 i, at = pair.back.out;

	must(pkt->entries == taken && pkt->nr_ids + pkt->nr_extras == taken);
	must(xsr_ring_room(&pair.back) == taken);
	xsr_net_answer_pkt(&pair.back, pkt, status);
	must(xsr_ring_room(&pair.back) == 0);
	for (i = 0; i < taken; i++) {
		const u8 *e = ring_pair_entry(&pair, at + i);

		if (i < pkt->nr_ids)
			must(raw_peek(e, 2) == pkt->id[i] && (s16)raw_peek(e + 2, 2) == status);
		else
			must(raw_peek(e, 4) == 0x10000);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	struct xsr_net_limits lim = { .fatal_slots = input_u8(&in) };
	static struct xsr_net_pkt pkt;
	u32 n = 0;

	ring_pair_init(&pair, 1, RAW_BACK_STRIDE, BASE);
	while (in.left && ring_pair_header(&pair)->req_prod != BASE + XSR_NET_RING_SIZE)
		input_bytes(&in, raw_next_req(&pair), RAW_BACK_STRIDE);
	must(xsr_ring_peek(&pair.back, &n) == XSR_OK);
	while (n) {
		u32 from = pair.back.in, taken;
		enum xsr_verdict verdict;

		memset(&pkt, 0xa5, sizeof(pkt));
		verdict = xsr_net_take_pkt(&pair.back, n, &lim, &pkt);
		taken = pair.back.in - from;
		must(taken >= 1 && taken <= n && pkt.why < XSR_NET_FAILED);
		if (verdict == XSR_FATAL) {
			must(pkt.why >= XSR_NET_CUT && pkt.why <= XSR_NET_FAR_TOO_MANY_SLOTS);
			break;
		}
		must(pkt.id[0] == raw_peek(ring_pair_entry(&pair, from) + 8, 2));
		if (verdict == XSR_OK) {
			check_fine(&pkt);
			check_mirror(&pkt);
		} else {
			must(pkt.why > XSR_NET_FAR_TOO_MANY_SLOTS);
		}
		check_answers(&pkt, taken, verdict == XSR_OK ? 0 : -1);
		n -= taken;
	}
	return 0;
}
