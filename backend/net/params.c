// SPDX-License-Identifier: GPL-2.0
/*
 * Module parameters of the network back-end; see params.h.
 *
 * Decides the limits of each parameter. The names are those of the stock module, so that
 * modprobe.d, the kernel command line and sysfs keep working.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/time64.h>

#include "backend/net/params.h"
#include "ring/linux/compat/compat.h"

/* A guest must be able to send a packet in so many slots, whatever the parameter says. */
#define PARAMS_MIN_FATAL_SLOTS 18
/* Longest time-out that fits the kernel's clock on every architecture, ms. */
#define PARAMS_MAX_MSECS (24 * 3600 * 1000)
/* No packet is left waiting for longer, whatever the parameter says, us. */
#define PARAMS_MAX_LATE 10000

struct xsr_vif_params xsr_vif_params = {
	.split_events = true,
	.xdp_headroom = true,
	.drain_ms = 10000,
	.stall_ms = 60000,
	.fatal_slots = 20,
	.hash_cache = 64,
	.late_us = 1000,
};

module_param_named(separate_tx_rx_irq, xsr_vif_params.split_events, bool, 0644);
MODULE_PARM_DESC(separate_tx_rx_irq, "Offer an event channel for each direction");

module_param_named(rx_drain_timeout_msecs, xsr_vif_params.drain_ms, uint, 0444);
MODULE_PARM_DESC(rx_drain_timeout_msecs, "Longest that a packet waits for room in the guest, ms");

module_param_named(rx_stall_timeout_msecs, xsr_vif_params.stall_ms, uint, 0444);
MODULE_PARM_DESC(rx_stall_timeout_msecs,
		 "A guest that gives no room for so long loses its carrier, ms; 0: never");

module_param_named(max_queues, xsr_vif_params.max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues, "Most queues of each vif; default: the online CPUs, up to 8");

module_param_named(fatal_skb_slots, xsr_vif_params.fatal_slots, uint, 0444);
MODULE_PARM_DESC(fatal_skb_slots, "A guest that sends a packet in more slots is disconnected");

module_param_named(hash_cache_size, xsr_vif_params.hash_cache, uint, 0644);
MODULE_PARM_DESC(hash_cache_size, "Without effect: hashes are computed, not cached");

module_param_named(provides_xdp_headroom, xsr_vif_params.xdp_headroom, bool, 0644);
MODULE_PARM_DESC(provides_xdp_headroom, "Offer to leave room before packets for XDP in the guest");

module_param_named(late_us, xsr_vif_params.late_us, uint, 0644);
MODULE_PARM_DESC(
	late_us,
	"Longest that packets of a guest that nothing is sent to wait for more, us; 0: never");

static void params_clamp(const char *name, unsigned int *value, unsigned int min, unsigned int max)
{
	unsigned int kept = clamp(*value, min, max);

	if (kept != *value)
		pr_warn("%s=%u is outside %u..%u, using %u\n", name, *value, min, max, kept);
	*value = kept;
}

void xsr_vif_params_settle(void)
{
	struct xsr_vif_params *p = &xsr_vif_params;

	if (!p->max_queues)
		p->max_queues = min_t(unsigned int, num_online_cpus(), XSR_VIF_QUEUES_DEFAULT);
	params_clamp("max_queues", &p->max_queues, 1, XSR_VIF_QUEUES_CEILING);
	params_clamp("fatal_skb_slots", &p->fatal_slots, PARAMS_MIN_FATAL_SLOTS, 256);
	params_clamp("rx_drain_timeout_msecs", &p->drain_ms, 1, PARAMS_MAX_MSECS);
	params_clamp("late_us", &p->late_us, 0, PARAMS_MAX_LATE);
	params_clamp("rx_stall_timeout_msecs", &p->stall_ms, 0, PARAMS_MAX_MSECS);
}

u64 xsr_vif_params_late(void)
{
	return min_t(u64, xsr_vif_param(late_us), PARAMS_MAX_LATE) * NSEC_PER_USEC;
}

u32 xsr_vif_params_queues(void)
{
	return clamp_t(u32, xsr_vif_param(max_queues), 1, XSR_VIF_QUEUES_CEILING);
}
