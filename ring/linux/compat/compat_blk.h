/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block layer in the spelling of Linux 7.3, on kernels that lack it; for both block drivers.
 *
 * See compat.h for how the shims are chosen. Two larger topics have a header of their own: the
 * limits of a queue (compat_limits.h) and lists of requests (compat_rqlist.h). Include this header
 * after the kernel's own block headers or instead of them, never before: on 6.1 it gives some of
 * their names a new meaning.
 *
 * Where only a callback's prototype differs, a driver writes the callback with the newest prototype
 * and names XSR_OP_...(callback) once; that defines callback_op with the prototype this kernel
 * wants, to be stored in the operations table.
 */
#ifndef XSR_COMPAT_BLK_H
#define XSR_COMPAT_BLK_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/file.h>
#include <linux/hdreg.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "ring/linux/compat/compat.h"
#include "ring/linux/compat/compat_limits.h"
#include "ring/linux/compat/compat_rqlist.h"

/* BLK_MQ_F_SHOULD_MERGE: have bios merged. Gone in 7.3, which always merges. */
#ifndef XSR_HAVE_SHOULD_MERGE
#define BLK_MQ_F_SHOULD_MERGE 0
#endif

/* blk_rq_map_sg(rq, sg): a request's pages as a scatterlist. 6.1 and 6.12 want the queue too. */
#ifndef XSR_HAVE_RQ_MAP_SG2
static inline int xsr_rq_map_sg(struct request *rq, struct scatterlist *sg)
{
	return blk_rq_map_sg(rq->q, rq, sg);
}
#define blk_rq_map_sg(rq, sg) xsr_rq_map_sg(rq, sg)
#endif

/* bdev_rot(), blk_queue_rot(): does it rotate? 6.1 and 6.12 ask whether it does not. */
#ifndef XSR_HAVE_BDEV_ROT
#define bdev_rot(bdev) (!bdev_nonrot(bdev))
#define blk_queue_rot(q) (!blk_queue_nonrot(q))
#endif

/* blk_mode_t: how a device is opened. 6.1 uses the file system's fmode_t and its flags. */
#ifndef XSR_HAVE_BLK_MODE
typedef fmode_t blk_mode_t;
#define BLK_OPEN_READ FMODE_READ
#define BLK_OPEN_WRITE FMODE_WRITE
#define BLK_OPEN_EXCL FMODE_EXCL
#define BLK_OPEN_NDELAY FMODE_NDELAY
#endif

/*
 * An open block device: bdev_file_open_by_dev(), file_bdev(), bdev_fput(). Newer kernels hand out a
 * struct file; 6.1 hands out the bare block device and wants the mode again at the end, so there
 * the pair lives in a small structure. Name the type struct xsr_bdev_file in either case.
 */
#ifdef XSR_HAVE_BDEV_FILE
#define xsr_bdev_file file
#ifndef XSR_HAVE_BDEV_FPUT
#define bdev_fput(file) fput(file)
#endif
#else
struct xsr_bdev_file {
	struct block_device *bdev;
	blk_mode_t mode;
};

/* Opens dev; a holder makes it exclusive. Returns the open device or an ERR_PTR. Sleeps. */
static inline struct xsr_bdev_file *xsr_bdev_open(dev_t dev, blk_mode_t mode, void *holder)
{
	struct xsr_bdev_file *file = kmalloc(sizeof(*file), GFP_KERNEL);
	struct block_device *bdev;

	if (!file)
		return ERR_PTR(-ENOMEM);
	if (holder)
		mode |= BLK_OPEN_EXCL;
	bdev = blkdev_get_by_dev(dev, mode, holder);
	if (IS_ERR(bdev)) {
		kfree(file);
		return ERR_CAST(bdev);
	}
	file->bdev = bdev;
	file->mode = mode;
	return file;
}

/* Closes what xsr_bdev_open() opened. Sleeps. */
static inline void xsr_bdev_put(struct xsr_bdev_file *file)
{
	blkdev_put(file->bdev, file->mode);
	kfree(file);
}

