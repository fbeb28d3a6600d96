// SPDX-License-Identifier: GPL-2.0
/*
 * Our ring with what our pair does for each request in steady state: the front takes a page that
 * stays granted out of its pool and gives it back with the answer, the back looks the grant up in its
 * cache of mapped pages, writes to the page, and gives it back.
 */
#include <stdlib.h>

#include "benchmarks/ring/xsr.h"
#include "grant/cache.h"
#include "grant/refs.h"

#define PAGES 64u
/* Names of grants are any numbers. */
#define GREF(member) ((member)*7919u + 8u)

static struct xsr_refs refs;
static u32 refs_storage[PAGES];
static u16 out[PAGES]; /* member by message */
static struct xsr_cache cache;
static void *cache_storage;
static u32 page[PAGES][XSR_PAGE_SIZE / 4];

static void cache_begin(void)
{
	static const u64 secret[2] = { 0x9e3779b97f4a7c15ull, 0x2545f4914f6cdd1dull };
	u32 i;

	if (!cache_storage)
		cache_storage = malloc(xsr_cache_bytes(2 * PAGES));
	if (!cache_storage)
		abort();
	xsr_cache_init(&cache, cache_storage, 2 * PAGES, 2 * PAGES, secret);
	for (i = 0; i < PAGES; i++) {
		u32 slot = xsr_cache_insert(&cache, GREF(i), i, page[i]);

		if (slot == XSR_CACHE_NONE)
			abort();
		xsr_cache_give(&cache, slot, 0);
	}
}

static void refs_begin(void)
{
	struct xsr_chain all;

	xsr_refs_init(&refs, refs_storage, PAGES);
	all = xsr_refs_make(&refs, PAGES);
	xsr_refs_give(&refs, &all);
}

static void end_begin(struct bench_run *run)
{
	xsr_ring_create(&ends[0].ring, run->page, 1, sizeof(struct bench_msg));
	if (xsr_ring_attach(&ends[1].ring, run->page, 1, sizeof(struct bench_msg)) != XSR_OK)
		abort();
	refs_begin();
	cache_begin();
}

static inline void front_put(struct end *e, const struct bench_msg *msg)
{
	struct bench_msg with_page = *msg;
	struct xsr_chain taken = xsr_refs_take(&refs, 1);

	if (!taken.n)
		abort();
	out[msg->word[0] % PAGES] = (u16)taken.first;
	with_page.word[1] = GREF(taken.first);
	end_put(e, &with_page);
}

static inline void front_take(struct end *e, struct bench_msg *msg)
{
	struct xsr_chain back;

	end_take(e, msg);
	back = xsr_chain_of(out[msg->word[0] % PAGES]);
	xsr_refs_give(&refs, &back);
}

static inline void back_put(struct end *e, const struct bench_msg *msg)
{
	u32 slot = xsr_cache_take(&cache, msg->word[1]);

	if (slot == XSR_CACHE_NONE)
		abort();
	*(u32 *)xsr_cache_page(&cache, slot) = msg->word[0];
	xsr_cache_give(&cache, slot, msg->word[0]);
	end_put(e, msg);
}

#define back_take end_take

#define BENCH_KIND bench_xsr_cache
#define BENCH_NAME "xsr+cache"
#define BENCH_BARE_TOO false
#include "benchmarks/ring/loop.h"
