// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as the segments of an indirect request.
 *
 * Segments that pass keep to their pages and to whole logical blocks, and all together lie inside
 * the device; segments that do not pass are really wrong.
 *
 * Input: log2 of the logical block, capacity, first sector, then segments of 8 bytes to the end.
 */
#include "ring/blk_codec.h"
#include "tests/fuzz/input.h"

static bool inside_page(const struct xsr_blk_seg *seg)
{
	return seg->first_sect <= seg->last_sect && seg->last_sect <= 7;
}

static bool aligned(const struct xsr_blk_seg *seg, u32 block)
{
	return block > 8 || (seg->first_sect % block == 0 && (seg->last_sect + 1) % block == 0);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	struct xsr_blk_limits lim = {
		.block_sectors = 1u << (input_u8(&in) & 7),
		.capacity = input_u64(&in),
		.max_indirect_segs = XSR_BLK_MAX_INDIRECT_SEGS,
	};
	struct xsr_blk_req req = {
		.op = XSR_BLK_OP_READ,
		.indirect = true,
		.sector = input_u64(&in),
	};
	size_t n = in.left / 8 < 4096 ? in.left / 8 : 4096, i;
	struct xsr_blk_seg *segs = malloc(n * sizeof(*segs));
	bool pages = true, blocks;
	unsigned __int128 sum = 0;
	enum xsr_blk_why why;

	input_bytes(&in, segs, n * sizeof(*segs));
	req.nr_segs = n;
	why = xsr_blk_check_segs(&req, segs, &lim);

	blocks = req.sector % lim.block_sectors == 0;
	for (i = 0; i < n && pages; i++) {
		pages = inside_page(&segs[i]);
		blocks = blocks && aligned(&segs[i], lim.block_sectors);
		sum += segs[i].last_sect - segs[i].first_sect + 1;
	}
	if (pages)
		blocks = blocks && sum % lim.block_sectors == 0;
	if (pages && blocks && req.sector + sum <= lim.capacity) {
		must(why == XSR_BLK_FINE && req.nr_sectors == sum);
	} else {
		/* the first thing that is wrong with a segment, else what is wrong with all */
		must(why == XSR_BLK_BAD_SEG || why == XSR_BLK_BAD_ALIGN ||
		     why == XSR_BLK_BAD_RANGE);
		must(why != XSR_BLK_BAD_SEG || !pages);
		must(why != XSR_BLK_BAD_ALIGN || !blocks);
		must(why != XSR_BLK_BAD_RANGE || (pages && req.sector + sum > lim.capacity));
	}
	free(segs);
	return 0;
}
