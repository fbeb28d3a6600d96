// SPDX-License-Identifier: GPL-2.0
/*
 * Any numbers a hostile back-end can put into its keys: geometry that passes can be used without a
 * further look, and what is settled is never above what either end can do.
 *
 * Input: the front-end's wishes, then the values of the back-end's keys.
 */
#include "ring/keys_blk.h"
#include "ring/ring_attach.h"
#include "tests/fuzz/input.h"

static bool power_of_two(u64 n)
{
	return __builtin_popcountll(n) == 1;
}

static void check_geometry(const u64 *v)
{
	enum xsr_blk_back_key blame = xsr_blk_check_geometry(v);

	must(blame == XSR_BB_SECTORS || blame == XSR_BB_SECTOR_SIZE ||
	     blame == XSR_BB_PHYS_SECTOR_SIZE || blame == XSR_BB_DISCARD_GRANULARITY ||
	     blame == XSR_BB_DISCARD_ALIGNMENT || blame == XSR_BB_COUNT);
	if (blame != XSR_BB_COUNT)
		return;
	must(v[XSR_BB_SECTORS] * (unsigned __int128)512 < (unsigned __int128)1 << 63);
	must(power_of_two(v[XSR_BB_SECTOR_SIZE]));
	must(v[XSR_BB_SECTOR_SIZE] >= 512 && v[XSR_BB_SECTOR_SIZE] <= XSR_PAGE_SIZE);
	must(!v[XSR_BB_PHYS_SECTOR_SIZE] ||
	     (power_of_two(v[XSR_BB_PHYS_SECTOR_SIZE]) && v[XSR_BB_PHYS_SECTOR_SIZE] <= UINT_MAX &&
	      v[XSR_BB_PHYS_SECTOR_SIZE] >= v[XSR_BB_SECTOR_SIZE]));
	if (v[XSR_BB_DISCARD]) {
		must(v[XSR_BB_DISCARD_GRANULARITY] % 512 == 0);
		must(v[XSR_BB_DISCARD_GRANULARITY] <= UINT_MAX);
		must(v[XSR_BB_DISCARD_ALIGNMENT] % 512 == 0);
		must(v[XSR_BB_DISCARD_ALIGNMENT] <= UINT_MAX);
	}
}

static void check_deal(const struct xsr_blk_wish *wish, const u64 *v)
{
	struct xsr_blk_deal deal;

	xsr_blk_settle(wish, v, &deal);
	must(deal.queues >= 1);
	must(deal.queues == 1 ||
	     (deal.queues <= wish->queues && deal.queues <= v[XSR_BB_MAX_QUEUES]));
	must(deal.ring_order <= wish->ring_order && deal.ring_order <= v[XSR_BB_MAX_RING_ORDER]);
	must(deal.ring_order <= XSR_RING_MAX_ORDER);
	if (deal.indirect) {
		must(deal.segs > XSR_BLK_MAX_SEGS && deal.segs <= XSR_BLK_MAX_INDIRECT_SEGS);
		must(deal.segs <= wish->indirect_segs && deal.segs <= v[XSR_BB_MAX_INDIRECT]);
	} else {
		must(deal.segs == XSR_BLK_MAX_SEGS);
	}
	must(!deal.persistent || (wish->persistent && v[XSR_BB_PERSISTENT]));
	must(!deal.lent || (deal.persistent && wish->lent && v[XSR_BB_LENT]));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	struct xsr_blk_wish wish = {
		.queues = input_u32(&in),
		.ring_order = input_u32(&in),
		.indirect_segs = input_u32(&in),
	};
	u8 flags = input_u8(&in);
	u64 v[XSR_BB_COUNT];

	wish.persistent = flags & 1;
	wish.lent = flags & 2;

	input_bytes(&in, v, sizeof(v));
	check_geometry(v);
	check_deal(&wish, v);
	return 0;
}
