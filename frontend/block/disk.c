// SPDX-License-Identifier: GPL-2.0
/*
 * The disk that the rest of the kernel sees: gendisk, limits, name and numbers.
 *
 * Made when the back-end is connected, added by a work item, because adding a disk reads it and the
 * device must be able to close meanwhile. A disk that was removed lives on while somebody has it
 * open, with all I/O failing; struct xsr_bf_disk and the device structure live as long.
 */
#include <linux/blkdev.h>
#include <linux/cdrom.h>
#include <linux/compat.h>
#include <linux/major.h>
#include <linux/uaccess.h>

#include "frontend/block/bf.h"
#include "frontend/block/queue.h"
#include "frontend/block/vdev.h"

/*
 * Which minors are in use. Numbers of different kinds (hda, sda, xvda) name the same disk, and a
 * second one of them must be refused before the kernel stumbles over its name.
 */
struct disk_minors {
	struct list_head list;
	u32 first;
	u32 n;
};

static LIST_HEAD(disk_minors_list);
static DEFINE_MUTEX(disk_minors_lock);

static bool disk_minors_free_locked(u32 first, u32 n)
{
	struct disk_minors *m;

	lockdep_assert_held(&disk_minors_lock);
	list_for_each_entry(m, &disk_minors_list, list)
		if (first < m->first + m->n && m->first < first + n)
			return false;
	return true;
}

static int disk_minors_reserve(u32 first, u32 n)
{
	struct disk_minors *m = kmalloc(sizeof(*m), GFP_KERNEL);
	int err = 0;

	if (!m)
		return -ENOMEM;
	m->first = first;
	m->n = n;
	mutex_lock(&disk_minors_lock);
	if (disk_minors_free_locked(first, n))
		list_add(&m->list, &disk_minors_list);
	else
		err = -EBUSY;
	mutex_unlock(&disk_minors_lock);
	if (err)
		kfree(m);
	return err;
}

static void disk_minors_release(u32 first)
{
	struct disk_minors *m, *next;

	mutex_lock(&disk_minors_lock);
	list_for_each_entry_safe(m, next, &disk_minors_list, list) {
		if (m->first != first)
			continue;
		list_del(&m->list);
		kfree(m);
	}
	mutex_unlock(&disk_minors_lock);
}

static int xsr_bf_getgeo(struct gendisk *gd, struct hd_geometry *geo)
{
	sector_t cylinders = get_capacity(gd);

	/* Nobody knows; what everybody says, so that old partition tables come out the same. */
	geo->heads = 255;
	geo->sectors = 63;
	sector_div(cylinders, geo->heads * geo->sectors);
	geo->cylinders = min_t(sector_t, cylinders, 0xffff);
	return 0;
}
XSR_OP_GETGEO(xsr_bf_getgeo)

/* What cdrom tools ask a disk to find out what it is. */
static int xsr_bf_ioctl(struct block_device *bdev, blk_mode_t mode, unsigned int cmd,
			unsigned long arg)
{
	const struct xsr_bf_disk *disk = bdev->bd_disk->private_data;

	switch (cmd) {
	case CDROMMULTISESSION:
		if (clear_user((void __user *)arg, sizeof(struct cdrom_multisession)))
			return -EFAULT;
		return 0;
	case CDROM_GET_CAPABILITY:
		return disk->bf->back[XSR_BB_INFO] & XSR_BLK_INFO_CDROM ? 0 : -EINVAL;
	default:
		return -EINVAL;
	}
}

static void disk_free(struct xsr_bf_disk *disk)
{
	xsr_bf_put(disk->bf);
	kfree(disk);
}

/* Nobody has the disk open any more. Not called for one that was never added. */
static void xsr_bf_free_disk(struct gendisk *gd)
{
	disk_free(gd->private_data);
}

static const struct block_device_operations xsr_bf_fops = {
	.owner = THIS_MODULE,
	.getgeo = xsr_bf_getgeo_op,
	.ioctl = xsr_bf_ioctl,
	.compat_ioctl = blkdev_compat_ptr_ioctl,
	.free_disk = xsr_bf_free_disk,
};

