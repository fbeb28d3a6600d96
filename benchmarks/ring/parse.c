// SPDX-License-Identifier: GPL-2.0
/*
 * How long our codecs take for one entry, packet or key: put by the code of one end, copied out of the
 * page and checked by that of the other, on one CPU. And one turn of the two books of grants.
 */
#include <stdlib.h>

#include "benchmarks/ring/bench.h"
#include "grant/cache.h"
#include "grant/refs.h"
#include "ring/blk_codec.h"
#include "ring/keys.h"
#include "ring/net_ctrl.h"
#include "ring/net_to_back.h"
#include "ring/net_to_front.h"
#include "ring/ring_attach.h"

/* How often each thing is done for one figure. */
#define ROUNDS 20000u
#define SEGS 32u

/* The compiler must believe that somebody looks at *p. */
static void used(const void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

static struct {
	_Alignas(XSR_PAGE_SIZE) u32 page[XSR_PAGE_SIZE / 4];
	struct xsr_ring front;
	struct xsr_ring back;
} pair;

static void pair_begin(u32 stride)
{
	xsr_ring_create(&pair.front, pair.page, 1, stride);
	if (xsr_ring_attach(&pair.back, pair.page, 1, stride) != XSR_OK)
		abort();
}

/* Have @back see the same @n entries once more. */
static void pair_rewind(struct xsr_ring *back, u32 n)
{
	back->in -= n;
}

static void line(const char *job, u64 begin, u32 n, u32 repeat)
{
	double ns = (double)(bench_now_ns() - begin) / (double)n;

	bench_line("xsr", job, "ns-per-parse", ns, "ns", repeat);
}

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench: %s was refused\n", what);
	exit(1);
}

static const struct xsr_blk_limits blk_limits = { .capacity = 1u << 21,
						  .max_indirect_segs = 256,
						  .block_sectors = 1,
						  .flush = true,
						  .discard = true };

static void parse_blk_req(const char *job, u16 segs, u32 repeat)
{
	struct xsr_blk_req req = { .op = XSR_BLK_OP_READ, .nr_segs = segs, .sector = 8 };
	struct xsr_blk_req got;
	u64 begin;
	u32 i;

	for (i = 0; i < segs; i++)
		req.seg[i] = (struct xsr_blk_seg){ .gref = 8 + i, .last_sect = 7 };
	pair_begin(xsr_blk_stride(XSR_BLK_ABI_64));
	xsr_blk_put_req(&pair.front, &req);
	begin = bench_now_ns();
	for (i = 0; i < ROUNDS; i++) {
		xsr_blk_take_req(&pair.back, XSR_BLK_ABI_64, &got);
		must(xsr_blk_check_req(&got, &blk_limits) == XSR_BLK_FINE, job);
		used(&got);
		pair_rewind(&pair.back, 1);
	}
	line(job, begin, ROUNDS, repeat);
}

/* Also the segments of an indirect request, which the shell has copied. */
static void parse_blk_segs(u32 repeat)
{
	struct xsr_blk_seg segs[SEGS] = {};
	struct xsr_blk_req req = {
		.op = XSR_BLK_OP_READ, .ring_op = XSR_BLK_OP_READ, .indirect = true, .nr_segs = SEGS
	};
	u64 begin;
	u32 i;

	for (i = 0; i < SEGS; i++)
		segs[i] = (struct xsr_blk_seg){ .gref = 8 + i, .last_sect = 7 };
	begin = bench_now_ns();
	for (i = 0; i < ROUNDS; i++) {
		must(xsr_blk_check_segs(&req, segs, &blk_limits) == XSR_BLK_FINE, "segments");
		used(&req);
	}
	line("blk-segs-32", begin, ROUNDS, repeat);
}

