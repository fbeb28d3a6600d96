/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Networking in the spelling of Linux 7.3, on kernels that lack it.
 *
 * See compat.h for how the shims are chosen. Used by the network shells.
 */
#ifndef XSR_COMPAT_NET_H
#define XSR_COMPAT_NET_H

#include <linux/netdevice.h>

#include "ring/linux/compat/compat.h"

/* The pool of receive pages. 6.1 has all of it in one header. */
#ifdef XSR_HAVE_PAGE_POOL_TYPES
#include <net/page_pool/helpers.h>
#include <net/page_pool/types.h>
#else
#include <net/page_pool.h>
#endif

#endif /* XSR_COMPAT_NET_H */
