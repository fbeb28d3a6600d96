// SPDX-License-Identifier: GPL-2.0
/*
 * What the back-end writes into its own directory: the limits that a front-end may use, before
 * InitWait; what the disk is, at connect; its size when that changes. And what it takes back when it
 * leaves the device to whoever comes next.
 *
 * Every key that may be stale, from an earlier driver or connection, is written or removed each
 * time.
 */
#include <linux/delay.h>

#include "backend/block/params.h"
#include "backend/block/queue.h"
#include "ring/keys_blk.h"
#include "ring/linux/xbkeys.h"

static void offer_put(struct xsr_key_writer *w, enum xsr_blk_back_key key, u64 value)
{
	xsr_key_put(w, xsr_blk_back_keys[key].name, value);
}

static void offer_fill_limits(struct xsr_key_writer *w, void *arg)
{
	const struct xsr_vbd *vbd = arg;

	offer_put(w, XSR_BB_MAX_INDIRECT, XSR_VBD_MAX_SEGS);
	offer_put(w, XSR_BB_MAX_QUEUES, vbd->offered_queues);
	offer_put(w, XSR_BB_MAX_RING_ORDER, vbd->offered_order);
	offer_put(w, XSR_BB_LENT, vbd->offered_lent);
}

/* What a driver before us has offered, as far as we can keep its word: at most @ceiling. */
static u32 offer_former(const struct xsr_vbd *vbd, enum xsr_blk_back_key key, u32 ceiling)
{
	u64 former;

	if (xsr_key_read(vbd->xdev->nodename, &xsr_blk_back_keys[key], NULL, &former))
		return 0;
	return min_t(u64, former, ceiling);
}

/*
 * Offer the limits. Unless the front-end starts @fresh, it may still use what was offered to it
 * before our driver was bound, so that we do not offer less.
 */
int xsr_vbd_offer_limits(struct xsr_vbd *vbd, bool fresh)
{
	u32 queues = max(xsr_vbd_param(max_queues), 1), order = xsr_vbd_param(max_ring_order);

	if (!fresh) {
		queues = max(queues, offer_former(vbd, XSR_BB_MAX_QUEUES, XSR_VBD_QUEUES_CEILING));
		order = max(order, offer_former(vbd, XSR_BB_MAX_RING_ORDER, XSR_RING_MAX_ORDER));
	}
	vbd->offered_queues = queues;
	vbd->offered_order = order;
	vbd->offered_lent = xsr_vbd_param(persistent);
	return xsr_keys_write(vbd->xdev->nodename, offer_fill_limits, vbd);
}

static void offer_fill_discard(struct xsr_key_writer *w, const struct xsr_vbd *vbd)
{
	struct block_device *bdev = vbd->disk.bdev;

	offer_put(w, XSR_BB_DISCARD, vbd->limits.discard);
	if (vbd->limits.discard) {
		offer_put(w, XSR_BB_DISCARD_GRANULARITY, bdev_discard_granularity(bdev));
		offer_put(w, XSR_BB_DISCARD_ALIGNMENT, bdev_discard_alignment(bdev));
		offer_put(w, XSR_BB_DISCARD_SECURE, vbd->limits.secure_discard);
		return;
	}
	xsr_key_drop(w, xsr_blk_back_keys[XSR_BB_DISCARD_GRANULARITY].name);
	xsr_key_drop(w, xsr_blk_back_keys[XSR_BB_DISCARD_ALIGNMENT].name);
	xsr_key_drop(w, xsr_blk_back_keys[XSR_BB_DISCARD_SECURE].name);
}

