// SPDX-License-Identifier: GPL-2.0
/*
 * xenbus_read_driver_state(dev, path). 6.1 and 6.12 take the path alone.
 * Shim: xenbus_read_driver_state
 */
#include <xen/xenbus.h>

int xsr_probe(struct xenbus_device *dev);
int xsr_probe(struct xenbus_device *dev)
{
	return xenbus_read_driver_state(dev, dev->otherend);
}
