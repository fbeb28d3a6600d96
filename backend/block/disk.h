/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block device behind a virtual one: found by the toolstack's hotplug script, opened by us.
 *
 * The script writes physical-device as hexadecimal major:minor, at any time after InitWait. The
 * device is opened once for the life of the back-end's device and never exchanged.
 */
#ifndef XSR_VBD_DISK_H
#define XSR_VBD_DISK_H

#include "ring/linux/compat/compat_blk.h"
#include "ring/blk_codec.h"

struct xsr_vbd;

struct xsr_disk {
	struct xsr_bdev_file *file; /* NULL: not open */
	struct block_device *bdev;
	unsigned int major;
	unsigned int minor;
	char mode[8]; /* as the toolstack wrote it; with a 'w' in it: writable */
	u32 info; /* XSR_BLK_INFO_* */
};

/*
 * Read physical-device and mode and open the device. In the device's step lock.
 * Returns 0 if it is open now, -EAGAIN if the script has not written it yet, or another errno after
 * the device was failed with a reason that names what was wrong.
 */
int xsr_disk_open(struct xsr_vbd *vbd);

/* physical-device was written while the device is open: say so if it names another one. */
void xsr_disk_check_same(struct xsr_vbd *vbd);

/* Write out and forget what the host has cached of it, which the guest would not see. */
int xsr_disk_sync(struct xsr_disk *disk);

/* Harmless when not open. No I/O is in flight. */
void xsr_disk_close(struct xsr_disk *disk);

static inline bool xsr_disk_writable(const struct xsr_disk *disk)
{
	return strchr(disk->mode, 'w');
}

/* Has the disk another size than @limits say? */
static inline bool xsr_disk_resized(const struct xsr_disk *disk,
				    const struct xsr_blk_limits *limits)
{
	return bdev_nr_sectors(disk->bdev) != READ_ONCE(limits->capacity);
}

/* What the disk allows; @discard: does the toolstack allow discards? */
void xsr_disk_limits(const struct xsr_disk *disk, bool discard, struct xsr_blk_limits *limits);

#endif /* XSR_VBD_DISK_H */