static void offer_fill_disk(struct xsr_key_writer *w, void *arg)
{
	const struct xsr_vbd *vbd = arg;
	struct block_device *bdev = vbd->disk.bdev;

	offer_put(w, XSR_BB_FLUSH, vbd->limits.flush);
	offer_put(w, XSR_BB_BARRIER, vbd->limits.flush && !vbd->emulate.on);
	offer_fill_discard(w, vbd);
	offer_put(w, XSR_BB_PERSISTENT, xsr_vbd_param(persistent));
	offer_put(w, XSR_BB_SECTORS, vbd->limits.capacity);
	offer_put(w, XSR_BB_INFO, vbd->disk.info);
	offer_put(w, XSR_BB_SECTOR_SIZE, vbd->limits.block_sectors << SECTOR_SHIFT);
	offer_put(w, XSR_BB_PHYS_SECTOR_SIZE, bdev_physical_block_size(bdev));
}

/* Say what the disk is, from vbd->disk and vbd->limits. */
int xsr_vbd_offer_disk(struct xsr_vbd *vbd)
{
	return xsr_keys_write(vbd->xdev->nodename, offer_fill_disk, vbd);
}

static void offer_fill_size(struct xsr_key_writer *w, void *arg)
{
	const struct xsr_vbd *vbd = arg;

	offer_put(w, XSR_BB_SECTORS, vbd->limits.capacity);
	/* The front-end looks again when our state is written, the same as it was. */
	xsr_key_put(w, "state", vbd->dev.state);
}

/* Tell a connected front-end the new size, vbd->limits.capacity. In the device's step lock. */
int xsr_vbd_offer_size(struct xsr_vbd *vbd)
{
	return xsr_keys_write(vbd->xdev->nodename, offer_fill_size, vbd);
}

/* Does the toolstack allow the guest to discard? Yes unless it says 0. */
bool xsr_vbd_may_discard(const struct xsr_vbd *vbd)
{
	static const struct xsr_key discard_enable = {
		.name = "discard-enable",
		.type = XSR_KEY_BOOL,
		.def = 1,
		.max = UINT_MAX,
	};
	u64 enable;

	return xsr_key_read(vbd->xdev->nodename, &discard_enable, NULL, &enable) || enable;
}

static void offer_fill_recall(struct xsr_key_writer *w, void *arg)
{
	const struct xsr_vbd *vbd = arg;

	xsr_key_drop(w, xsr_blk_back_keys[XSR_BB_LENT].name);
	/* Have a front-end that lends look at the key. */
	if (vbd->queue && vbd->limits.lent)
		xsr_key_put(w, "state", vbd->dev.state);
}

/* Is the key there? It goes with our directory, which must not come back by what we write. */
static bool offer_has_lent(const struct xsr_vbd *vbd)
{
	return xsr_key_is_set(vbd->xdev->nodename, &xsr_blk_back_keys[XSR_BB_LENT]);
}

/* May the front-end, connected and alive, still lend something? */
static bool offer_is_lent(const struct xsr_vbd *vbd)
{
	if (READ_ONCE(vbd->dev.state) != XSR_ST_CONNECTED || xsr_vbd_dead(vbd))
		return false;
	return xsr_key_is_set(vbd->xdev->otherend, &xsr_blk_front_keys[XSR_BF_LENT]);
}

/* How often to look whether the front-end has stopped, ms. */
#define OFFER_RECALL_NAP 20

/*
 * From remove(), with everything still running. The next driver may be one that keeps each page it
 * is shown, under a front-end that stays connected; so that one is told, and given time, to lend
 * nothing more.
 */
void xsr_vbd_recall(struct xsr_vbd *vbd)
{
	unsigned long end = jiffies + XSR_PEER_PATIENCE;
	bool lends;

	if (!offer_has_lent(vbd))
		return;
	mutex_lock(&vbd->dev.lock);
	lends = vbd->queue && vbd->limits.lent;
	if (xsr_keys_write(vbd->xdev->nodename, offer_fill_recall, vbd))
		lends = false;
	mutex_unlock(&vbd->dev.lock);
	while (lends && offer_is_lent(vbd)) {
		if (time_after(jiffies, end)) {
			xsr_device_note(&vbd->dev, "front-end still lends pages");
			return;
		}
		msleep(OFFER_RECALL_NAP);
	}
}
