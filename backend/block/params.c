// SPDX-License-Identifier: GPL-2.0
/*
 * Module parameters of the block back-end; see params.h.
 *
 * Decides the limits of each parameter. The names are those of the stock module, so that
 * modprobe.d, the kernel command line and sysfs keep working.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/moduleparam.h>

#include "backend/block/params.h"
#include "ring/linux/compat/compat.h"
#include "ring/ring_attach.h"

struct xsr_vbd_params xsr_vbd_params = {
	.max_buffer_pages = 1024,
	.max_persistent_grants = 1056,
	.max_domain_pages = 64 << 10, /* 256 MiB */
	.unused_seconds = 60,
	.max_ring_order = XSR_RING_MAX_ORDER,
	.persistent = true,
	.copy_most = 8192,
	.squeeze_ms = 10,
};

/* A number with limits. */
struct param_range {
	int *value;
	int min;
	int max;
};

static int param_set_range(const char *text, const struct kernel_param *kp)
{
	const struct param_range *range = kp->arg;
	long long asked;
	int err = kstrtoll(text, 0, &asked), kept;

	if (err)
		return err;
	kept = clamp_t(long long, asked, range->min, range->max);
	if (kept != asked)
		pr_warn("%s=%lld is outside %d..%d, using %d\n", kp->name, asked, range->min,
			range->max, kept);
	WRITE_ONCE(*range->value, kept);
	return 0;
}

static int param_get_range(char *text, const struct kernel_param *kp)
{
	const struct param_range *range = kp->arg;

	return sysfs_emit(text, "%d\n", *range->value);
}

static const struct kernel_param_ops param_range_ops = {
	.set = param_set_range,
	.get = param_get_range,
};

#define RANGE_PARAM(name, field, type, lo, hi, mode)                                     \
	static const struct param_range range_##name = { .value = &xsr_vbd_params.field, \
							 .min = (lo),                    \
							 .max = (hi) };                  \
	module_param_cb(name, &param_range_ops, (void *)&range_##name, mode);            \
	__MODULE_PARM_TYPE(name, type)

RANGE_PARAM(max_buffer_pages, max_buffer_pages, "int", 0, 1 << 20, 0644);
MODULE_PARM_DESC(max_buffer_pages, "Most unused pages that each queue keeps");

RANGE_PARAM(max_persistent_grants, max_persistent_grants, "int", 0, 1 << 20, 0644);
MODULE_PARM_DESC(max_persistent_grants, "Most grants that each queue keeps mapped");

RANGE_PARAM(max_domain_pages, max_domain_pages, "int", 0, 1 << 24, 0644);
MODULE_PARM_DESC(
	max_domain_pages,
	"Most pages mapped, copied to or kept for all disks of a guest together; 0: no limit");

RANGE_PARAM(persistent_grant_unused_seconds, unused_seconds, "uint", 0, INT_MAX / HZ, 0644);
MODULE_PARM_DESC(persistent_grant_unused_seconds,
		 "Seconds without use after which a persistent grant is unmapped; 0: never");

RANGE_PARAM(max_queues, max_queues, "uint", 0, XSR_VBD_QUEUES_CEILING, 0644);
MODULE_PARM_DESC(max_queues, "Most queues of each disk; default: the number of online CPUs");

RANGE_PARAM(max_ring_page_order, max_ring_order, "int", 0, XSR_RING_MAX_ORDER, 0444);
MODULE_PARM_DESC(max_ring_page_order, "Largest ring, as the log2 of its pages");

RANGE_PARAM(log_stats, log_stats, "int", 0, 1, 0644);
MODULE_PARM_DESC(log_stats, "Print a line per busy queue every 10 seconds");

RANGE_PARAM(poll_us, poll_us, "int", 0, XSR_VBD_POLL_MOST, 0644);
MODULE_PARM_DESC(
	poll_us,
	"Microseconds to look for requests before sleeping, where that pays; 0: sleep at once");

RANGE_PARAM(copy_most, copy_most, "int", 0, XSR_VBD_COPY_MOST, 0644);
MODULE_PARM_DESC(
	copy_most,
	"Most bytes of a request that are copied, unless grants stay mapped; 0: always map");

RANGE_PARAM(buffer_squeeze_duration_ms, squeeze_ms, "int", 0, 3600 * 1000, 0644);
MODULE_PARM_DESC(buffer_squeeze_duration_ms,
		 "Milliseconds without a reserve of pages after memory got scarce");

module_param_named(feature_persistent, xsr_vbd_params.persistent, bool, 0644);
MODULE_PARM_DESC(feature_persistent, "Offer to keep grants mapped");

void xsr_vbd_params_settle(void)
{
	int cpus = min_t(unsigned int, num_online_cpus(), XSR_VBD_QUEUES_CEILING);

	if (!xsr_vbd_params.max_queues)
		xsr_vbd_params.max_queues = cpus;
}
