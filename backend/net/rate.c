// SPDX-License-Identifier: GPL-2.0
/*
 * How fast the guest may send: the toolstack's key "rate", one bucket for all queues of a vif.
 *
 * The key may change at any time, and then counts at once. One that cannot be understood means no
 * limit, as with stock, and says so. The other direction is not limited: that is for the host's own
 * traffic control.
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

void xsr_vif_rate_read(struct xsr_vif *vif)
{
	struct xsr_vif_rate *rate = &vif->rate;
	char text[RATE_TEXT_MAX];
	u64 bytes = 0;
	u32 usec = 0;
	int err;

	err = xsr_key_read_text(vif->xdev->nodename, XSR_NET_KEY_RATE, text, sizeof(text));
	if (!err && xsr_net_parse_rate(text, strlen(text), &bytes, &usec) != XSR_KEY_OK)
		err = -EINVAL;
	if (err && err != -ENOENT)
		xsr_device_note(&vif->dev, "own %s is unusable, no limit", XSR_NET_KEY_RATE);
	spin_lock_bh(&rate->lock);
	xsr_bucket_init(&rate->bucket, bytes, usec, rate_now());
	WRITE_ONCE(rate->on, bytes && usec);
	spin_unlock_bh(&rate->lock);
}

bool xsr_vif_rate_allows(struct xsr_vif_queue *q)
{
	struct xsr_vif_rate *rate = &q->vif->rate;
	u64 wait = 0, now;

	if (likely(!READ_ONCE(rate->on))) {
		q->from.unpaid = 0;
		return true;
	}
	now = rate_now();
	spin_lock(&rate->lock);
	if (xsr_bucket_take(&rate->bucket, q->from.unpaid, now))
		q->from.unpaid = 0;
	else
		wait = xsr_bucket_wait(&rate->bucket, now);
	spin_unlock(&rate->lock);
	if (!wait)
		return true;
	q->from.limited = true;
	xsr_vif_count(q->counts.rx_limited, 1);
	mod_timer(&q->from.credit, jiffies + usecs_to_jiffies(min_t(u64, wait, USEC_PER_SEC)) + 1);
	return false;
}
