// SPDX-License-Identifier: GPL-2.0
/*
 * What a block front-end writes into its directory: where its rings are and what it can do.
 *
 * The layout is the stock driver's, key for key, as back-ends and xl(1) know it: with one queue
 * ring-ref and event-channel stand at the top, with more each queue has a directory; with one page
 * the reference is called ring-ref, with more ring-ref0 and on, and only then ring-page-order is
 * there. A former driver may have left keys of the other shapes, which would mislead the back-end;
 * they go in the same transaction.
 */
#include "frontend/block/bf.h"
#include "frontend/block/queue.h"
#include "ring/linux/xbkeys.h"

#define PUBLISH_NAME_MAX XSR_CHANNEL_NAME_MAX

/* Most queues of a former driver that are cleared away if it does not say how many it had. */
#define PUBLISH_FORMER_QUEUES 64

struct publish {
	struct xsr_bf *bf;
	u64 former[XSR_BF_COUNT]; /* what a former driver wrote */
};

/* Write "@prefix@n" into @name. */
static void publish_name(char *name, const char *prefix, u32 n)
{
	if (!xsr_key_numbered(name, PUBLISH_NAME_MAX, prefix, n))
		name[0] = '\0';
}

static void publish_read_former(struct publish *p)
{
	if (!xsr_keys_read(p->bf->xdev->nodename, xsr_blk_front_keys, XSR_BF_COUNT, p->former,
			   NULL))
		return;
	p->former[XSR_BF_NUM_QUEUES] = PUBLISH_FORMER_QUEUES;
	p->former[XSR_BF_RING_ORDER] = XSR_RING_MAX_ORDER;
}

static void publish_drop_former(struct xsr_key_writer *w, const struct publish *p)
{
	u64 queues = min_t(u64, p->former[XSR_BF_NUM_QUEUES], PUBLISH_FORMER_QUEUES);
	char name[PUBLISH_NAME_MAX];
	u32 i;

	xsr_key_drop(w, XSR_BLK_KEY_RING_REF);
	xsr_key_drop(w, XSR_BLK_KEY_EVTCHN);
	xsr_key_drop(w, xsr_blk_front_keys[XSR_BF_RING_ORDER].name);
	xsr_key_drop(w, xsr_blk_front_keys[XSR_BF_NUM_QUEUES].name);
	xsr_key_drop(w, xsr_blk_front_keys[XSR_BF_LENT].name);
	for (i = 0; i < 1u << p->former[XSR_BF_RING_ORDER]; i++) {
		publish_name(name, XSR_BLK_KEY_RING_REF, i);
		xsr_key_drop(w, name);
	}
	for (i = 0; queues > 1 && i < queues; i++) {
		publish_name(name, XSR_BLK_KEY_QUEUE, i);
		xsr_key_drop(w, name);
	}
}

static const struct xsr_channel_names publish_names = {
	.ring = XSR_BLK_KEY_RING_REF,
	.event = XSR_BLK_KEY_EVTCHN,
};

static void publish_queues(struct xsr_key_writer *w, const struct xsr_bf *bf)
{
	char dir[PUBLISH_NAME_MAX];
	u32 i;

	if (bf->deal.queues == 1) {
		xsr_channel_put_keys(w, &bf->queue[0].ch, "", &publish_names);
		return;
	}
	xsr_key_put(w, xsr_blk_front_keys[XSR_BF_NUM_QUEUES].name, bf->deal.queues);
	for (i = 0; i < bf->deal.queues; i++) {
		publish_name(dir, XSR_BLK_KEY_QUEUE, i);
		strcat(dir, "/");
		xsr_channel_put_keys(w, &bf->queue[i].ch, dir, &publish_names);
	}
}

static void publish_fill(struct xsr_key_writer *w, void *arg)
{
	const struct publish *p = arg;
	struct xsr_blk_wish wish;

	xsr_bf_wish(&wish);
	publish_drop_former(w, p);
	if (p->bf->deal.ring_order)
		xsr_key_put(w, xsr_blk_front_keys[XSR_BF_RING_ORDER].name, p->bf->deal.ring_order);
	publish_queues(w, p->bf);
	xsr_key_put_text(w, XSR_BLK_KEY_PROTOCOL, xsr_blk_abi_name(XSR_BLK_ABI_64));
	xsr_key_put(w, xsr_blk_front_keys[XSR_BF_PERSISTENT].name, wish.persistent);
	if (p->bf->asks_lent)
		xsr_key_put(w, xsr_blk_front_keys[XSR_BF_LENT].name, 1);
}

int xsr_bf_publish(struct xsr_bf *bf)
{
	struct publish p = { .bf = bf };

	publish_read_former(&p);
	return xsr_keys_write(bf->xdev->nodename, publish_fill, &p);
}

static void publish_clear(struct xsr_key_writer *w, void *arg)
{
	publish_drop_former(w, arg);
}

void xsr_bf_unpublish(struct xsr_bf *bf)
{
	struct publish p = { .bf = bf };

	publish_read_former(&p);
	xsr_keys_write(bf->xdev->nodename, publish_clear, &p);
}