static void parse_blk_rsp(u32 repeat)
{
	struct xsr_blk_rsp rsp;
	u64 begin;
	u32 i;

	pair_begin(xsr_blk_stride(XSR_BLK_ABI_64));
	xsr_blk_put_rsp(&pair.back, XSR_BLK_ABI_64, 0, XSR_BLK_OP_READ, XSR_BLK_STATUS_OKAY);
	begin = bench_now_ns();
	for (i = 0; i < ROUNDS; i++) {
		xsr_blk_take_rsp(&pair.front, &rsp);
		used(&rsp);
		pair_rewind(&pair.front, 1);
	}
	line("blk-rsp", begin, ROUNDS, repeat);
}

static void parse_net_pkt(const char *job, u8 slots, u16 gso, u32 repeat)
{
	const struct xsr_net_limits limits = { .fatal_slots = 20 };
	struct xsr_net_pkt pkt = { .nr_slots = slots }, got;
	u32 i, entries;
	u64 begin;

	if (gso) {
		pkt.meta.gso_size = gso;
		pkt.meta.gso_type = XSR_NET_GSO_TCPV4;
		pkt.meta.csum_blank = true;
	}
	for (i = 0; i < slots; i++) {
		pkt.id[i] = (u16)i;
		pkt.slot[i] = (struct xsr_net_slot){ .gref = 8 + i, .size = slots > 1 ? 4000 : 60 };
		pkt.len += pkt.slot[i].size;
	}
	entries = xsr_net_pkt_entries(&pkt);
	pair_begin(sizeof(union xsr_net_to_back_entry));
	xsr_net_put_pkt(&pair.front, &pkt);
	begin = bench_now_ns();
	for (i = 0; i < ROUNDS; i++) {
		must(xsr_net_take_pkt(&pair.back, entries, &limits, &got) == XSR_OK, job);
		used(&got);
		pair_rewind(&pair.back, entries);
	}
	line(job, begin, ROUNDS, repeat);
}

static void parse_net_got(const char *job, u32 len, u16 gso, u32 repeat)
{
	struct xsr_net_fill fill = { .len = len };
	struct xsr_net_got got;
	u32 i, entries;
	u64 begin;

	if (gso) {
		fill.meta.gso_size = gso;
		fill.meta.gso_type = XSR_NET_GSO_TCPV4;
		fill.meta.csum_blank = true;
	}
	entries = xsr_net_plan_fill(&fill);
	pair_begin(sizeof(union xsr_net_to_front_entry));
	for (i = 0; i < entries; i++)
		xsr_net_put_page(&pair.front, (u16)i, 8 + i);
	xsr_net_take_fill(&pair.back, &fill);
	xsr_net_put_fill(&pair.back, &fill);
	begin = bench_now_ns();
	for (i = 0; i < ROUNDS; i++) {
		must(xsr_net_take_got(&pair.front, entries, &got) == XSR_OK, job);
		used(&got);
		pair_rewind(&pair.front, entries);
	}
	line(job, begin, ROUNDS, repeat);
}

static void parse_ctrl(u32 repeat)
{
	static const struct xsr_net_ctrl_offer offer;
	struct xsr_net_ctrl_req req = { .type = XSR_NET_CTRL_SET_HASH_MAPPING_SIZE,
					.data = { XSR_NET_HASH_TABLE } };
	static struct xsr_net_ctrl_job job;
	struct xsr_net_hash h;
	u64 begin;
	u32 i;

	xsr_net_hash_init(&h, 4);
	pair_begin(sizeof(union xsr_net_ctrl_entry));
	xsr_net_ctrl_put_req(&pair.front, &req);
	begin = bench_now_ns();
	for (i = 0; i < ROUNDS; i++) {
		xsr_net_ctrl_take_req(&pair.back, &req);
		xsr_net_ctrl_begin(&h, &offer, &req, &job);
		must(job.rsp.status == XSR_NET_CTRL_SUCCESS, "control message");
		pair_rewind(&pair.back, 1);
	}
	line("net-ctrl", begin, ROUNDS, repeat);
}

