/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limits of a request queue in the spelling of Linux 7.3: one struct queue_limits that is
 * filled in before the disk is allocated, or fetched, changed and committed later.
 *
 * 6.1 lacks this: it has one setter for each limit and flag bits for the features. There, a
 * structure of our own takes the name, and committing it checks it as newer kernels do, then calls
 * the setters. Limits that a user may have lowered through sysfs are set only when the driver
 * changed them. Where newer kernels hold a lock from start to commit, here the queue's sysfs lock
 * is held. Included by compat_blk.h only. Kernels between the two ways (6.9, 6.10) are not served.
 */
#ifndef XSR_COMPAT_LIMITS_H
#define XSR_COMPAT_LIMITS_H

#ifdef XSR_HAVE_QUEUE_LIMITS_FEATURES

/* queue_limits_commit_update_frozen(): commit with no I/O in flight. Missing in early 6.12. */
#ifndef XSR_HAVE_LIMITS_COMMIT_FROZEN
static inline int xsr_limits_commit_frozen(struct request_queue *q, struct queue_limits *lim)
{
	int err;

	blk_mq_freeze_queue(q);
	err = queue_limits_commit_update(q, lim);
	blk_mq_unfreeze_queue(q);
	return err;
}
#define queue_limits_commit_update_frozen(q, lim) xsr_limits_commit_frozen(q, lim)
#endif

#else

typedef unsigned int __bitwise blk_features_t;

#define BLK_FEAT_WRITE_CACHE ((__force blk_features_t)(1u << 0))
#define BLK_FEAT_FUA ((__force blk_features_t)(1u << 1))
#define BLK_FEAT_ROTATIONAL ((__force blk_features_t)(1u << 2))
#define BLK_FEAT_ADD_RANDOM ((__force blk_features_t)(1u << 3))
#define BLK_FEAT_STABLE_WRITES ((__force blk_features_t)(1u << 5))

/* The limits a driver may set; sizes in bytes, lengths in sectors, zero for the kernel's default. */
struct xsr_queue_limits {
	blk_features_t features;
	unsigned long seg_boundary_mask;
	unsigned long virt_boundary_mask;
	unsigned int max_hw_sectors;
	unsigned int chunk_sectors;
	unsigned int max_segment_size;
	unsigned int physical_block_size;
	unsigned int logical_block_size;
	unsigned int alignment_offset;
	unsigned int io_min;
	unsigned int io_opt;
	unsigned int max_hw_discard_sectors;
	unsigned int max_secure_erase_sectors;
	unsigned int max_write_zeroes_sectors;
	unsigned int discard_granularity;
	unsigned int discard_alignment;
	unsigned short max_segments;
	unsigned short max_discard_segments;
	unsigned int dma_alignment;
};

static inline blk_features_t xsr_limits_features(struct request_queue *q)
{
	blk_features_t features = 0;

	if (test_bit(QUEUE_FLAG_WC, &q->queue_flags))
		features |= BLK_FEAT_WRITE_CACHE;
	if (test_bit(QUEUE_FLAG_FUA, &q->queue_flags))
		features |= BLK_FEAT_FUA;
	if (!test_bit(QUEUE_FLAG_NONROT, &q->queue_flags))
		features |= BLK_FEAT_ROTATIONAL;
	if (test_bit(QUEUE_FLAG_ADD_RANDOM, &q->queue_flags))
		features |= BLK_FEAT_ADD_RANDOM;
	if (test_bit(QUEUE_FLAG_STABLE_WRITES, &q->queue_flags))
		features |= BLK_FEAT_STABLE_WRITES;
	return features;
}

static inline struct xsr_queue_limits xsr_limits_get(struct request_queue *q)
{
	return (struct xsr_queue_limits){
		.features = xsr_limits_features(q),
		.seg_boundary_mask = q->limits.seg_boundary_mask,
		.virt_boundary_mask = q->limits.virt_boundary_mask,
		.max_hw_sectors = q->limits.max_hw_sectors,
		.chunk_sectors = q->limits.chunk_sectors,
		.max_segment_size = q->limits.max_segment_size,
		.physical_block_size = q->limits.physical_block_size,
		.logical_block_size = q->limits.logical_block_size,
		.alignment_offset = q->limits.alignment_offset,
		.io_min = q->limits.io_min,
		.io_opt = q->limits.io_opt,
		.max_hw_discard_sectors = q->limits.max_hw_discard_sectors,
		.max_secure_erase_sectors = q->limits.max_secure_erase_sectors,
		.max_write_zeroes_sectors = q->limits.max_write_zeroes_sectors,
		.discard_granularity = q->limits.discard_granularity,
		.discard_alignment = q->limits.discard_alignment,
		.max_segments = q->limits.max_segments,
		.max_discard_segments = q->limits.max_discard_segments,
		.dma_alignment = q->limits.dma_alignment,
	};
}

