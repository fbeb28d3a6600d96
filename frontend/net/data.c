// SPDX-License-Identifier: GPL-2.0
/*
 * The bytes of a packet to be sent, as pieces that each lie within one granted page.
 *
 * A packet's own pages are lent for reading, if they may be seen and the back-end takes as many
 * pieces. Otherwise it is copied into pages of the queue's pool, which hold nothing but packets
 * that this back-end has seen or is to see (R13), and stay granted. Copying also serves where stock
 * would linearise or drop: more pieces than fit, a header that crosses a page, a back-end without
 * scatter-gather.
 */
#include <linux/if_ether.h>
#include <linux/mm.h>
#include <linux/skbuff.h>

#include "frontend/net/queue.h"

/* Add @len bytes that begin @off bytes into @page and the pages behind it. False: too many pieces. */
static bool data_add(struct xsr_nf_pieces *p, struct page *page, u32 off, u32 len)
{
	page += off / XSR_PAGE_SIZE;
	off %= XSR_PAGE_SIZE;
	while (len) {
		u32 part = min_t(u32, len, XSR_PAGE_SIZE - off);

		if (p->n == XSR_NET_MIN_SLOTS)
			return false;
		p->piece[p->n++] = (struct xsr_nf_piece){ page, off, part };
		len -= part;
		off = 0;
		page++;
	}
	return true;
}

static bool data_add_skb(const struct sk_buff *skb, struct xsr_nf_pieces *p)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);
	bool fits;
	u32 i;

	fits = data_add(p, virt_to_page(skb->data), offset_in_page(skb->data), skb_headlen(skb));
	for (i = 0; fits && i < shared->nr_frags; i++) {
		const skb_frag_t *frag = &shared->frags[i];

		fits = data_add(p, skb_frag_page(frag), skb_frag_off(frag), skb_frag_size(frag));
	}
	return fits;
}

/* Frames come to us in one stretch. */
static bool data_add_frame(const struct xdp_frame *frame, struct xsr_nf_pieces *p)
{
	return data_add(p, virt_to_page(frame->data), offset_in_page(frame->data), frame->len);
}

static bool data_cut_lent(const struct xsr_nf_parcel *parcel, struct xsr_nf_pieces *p)
{
	bool fits;

	p->n = 0;
	p->copied = false;
	fits = parcel->skb ? data_add_skb(parcel->skb, p) : data_add_frame(parcel->frame, p);
	return fits && p->n && p->piece[0].len >= ETH_HLEN;
}

static void data_cut_copied(u32 len, struct xsr_nf_pieces *p)
{
	u32 off;

	p->n = 0;
	p->copied = true;
	for (off = 0; off < len; off += XSR_PAGE_SIZE)
		p->piece[p->n++] =
			(struct xsr_nf_piece){ NULL, off, min_t(u32, len - off, XSR_PAGE_SIZE) };
}

bool xsr_nf_cut(const struct xsr_nf *nf, const struct xsr_nf_parcel *parcel,
		struct xsr_nf_pieces *p)
{
	u32 most = nf->netdev->features & NETIF_F_SG ? XSR_NET_MIN_SLOTS : 1;

	if (parcel->len < ETH_HLEN || parcel->len > XSR_NET_MAX_SIZE)
		return false;
	if (!nf->untrusted && data_cut_lent(parcel, p) && p->n <= most)
		return true;
	data_cut_copied(parcel->len, p);
	return p->n <= most;
}

static bool data_copy(const struct xsr_nf_parcel *parcel, const struct xsr_nf_piece *piece,
		      void *to)
{
	if (parcel->skb)
		return !skb_copy_bits(parcel->skb, piece->off, to, piece->len);
	memcpy(to, parcel->frame->data + piece->off, piece->len);
	return true;
}

/* Copy the pieces into the pages of @chain. */
static bool data_fill(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel,
		      const struct xsr_nf_pieces *p, const struct xsr_chain *chain)
{
	u32 i, at = chain->first;

	for (i = 0; i < p->n; i++, at = xsr_granted_next(&q->pages, at))
		if (!data_copy(parcel, &p->piece[i], xsr_granted_addr(&q->pages, at)))
			return false;
	return true;
}

bool xsr_nf_grant(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel,
		  const struct xsr_nf_pieces *p, struct xsr_chain *chain)
{
	u32 i, at;

	if (!xsr_granted_take(p->copied ? &q->pages : &q->bare, p->n, chain))
		return false;
	if (p->copied) {
		if (data_fill(q, parcel, p, chain))
			return true;
		xsr_granted_give(&q->pages, chain);
		return false;
	}
	at = chain->first;
	for (i = 0; i < p->n; i++, at = xsr_granted_next(&q->bare, at))
		xsr_granted_lend(&q->bare, at, p->piece[i].page, true);
	return true;
}