static void parse_key(u32 repeat)
{
	static const char text[] = "4294967295";
	u64 begin = bench_now_ns(), value;
	u32 i;

	for (i = 0; i < ROUNDS; i++) {
		must(xsr_key_parse(&xsr_key_gref, text, sizeof(text) - 1, &value) == XSR_KEY_OK,
		     "key");
		used(&value);
	}
	line("key", begin, ROUNDS, repeat);
}

static void parse_hash(u32 repeat)
{
	struct xsr_net_flow flow = { .src = { 10, 0, 0, 1 }, .dst = { 10, 0, 0, 2 }, .tcp = true };
	struct xsr_net_hash h;
	struct xsr_net_meta meta;
	u64 begin;
	u32 i;

	xsr_net_hash_init(&h, 4);
	h.alg = XSR_NET_HASH_ALG_TOEPLITZ;
	h.types = XSR_NET_HASH_ALL;
	for (i = 0; i < sizeof(h.key); i++)
		h.key[i] = (u8)(i * 73 + 5);
	begin = bench_now_ns();
	for (i = 0; i < ROUNDS; i++) {
		flow.src_port[1] = (u8)i;
		must(xsr_net_hash_flow(&h, &flow, &meta), "flow");
		used(&meta);
	}
	line("net-hash-tcp4", begin, ROUNDS, repeat);
}

/* Take from a cache of @n grants and give back, the next one each time. */
static void parse_cache(const char *job, u32 n, u32 repeat)
{
	static const u64 secret[2] = { 0x9e3779b97f4a7c15ull, 0x2545f4914f6cdd1dull };
	void *storage = malloc(xsr_cache_bytes(n));
	struct xsr_cache cache;
	u64 begin;
	u32 i;

	must(storage != NULL, job);
	xsr_cache_init(&cache, storage, n, n, secret);
	for (i = 0; i < n; i++)
		xsr_cache_give(&cache, xsr_cache_insert(&cache, 8 + i * 7919, i, storage), 0);
	begin = bench_now_ns();
	for (i = 0; i < ROUNDS; i++) {
		u32 slot = xsr_cache_take(&cache, 8 + i % cache.count * 7919);

		must(slot != XSR_CACHE_NONE || cache.count < n, job);
		xsr_cache_give(&cache, slot, i);
	}
	line(job, begin, ROUNDS, repeat);
	free(storage);
}

static void parse_refs(u32 repeat)
{
	static u32 storage[256];
	struct xsr_refs refs;
	struct xsr_chain chain;
	u64 begin;
	u32 i;

	xsr_refs_init(&refs, storage, ARRAY_SIZE(storage));
	chain = xsr_refs_make(&refs, ARRAY_SIZE(storage));
	must(xsr_refs_give(&refs, &chain), "refs");
	begin = bench_now_ns();
	for (i = 0; i < ROUNDS; i++) {
		chain = xsr_refs_take(&refs, 1);
		must(chain.n, "refs");
		used(&chain.first);
		xsr_refs_give(&refs, &chain);
	}
	line("refs-take-give", begin, ROUNDS, repeat);
}

void bench_parse(u32 repeat)
{
	parse_blk_req("blk-req-1seg", 1, repeat);
	parse_blk_req("blk-req-11seg", 11, repeat);
	parse_blk_segs(repeat);
	parse_blk_rsp(repeat);
	parse_net_pkt("net-to-back-60", 1, 0, repeat);
	parse_net_pkt("net-to-back-64000-gso", 16, 1448, repeat);
	parse_net_got("net-to-front-60", 60, 0, repeat);
	parse_net_got("net-to-front-64000-gso", 64000, 1448, repeat);
	parse_ctrl(repeat);
	parse_hash(repeat);
	parse_key(repeat);
	parse_cache("cache-take-give-64", 64, repeat);
	parse_cache("cache-take-give-1024", 1024, repeat);
	parse_refs(repeat);
}