static void disk_limits_discard(const struct xsr_bf *bf, struct queue_limits *lim)
{
	const u64 *v = bf->back;
	u32 unit = v[XSR_BB_DISCARD_GRANULARITY];
	bool discard = v[XSR_BB_DISCARD] && !test_bit(XSR_BF_NO_DISCARD, &bf->revoked);
	bool secure = discard && v[XSR_BB_DISCARD_SECURE] &&
		      !test_bit(XSR_BF_NO_SECURE, &bf->revoked);

	/* The ring carries any number of sectors at once. */
	lim->max_hw_discard_sectors = discard ? UINT_MAX : 0;
	lim->max_secure_erase_sectors = secure ? UINT_MAX : 0;
	lim->discard_granularity = 0;
	lim->discard_alignment = 0;
	if (!discard)
		return;
	/* The block layer rounds by masks: any other unit is served by the largest power of two in it. */
	lim->discard_granularity = unit ? unit & -unit : lim->physical_block_size;
	lim->discard_alignment = v[XSR_BB_DISCARD_ALIGNMENT];
}

/* All limits follow from what the back-end says and what was settled with it. */
static void disk_limits(const struct xsr_bf *bf, struct queue_limits *lim)
{
	const u64 *v = bf->back;
	/* While blk-mq believes in a cache it asks for flushes, which then can fail. */
	bool flush = (v[XSR_BB_FLUSH] || v[XSR_BB_BARRIER]) &&
		     (xsr_bf_param_require_flush() || !test_bit(XSR_BF_NO_FLUSH, &bf->revoked));

	lim->logical_block_size = v[XSR_BB_SECTOR_SIZE];
	lim->physical_block_size = v[XSR_BB_PHYS_SECTOR_SIZE] ?: v[XSR_BB_SECTOR_SIZE];
	lim->max_segments = bf->deal.segs;
	lim->max_hw_sectors = bf->deal.segs * XSR_BLK_SECTORS_PER_PAGE;
	/* A segment is a page or a part of one. */
	lim->max_segment_size = PAGE_SIZE;
	lim->seg_boundary_mask = PAGE_SIZE - 1;
	lim->dma_alignment = SECTOR_SIZE - 1;
	lim->features &= ~(BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA);
	if (flush)
		lim->features |= BLK_FEAT_WRITE_CACHE;
	disk_limits_discard(bf, lim);
}

/* How often a request without an answer is looked at, s, unless request_timeout is shorter. */
#define DISK_TIMEOUT 30

static int disk_tags(struct xsr_bf *bf, struct blk_mq_tag_set *set)
{
	set->ops = &xsr_bf_mq_ops;
	set->nr_hw_queues = bf->deal.queues;
	set->nr_maps = bf->polled ? HCTX_MAX_TYPES : 1;
	set->queue_depth = bf->queue[0].ch.ring.size;
	set->numa_node = NUMA_NO_NODE;
	/* The back-end's disk has a scheduler; a second one only keeps requests from coming in batches. */
	set->flags = BLK_MQ_F_SHOULD_MERGE | BLK_MQ_F_NO_SCHED_BY_DEFAULT;
	set->cmd_size = sizeof(struct xsr_bf_req);
	set->driver_data = bf;
	set->timeout = min_not_zero(xsr_bf_param_timeout(), (u32)DISK_TIMEOUT) * HZ;
	return blk_mq_alloc_tag_set(set);
}

static void disk_describe(struct xsr_bf_disk *disk, const struct xsr_vdev *v)
{
	struct gendisk *gd = disk->gd;
	u64 info = disk->bf->back[XSR_BB_INFO];

	strscpy(gd->disk_name, v->name, sizeof(gd->disk_name));
	gd->major = XSR_VDEV_MAJOR;
	gd->first_minor = v->minor;
	gd->minors = v->minors;
	gd->fops = &xsr_bf_fops;
	gd->private_data = disk;
	set_capacity(gd, xsr_blk_whole_sectors(disk->bf->back, disk->bf->back[XSR_BB_SECTORS]));
	if (info & XSR_BLK_INFO_READONLY)
		set_disk_ro(gd, true);
	if (info & XSR_BLK_INFO_REMOVABLE)
		gd->flags |= GENHD_FL_REMOVABLE;
}

static int disk_alloc(struct xsr_bf *bf, struct xsr_bf_disk *disk)
{
	struct queue_limits lim = {};
	int err = disk_tags(bf, &disk->set);

	if (err)
		return err;
	disk_limits(bf, &lim);
	disk->gd = blk_mq_alloc_disk(&disk->set, &lim, disk);
	if (IS_ERR(disk->gd)) {
		blk_mq_free_tag_set(&disk->set);
		return PTR_ERR(disk->gd);
	}
	return 0;
}

