// SPDX-License-Identifier: GPL-2.0
/*
 * Uses every shim of ring/linux/compat once, in the newest kernel's spelling, so that a kernel on
 * which a shim does not compile, does not link or is missing is found by `make check-build` and not
 * by a driver. Built as a module of its own; it is never loaded. What it does makes no sense beyond
 * that: each function strings together the calls of one topic.
 */
#include "ring/linux/compat/compat.h"
#include "ring/linux/compat/compat_blk.h"
#include "ring/linux/compat/compat_xen.h"

struct probe {
	struct timer_list timer;
	struct hrtimer hrtimer;
	struct work_struct work;
	char name[16];
};

static enum hrtimer_restart test_hrtimer_fire(struct hrtimer *t)
{
	struct probe *p = container_of(t, struct probe, hrtimer);

	queue_work(system_percpu_wq, &p->work);
	queue_work(system_dfl_wq, &p->work);
	return HRTIMER_NORESTART;
}

static void test_timer_fire(struct timer_list *t)
{
	struct probe *p = timer_container_of(p, t, timer);

	strscpy(p->name, "two");
	strscpy(p->name, "three", 3);
}

int xsr_compat_test_generic(struct probe *p, struct task_struct *thread);
int xsr_compat_test_generic(struct probe *p, struct task_struct *thread)
{
	struct workqueue_struct *wq = alloc_workqueue("compat", WQ_PERCPU, 1);

	if (wq)
		destroy_workqueue(wq);
	timer_setup(&p->timer, test_timer_fire, 0);
	hrtimer_setup(&p->hrtimer, test_hrtimer_fire, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	if (timer_delete_sync_try(&p->timer) < 0)
		timer_delete_sync(&p->timer);
	timer_shutdown_sync(&p->timer);
	return kthread_stop_put(thread);
}

static int test_init_request(struct blk_mq_tag_set *set, struct request *rq, unsigned int hctx,
			     int node)
{
	return node < 0 ? -EINVAL : 0;
}
XSR_OP_INIT_REQUEST(test_init_request)

static blk_status_t test_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	return blk_rq_map_sg(bd->rq, &sg) ? BLK_STS_OK : BLK_STS_IOERR;
}

static void test_queue_rqs(struct rq_list *list)
{
	struct rq_list left;
	struct request *rq, *next;

	rq_list_init(&left);
	rq_list_for_each_safe(list, rq, next)
		prefetch(rq);
	while ((rq = rq_list_pop(list)))
		rq_list_add_tail(&left, rq);
	while (!rq_list_empty(&left))
		rq_list_add_head(list, rq_list_pop(&left));
	if (rq_list_peek(list))
		*list = left;
}
XSR_OP_QUEUE_RQS(test_queue_rqs)

static void test_complete_batch(struct io_comp_batch *iob)
{
	struct request *rq;

	if (rq_list_empty(&iob->req_list))
		return;
	rq_list_for_each(&iob->req_list, rq)
		prefetch(rq);
	blk_mq_end_request_batch(iob);
}

int xsr_compat_test_batch(struct request *rq);
int xsr_compat_test_batch(struct request *rq)
{
	DEFINE_IO_COMP_BATCH(iob);

	if (!blk_mq_add_to_batch(rq, &iob, false, test_complete_batch))
		blk_mq_end_request(rq, BLK_STS_OK);
	if (iob.complete)
		iob.complete(&iob);
	return 0;
}

extern const struct blk_mq_ops xsr_compat_test_mq_ops;
const struct blk_mq_ops xsr_compat_test_mq_ops = {
	.queue_rq = test_queue_rq,
	.queue_rqs = test_queue_rqs_op,
	.init_request = test_init_request_op,
};

static int test_open(struct gendisk *disk, blk_mode_t mode)
{
	return get_disk_ro(disk) && (mode & BLK_OPEN_WRITE) ? -EROFS : 0;
}
XSR_OP_OPEN(test_open)

