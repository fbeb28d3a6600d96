// SPDX-License-Identifier: GPL-2.0
/*
 * One bad request at a time: an honest one with one thing wrong, put on a healthy ring. The answer
 * is the response's status.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <xen/page.h>

#include "tests/xen/evil/front/front.h"

enum request_base {
	BASE_READ,
	BASE_WRITE,
	BASE_FLUSH,
	BASE_BARRIER,
	BASE_DISCARD,
	BASE_INDIRECT_READ,
	BASE_INDIRECT_WRITE,
};

struct request_row {
	enum request_base base;
	void (*twist)(struct front *f, union xsr_blk_entry_64 *e, u64 arg);
};

/* The segment of an indirect request that gets twisted: the last one that is looked at. */
static struct xsr_blk_seg *last_seg(struct front *f)
{
	return (struct xsr_blk_seg *)f->table.va + FRONT_DATA_PAGES - 1;
}

static void request_make(struct front *f, enum request_base base, union xsr_blk_entry_64 *e)
{
	switch (base) {
	case BASE_READ:
	case BASE_WRITE:
	case BASE_BARRIER:
		front_make_rw(f, e,
			      base == BASE_READ	 ? XSR_BLK_OP_READ :
			      base == BASE_WRITE ? XSR_BLK_OP_WRITE :
						   XSR_BLK_OP_BARRIER,
			      0);
		break;
	case BASE_FLUSH:
		memset(e, 0, sizeof(*e));
		e->rw.op = XSR_BLK_OP_FLUSH;
		break;
	case BASE_DISCARD:
		memset(e, 0, sizeof(*e));
		e->discard.op = XSR_BLK_OP_DISCARD;
		e->discard.nr_sectors = XSR_BLK_SECTORS_PER_PAGE;
		break;
	case BASE_INDIRECT_READ:
		front_make_indirect(f, e, XSR_BLK_OP_READ, 0);
		break;
	case BASE_INDIRECT_WRITE:
		front_make_indirect(f, e, XSR_BLK_OP_WRITE, 0);
		break;
	}
}

static void answer(struct front *f, enum front_answer answer)
{
	evil_say(&f->e.command, "answer=%s", front_answer_name(answer));
}

static void act_request(struct front *f, const struct front_action *action, char *rest)
{
	const struct request_row *row = action->row;
	union xsr_blk_entry_64 e;

	request_make(f, row->base, &e);
	if (row->twist)
		row->twist(f, &e, action->arg);
	answer(f, front_ask(&f->queue[0], &e));
}

static void twist_op(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->rw.op = arg;
}

static void twist_segs(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	u32 i;

	e->rw.nr_segs = arg;
	for (i = 0; i < XSR_BLK_MAX_SEGS; i++) {
		e->rw.seg[i].gref = f->data[i].gref;
		e->rw.seg[i].last_sect = XSR_BLK_SECTORS_PER_PAGE - 1;
	}
}

static void twist_indirect_segs(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->indirect.nr_segs = arg;
}

static void twist_indirect_op(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->indirect.indirect_op = arg;
}

/* arg: first sector << 8 | last sector */
static void twist_seg(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->rw.seg[0].first_sect = arg >> 8;
	e->rw.seg[0].last_sect = arg;
}

static void twist_indirect_seg(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	last_seg(f)->first_sect = arg >> 8;
	last_seg(f)->last_sect = arg;
}

static void twist_sector(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->rw.sector = arg;
}

/* arg: relative to the end of the device */
static void twist_sector_end(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->rw.sector = front_capacity(f) + arg;
}

/* One sector alone, arg as in twist_seg, at the disk sector in arg's bits 16 and up. */
static void twist_piece(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	twist_seg(f, e, arg & 0xffff);
	e->rw.sector = arg >> 16;
}

static void twist_gref(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->rw.seg[0].gref = arg;
}

static void twist_gref_twice(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->rw.nr_segs = 2;
	e->rw.seg[1] = e->rw.seg[0];
}

static void twist_gref_ring(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->rw.seg[0].gref = f->queue[0].gref[0];
}

static void twist_indirect_gref(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	last_seg(f)->gref = arg;
}

static void twist_table_gref(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->indirect.gref[0] = arg;
}

/* The page of segments is itself where the data goes. */
static void twist_table_as_data(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	last_seg(f)->gref = f->table.gref;
}

/* The ring is the page of segments. */
static void twist_table_is_ring(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->indirect.gref[0] = f->queue[0].gref[0];
}

static void twist_discard_size(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->discard.nr_sectors = arg;
}

/* One sector below the 2^64 of the sum. */
static void twist_discard_wrap(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->discard.sector = -8ull;
	e->discard.nr_sectors = arg;
}