/* Make bf->disk, not yet visible to anybody. Returns 0, or an errno with nothing left behind. */
int xsr_bf_disk_create(struct xsr_bf *bf)
{
	struct xsr_bf_disk *disk;
	struct xsr_vdev v;
	int err;

	if (!xsr_vdev_decode(bf->vdev, &v)) {
		xsr_device_fail(&bf->dev, "virtual device %#x is no disk", bf->vdev);
		return -ENODEV;
	}
	disk = kzalloc(sizeof(*disk), GFP_KERNEL);
	if (!disk)
		return -ENOMEM;
	disk->bf = bf;
	err = disk_minors_reserve(v.minor, v.minors);
	if (err) {
		xsr_device_fail(&bf->dev, "%s is in use by another device", v.name);
		goto out_free;
	}
	err = disk_alloc(bf, disk);
	if (err)
		goto out_release;
	disk_describe(disk, &v);
	kref_get(&bf->ref);
	bf->disk = disk;
	return 0;
out_release:
	disk_minors_release(v.minor);
out_free:
	kfree(disk);
	return err;
}

/* Make the disk visible. Reads the partition table, so it lasts as long as the back-end likes. */
void xsr_bf_disk_add(struct work_struct *work)
{
	struct xsr_bf *bf = container_of(work, struct xsr_bf, add);
	int err = device_add_disk(&bf->xdev->dev, bf->disk->gd, NULL);

	if (err) {
		xsr_device_fail(&bf->dev, "adding the disk: error %d", -err);
		return;
	}
	bf->disk->added = true;
	WRITE_ONCE(bf->ready, true);
}

static int disk_update_limits(struct xsr_bf *bf)
{
	struct request_queue *rq_queue = bf->disk->gd->queue;
	struct queue_limits lim = queue_limits_start_update(rq_queue);

	disk_limits(bf, &lim);
	return queue_limits_commit_update(rq_queue, &lim);
}

/* After a restore: the new back-end may be able to do less. Returns 0 or a negative errno. */
int xsr_bf_disk_update(struct xsr_bf *bf)
{
	int err = disk_update_limits(bf);

	if (!err)
		xsr_bf_disk_resize(bf, bf->back[XSR_BB_SECTORS]);
	return err;
}

/* The back-end has withdrawn a feature: say so once for each, and stop the block layer using it. */
void xsr_bf_disk_revoke(struct work_struct *work)
{
	struct xsr_bf *bf = container_of(work, struct xsr_bf, revoke);

	const char *flush = xsr_bf_param_require_flush() ? " flush (required: fails)" : " flush";

	xsr_device_note(&bf->dev, "back-end no longer does%s%s%s",
			test_bit(XSR_BF_NO_FLUSH, &bf->revoked) ? flush : "",
			test_bit(XSR_BF_NO_DISCARD, &bf->revoked) ? " discard" : "",
			test_bit(XSR_BF_NO_SECURE, &bf->revoked) ? " secure discard" : "");
	if (disk_update_limits(bf))
		xsr_device_note(&bf->dev, "limits of the queue could not be changed");
}

void xsr_bf_disk_resize(struct xsr_bf *bf, u64 sectors)
{
	struct gendisk *gd = bf->disk->gd;

	sectors = xsr_blk_whole_sectors(bf->back, sectors);
	bf->back[XSR_BB_SECTORS] = sectors;
	if (get_capacity(gd) != sectors)
		set_capacity_and_notify(gd, sectors); /* which says so */
}

/*
 * Remove the disk, whose requests must all be failing by now. Waits for its users to notice, but
 * not for them to close it.
 */
void xsr_bf_disk_destroy(struct xsr_bf *bf)
{
	struct xsr_bf_disk *disk = bf->disk;
	struct gendisk *gd;
	bool added;

	if (!disk)
		return;
	gd = disk->gd;
	added = disk->added;
	if (added) {
		blk_mark_disk_dead(gd);
		del_gendisk(gd);
		blk_mq_free_tag_set(&disk->set);
	}
	disk_minors_release(gd->first_minor);
	bf->disk = NULL;
	put_disk(gd);
	if (!added) {
		blk_mq_free_tag_set(&disk->set);
		disk_free(disk);
	}
}
