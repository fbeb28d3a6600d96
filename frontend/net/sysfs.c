// SPDX-License-Identifier: GPL-2.0
/*
 * The stock driver's files rxbuf_min, rxbuf_max and rxbuf_cur of a netdev.
 *
 * They once set how many receive buffers there are. Scripts may still read and write them: reading
 * gives the size of the ring, writing a number is accepted and changes nothing.
 */
#include <linux/capability.h>
#include <linux/device.h>
#include <linux/kernel.h>

#include "frontend/net/queue.h"

static ssize_t sysfs_rxbuf_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", XSR_NF_SLOTS);
}

static ssize_t sysfs_rxbuf_store(struct device *dev, struct device_attribute *attr, const char *buf,
				 size_t len)
{
	unsigned long n;

	if (!capable(CAP_NET_ADMIN))
		return -EPERM;
	return kstrtoul(buf, 0, &n) ? -EBADMSG : len;
}

static DEVICE_ATTR(rxbuf_min, 0644, sysfs_rxbuf_show, sysfs_rxbuf_store);
static DEVICE_ATTR(rxbuf_max, 0644, sysfs_rxbuf_show, sysfs_rxbuf_store);
static DEVICE_ATTR(rxbuf_cur, 0444, sysfs_rxbuf_show, NULL);

static struct attribute *sysfs_attrs[] = {
	&dev_attr_rxbuf_min.attr,
	&dev_attr_rxbuf_max.attr,
	&dev_attr_rxbuf_cur.attr,
	NULL,
};

const struct attribute_group xsr_nf_sysfs_group = {
	.attrs = sysfs_attrs,
};