/* Zero means the default, as in newer kernels. */
static inline void xsr_limits_defaults(struct xsr_queue_limits *lim)
{
	lim->logical_block_size = lim->logical_block_size ?: SECTOR_SIZE;
	lim->physical_block_size = max(lim->physical_block_size, lim->logical_block_size);
	lim->io_min = max(lim->io_min, lim->physical_block_size);
	lim->max_hw_sectors = lim->max_hw_sectors ?: BLK_SAFE_MAX_SECTORS;
	lim->max_hw_sectors =
		round_down(lim->max_hw_sectors, lim->logical_block_size >> SECTOR_SHIFT);
	lim->max_segments = lim->max_segments ?: BLK_MAX_SEGMENTS;
	lim->max_discard_segments = lim->max_discard_segments ?: 1;
	lim->max_segment_size = lim->max_segment_size ?: BLK_MAX_SEGMENT_SIZE;
	lim->seg_boundary_mask = lim->seg_boundary_mask ?: BLK_SEG_BOUNDARY_MASK;
	lim->dma_alignment = lim->dma_alignment ?: SECTOR_SIZE - 1;
	/* Discarding with no granularity is refused with a warning. */
	if (lim->max_hw_discard_sectors)
		lim->discard_granularity = max(lim->discard_granularity, lim->physical_block_size);
}

/* Fills in the defaults. Returns -EINVAL for limits that the block layer could not work with. */
static inline int xsr_limits_check(struct xsr_queue_limits *lim)
{
	if (lim->logical_block_size && blk_validate_block_size(lim->logical_block_size))
		return -EINVAL;
	xsr_limits_defaults(lim);
	if (lim->max_hw_sectors < PAGE_SIZE >> SECTOR_SHIFT)
		return -EINVAL;
	if (lim->max_segment_size < PAGE_SIZE || lim->seg_boundary_mask < PAGE_SIZE - 1)
		return -EINVAL;
	if (lim->dma_alignment > PAGE_SIZE)
		return -EINVAL;
	if ((lim->features & BLK_FEAT_FUA) && !(lim->features & BLK_FEAT_WRITE_CACHE))
		lim->features &= ~BLK_FEAT_FUA;
	return 0;
}

static inline void xsr_limits_set_flag(struct request_queue *q, unsigned int flag, bool on)
{
	if (on)
		blk_queue_flag_set(flag, q);
	else
		blk_queue_flag_clear(flag, q);
}

static inline void xsr_limits_set_features(struct request_queue *q, blk_features_t features)
{
	blk_features_t changed = features ^ xsr_limits_features(q);

	if (changed & (BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA))
		blk_queue_write_cache(q, features & BLK_FEAT_WRITE_CACHE, features & BLK_FEAT_FUA);
	xsr_limits_set_flag(q, QUEUE_FLAG_NONROT, !(features & BLK_FEAT_ROTATIONAL));
	xsr_limits_set_flag(q, QUEUE_FLAG_ADD_RANDOM, features & BLK_FEAT_ADD_RANDOM);
	xsr_limits_set_flag(q, QUEUE_FLAG_STABLE_WRITES, features & BLK_FEAT_STABLE_WRITES);
}

static inline void xsr_limits_set_sizes(struct request_queue *q, const struct xsr_queue_limits *lim)
{
	q->limits.physical_block_size = lim->physical_block_size;
	q->limits.io_min = lim->io_min;
	blk_queue_logical_block_size(q, lim->logical_block_size);
	blk_queue_alignment_offset(q, lim->alignment_offset);
	if (lim->io_opt != q->limits.io_opt)
		blk_queue_io_opt(q, lim->io_opt);
	if (lim->max_hw_sectors != q->limits.max_hw_sectors)
		blk_queue_max_hw_sectors(q, lim->max_hw_sectors);
	if (lim->chunk_sectors != q->limits.chunk_sectors)
		blk_queue_chunk_sectors(q, lim->chunk_sectors);
	blk_queue_max_segments(q, lim->max_segments);
	blk_queue_segment_boundary(q, lim->seg_boundary_mask);
	blk_queue_dma_alignment(q, lim->dma_alignment);
	/* A virtual boundary lifts the limit on a segment's size. */
	if (!lim->virt_boundary_mask && !q->limits.virt_boundary_mask)
		blk_queue_max_segment_size(q, lim->max_segment_size);
	else
		blk_queue_virt_boundary(q, lim->virt_boundary_mask);
}

