// SPDX-License-Identifier: GPL-2.0
/*
 * struct xenbus_device says that its xenstore directory is gone. Missing in 6.1 and 6.12.
 * Shim: xsr_xenbus_vanished
 */
#include <xen/xenbus.h>

bool xsr_probe(struct xenbus_device *dev);
bool xsr_probe(struct xenbus_device *dev)
{
	return dev->vanished;
}
