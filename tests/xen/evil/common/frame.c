// SPDX-License-Identifier: GPL-2.0
/*
 * Packets for honest use of a network ring; see frame.h.
 */
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/ip.h>
#include <linux/string.h>
#include <net/checksum.h>

#include "tests/xen/evil/common/frame.h"

#define FRAME_IP ETH_HLEN
#define FRAME_ICMP (FRAME_IP + sizeof(struct iphdr))
#define FRAME_ECHO_ID 0x4556

static_assert(FRAME_ICMP + sizeof(struct icmphdr) == EVIL_FRAME_ECHO, "headers of an echo");

struct frame_arp {
	struct arphdr head;
	u8 src[ETH_ALEN];
	u8 from[4];
	u8 dst[ETH_ALEN];
	u8 to[4];
} __packed;

static void frame_sum_icmp(u8 *frame, u32 len)
{
	struct icmphdr *icmp = (void *)(frame + FRAME_ICMP);

	icmp->checksum = 0;
	icmp->checksum = ip_compute_csum(icmp, len - FRAME_ICMP);
}

static void frame_ip(u8 *frame, u32 len, const struct evil_wire *w)
{
	struct iphdr *ip = (void *)(frame + FRAME_IP);

	memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = htons(len - FRAME_IP);
	ip->frag_off = htons(0x4000); /* not to be fragmented */
	ip->ttl = 64;
	ip->protocol = IPPROTO_ICMP;
	ip->saddr = w->from;
	ip->daddr = w->to;
	ip->check = ip_fast_csum(ip, ip->ihl);
}

void evil_frame_echo(u8 *frame, u32 len, const struct evil_wire *w, u16 seq)
{
	struct ethhdr *eth = (void *)frame;
	struct icmphdr *icmp = (void *)(frame + FRAME_ICMP);
	u32 i;

	for (i = ETH_HLEN; i < len; i++)
		frame[i] = i * 7 + seq * 13 + (i >> 8);
	ether_addr_copy(eth->h_source, w->src);
	ether_addr_copy(eth->h_dest, w->dst);
	eth->h_proto = htons(len < EVIL_FRAME_ECHO ? ETH_P_802_EX1 : ETH_P_IP);
	if (len < EVIL_FRAME_ECHO)
		return;
	frame_ip(frame, len, w);
	memset(icmp, 0, sizeof(*icmp));
	icmp->type = ICMP_ECHO;
	icmp->un.echo.id = htons(FRAME_ECHO_ID);
	icmp->un.echo.sequence = htons(seq);
	frame_sum_icmp(frame, len);
}

bool evil_frame_is_reply(const u8 *in, u32 n, const u8 *sent, u32 len)
{
	const struct icmphdr *got = (const void *)(in + FRAME_ICMP);
	const struct icmphdr *ask = (const void *)(sent + FRAME_ICMP);

	/* A short frame may come padded. */
	if (n < len || len < EVIL_FRAME_ECHO || got->type != ICMP_ECHOREPLY)
		return false;
	return got->un.gateway == ask->un.gateway &&
	       !memcmp(in + EVIL_FRAME_ECHO, sent + EVIL_FRAME_ECHO, len - EVIL_FRAME_ECHO);
}

static bool frame_answer_arp(u8 *frame, u32 len, const struct evil_wire *w)
{
	struct ethhdr *eth = (void *)frame;
	struct frame_arp *arp = (void *)(frame + ETH_HLEN);

	if (len < ETH_HLEN + sizeof(*arp) || arp->head.ar_op != htons(ARPOP_REQUEST) ||
	    memcmp(arp->to, &w->to, sizeof(arp->to)))
		return false;
	arp->head.ar_op = htons(ARPOP_REPLY);
	ether_addr_copy(arp->dst, arp->src);
	memcpy(arp->to, arp->from, sizeof(arp->to));
	ether_addr_copy(arp->src, w->dst);
	memcpy(arp->from, &w->to, sizeof(arp->from));
	ether_addr_copy(eth->h_dest, arp->dst);
	ether_addr_copy(eth->h_source, w->dst);
	return true;
}

static bool frame_answer_echo(u8 *frame, u32 len, const struct evil_wire *w)
{
	struct ethhdr *eth = (void *)frame;
	struct iphdr *ip = (void *)(frame + FRAME_IP);
	struct icmphdr *icmp = (void *)(frame + FRAME_ICMP);

	if (len < EVIL_FRAME_ECHO || ip->protocol != IPPROTO_ICMP || ip->daddr != w->to ||
	    icmp->type != ICMP_ECHO)
		return false;
	icmp->type = ICMP_ECHOREPLY;
	frame_sum_icmp(frame,
		       FRAME_IP + ntohs(ip->tot_len) <= len ? FRAME_IP + ntohs(ip->tot_len) : len);
	swap(ip->saddr, ip->daddr);
	ether_addr_copy(eth->h_dest, eth->h_source);
	ether_addr_copy(eth->h_source, w->dst);
	return true;
}

bool evil_frame_answer(u8 *frame, u32 len, const struct evil_wire *w)
{
	const struct ethhdr *eth = (const void *)frame;

	if (len < ETH_HLEN)
		return false;
	if (eth->h_proto == htons(ETH_P_ARP))
		return frame_answer_arp(frame, len, w);
	return eth->h_proto == htons(ETH_P_IP) && frame_answer_echo(frame, len, w);
}
