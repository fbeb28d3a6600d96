// SPDX-License-Identifier: GPL-2.0
/*
 * Checksums that the sender left blank, filled in before an XDP program sees the packet: what it
 * sends elsewhere cannot say that one is missing.
 *
 * Knows TCP and UDP right behind an IPv4 or IPv6 header, which is nearly all there is; any other
 * packet is left alone, and its checksum is filled in by the core (xdp.c). The bytes are a copy of
 * ours that the back-end cannot change, but nothing in them is believed.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>

#include "frontend/net/queue.h"

/* What a checksum covers beside the addresses. */
struct fill {
	u8 *at;
	u32 len;
	u8 protocol;
};

static bool fill_find_v4(u8 *data, u32 len, struct fill *f)
{
	const struct iphdr *ip = (const struct iphdr *)data;
	u32 head, total;

	if (len < sizeof(*ip) || ip->version != 4)
		return false;
	head = ip->ihl * 4;
	total = ntohs(ip->tot_len);
	if (head < sizeof(*ip) || total < head || total > len || ip_is_fragment(ip))
		return false;
	*f = (struct fill){ data + head, total - head, ip->protocol };
	return true;
}

static bool fill_find_v6(u8 *data, u32 len, struct fill *f)
{
	const struct ipv6hdr *ip = (const struct ipv6hdr *)data;

	if (len < sizeof(*ip) || ip->version != 6 || ntohs(ip->payload_len) > len - sizeof(*ip))
		return false;
	*f = (struct fill){ data + sizeof(*ip), ntohs(ip->payload_len), ip->nexthdr };
	return true;
}

/* Where the checksum is; NULL if the packet has none that we know. */
static __sum16 *fill_field(const struct fill *f)
{
	if (f->protocol == IPPROTO_TCP && f->len >= sizeof(struct tcphdr))
		return &((struct tcphdr *)f->at)->check;
	if (f->protocol == IPPROTO_UDP && f->len >= sizeof(struct udphdr))
		return &((struct udphdr *)f->at)->check;
	return NULL;
}

static __sum16 fill_sum(const u8 *data, bool v4, const struct fill *f)
{
	__wsum sum = csum_partial(f->at, f->len, 0);

	if (v4) {
		const struct iphdr *ip = (const struct iphdr *)data;

		return csum_tcpudp_magic(ip->saddr, ip->daddr, f->len, f->protocol, sum);
	} else {
		const struct ipv6hdr *ip = (const struct ipv6hdr *)data;

		return csum_ipv6_magic(&ip->saddr, &ip->daddr, f->len, f->protocol, sum);
	}
}

bool xsr_nf_fill(void *frame, u32 len)
{
	u8 *data = frame + ETH_HLEN;
	__be16 protocol;
	struct fill f;
	__sum16 *field;
	bool v4;

	if (len < ETH_HLEN)
		return false;
	len -= ETH_HLEN;
	protocol = ((const struct ethhdr *)frame)->h_proto;
	v4 = protocol == htons(ETH_P_IP);
	if (v4 ? !fill_find_v4(data, len, &f) :
		 protocol != htons(ETH_P_IPV6) || !fill_find_v6(data, len, &f))
		return false;
	field = fill_field(&f);
	if (!field)
		return false;
	*field = 0;
	*field = fill_sum(data, v4, &f);
	/* As UDP knows no sum of 0. */
	if (f.protocol == IPPROTO_UDP && !*field)
		*field = CSUM_MANGLED_0;
	return true;
}