static inline void xsr_limits_set_discard(struct request_queue *q,
					  const struct xsr_queue_limits *lim)
{
	if (lim->max_hw_discard_sectors != q->limits.max_hw_discard_sectors)
		blk_queue_max_discard_sectors(q, lim->max_hw_discard_sectors);
	blk_queue_max_discard_segments(q, lim->max_discard_segments);
	blk_queue_max_secure_erase_sectors(q, lim->max_secure_erase_sectors);
	blk_queue_max_write_zeroes_sectors(q, lim->max_write_zeroes_sectors);
	q->limits.discard_granularity = lim->discard_granularity;
	q->limits.discard_alignment = lim->discard_alignment;
}

/* queue_limits_set(): checks and applies limits. Returns 0, or -EINVAL with nothing changed. */
static inline int xsr_limits_set(struct request_queue *q, struct xsr_queue_limits *lim)
{
	int err = xsr_limits_check(lim);

	if (err)
		return err;
	xsr_limits_set_sizes(q, lim);
	xsr_limits_set_discard(q, lim);
	xsr_limits_set_features(q, lim->features);
	return 0;
}

/* queue_limits_start_update(): a copy to change; commit or cancel it. Sleeps. */
static inline struct xsr_queue_limits xsr_limits_start(struct request_queue *q)
{
	mutex_lock(&q->sysfs_lock);
	return xsr_limits_get(q);
}

/* queue_limits_cancel_update(): forget the copy. */
static inline void xsr_limits_cancel(struct request_queue *q)
{
	mutex_unlock(&q->sysfs_lock);
}

/* queue_limits_commit_update(): apply the copy. Returns 0 or -EINVAL. */
static inline int xsr_limits_commit(struct request_queue *q, struct xsr_queue_limits *lim)
{
	int err = xsr_limits_set(q, lim);

	xsr_limits_cancel(q);
	return err;
}

/* queue_limits_commit_update_frozen(): the same with no I/O in flight. */
static inline int xsr_limits_commit_frozen(struct request_queue *q, struct xsr_queue_limits *lim)
{
	int err;

	blk_mq_freeze_queue(q);
	err = xsr_limits_commit(q, lim);
	blk_mq_unfreeze_queue(q);
	return err;
}

/* blk_mq_alloc_disk(set, lim, data): a disk whose queue has these limits. NULL for defaults. */
static inline struct gendisk *xsr_alloc_disk(struct blk_mq_tag_set *set,
					     const struct xsr_queue_limits *lim, void *data,
					     struct lock_class_key *key)
{
	struct xsr_queue_limits copy = lim ? *lim : (struct xsr_queue_limits){};
	struct gendisk *disk;
	int err = xsr_limits_check(&copy);

	if (err)
		return ERR_PTR(err);
	disk = __blk_mq_alloc_disk(set, data, key);
	if (!IS_ERR(disk))
		xsr_limits_set(disk->queue, &copy);
	return disk;
}

/* blk_mark_disk_dead(): no more I/O to the disk. 6.1 leaves the capacity to the caller. */
static inline void xsr_mark_disk_dead(struct gendisk *disk)
{
	blk_mark_disk_dead(disk);
	set_capacity(disk, 0);
}

#define queue_limits xsr_queue_limits
#define queue_limits_start_update(q) xsr_limits_start(q)
#define queue_limits_cancel_update(q) xsr_limits_cancel(q)
#define queue_limits_commit_update(q, lim) xsr_limits_commit(q, lim)
#define queue_limits_commit_update_frozen(q, lim) xsr_limits_commit_frozen(q, lim)
#define queue_limits_set(q, lim) xsr_limits_set(q, lim)
#define blk_mark_disk_dead(disk) xsr_mark_disk_dead(disk)
#undef blk_mq_alloc_disk
#define blk_mq_alloc_disk(set, lim, data)                  \
	({                                                 \
		static struct lock_class_key disk_key;     \
                                                           \
		xsr_alloc_disk(set, lim, data, &disk_key); \
	})

/* blk_queue_disable_...(): the operation turned out not to work. Any context. */
#define blk_queue_disable_discard(q) blk_queue_max_discard_sectors(q, 0)
#define blk_queue_disable_secure_erase(q) blk_queue_max_secure_erase_sectors(q, 0)
#define blk_queue_disable_write_zeroes(q) blk_queue_max_write_zeroes_sectors(q, 0)

#endif /* XSR_HAVE_QUEUE_LIMITS_FEATURES */

#endif /* XSR_COMPAT_LIMITS_H */
