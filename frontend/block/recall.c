// SPDX-License-Identifier: GPL-2.0
/*
 * Back to copying: the back-end takes back its offer not to keep the pages of marked requests.
 *
 * It does so when another driver is about to take the device over under us, one that may keep each
 * page it is shown. From then on nothing is lent; once nothing is out any more our own key goes, for
 * which the back-end waits. Both stay so until the next connection. The wait for the back-end's
 * answers is bounded; whoever is late loses the device by the rule for pages that are not let go of.
 */
#include <linux/delay.h>

#include "frontend/block/bf.h"
#include "frontend/block/queue.h"
#include "ring/linux/xbkeys.h"

/* How long to wait for the answers of requests that are lent; the back-end waits longer. */
#define RECALL_PATIENCE (XSR_PEER_PATIENCE / 2)
#define RECALL_NAP 10 /* ms */

/* Does the back-end stand by its offer? A key that cannot be read is none. */
static bool recall_is_offered(const struct xsr_bf *bf)
{
	return xsr_key_is_set(bf->xdev->otherend, &xsr_blk_back_keys[XSR_BB_LENT]);
}

/* Whoever is about to lend pages has done so, and counts as using references. */
static void recall_settle(struct xsr_bf *bf)
{
	struct request_queue *rq_queue = bf->disk->gd->queue;

	WRITE_ONCE(bf->lends, false);
	blk_mq_quiesce_queue(rq_queue);
	blk_mq_unquiesce_queue(rq_queue);
}

static u32 recall_lent(const struct xsr_bf *bf)
{
	u32 i, n = 0;

	for (i = 0; i < bf->deal.queues; i++)
		n += xsr_granted_in_use(&bf->queue[i].bare);
	return n;
}

static void recall_fill(struct xsr_key_writer *w, void *arg)
{
	xsr_key_drop(w, xsr_blk_front_keys[XSR_BF_LENT].name);
}

void xsr_bf_recall(struct xsr_bf *bf)
{
	unsigned long end = jiffies + RECALL_PATIENCE;

	if (!bf->asks_lent || recall_is_offered(bf))
		return;
	recall_settle(bf);
	/* Without pages that stay granted all are lent, by any back-end's leave. */
	while (bf->bounce && bf->bare && recall_lent(bf)) {
		if (time_after(jiffies, end) || xsr_device_failed(&bf->dev))
			return;
		msleep(RECALL_NAP);
	}
	if (!xsr_keys_write(bf->xdev->nodename, recall_fill, bf))
		bf->asks_lent = false;
}
