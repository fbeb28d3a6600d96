// SPDX-License-Identifier: GPL-2.0
/*
 * XDP programs for guests, one for each verdict and each way to change a packet; loaded by
 * `ip link set dev IF xdpdrv obj xdp.o sec NAME`. What a program does not care for it passes.
 *
 *   pass     everything
 *   drop     UDP to port 9 is dropped
 *   abort    the same, as a program's mistake
 *   tx       echo requests (ICMP) are answered by the program, without the guest's stack
 *   bounce   the same, by redirection to the interface they came from
 *   cut      the same, without the last 40 bytes, which are zeros
 *   grow     echo requests get 40 bytes of zeros more, and are passed
 *   untag    a VLAN tag is taken off, and the packet passed
 *   up       everything gets a VLAN tag and is sent out of the interface with the next number
 *   down     everything loses its VLAN tag and is sent out of the interface with the number before
 *
 * Needs no library: what helpers are called is in the kernel's own header.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#define PROGRAM(name)                                                             \
	__attribute__((section(#name), used)) int xdp_##name(struct xdp_md *ctx); \
	int xdp_##name(struct xdp_md *ctx)
#define inline_always static inline __attribute__((always_inline))

#define CHANGE 40 /* bytes that cut and grow are about */
#define TAG 7 /* the VLAN */
#define TAG_LEN 4

static long (*const adjust_head)(struct xdp_md *ctx, int delta) = (void *)BPF_FUNC_xdp_adjust_head;
static long (*const adjust_tail)(struct xdp_md *ctx, int delta) = (void *)BPF_FUNC_xdp_adjust_tail;
static long (*const redirect)(__u32 ifindex, __u64 flags) = (void *)BPF_FUNC_redirect;

__attribute__((section("license"), used)) char xdp_license[] = "GPL";

struct mac {
	__u16 part[3];
};

/* An ICMP echo; <linux/icmp.h> wants the C library's headers. */
struct echo {
	__u8 type;
	__u8 code;
	__u16 checksum;
	__u16 id;
	__u16 sequence;
};

#define ECHO_REQUEST 8
#define ECHO_REPLY 0

inline_always __u16 net16(__u16 value)
{
	return __builtin_bswap16(value);
}

/* The header of an unfragmented IPv4 packet of @protocol with @more bytes behind it, or nothing. */
inline_always struct iphdr *ipv4(struct xdp_md *ctx, __u8 protocol, __u32 more)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) + more > end || eth->h_proto != net16(ETH_P_IP))
		return 0;
	if (ip->version != 4 || ip->ihl != 5 || ip->protocol != protocol ||
	    ip->frag_off & net16(0x3fff))
		return 0;
	return ip;
}

/* One's complement: what a 16-bit word of a packet grows by, its checksum must lose. */
inline_always void checksum_lose(__u16 *sum, __u16 grown)
{
	__u32 fresh = (__u32)*sum + (__u16)~grown;

	*sum = fresh + (fresh >> 16);
}

inline_always int is_discarded(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx, IPPROTO_UDP, sizeof(struct udphdr));

	return ip && ((struct udphdr *)(ip + 1))->dest == net16(9);
}

inline_always int is_echo(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx, IPPROTO_ICMP, sizeof(struct echo));

	return ip && ((struct echo *)(ip + 1))->type == ECHO_REQUEST;
}

/* Make an echo request the answer to it. Returns 0 for any other packet. */
inline_always int answer(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx, IPPROTO_ICMP, sizeof(struct echo));
	struct echo *echo = (void *)(ip + 1);
	struct mac *mac, host;
	__be32 address;

	if (!ip || echo->type != ECHO_REQUEST)
		return 0;
	mac = (void *)(long)ctx->data;
	if ((void *)(mac + 2) > (void *)(long)ctx->data_end)
		return 0;
	host = mac[0];
	mac[0] = mac[1];
	mac[1] = host;
	address = ip->saddr;
	ip->saddr = ip->daddr;
	ip->daddr = address;
	echo->type = ECHO_REPLY;
	checksum_lose(&echo->checksum, (__u16)~net16(ECHO_REQUEST << 8));
	return 1;
}

/* The packet of an echo has become @more bytes longer, or shorter: have its header say so. */
inline_always int resize(struct xdp_md *ctx, int more)
{
	struct iphdr *ip;

	if (adjust_tail(ctx, more))
		return 0;
	ip = ipv4(ctx, IPPROTO_ICMP, sizeof(struct echo));
	if (!ip)
		return 0;
	ip->tot_len = net16(net16(ip->tot_len) + more);
	checksum_lose(&ip->check, more < 0 ? ~net16(-more) : net16(more));
	return 1;
}

/* Take the tag off, if there is one. Returns 0 when that fails. */
inline_always int untag(struct xdp_md *ctx)
{
	struct mac *mac = (void *)(long)ctx->data, to, from;
	__u16 *rest = (void *)(mac + 2);

	if ((void *)(rest + 3) > (void *)(long)ctx->data_end || *rest != net16(ETH_P_8021Q))
		return 1;
	to = mac[0];
	from = mac[1];
	if (adjust_head(ctx, TAG_LEN))
		return 0;
	mac = (void *)(long)ctx->data;
	if ((void *)(mac + 2) > (void *)(long)ctx->data_end)
		return 0;
	mac[0] = to;
	mac[1] = from;
	return 1;
}

inline_always int tag(struct xdp_md *ctx)
{
	struct mac *mac = (void *)(long)ctx->data, to, from;
	__u16 *rest;

	if ((void *)(mac + 2) > (void *)(long)ctx->data_end)
		return 0;
	to = mac[0];
	from = mac[1];
	if (adjust_head(ctx, -TAG_LEN))
		return 0;
	mac = (void *)(long)ctx->data;
	rest = (void *)(mac + 2);
	if ((void *)(rest + 2) > (void *)(long)ctx->data_end)
		return 0;
	mac[0] = to;
	mac[1] = from;
	rest[0] = net16(ETH_P_8021Q);
	rest[1] = net16(TAG);
	return 1;
}

PROGRAM(pass)
{
	return ctx ? XDP_PASS : XDP_ABORTED;
}

PROGRAM(drop)
{
	return is_discarded(ctx) ? XDP_DROP : XDP_PASS;
}

PROGRAM(abort)
{
	return is_discarded(ctx) ? XDP_ABORTED : XDP_PASS;
}

PROGRAM(tx)
{
	return answer(ctx) ? XDP_TX : XDP_PASS;
}

PROGRAM(bounce)
{
	return answer(ctx) ? redirect(ctx->ingress_ifindex, 0) : XDP_PASS;
}

PROGRAM(cut)
{
	if (!is_echo(ctx))
		return XDP_PASS;
	return resize(ctx, -CHANGE) && answer(ctx) ? XDP_TX : XDP_DROP;
}

PROGRAM(grow)
{
	if (!is_echo(ctx))
		return XDP_PASS;
	return resize(ctx, CHANGE) ? XDP_PASS : XDP_DROP;
}

PROGRAM(untag)
{
	return untag(ctx) ? XDP_PASS : XDP_DROP;
}

PROGRAM(up)
{
	return tag(ctx) ? redirect(ctx->ingress_ifindex + 1, 0) : XDP_DROP;
}

PROGRAM(down)
{
	return untag(ctx) ? redirect(ctx->ingress_ifindex - 1, 0) : XDP_DROP;
}
