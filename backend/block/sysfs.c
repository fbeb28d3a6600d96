// SPDX-License-Identifier: GPL-2.0
/*
 * The files of a device that xentop and administrators know from stock: physical_device, mode, and
 * statistics/ with totals over all queues. They are there from the moment the disk is open.
 */
#include <linux/sysfs.h>

#include "backend/block/vbd.h"

static struct xsr_vbd *sysfs_vbd(struct device *dev)
{
	return dev_get_drvdata(dev);
}

#define SYSFS_COUNT(name)                                                                        \
	static ssize_t name##_show(struct device *dev, struct device_attribute *attr, char *buf) \
	{                                                                                        \
		struct xsr_vbd_counts sum;                                                       \
		xsr_vbd_counts(sysfs_vbd(dev), &sum);                                            \
		return sysfs_emit(buf, "%llu\n", sum.name);                                      \
	}                                                                                        \
	static DEVICE_ATTR_RO(name)

SYSFS_COUNT(oo_req);
SYSFS_COUNT(rd_req);
SYSFS_COUNT(wr_req);
SYSFS_COUNT(f_req);
SYSFS_COUNT(ds_req);
SYSFS_COUNT(rd_sect);
SYSFS_COUNT(wr_sect);

static struct attribute *sysfs_statistics[] = {
	&dev_attr_oo_req.attr, &dev_attr_rd_req.attr,  &dev_attr_wr_req.attr,  &dev_attr_f_req.attr,
	&dev_attr_ds_req.attr, &dev_attr_rd_sect.attr, &dev_attr_wr_sect.attr, NULL,
};

static const struct attribute_group sysfs_statistics_group = {
	.name = "statistics",
	.attrs = sysfs_statistics,
};

static ssize_t physical_device_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct xsr_disk *disk = &sysfs_vbd(dev)->disk;

	return sysfs_emit(buf, "%x:%x\n", disk->major, disk->minor);
}
static DEVICE_ATTR_RO(physical_device);

static ssize_t mode_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", sysfs_vbd(dev)->disk.mode);
}
static DEVICE_ATTR_RO(mode);

static struct attribute *sysfs_disk[] = {
	&dev_attr_physical_device.attr,
	&dev_attr_mode.attr,
	NULL,
};

static const struct attribute_group sysfs_disk_group = {
	.attrs = sysfs_disk,
};

static const struct attribute_group *sysfs_groups[] = {
	&sysfs_disk_group,
	&sysfs_statistics_group,
	NULL,
};

/* Returns 0 or a negative errno; 0 too if the files are there already. */
int xsr_vbd_sysfs_create(struct xsr_vbd *vbd)
{
	int err = 0;

	if (test_and_set_bit(XSR_VBD_SYSFS, &vbd->flags))
		return 0;
	err = sysfs_create_groups(&vbd->xdev->dev.kobj, sysfs_groups);
	if (err)
		clear_bit(XSR_VBD_SYSFS, &vbd->flags);
	return err;
}

/* Waits for readers. Harmless when repeated. */
void xsr_vbd_sysfs_destroy(struct xsr_vbd *vbd)
{
	if (test_and_clear_bit(XSR_VBD_SYSFS, &vbd->flags))
		sysfs_remove_groups(&vbd->xdev->dev.kobj, sysfs_groups);
}
