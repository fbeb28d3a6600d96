// SPDX-License-Identifier: GPL-2.0
/*
 * How fast the guest may send: the toolstack's key "rate", one bucket for all queues of a vif.
 *
 * Stock limits nothing else, and so do we unless an administrator writes "rate-both": then what the guest
 * receives comes out of the same bucket. Packets for it wait meanwhile, few of them, as they would have
 * grown old by the time they could go.
 *
 * The keys may change at any time, and then count at once. A rate that cannot be understood means no
 * limit, as with stock, and says so.
 */
#include <linux/ktime.h>

#include "backend/net/queue.h"
#include "ring/linux/xbkeys.h"

static u64 rate_now(void)
{
	return ktime_to_us(ktime_get());
}

/* Longest text of the key: two numbers and a comma. */
#define RATE_TEXT_MAX (2 * XSR_KEY_TEXT_MAX)

/* How long packets for a limited guest may wait in a queue, as long as that are many. */
#define RATE_BACKLOG_USEC (100 * USEC_PER_MSEC)

void xsr_vif_rate_init(struct xsr_vif *vif)
{
	spin_lock_init(&vif->rate.lock);
	vif->rate.backlog = XSR_VIF_PENDING_BYTES;
}

/* The text of the key; 0 if there is no limit. */
static void rate_read_key(struct xsr_vif *vif, u64 *bytes, u32 *usec)
{
	char text[RATE_TEXT_MAX];
	int err;

	*bytes = 0;
	*usec = 0;
	err = xsr_key_read_text(vif->xdev->nodename, XSR_NET_KEY_RATE, text, sizeof(text));
	if (!err && xsr_net_parse_rate(text, strlen(text), bytes, usec) != XSR_KEY_OK)
		err = -EINVAL;
	if (err && err != -ENOENT)
		xsr_device_note(&vif->dev, "own %s is unusable, no limit", XSR_NET_KEY_RATE);
}

/* What cannot be read limits nothing more than stock does. */
static bool rate_read_both(struct xsr_vif *vif)
{
	u64 both;

	return !xsr_key_read(vif->xdev->nodename, &xsr_net_key_rate_both, NULL, &both) && both;
}

void xsr_vif_rate_read(struct xsr_vif *vif)
{
	struct xsr_vif_rate *rate = &vif->rate;
	u32 usec, backlog = XSR_VIF_PENDING_BYTES;
	bool both = rate_read_both(vif);
	u64 bytes;

	rate_read_key(vif, &bytes, &usec);
	spin_lock_bh(&rate->lock);
	xsr_bucket_init(&rate->bucket, bytes, usec, rate_now());
	if (both)
		backlog = xsr_bucket_backlog(&rate->bucket, RATE_BACKLOG_USEC, backlog);
	WRITE_ONCE(rate->backlog, backlog);
	WRITE_ONCE(rate->on, bytes && usec);
	WRITE_ONCE(rate->both, both && bytes && usec);
	spin_unlock_bh(&rate->lock);
}

/* Take @bytes out of the bucket. Returns 0, or in how many jiffies to try again. In softirq. */
static unsigned long rate_take(struct xsr_vif_rate *rate, u32 bytes)
{
	u64 wait = 0, now = rate_now();

	spin_lock(&rate->lock);
	if (!xsr_bucket_take(&rate->bucket, bytes, now))
		wait = xsr_bucket_wait(&rate->bucket, now);
	spin_unlock(&rate->lock);
	return wait ? usecs_to_jiffies(min_t(u64, wait, USEC_PER_SEC)) + 1 : 0;
}

bool xsr_vif_rate_allows_from(struct xsr_vif_queue *q)
{
	struct xsr_vif_rate *rate = &q->vif->rate;
	unsigned long wait = 0;

	if (unlikely(READ_ONCE(rate->on)))
		wait = rate_take(rate, q->from.unpaid);
	if (!wait) {
		q->from.unpaid = 0;
		return true;
	}
	q->from.limited = true;
	xsr_vif_count(q->counts.rx_limited, 1);
	mod_timer(&q->from.credit, jiffies + wait);
	return false;
}

bool xsr_vif_rate_allows_to(struct xsr_vif_queue *q, u32 bytes)
{
	struct xsr_vif_rate *rate = &q->vif->rate;
	unsigned long wait = 0;

	if (unlikely(READ_ONCE(rate->both)))
		wait = rate_take(rate, bytes);
	if (!wait)
		return true;
	q->to.limited = true;
	xsr_vif_count(q->counts.tx_limited, 1);
	mod_timer(&q->to.tick, jiffies + wait);
	return false;
}
