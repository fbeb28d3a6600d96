// SPDX-License-Identifier: GPL-2.0
/*
 * xenbus_driver.uevent takes a const device. Not const in 6.1.
 * Shim: XSR_OP_UEVENT
 */
#include <xen/xenbus.h>

static int probe_uevent(const struct xenbus_device *dev, struct kobj_uevent_env *env)
{
	return 0;
}

extern struct xenbus_driver xsr_probe;
struct xenbus_driver xsr_probe = {
	.uevent = probe_uevent,
};
