/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module parameters of the network back-end, under the names of the stock module.
 */
#ifndef XSR_VIF_PARAMS_H
#define XSR_VIF_PARAMS_H

#include <linux/compiler.h>
#include <linux/types.h>

/* Most queues of a vif, whatever the parameter says; set here. */
#define XSR_VIF_QUEUES_CEILING 64
/* Queues unless told otherwise: as many as stock offers. */
#define XSR_VIF_QUEUES_DEFAULT 8

struct xsr_vif_params {
	bool split_events; /* offer an event channel for each direction */
	bool xdp_headroom; /* offer to leave room before received packets */
	unsigned int max_queues;
	unsigned int drain_ms; /* a packet waits for the guest so long */
	unsigned int stall_ms; /* ... and after so long the guest is seen as dead */
	unsigned int fatal_slots; /* a packet in more slots is hostile */
	unsigned int late_us; /* a stream of the guest's is looked at this often, at least */
	unsigned int hash_cache; /* kept for its name; hashes are not cached */
};

extern struct xsr_vif_params xsr_vif_params;

/* Read a parameter that root may be changing. */
#define xsr_vif_param(field) READ_ONCE(xsr_vif_params.field)

/* Bring what was asked for at load into its limits. */
void xsr_vif_params_settle(void);

/* The longest that a stream of a guest's may be left alone now, ns. */
u64 xsr_vif_params_late(void);

/* Queues to offer now: within 1..XSR_VIF_QUEUES_CEILING. */
u32 xsr_vif_params_queues(void);

#endif /* XSR_VIF_PARAMS_H */
