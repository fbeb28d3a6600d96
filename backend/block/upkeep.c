// SPDX-License-Identifier: GPL-2.0
/*
 * What a connected device looks after now and then: the size of its disk, grants and pages that are
 * not used any more, the log_stats lines.
 *
 * The work is deferrable, so that it never wakes an idle CPU, and runs only while the device is
 * connected. A change of size that a queue's thread notices is looked at once.
 */
#include "backend/block/params.h"
#include "backend/block/queue.h"

#define UPKEEP_PERIOD HZ
#define UPKEEP_LOG_PERIOD (10 * HZ)

/* Has the disk another size than the front-end was told? */
static void upkeep_size(struct xsr_vbd *vbd)
{
	u64 capacity = bdev_nr_sectors(vbd->disk.bdev);
	int err;

	if (vbd->dev.state != XSR_ST_CONNECTED || !xsr_disk_resized(&vbd->disk, &vbd->limits))
		return;
	dev_info(&vbd->xdev->dev, "disk has %llu sectors now, had %llu\n", capacity,
		 vbd->limits.capacity);
	WRITE_ONCE(vbd->limits.capacity, capacity);
	err = xsr_vbd_offer_size(vbd);
	if (err)
		xsr_device_note(&vbd->dev, "cannot tell the front-end the size: error %d", -err);
}

static void upkeep_grants(struct xsr_vbd *vbd)
{
	unsigned long seconds = xsr_vbd_param(unused_seconds);
	u32 i;

	/* Often enough that one goes within a quarter more than it may stay. */
	if (!seconds || time_before(jiffies, vbd->purged + seconds * HZ / 4))
		return;
	vbd->purged = jiffies;
	for (i = 0; i < vbd->nr_queues; i++)
		if (READ_ONCE(vbd->queue[i].cache.count))
			xsr_vbd_queue_kick(&vbd->queue[i], XSR_VBD_KICK_PURGE);
}

/* Pages for copies that are unused for one to two of these go. */
#define UPKEEP_WINDOW (10 * HZ)

static void upkeep_copies(struct xsr_vbd *vbd)
{
	u32 i;

	if (time_before(jiffies, vbd->windowed + UPKEEP_WINDOW))
		return;
	vbd->windowed = jiffies;
	for (i = 0; i < vbd->nr_queues; i++)
		if (READ_ONCE(vbd->queue[i].bounced.nr_idle))
			xsr_vbd_queue_kick(&vbd->queue[i], XSR_VBD_KICK_WINDOW);
}

/* The guest's other devices want pages: have the queues give back what they do not need. */
static void upkeep_budget(struct xsr_vbd *vbd)
{
	u32 i;

	if (!xsr_budget_is_pressed(vbd->budget))
		return;
	for (i = 0; i < vbd->nr_queues; i++)
		xsr_vbd_queue_kick(&vbd->queue[i], XSR_VBD_KICK_CHECK);
}

static void upkeep_log_queue(struct xsr_vbd_queue *q)
{
	const struct xsr_vbd_counts *c = &q->counts;

	dev_info(&q->vbd->xdev->dev,
		 "(%s-%u): oo %llu | rd %llu | wr %llu | f %llu | ds %llu | pg %u/%d\n",
		 q->vbd->name, q->index, c->oo_req, c->rd_req, c->wr_req, c->f_req, c->ds_req,
		 READ_ONCE(q->cache.count), xsr_vbd_param(max_persistent_grants));
}

static void upkeep_log(struct xsr_vbd *vbd)
{
	u32 i;

	if (!xsr_vbd_param(log_stats) || time_before(jiffies, vbd->logged + UPKEEP_LOG_PERIOD))
		return;
	vbd->logged = jiffies;
	for (i = 0; i < vbd->nr_queues; i++)
		upkeep_log_queue(&vbd->queue[i]);
}

static void upkeep_work(struct work_struct *work)
{
	struct xsr_vbd *vbd = container_of(to_delayed_work(work), struct xsr_vbd, upkeep);

	mutex_lock(&vbd->dev.lock);
	if (vbd->queue) {
		upkeep_size(vbd);
		upkeep_grants(vbd);
		upkeep_copies(vbd);
		upkeep_budget(vbd);
		upkeep_log(vbd);
		queue_delayed_work(system_dfl_wq, &vbd->upkeep, UPKEEP_PERIOD);
	}
	mutex_unlock(&vbd->dev.lock);
}

void xsr_vbd_upkeep_init(struct xsr_vbd *vbd)
{
	INIT_DEFERRABLE_WORK(&vbd->upkeep, upkeep_work);
	vbd->purged = jiffies;
	vbd->windowed = jiffies;
	vbd->logged = jiffies;
}

/* Look after @vbd at once, and from then on while it is connected. */
void xsr_vbd_upkeep_soon(struct xsr_vbd *vbd)
{
	mod_delayed_work(system_dfl_wq, &vbd->upkeep, 0);
}

/* Memory is scarce: have each queue give back its unused pages, and keep none for a while. */
void xsr_vbd_squeeze(struct xsr_vbd *vbd)
{
	u32 i;

	WRITE_ONCE(vbd->squeeze_end, jiffies + msecs_to_jiffies(xsr_vbd_param(squeeze_ms)));
	if (!mutex_trylock(&vbd->queues_lock))
		return;
	for (i = 0; vbd->queue && i < vbd->nr_queues; i++)
		if (xsr_mapped_fat(&vbd->queue[i].mapped, 0) ||
		    READ_ONCE(vbd->queue[i].bounced.nr_idle))
			xsr_vbd_queue_kick(&vbd->queue[i], XSR_VBD_KICK_CHECK);
	mutex_unlock(&vbd->queues_lock);
}
