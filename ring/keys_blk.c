// SPDX-License-Identifier: GPL-2.0
/*
 * The key tables of a block device and what two ends settle on by them; see keys_blk.h.
 *
 * Decides the range of every key and whether a back-end's geometry is possible. Defaults are what
 * an end that does not know the key means. Never reads or writes xenstore.
 */
#include "ring/keys_blk.h"
#include "ring/ring_attach.h"

/* Byte counts are signed 64-bit numbers in every kernel we serve. */
#define KEYS_MAX_SECTORS ((1ull << (63 - XSR_BLK_SECTOR_SHIFT)) - 1)
#define KEYS_MIN_BLOCK (1u << XSR_BLK_SECTOR_SHIFT)
/* A segment, which is within one page, must be able to carry a block. */
#define KEYS_MAX_BLOCK XSR_PAGE_SIZE

#define UINT_KEY(n, lo, hi, preset, text)                                                     \
	{                                                                                     \
		.name = (n), .type = XSR_KEY_UINT, .min = (lo), .max = (hi), .def = (preset), \
		.help = (text)                                                                \
	}
/* Any number is true, as it is to stock. */
#define BOOL_KEY(n, text)                                                          \
	{                                                                          \
		.name = (n), .type = XSR_KEY_BOOL, .max = UINT_MAX, .help = (text) \
	}

const struct xsr_key xsr_blk_back_keys[XSR_BB_COUNT] = {
	[XSR_BB_MAX_QUEUES] = UINT_KEY("multi-queue-max-queues", 0, UINT_MAX, 1,
				       "most queues offered; 0 means 1"),
	[XSR_BB_MAX_RING_ORDER] = UINT_KEY("max-ring-page-order", 0, UINT_MAX, 0,
					   "largest ring offered, log2 of its pages"),
	[XSR_BB_MAX_INDIRECT] = UINT_KEY("feature-max-indirect-segments", 0, UINT_MAX, 0,
					 "most segments of an indirect request; 0: none"),
	[XSR_BB_PERSISTENT] = BOOL_KEY("feature-persistent", "can keep granted pages mapped"),
	[XSR_BB_FLUSH] = BOOL_KEY("feature-flush-cache", "takes flush requests"),
	[XSR_BB_BARRIER] = BOOL_KEY("feature-barrier", "takes barrier requests"),
	[XSR_BB_DISCARD] = BOOL_KEY("feature-discard", "takes discard requests"),
	[XSR_BB_DISCARD_GRANULARITY] = UINT_KEY("discard-granularity", 0, UINT_MAX, 0,
						"unit of discard, bytes; 0: not said"),
	[XSR_BB_DISCARD_ALIGNMENT] = UINT_KEY("discard-alignment", 0, UINT_MAX, 0,
					      "offset of the first discard unit, bytes"),
	[XSR_BB_DISCARD_SECURE] = BOOL_KEY("discard-secure", "takes secure discards"),
	[XSR_BB_SECTORS] = {
		.name = "sectors",
		.type = XSR_KEY_UINT,
		.max = KEYS_MAX_SECTORS,
		.required = true,
		.help = "size of the disk in 512-byte units",
	},
	[XSR_BB_INFO] = UINT_KEY("info", 0, UINT_MAX, 0,
				 "1: CD-ROM, 2: removable, 4: read-only; a sum"),
	[XSR_BB_SECTOR_SIZE] = UINT_KEY("sector-size", KEYS_MIN_BLOCK, KEYS_MAX_BLOCK,
					KEYS_MIN_BLOCK, "logical block, bytes"),
	[XSR_BB_PHYS_SECTOR_SIZE] = UINT_KEY("physical-sector-size", 0, UINT_MAX, 0,
					     "physical block, bytes; 0: as the logical one"),
	[XSR_BB_LENT] = BOOL_KEY("feature-lent-segments",
				 "does not keep the pages of requests marked as lent"),
};

const struct xsr_key xsr_blk_front_keys[XSR_BF_COUNT] = {
	[XSR_BF_NUM_QUEUES] = UINT_KEY("multi-queue-num-queues", 1, UINT_MAX, 1, "queues in use"),
	[XSR_BF_RING_ORDER] = UINT_KEY("ring-page-order", 0, XSR_RING_MAX_ORDER, 0,
				       "size of each ring, log2 of its pages"),
	[XSR_BF_PERSISTENT] = BOOL_KEY("feature-persistent", "keeps pages granted"),
	[XSR_BF_LENT] = BOOL_KEY("lent-segments", "marks requests whose pages are lent"),
};

static bool keys_power_of_two(u64 n)
{
	return n && !(n & (n - 1));
}

static bool keys_whole_sectors(u64 bytes)
{
	return bytes <= UINT_MAX && bytes % KEYS_MIN_BLOCK == 0;
}

enum xsr_blk_back_key xsr_blk_check_geometry(const u64 *v)
{
	u64 block = v[XSR_BB_SECTOR_SIZE], phys = v[XSR_BB_PHYS_SECTOR_SIZE];

	if (v[XSR_BB_SECTORS] > KEYS_MAX_SECTORS)
		return XSR_BB_SECTORS;
	if (!keys_power_of_two(block) || block < KEYS_MIN_BLOCK || block > KEYS_MAX_BLOCK)
		return XSR_BB_SECTOR_SIZE;
	if (phys && (!keys_power_of_two(phys) || phys < block || phys > UINT_MAX))
		return XSR_BB_PHYS_SECTOR_SIZE;
	if (!v[XSR_BB_DISCARD])
		return XSR_BB_COUNT;
	if (!keys_whole_sectors(v[XSR_BB_DISCARD_GRANULARITY]))
		return XSR_BB_DISCARD_GRANULARITY;
	if (!keys_whole_sectors(v[XSR_BB_DISCARD_ALIGNMENT]))
		return XSR_BB_DISCARD_ALIGNMENT;
	return XSR_BB_COUNT;
}

/* The smaller of what one side wants, what the other offers, and what the protocol can hold. */
static u32 keys_least(u32 wish, u64 offer, u32 ceiling)
{
	u32 least = wish < ceiling ? wish : ceiling;

	return offer < least ? (u32)offer : least;
}

void xsr_blk_settle(const struct xsr_blk_wish *wish, const u64 *v, struct xsr_blk_deal *deal)
{
	u32 segs =
		keys_least(wish->indirect_segs, v[XSR_BB_MAX_INDIRECT], XSR_BLK_MAX_INDIRECT_SEGS);

	deal->queues = keys_least(wish->queues, v[XSR_BB_MAX_QUEUES], UINT_MAX);
	if (!deal->queues)
		deal->queues = 1;
	deal->ring_order =
		keys_least(wish->ring_order, v[XSR_BB_MAX_RING_ORDER], XSR_RING_MAX_ORDER);
	deal->indirect = segs > XSR_BLK_MAX_SEGS;
	deal->segs = deal->indirect ? segs : XSR_BLK_MAX_SEGS;
	deal->persistent = wish->persistent && v[XSR_BB_PERSISTENT];
	deal->lent = deal->persistent && wish->lent && v[XSR_BB_LENT];
}