static void twist_discard_piece(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->discard.sector = 1;
	e->discard.nr_sectors = arg;
}

static void twist_discard_all_secure(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->discard.flag = arg;
	e->discard.nr_sectors = front_capacity(f);
}

static void twist_flush_data(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	twist_segs(f, e, arg);
	if (arg > XSR_BLK_MAX_SEGS)
		return;
	memset(&e->rw.seg[arg], 0, (XSR_BLK_MAX_SEGS - arg) * sizeof(e->rw.seg[0]));
}

/* Padding, unless marks were agreed on. */
static void twist_mark(struct front *f, union xsr_blk_entry_64 *e, u64 arg)
{
	e->rw.mark = arg;
}

/* --- grants that are not what they should be --- */

enum gref_kind {
	GREF_READ_ONLY,
	GREF_OTHER_DOMAIN,
	GREF_REVOKED,
};

static void act_gref(struct front *f, const struct front_action *action, char *rest)
{
	domid_t whom = f->e.xdev->otherend_id + (action->arg == GREF_OTHER_DOMAIN ? 77 : 0);
	unsigned long page = get_zeroed_page(GFP_KERNEL);
	union xsr_blk_entry_64 e;
	int gref;

	if (!page)
		return;
	gref = gnttab_grant_foreign_access(whom, virt_to_gfn(page), action->arg == GREF_READ_ONLY);
	if (gref >= 0) {
		if (action->arg == GREF_REVOKED)
			gnttab_end_foreign_access_ref(gref);
		front_make_rw(f, &e, XSR_BLK_OP_READ, 0);
		e.rw.seg[0].gref = gref;
		answer(f, front_ask(&f->queue[0], &e));
		if (action->arg == GREF_REVOKED)
			gnttab_free_grant_reference(gref);
		else
			gnttab_end_foreign_access(gref, virt_to_page(page));
	}
	if (gref < 0 || action->arg == GREF_REVOKED)
		free_page(page);
}

/*
 * Take the grant away while the back-end works on the request. Either the request or the revoking
 * comes first, so it may be answered okay or refused, but always answered.
 */
static void act_gref_race(struct front *f, const struct front_action *action, char *rest)
{
	u32 n = evil_number(&rest, 100), sum[FRONT_ANSWERS] = {}, i, late = 0;
	struct evil_page *p = &f->data[1];
	union xsr_blk_entry_64 e;

	for (i = 0; i < n && !evil_front_is_closed(&f->e); i++) {
		front_make_rw(f, &e, XSR_BLK_OP_READ, 0);
		e.rw.seg[0].gref = p->gref;
		front_send(&f->queue[0], &e);
		if (i % 2)
			udelay(get_random_u32() % 500);
		late += !gnttab_end_foreign_access_ref(p->gref);
		if (!front_drain(&f->queue[0], i + 1, sum, FRONT_ANSWER_MS))
			break;
		while (!gnttab_end_foreign_access_ref(p->gref) && !evil_front_is_closed(&f->e))
			cond_resched();
		gnttab_grant_foreign_access_ref(p->gref, f->e.xdev->otherend_id, virt_to_gfn(p->va),
						0);
	}
	evil_say(&f->e.command, "answer=%s okay=%u error=%u held=%u",
		 evil_front_is_closed(&f->e) ? "closed" :
		 i < n			     ? "silence" :
					       "answered",
		 sum[FRONT_OKAY], sum[FRONT_ERROR], late);
}

/* Bad references at every single place and at random sets of places of a direct request. */
static void act_gref_masks(struct front *f, const struct front_action *action, char *rest)
{
	u32 n = evil_number(&rest, 64), wrong = 0, i, k, mask;
	union xsr_blk_entry_64 e;

	for (i = 0; i < n && !evil_front_is_closed(&f->e); i++) {
		mask = i < XSR_BLK_MAX_SEGS ? 1u << i :
					      get_random_u32() & ((1u << XSR_BLK_MAX_SEGS) - 1);
		front_make_rw(f, &e, XSR_BLK_OP_READ, 0);
		twist_segs(f, &e, XSR_BLK_MAX_SEGS);
		for (k = 0; k < XSR_BLK_MAX_SEGS; k++)
			if (mask & (1u << k))
				e.rw.seg[k].gref = 0xdead0000 + k;
		wrong += front_ask(&f->queue[0], &e) != (mask ? FRONT_ERROR : FRONT_OKAY);
	}
	evil_say(&f->e.command, "answer=%s n=%u wrong=%u",
		 evil_front_is_closed(&f->e) ? "closed" :
		 wrong			     ? "wrong" :
					       "error",
		 i, wrong);
}

