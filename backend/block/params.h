/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module parameters of the block back-end, with the names, types, modes and defaults of the stock
 * module. A value outside the limits is clamped, with one line that names the limit.
 */
#ifndef XSR_VBD_PARAMS_H
#define XSR_VBD_PARAMS_H

#include <linux/types.h>

#include "ring/blk_wire.h"

/* Most queues of a device, whatever max_queues says: each costs a thread and 50 KiB. */
#define XSR_VBD_QUEUES_CEILING 256

/* Longest that a queue's thread looks for requests, us: what it does not find then can wait. */
#define XSR_VBD_POLL_MOST 1000

/* Longest request that may be copied rather than mapped: one with its segments in the ring. */
#define XSR_VBD_COPY_MOST (XSR_BLK_MAX_SEGS * XSR_PAGE_SIZE)

struct xsr_vbd_params {
	int max_buffer_pages; /* unused pages a queue keeps */
	int max_persistent_grants; /* a queue keeps mapped */
	int unused_seconds; /* after which one is unmapped; 0: never */
	int max_domain_pages; /* all disks of a guest together; 0: no limit */
	int max_queues; /* offered; 0 until the module is loaded: the online CPUs */
	int max_ring_order; /* offered */
	int log_stats; /* print a line per queue and 10 seconds */
	bool persistent; /* offer persistent grants */
	int poll_us; /* look for requests at most so long before sleeping */
	int copy_most; /* bytes of a request that are copied rather than mapped; 0: always map */
	int squeeze_ms; /* how long to keep no unused pages after memory got scarce */
};

extern struct xsr_vbd_params xsr_vbd_params;

/* A parameter that can be written at any time, read once. */
#define xsr_vbd_param(name) READ_ONCE(xsr_vbd_params.name)

/* Fill in what depends on the machine. At load, before any device. */
void xsr_vbd_params_settle(void);

#endif /* XSR_VBD_PARAMS_H */
