// SPDX-License-Identifier: GPL-2.0
/*
 * Many packets of one kind: the grids of three advisories about how a packet lies over its slots.
 * Each packet is an echo, as far as it is long enough and passes through a bridge, and must come
 * back byte for byte or be refused as a whole; nothing may be answered twice or not at all.
 *
 * The answer: "whole" if that held for all, "closed", or "broken".
 */
#include <linux/prandom.h>
#include <linux/sched.h>

#include "tests/xen/evil/netfront/netfront.h"

/* The most that goes through a bridge, and back, in one frame. */
#define GRID_LONGEST 1514

struct grid {
	struct nf *n;
	u32 packets, replied, refused, broken;
	u16 size[XSR_NET_PKT_SLOTS + 4];
};

/* One packet of @nr slots, @len bytes, sizes as in @g. */
static void grid_packet(struct grid *g, u32 nr, u32 len, bool end)
{
	struct nf *n = g->n;
	const char *answer;

	nf_forget(n);
	nf_make_echo(n, len);
	nf_put_frame(&n->queue[0], g->size, nr, end);
	answer = nf_flush(n, &n->queue[0]);
	g->packets++;
	if (!strcmp(answer, "error") || !strcmp(answer, "dropped"))
		g->refused++;
	else if (strcmp(answer, "okay"))
		g->broken++;
	else if (len < EVIL_FRAME_ECHO || len > GRID_LONGEST)
		;
	else if (nf_wait_reply(n, 4 * NF_ECHO_MS))
		g->replied++;
	else
		g->broken++;
}

static bool grid_goes_on(const struct grid *g)
{
	cond_resched();
	return !evil_front_is_closed(&g->n->e) && g->broken < 3;
}

static void grid_report(const struct grid *g)
{
	evil_say(&g->n->e.command, "answer=%s packets=%u replied=%u refused=%u broken=%u",
		 evil_front_is_closed(&g->n->e) ? "closed" :
		 g->broken			? "broken" :
						  "whole",
		 g->packets, g->replied, g->refused, g->broken);
}

static void grid_fill(struct grid *g, u16 first, u16 others)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(g->size); i++)
		g->size[i] = i ? others : first;
}

/* A header over many slots: the first of 14 to 128 bytes, @rest steps apart, others tiny. */
static void act_headers(struct nf *n, char *rest)
{
	u32 step = evil_number(&rest, 1), first, nr;
	struct grid g = { .n = n };

	for (first = ETH_HLEN; first <= 128 && grid_goes_on(&g); first += step)
		for (nr = 2; nr <= XSR_NET_MIN_SLOTS && grid_goes_on(&g); nr += 4) {
			grid_fill(&g, first, 7);
			grid_packet(&g, nr, first + 7 * (nr - 2) + 60, first & 1);
		}
	grid_report(&g);
}

/* 1 to 20 slots, 14 to 200 bytes altogether: each slot has as little as it can. */
static void act_splits(struct nf *n, char *rest)
{
	u32 step = evil_number(&rest, 1), len, nr;
	struct grid g = { .n = n };

	for (nr = 1; nr <= 20; nr++)
		for (len = ETH_HLEN + nr - 1; len <= 200 && grid_goes_on(&g); len += step) {
			grid_fill(&g, ETH_HLEN, 1);
			grid_packet(&g, nr, len, len & 1);
			grid_fill(&g, len - (nr - 1), 1);
			grid_packet(&g, nr, len, !(len & 1));
		}
	grid_report(&g);
}

/* 1 to 18 slots behind the first, any of them empty; @rest of them by chance. */
static void act_empty(struct nf *n, char *rest)
{
	u32 many = evil_number(&rest, 100), i, k, nr, mask, len;
	struct grid g = { .n = n };
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 448);
	for (i = 0; i < many && grid_goes_on(&g); i++) {
		nr = i < 18 ? i + 2 : 2 + prandom_u32_state(&rnd) % 18;
		mask = i < 18 ? 0 : prandom_u32_state(&rnd);
		len = g.size[0] = 100;
		for (k = 1; k < nr; k++) {
			g.size[k] = mask >> k & 1 ? 1 + prandom_u32_state(&rnd) % 70 : 0;
			len += g.size[k];
		}
		grid_packet(&g, nr, len, i & 1);
	}
	grid_report(&g);
}

/* Large frames in slots of every size around a page; beyond what a bridge lets through. */
static void act_large(struct nf *n, char *rest)
{
	static const u16 sizes[] = { 1, 2047, 2048, 4094, 4095, 4096 };
	struct grid g = { .n = n };
	u32 i, nr, len;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (nr = 2; nr <= 17 && grid_goes_on(&g); nr++) {
			len = 200 + sizes[i] * (nr - 1);
			if (len > EVIL_FRAME_MAX)
				break;
			grid_fill(&g, 200, sizes[i]);
			grid_packet(&g, nr, len, nr & 1);
		}
	grid_report(&g);
}

const struct nf_action nf_grid_actions[] = {
	{ "grid-headers", act_headers },
	{ "grid-splits", act_splits },
	{ "grid-empty", act_empty },
	{ "grid-large", act_large },
	{ NULL },
};
