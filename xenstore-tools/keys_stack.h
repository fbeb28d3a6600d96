/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keys that are not the two drivers' own business: what toolstack, hotplug script and xenbus write
 * about a device, and the few driver keys that tell nothing about the ring. In the form of
 * ring/keys.h, one entry for each, whichever side carries it.
 */
#ifndef XSR_TOOL_KEYS_STACK_H
#define XSR_TOOL_KEYS_STACK_H

#include "ring/keys.h"

enum xsr_stack_key {
	/* on both sides */
	XSR_SK_STATE,
	/* front-end */
	XSR_SK_BACKEND,
	XSR_SK_BACKEND_ID,
	XSR_SK_PROTOCOL,
	XSR_SK_TRUSTED,
	XSR_SK_LARGE_SECTORS,
	/* back-end */
	XSR_SK_FRONTEND,
	XSR_SK_FRONTEND_ID,
	XSR_SK_ONLINE,
	XSR_SK_HOTPLUG_STATUS,
	XSR_SK_HOTPLUG_ERROR,
	XSR_SK_TYPE,
	XSR_SK_MODE,
	XSR_SK_PARAMS,
	XSR_SK_PHYS_DEV,
	XSR_SK_PHYS_PATH,
	XSR_SK_DISCARD_ENABLE,
	XSR_SK_BRIDGE,
	XSR_SK_SCRIPT,
	XSR_SK_RATE,
	/* either, for a network device */
	XSR_SK_MAC,
	XSR_SK_MTU,
	XSR_SK_HANDLE,
	XSR_SK_COUNT,
};

extern const struct xsr_key xsr_stack_keys[XSR_SK_COUNT];

#endif /* XSR_TOOL_KEYS_STACK_H */