static void test_release(struct gendisk *disk)
{
	set_disk_ro(disk, true);
}
XSR_OP_RELEASE(test_release)

static int test_getgeo(struct gendisk *disk, struct hd_geometry *geo)
{
	geo->cylinders = get_capacity(disk) >> 14;
	return 0;
}
XSR_OP_GETGEO(test_getgeo)

static int test_ioctl(struct block_device *bdev, blk_mode_t mode, unsigned int cmd,
		      unsigned long arg)
{
	return -ENOTTY;
}

extern const struct block_device_operations xsr_compat_test_bdops;
const struct block_device_operations xsr_compat_test_bdops = {
	.open = test_open_op,
	.release = test_release_op,
	.getgeo = test_getgeo_op,
	.ioctl = test_ioctl,
};

struct gendisk *xsr_compat_test_disk(struct blk_mq_tag_set *set);
struct gendisk *xsr_compat_test_disk(struct blk_mq_tag_set *set)
{
	struct queue_limits lim = {
		.features = BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA | BLK_FEAT_ROTATIONAL,
		.logical_block_size = 512,
		.physical_block_size = 4096,
		.max_hw_sectors = 2048,
		.max_segments = 256,
		.max_segment_size = PAGE_SIZE,
		.seg_boundary_mask = PAGE_SIZE - 1,
		.dma_alignment = 511,
		.max_hw_discard_sectors = UINT_MAX,
		.max_secure_erase_sectors = UINT_MAX,
		.discard_granularity = 4096,
		.discard_alignment = 0,
	};

	set->flags = BLK_MQ_F_SHOULD_MERGE;
	return blk_mq_alloc_disk(set, &lim, NULL);
}

int xsr_compat_test_limits(struct gendisk *disk);
int xsr_compat_test_limits(struct gendisk *disk)
{
	struct request_queue *q = disk->queue;
	struct queue_limits lim = queue_limits_start_update(q);
	unsigned int memflags;
	int err;

	lim.features &= ~(BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA);
	err = queue_limits_commit_update_frozen(q, &lim);
	if (err)
		return err;
	lim = queue_limits_start_update(q);
	err = queue_limits_commit_update(q, &lim);
	lim = queue_limits_start_update(q);
	queue_limits_cancel_update(q);
	queue_limits_set(q, &lim);
	memflags = blk_mq_freeze_queue(q);
	blk_mq_unfreeze_queue(q, memflags);
	blk_queue_disable_discard(q);
	blk_queue_disable_secure_erase(q);
	blk_queue_disable_write_zeroes(q);
	blk_mark_disk_dead(disk);
	return err;
}

int xsr_compat_test_bdev(dev_t dev, void *holder);
int xsr_compat_test_bdev(dev_t dev, void *holder)
{
	struct xsr_bdev_file *file;
	bool rot;

	file = bdev_file_open_by_dev(dev, BLK_OPEN_READ | BLK_OPEN_WRITE, holder, NULL);
	if (IS_ERR(file))
		return PTR_ERR(file);
	rot = bdev_rot(file_bdev(file)) && blk_queue_rot(bdev_get_queue(file_bdev(file)));
	bdev_fput(file);
	return rot;
}

static int test_uevent(const struct xenbus_device *dev, struct kobj_uevent_env *env)
{
	return add_uevent_var(env, "COMPAT=%s", dev->nodename);
}
XSR_OP_UEVENT(test_uevent)

extern struct xenbus_driver xsr_compat_test_driver;
struct xenbus_driver xsr_compat_test_driver = {
	.uevent = test_uevent_op,
};

int xsr_compat_test_xen(struct xenbus_device *dev);
int xsr_compat_test_xen(struct xenbus_device *dev)
{
	if (xsr_xenbus_vanished(dev))
		return -ENODEV;
	return xenbus_read_driver_state(dev, dev->otherend);
}

MODULE_DESCRIPTION("Compile test of the kernel compatibility layer");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("DMA_BUF");