/* The same for an indirect request: one bad reference among many pages. */
static void act_gref_indirect_masks(struct front *f, const struct front_action *action, char *rest)
{
	u32 n = evil_number(&rest, 32), wrong = 0, i, k;
	struct xsr_blk_seg *seg = f->table.va;
	union xsr_blk_entry_64 e;

	for (i = 0; i < n && !evil_front_is_closed(&f->e); i++) {
		front_make_indirect(f, &e, XSR_BLK_OP_READ, 0);
		e.indirect.nr_segs = 16 + get_random_u32() % 200;
		k = get_random_u32() % e.indirect.nr_segs;
		seg[k].gref = 0xdead0000 + k;
		wrong += front_ask(&f->queue[0], &e) != FRONT_ERROR;
	}
	evil_say(&f->e.command, "answer=%s n=%u wrong=%u",
		 evil_front_is_closed(&f->e) ? "closed" :
		 wrong			     ? "wrong" :
					       "error",
		 i, wrong);
}

#define REQUEST(word, base, twist, arg)                             \
	{                                                           \
		word, act_request, arg, &(const struct request_row) \
		{                                                   \
			base, twist                                 \
		}                                                   \
	}

const struct front_action front_request_actions[] = {
	/* clang-format off */
	/* honest ones, to see that the stage is set */
	REQUEST("read",           BASE_READ,           NULL, 0),
	REQUEST("write",          BASE_WRITE,          NULL, 0),
	REQUEST("flush",          BASE_FLUSH,          NULL, 0),
	REQUEST("barrier",        BASE_BARRIER,        NULL, 0),
	REQUEST("discard",        BASE_DISCARD,        NULL, 0),
	REQUEST("indirect-read",  BASE_INDIRECT_READ,  NULL, 0),
	REQUEST("indirect-write", BASE_INDIRECT_WRITE, NULL, 0),

	REQUEST("op-4",   BASE_READ, twist_op, 4),
	REQUEST("op-7",   BASE_READ, twist_op, 7),
	REQUEST("op-255", BASE_READ, twist_op, 255),

	REQUEST("read-nseg-0",    BASE_READ,  twist_segs, 0),
	REQUEST("read-nseg-12",   BASE_READ,  twist_segs, 12),
	REQUEST("read-nseg-32",   BASE_READ,  twist_segs, 32),
	REQUEST("read-nseg-255",  BASE_READ,  twist_segs, 255),
	REQUEST("write-nseg-0",   BASE_WRITE, twist_segs, 0),
	REQUEST("write-nseg-12",  BASE_WRITE, twist_segs, 12),
	REQUEST("write-nseg-255", BASE_WRITE, twist_segs, 255),

	REQUEST("indirect-nseg-0",     BASE_INDIRECT_READ, twist_indirect_segs, 0),
	REQUEST("indirect-nseg-257",   BASE_INDIRECT_READ, twist_indirect_segs, 257),
	REQUEST("indirect-nseg-4097",  BASE_INDIRECT_READ, twist_indirect_segs, 4097),
	REQUEST("indirect-nseg-65535", BASE_INDIRECT_READ, twist_indirect_segs, 65535),
	REQUEST("indirect-op-barrier", BASE_INDIRECT_READ, twist_indirect_op, XSR_BLK_OP_BARRIER),
	REQUEST("indirect-op-flush",   BASE_INDIRECT_READ, twist_indirect_op, XSR_BLK_OP_FLUSH),
	REQUEST("indirect-op-discard", BASE_INDIRECT_READ, twist_indirect_op, XSR_BLK_OP_DISCARD),
	REQUEST("indirect-op-self",    BASE_INDIRECT_READ, twist_indirect_op, XSR_BLK_OP_INDIRECT),
	REQUEST("indirect-op-255",     BASE_INDIRECT_READ, twist_indirect_op, 255),

	REQUEST("seg-first-above-last",          BASE_READ,          twist_seg, 0x0503),
	REQUEST("seg-last-8",                    BASE_READ,          twist_seg, 0x0008),
	REQUEST("seg-last-255",                  BASE_WRITE,         twist_seg, 0x00ff),
	REQUEST("seg-both-255",                  BASE_READ,          twist_seg, 0xffff),
	REQUEST("indirect-seg-first-above-last", BASE_INDIRECT_READ, twist_indirect_seg, 0x0503),
	REQUEST("indirect-seg-last-8",           BASE_INDIRECT_READ, twist_indirect_seg, 0x0008),
	REQUEST("indirect-seg-last-255",         BASE_INDIRECT_WRITE, twist_indirect_seg, 0x00ff),

	REQUEST("sector-at-end",                BASE_READ,  twist_sector_end, 0),
	REQUEST("sector-over-end",              BASE_READ,  twist_sector_end, -4),
	REQUEST("write-sector-over-end",        BASE_WRITE, twist_sector_end, -4),
	REQUEST("sector-2^63",                  BASE_READ,  twist_sector, 1ull << 63),
	REQUEST("sector-wraps",                 BASE_WRITE, twist_sector, -8ull),
	REQUEST("sector-2^64-1",                BASE_READ,  twist_sector, -1ull),
	REQUEST("indirect-sector-over-end",     BASE_INDIRECT_READ,  twist_sector_end, -127),
	REQUEST("indirect-sector-wraps",        BASE_INDIRECT_WRITE, twist_sector, -128ull),

	/* for a device with logical blocks of 4 KiB */
	REQUEST("piece-of-block",       BASE_READ,  twist_piece, 0x0000),
	REQUEST("piece-off-block",      BASE_READ,  twist_piece, 0x10007),
	REQUEST("write-piece-of-block", BASE_WRITE, twist_piece, 0x0303),
	REQUEST("discard-piece",        BASE_DISCARD, twist_discard_piece, 3),

	REQUEST("gref-unused",            BASE_READ,  twist_gref, 0x12345),
	REQUEST("gref-huge",              BASE_READ,  twist_gref, 0xdeadbeef),
	REQUEST("gref-2^32-1",            BASE_WRITE, twist_gref, 0xffffffff),
	REQUEST("gref-twice",             BASE_READ,  twist_gref_twice, 0),
	REQUEST("gref-ring-page",         BASE_WRITE, twist_gref_ring, 0),
	REQUEST("gref-ring-page-read",    BASE_READ,  twist_gref_ring, 0),
	REQUEST("indirect-gref-huge",     BASE_INDIRECT_READ,  twist_indirect_gref, 0xdeadbeef),
	REQUEST("indirect-table-huge",    BASE_INDIRECT_WRITE, twist_table_gref, 0xdeadbeef),
	REQUEST("indirect-table-as-data", BASE_INDIRECT_READ,  twist_table_as_data, 0),
	REQUEST("indirect-table-is-ring", BASE_INDIRECT_READ,  twist_table_is_ring, 0),
	{ "gref-read-only",      act_gref, GREF_READ_ONLY, NULL },
	{ "gref-other-domain",   act_gref, GREF_OTHER_DOMAIN, NULL },
	{ "gref-revoked",        act_gref, GREF_REVOKED, NULL },
	{ "gref-race",           act_gref_race, 0, NULL },
	{ "gref-masks",          act_gref_masks, 0, NULL },
	{ "gref-indirect-masks", act_gref_indirect_masks, 0, NULL },

	REQUEST("discard-at-end",   BASE_DISCARD, twist_sector_end, 0),
	REQUEST("discard-over-end", BASE_DISCARD, twist_sector_end, -4),
	REQUEST("discard-2^64-1",   BASE_DISCARD, twist_discard_size, -1ull),
	REQUEST("discard-wraps",    BASE_DISCARD, twist_discard_wrap, 16),
	REQUEST("discard-0",        BASE_DISCARD, twist_discard_size, 0),
	REQUEST("discard-secure-all", BASE_DISCARD, twist_discard_all_secure, 1),

	REQUEST("flush-with-data",    BASE_FLUSH,   twist_flush_data, 1),
	REQUEST("flush-with-data-12", BASE_FLUSH,   twist_flush_data, 12),
	REQUEST("flush-nseg-255",     BASE_FLUSH,   twist_flush_data, 255),
	REQUEST("barrier-nseg-12",    BASE_BARRIER, twist_segs, 12),
	REQUEST("barrier-gref-huge",  BASE_BARRIER, twist_gref, 0xdeadbeef),

	REQUEST("mark-1",          BASE_READ,           twist_mark, 1),
	REQUEST("mark-2",          BASE_READ,           twist_mark, 2),
	REQUEST("mark-2^32-1",     BASE_READ,           twist_mark, 0xffffffff),
	REQUEST("mark-write",      BASE_WRITE,          twist_mark, 1),
	REQUEST("mark-barrier",    BASE_BARRIER,        twist_mark, 1),
	REQUEST("mark-flush",      BASE_FLUSH,          twist_mark, 1),
	REQUEST("mark-discard",    BASE_DISCARD,        twist_mark, 1),
	REQUEST("mark-indirect",   BASE_INDIRECT_WRITE, twist_mark, 1),
	REQUEST("mark-indirect-2", BASE_INDIRECT_READ,  twist_mark, 2),
	{ NULL }
	/* clang-format on */
};
