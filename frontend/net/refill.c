// SPDX-License-Identifier: GPL-2.0
/*
 * Empty pages for the back-end to put received packets into.
 *
 * Pages come from the queue's page pool, which gets them back from the stack; each is granted while
 * it is in the ring. The ring is kept full, a batch at a time. When memory is short, a timer has the
 * queue polled again, as a back-end that has no page to fill would never wake us.
 */
#include <linux/mm.h>
#include <linux/skbuff.h>

#include "frontend/net/queue.h"
#include "frontend/net/trace.h"

/* Fewer than this are not worth a publication, as long as the back-end has many others. */
#define REFILL_BATCH 16
#define REFILL_RETRY (HZ / 10)

/* Post a buffer at the next place in the ring. */
static void refill_put(struct xsr_nf_queue *q, struct page *page, u32 member)
{
	u32 pos = q->to_front.ring.out % XSR_NF_SLOTS;

	q->posted[pos] = (struct xsr_nf_posted){ page, member };
	xsr_net_put_page(&q->to_front.ring, pos, xsr_granted_gref(&q->posts, member));
}

void xsr_nf_repost(struct xsr_nf_queue *q, u32 pos)
{
	struct xsr_nf_posted old = q->posted[pos % XSR_NF_SLOTS];

	q->posted[pos % XSR_NF_SLOTS].page = NULL;
	refill_put(q, old.page, old.member);
}

/* Post up to @n new pages. Returns how many. */
static u32 refill_new(struct xsr_nf_queue *q, u32 n)
{
	struct xsr_chain chain;
	u32 done, at;

	if (!n || !xsr_granted_take(&q->posts, n, &chain))
		return 0;
	at = chain.first;
	for (done = 0; done < n; done++) {
		/* Zeroed when new: the back-end need not see what was in it (R13). */
		struct page *page =
			page_pool_alloc_pages(q->pool, GFP_ATOMIC | __GFP_NOWARN | __GFP_ZERO);

		if (!page)
			break;
		/* A page that went round once holds what the stack made of its last packet. */
		if (q->nf->untrusted)
			clear_page(page_address(page));
		xsr_granted_lend(&q->posts, at, page, false);
		refill_put(q, page, at);
		if (done + 1 < n)
			at = xsr_granted_next(&q->posts, at);
	}
	chain.first = at;
	chain.n = n - done;
	xsr_granted_give(&q->posts, &chain);
	return done;
}

static void refill_publish(struct xsr_nf_queue *q, u32 posts)
{
	struct xsr_nf_in_stats *stats = &q->stats->in;
	bool notify = xsr_ring_publish(&q->to_front.ring);

	trace_xsr_nf_publish(q, &q->to_front);
	if (notify) {
		xsr_channel_notify(xsr_nf_front_event(q));
		trace_xsr_nf_notify(q, &q->to_front);
	}
	u64_stats_update_begin(&stats->sync);
	u64_stats_add(&stats->posts, posts);
	u64_stats_add(&stats->notifies, notify);
	u64_stats_update_end(&stats->sync);
}

void xsr_nf_refill(struct xsr_nf_queue *q)
{
	u32 room = xsr_ring_room(&q->to_front.ring), done = 0;

	if (room >= REFILL_BATCH)
		done = refill_new(q, room);
	if (q->to_front.ring.out != q->to_front.ring.out_pub)
		refill_publish(q, done);
	if (room >= REFILL_BATCH && done < room) {
		xsr_nf_count(&q->stats->in, shortages, 1);
		mod_timer(&q->refill, jiffies + REFILL_RETRY);
	}
}

void xsr_nf_posted_reap(struct xsr_nf_queue *q)
{
	u32 pos;

	for (pos = 0; pos < XSR_NF_SLOTS; pos++) {
		struct xsr_nf_posted *posted = &q->posted[pos];
		struct xsr_chain one = xsr_chain_of(posted->member);

		if (!posted->page)
			continue;
		xsr_granted_quarantine(&q->posts, &one);
		page_pool_put_full_page(q->pool, posted->page, false);
		posted->page = NULL;
	}
}