/* 6.1 has no holder operations, so the last argument can only be NULL there. */
#define bdev_file_open_by_dev(dev, mode, holder, hops) \
	({                                             \
		BUILD_BUG_ON((hops) != NULL);          \
		xsr_bdev_open(dev, mode, holder);      \
	})
#define file_bdev(file) ((file)->bdev)
#define bdev_fput(file) xsr_bdev_put(file)
#endif

/*
 * blk_mq_freeze_queue() returns the allocation flags that blk_mq_unfreeze_queue() restores: while
 * the queue is frozen, memory reclaim must not wait for it. 6.1 and 6.12 leave that to the caller.
 */
#ifndef XSR_HAVE_FREEZE_MEMFLAGS
static inline unsigned int xsr_freeze_queue(struct request_queue *q)
{
	unsigned int memflags = memalloc_noio_save();

	blk_mq_freeze_queue(q);
	return memflags;
}

static inline void xsr_unfreeze_queue(struct request_queue *q, unsigned int memflags)
{
	blk_mq_unfreeze_queue(q);
	memalloc_noio_restore(memflags);
}
#define blk_mq_freeze_queue(q) xsr_freeze_queue(q)
#define blk_mq_unfreeze_queue(q, memflags) xsr_unfreeze_queue(q, memflags)
#endif

/* XSR_OP_OPEN(fn), from `int fn(struct gendisk *, blk_mode_t)`. 6.1 passes the block device. */
/* XSR_OP_RELEASE(fn), from `void fn(struct gendisk *)`. 6.1 passes the mode too. */
#ifdef XSR_HAVE_BDOPS_OPEN_DISK
#define XSR_OP_OPEN(fn)                                           \
	static int fn##_op(struct gendisk *disk, blk_mode_t mode) \
	{                                                         \
		return fn(disk, mode);                            \
	}
#define XSR_OP_RELEASE(fn)                        \
	static void fn##_op(struct gendisk *disk) \
	{                                         \
		fn(disk);                         \
	}
#else
#define XSR_OP_OPEN(fn)                                             \
	static int fn##_op(struct block_device *bdev, fmode_t mode) \
	{                                                           \
		return fn(bdev->bd_disk, mode);                     \
	}
#define XSR_OP_RELEASE(fn)                                      \
	static void fn##_op(struct gendisk *disk, fmode_t mode) \
	{                                                       \
		fn(disk);                                       \
	}
#endif

/*
 * XSR_OP_GETGEO(fn), from `int fn(struct gendisk *, struct hd_geometry *)`. 6.1 and 6.12 pass the
 * block device.
 */
#ifdef XSR_HAVE_GETGEO_DISK
#define XSR_OP_GETGEO(fn)                                                 \
	static int fn##_op(struct gendisk *disk, struct hd_geometry *geo) \
	{                                                                 \
		return fn(disk, geo);                                     \
	}
#else
#define XSR_OP_GETGEO(fn)                                                      \
	static int fn##_op(struct block_device *bdev, struct hd_geometry *geo) \
	{                                                                      \
		return fn(bdev->bd_disk, geo);                                 \
	}
#endif

/*
 * XSR_OP_INIT_REQUEST(fn), from
 * `int fn(struct blk_mq_tag_set *, struct request *, unsigned int hctx, int node)`. The node is
 * unsigned in 6.1 and 6.12.
 */
#ifdef XSR_HAVE_INIT_REQUEST_INT
#define XSR_INIT_REQUEST_NODE int
#else
#define XSR_INIT_REQUEST_NODE unsigned int
#endif
#define XSR_OP_INIT_REQUEST(fn)                                                               \
	static int fn##_op(struct blk_mq_tag_set *set, struct request *rq, unsigned int hctx, \
			   XSR_INIT_REQUEST_NODE node)                                        \
	{                                                                                     \
		return fn(set, rq, hctx, node);                                               \
	}

#endif /* XSR_COMPAT_BLK_H */
