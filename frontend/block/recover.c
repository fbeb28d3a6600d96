// SPDX-License-Identifier: GPL-2.0
/*
 * A domain that was saved and restored, or migrated: a new back-end, and nothing of the old rings.
 *
 * Requests that were in flight are parked in blk-mq's requeue list and sent again once the new
 * back-end is connected. It may offer less than the old one: fewer queues, smaller rings, shorter
 * requests. The first two are dealt with by sharing and waiting (queue.h, submit.c). A request that
 * is now too long ends, and its bios are submitted anew, so that the block layer cuts them by the
 * new limits.
 */
#include <linux/bio.h>

#include "frontend/block/bf.h"
#include "frontend/block/queue.h"

static void recover_requeue(struct xsr_bf_queue *q, struct request *rq)
{
	xsr_bf_data_undo(q, rq);
	blk_mq_requeue_request(rq, false);
}

/* Put the old rings aside. The device's lock is held, so no step runs. */
static void recover_park(struct xsr_bf *bf)
{
	struct request_queue *rq_queue = bf->disk->gd->queue;

	WRITE_ONCE(bf->gate, XSR_BF_HELD);
	if (!bf->parked)
		blk_mq_quiesce_queue(rq_queue);
	bf->parked = true;
	blk_sync_queue(rq_queue);
	xsr_bf_queues_mute(bf);
	xsr_bf_queues_reap(bf, recover_requeue);
}

/* Let parked requests go on: to the new back-end, or to fail. */
void xsr_bf_unpark(struct xsr_bf *bf)
{
	struct request_queue *rq_queue = bf->disk->gd->queue;

	bf->parked = false;
	blk_mq_unquiesce_queue(rq_queue);
	blk_mq_kick_requeue_list(rq_queue);
}

/*
 * The domain was restored. Our grants and event channels are gone with the old host; freeing them
 * is a matter of books only.
 */
int xsr_bf_resume(struct xenbus_device *xdev)
{
	struct xsr_bf *bf = dev_get_drvdata(&xdev->dev);

	mutex_lock(&bf->dev.lock);
	if (bf->disk) /* even if it had just failed: it gets a new chance */
		recover_park(bf);
	cancel_delayed_work_sync(&bf->shrink);
	xsr_bf_bury_now(bf);
	mutex_unlock(&bf->dev.lock);
	xsr_device_restart(&bf->dev);
	return 0;
}

/*
 * @rq has more segments than the back-end takes. Keep its bios to submit them anew; the caller ends
 * @rq, which then ends none of them. Called by submit.c.
 */
void xsr_bf_split(struct xsr_bf *bf, struct request *rq)
{
	unsigned long flags;

	spin_lock_irqsave(&bf->split_lock, flags);
	blk_steal_bios(&bf->split_bios, rq);
	spin_unlock_irqrestore(&bf->split_lock, flags);
	queue_work(xsr_bf_wq, &bf->split);
}

void xsr_bf_split_work(struct work_struct *work)
{
	struct xsr_bf *bf = container_of(work, struct xsr_bf, split);
	struct bio_list bios;
	struct bio *bio;

	spin_lock_irq(&bf->split_lock);
	bios = bf->split_bios;
	bio_list_init(&bf->split_bios);
	spin_unlock_irq(&bf->split_lock);
	while ((bio = bio_list_pop(&bios)))
		submit_bio_noacct(bio);
}
