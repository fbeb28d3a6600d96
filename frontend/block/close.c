// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a block front-end's connection, in whatever stage it is.
 *
 * Closing stops I/O, gives an honest back-end a moment to answer what is in flight, fails the rest
 * and removes the disk. What has been granted can only be freed when the back-end has let go of it,
 * which it does once it has seen us Closed; so that follows later, and what it never lets go of is
 * kept from being reused by the core's list of deferred grants.
 *
 * After a failure nothing is waited for: the back-end may still be using the pages of requests in
 * flight, which therefore go into quarantine before the requests fail.
 */
#include <linux/delay.h>

#include "frontend/block/bf.h"
#include "frontend/block/queue.h"

/* How often requests in flight, and a back-end that lets go, are looked at. */
#define CLOSE_POLL_MS 10
#define CLOSE_BURY_EVERY (HZ / 20)

void xsr_bf_kill(struct xsr_device *d)
{
	struct xsr_bf *bf = container_of(d, struct xsr_bf, dev);

	WRITE_ONCE(bf->gate, XSR_BF_DEAD);
}

/* Has the back-end said that it holds nothing of ours any more? */
static bool close_is_released(const struct xsr_bf *bf)
{
	switch (READ_ONCE(bf->dev.theirs)) {
	case XSR_ST_INITIALISED:
	case XSR_ST_CONNECTED:
	case XSR_ST_CLOSING:
		return false;
	default:
		return true;
	}
}

/* Let the back-end answer what is in flight, unless it has failed or will never answer. */
static void close_wait(struct xsr_bf *bf)
{
	unsigned long end = jiffies + XSR_PEER_PATIENCE;

	while (xsr_bf_queues_busy(bf) && !xsr_device_failed(&bf->dev) && !close_is_released(bf) &&
	       time_before(jiffies, end)) {
		xsr_bf_queues_look(bf);
		msleep(CLOSE_POLL_MS);
	}
	if (!time_before(jiffies, end))
		xsr_device_silent(&bf->dev);
}

static void close_fail_rq(struct xsr_bf_queue *q, struct request *rq)
{
	xsr_bf_data_quarantine(q, rq);
	xsr_bf_req(rq)->status = BLK_STS_IOERR;
	blk_mq_complete_request(rq);
}

/* No request is in a queue, or will get into one, after this. */
static void close_stop(struct xsr_bf *bf)
{
	struct request_queue *rq_queue = bf->disk ? bf->disk->gd->queue : NULL;

	if (rq_queue) {
		blk_mq_quiesce_queue(rq_queue);
		blk_sync_queue(rq_queue);
	}
	xsr_bf_queues_mute(bf);
	xsr_bf_queues_reap(bf, close_fail_rq);
	if (rq_queue)
		blk_mq_unquiesce_queue(rq_queue);
	if (bf->parked)
		xsr_bf_unpark(bf);
}

/*
 * Stop, fail what is left, remove the disk. Harmless at any stage and when repeated. Sleeps for up
 * to XSR_PEER_PATIENCE. Called by steps of the device, and by remove() when there are none left.
 */
void xsr_bf_close(struct xsr_bf *bf)
{
	cancel_delayed_work_sync(&bf->bury);
	WRITE_ONCE(bf->gate, XSR_BF_DEAD);
	close_wait(bf);
	close_stop(bf);
	cancel_work_sync(&bf->revoke);
	cancel_delayed_work_sync(&bf->shrink);
	flush_work(&bf->add);
	WRITE_ONCE(bf->ready, false);
	xsr_bf_disk_destroy(bf);
	flush_work(&bf->split);
	if (bf->queue) {
		bf->bury_until = jiffies + XSR_PEER_PATIENCE;
		queue_delayed_work(system_percpu_wq, &bf->bury, CLOSE_BURY_EVERY);
	}
}

/* Free queues that were closed. Not while the I/O path may use them. */
static void close_free(struct xsr_bf *bf)
{
	xsr_bf_debugfs_destroy(bf);
	xsr_bf_queues_destroy(bf);
}

void xsr_bf_bury(struct work_struct *work)
{
	struct xsr_bf *bf = container_of(to_delayed_work(work), struct xsr_bf, bury);

	if (close_is_released(bf) || time_after(jiffies, bf->bury_until))
		close_free(bf);
	else
		queue_delayed_work(system_percpu_wq, &bf->bury, CLOSE_BURY_EVERY);
}

/* The same at once, before new queues are made or the device goes. */
void xsr_bf_bury_now(struct xsr_bf *bf)
{
	cancel_delayed_work_sync(&bf->bury);
	close_free(bf);
}
