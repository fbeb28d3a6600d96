// SPDX-License-Identifier: GPL-2.0
/*
 * The block device behind a virtual one; see disk.h.
 *
 * Decides whether the device that the toolstack named can be served as it asked. Like stock it does
 * not claim the device for itself: who may share one is checked by the hotplug script, and the
 * administrator can overrule it (mode w!).
 */
#include <linux/cdrom.h>

#include "backend/block/disk.h"
#include "backend/block/queue.h"
#include "ring/linux/xbkeys.h"

/* What dev_t holds in 32 bits. */
#define DISK_MAX_MAJOR ((1u << 12) - 1)
#define DISK_MAX_MINOR ((1u << 20) - 1)

static int disk_read_keys(struct xsr_vbd *vbd, struct xsr_disk *disk)
{
	const char *dir = vbd->xdev->nodename;
	int err = xsr_key_read_dev(dir, "physical-device", &disk->major, &disk->minor);

	if (err == -ENOENT)
		return -EAGAIN;
	if (!err && (disk->major > DISK_MAX_MAJOR || disk->minor > DISK_MAX_MINOR))
		err = -EINVAL;
	if (err) {
		xsr_device_fail(&vbd->dev, "physical-device is not a hexadecimal major:minor");
		return err;
	}
	err = xsr_key_read_text(dir, "mode", disk->mode, sizeof(disk->mode));
	if (err)
		xsr_device_fail(&vbd->dev, "cannot read mode: error %d", -err);
	return err;
}

static const char *disk_open_error(int err)
{
	switch (err) {
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
		return "does not exist";
	case -EBUSY:
		return "is busy: somebody uses it exclusively";
	case -EROFS:
	case -EACCES:
	case -EPERM:
		return "is read-only, but mode says to write";
	case -ENOMEDIUM:
		return "has no medium";
	default:
		return "cannot be opened";
	}
}

static u32 disk_info(const struct xsr_vbd *vbd, const struct xsr_disk *disk)
{
	char type[16] = "";
	u32 info = 0;

	(void)xsr_key_read_text(vbd->xdev->otherend, "device-type", type, sizeof(type));
	if (!strcmp(type, "cdrom") || disk_to_cdi(disk->bdev->bd_disk))
		info |= XSR_BLK_INFO_CDROM;
	if (disk->bdev->bd_disk->flags & GENHD_FL_REMOVABLE)
		info |= XSR_BLK_INFO_REMOVABLE;
	if (!xsr_disk_writable(disk))
		info |= XSR_BLK_INFO_READONLY;
	return info;
}

int xsr_disk_open(struct xsr_vbd *vbd)
{
	struct xsr_disk *disk = &vbd->disk;
	struct xsr_bdev_file *file;
	blk_mode_t mode = BLK_OPEN_READ;
	int err;

	if (disk->file)
		return 0;
	err = disk_read_keys(vbd, disk);
	if (err)
		return err;
	if (xsr_disk_writable(disk))
		mode |= BLK_OPEN_WRITE;
	file = bdev_file_open_by_dev(MKDEV(disk->major, disk->minor), mode, NULL, NULL);
	err = PTR_ERR_OR_ZERO(file);
	if (!err && xsr_disk_writable(disk) && bdev_read_only(file_bdev(file))) {
		bdev_fput(file);
		err = -EROFS;
	}
	if (err) {
		xsr_device_fail(&vbd->dev, "device %x:%x %s (error %d)", disk->major, disk->minor,
				disk_open_error(err), -err);
		return err;
	}
	disk->file = file;
	disk->bdev = file_bdev(file);
	disk->info = disk_info(vbd, disk);
	return 0;
}

void xsr_disk_check_same(struct xsr_vbd *vbd)
{
	const struct xsr_disk *disk = &vbd->disk;
	unsigned int major, minor;

	if (xsr_key_read_dev(vbd->xdev->nodename, "physical-device", &major, &minor))
		return;
	if (major != disk->major || minor != disk->minor)
		xsr_device_note(&vbd->dev,
				"keeping device %x:%x, changing to %x:%x is not possible",
				disk->major, disk->minor, major, minor);
}

int xsr_disk_sync(struct xsr_disk *disk)
{
	int err = sync_blockdev(disk->bdev);

	if (!err)
		invalidate_bdev(disk->bdev);
	return err;
}

void xsr_disk_close(struct xsr_disk *disk)
{
	if (!disk->file)
		return;
	bdev_fput(disk->file);
	disk->file = NULL;
	disk->bdev = NULL;
}

void xsr_disk_limits(const struct xsr_disk *disk, bool discard, struct xsr_blk_limits *limits)
{
	struct block_device *bdev = disk->bdev;

	*limits = (struct xsr_blk_limits){
		.capacity = bdev_nr_sectors(bdev),
		.max_indirect_segs = XSR_VBD_MAX_SEGS,
		.block_sectors = bdev_logical_block_size(bdev) >> SECTOR_SHIFT,
		.read_only = !xsr_disk_writable(disk),
		.flush = bdev_write_cache(bdev),
		.discard = discard && bdev_max_discard_sectors(bdev),
		.secure_discard = discard && bdev_max_secure_erase_sectors(bdev),
	};
}
