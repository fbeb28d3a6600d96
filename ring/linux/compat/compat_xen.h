/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xenbus in the spelling of Linux 7.3, on kernels that lack it.
 *
 * See compat.h for how the shims are chosen. Used by the shells that are xenbus drivers.
 */
#ifndef XSR_COMPAT_XEN_H
#define XSR_COMPAT_XEN_H

#include <xen/xenbus.h>

#include "ring/linux/compat/compat.h"

/* xenbus_read_driver_state(dev, path): a state key. 6.1 and 6.12 do not take the device. */
#ifndef XSR_HAVE_DRIVER_STATE_DEV
static inline enum xenbus_state xsr_read_driver_state(const struct xenbus_device *dev,
						      const char *path)
{
	return xenbus_read_driver_state(path);
}
#define xenbus_read_driver_state(dev, path) xsr_read_driver_state(dev, path)
#endif

/*
 * True when the device's xenstore directory is known to be gone, so that a write to it would be
 * lost. 6.1 and 6.12 do not keep track; there the answer is no and the write simply fails.
 */
static inline bool xsr_xenbus_vanished(const struct xenbus_device *dev)
{
#ifdef XSR_HAVE_XENBUS_VANISHED
	return dev->vanished;
#else
	return false;
#endif
}

/*
 * XSR_OP_UEVENT(fn) defines fn_op, for struct xenbus_driver's .uevent, from
 * `int fn(const struct xenbus_device *, struct kobj_uevent_env *)`. The device is not const in 6.1.
 */
#ifdef XSR_HAVE_UEVENT_CONST
#define XSR_UEVENT_DEVICE const struct xenbus_device
#else
#define XSR_UEVENT_DEVICE struct xenbus_device
#endif
#define XSR_OP_UEVENT(fn)                                                       \
	static int fn##_op(XSR_UEVENT_DEVICE *dev, struct kobj_uevent_env *env) \
	{                                                                       \
		return fn(dev, env);                                            \
	}

#endif /* XSR_COMPAT_XEN_H */
