// SPDX-License-Identifier: GPL-2.0
/*
 * The block front-end module: parameters and registration.
 *
 * Names, types and modes of the parameters are those of the stock driver, so that modprobe.d and
 * kernel command lines keep working; two defaults differ, as larger rings and requests cost nothing
 * until they are used: max_ring_page_order is 4 (stock 0) and max_indirect_segments 256 (stock 32).
 * What a back-end offers is never exceeded.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "frontend/block/bf.h"
#include "frontend/block/queue.h"
#include "frontend/block/vdev.h"

static unsigned int bf_max_segments = 256;
module_param_named(max_indirect_segments, bf_max_segments, uint, 0444);
MODULE_PARM_DESC(max_indirect_segments,
		 "Most segments (4 KiB pieces) of a request; below 12: no indirect requests");

#define BF_DEFAULT_QUEUES 4
static unsigned int bf_max_queues = BF_DEFAULT_QUEUES;
module_param_named(max_queues, bf_max_queues, uint, 0444);
MODULE_PARM_DESC(max_queues, "Most queues of a disk, at most one for each CPU");

static int bf_max_ring_order = XSR_RING_MAX_ORDER;
module_param_named(max_ring_page_order, bf_max_ring_order, int, 0444);
MODULE_PARM_DESC(max_ring_page_order, "Largest ring, log2 of its pages, 0 to 4");

static unsigned int bf_poll_queues;
module_param_named(poll_queues, bf_poll_queues, uint, 0444);
MODULE_PARM_DESC(poll_queues,
		 "Queues of a disk, beside max_queues, for polled I/O (io_uring); 0: none");

static bool bf_trusted = true;
module_param_named(trusted, bf_trusted, bool, 0644);
MODULE_PARM_DESC(trusted, "Trust the back-ends: if not, show them nothing but copies of the data");

static bool bf_persistent = true;
module_param_named(feature_persistent, bf_persistent, bool, 0644);
MODULE_PARM_DESC(feature_persistent, "Keep pages granted, for back-ends that keep them mapped");

/* Off: what it was measured with, requests of 1 MiB, is faster copied (docs/performance.md). */
static unsigned int bf_lend_from;
module_param_named(lend_from, bf_lend_from, uint, 0644);
MODULE_PARM_DESC(lend_from,
		 "Bytes from which on requests are not copied if the back-end allows it; 0: never");

static unsigned int bf_timeout;
module_param_named(request_timeout, bf_timeout, uint, 0644);
MODULE_PARM_DESC(request_timeout,
		 "Seconds after which a request without an answer fails, and its disk; 0: never");

/* To read the clock is a trap where Xen emulates it, and not free elsewhere. */
static unsigned int bf_latency_every = 16;
module_param_named(latency_every, bf_latency_every, uint, 0644);
MODULE_PARM_DESC(latency_every,
		 "Of so many requests of a queue one is timed for debugfs; 1: all, 0: none");

static bool bf_require_flush;
module_param_named(require_flush, bf_require_flush, bool, 0644);
MODULE_PARM_DESC(require_flush,
		 "Once a back-end no longer does flushes, fail them rather than do without");

struct workqueue_struct *xsr_bf_wq;

/* Is the block major ours to give back? */
static bool bf_owns_major;

void xsr_bf_wish(struct xsr_blk_wish *wish)
{
	wish->queues = bf_max_queues + bf_poll_queues;
	wish->ring_order = bf_max_ring_order;
	wish->indirect_segs = bf_max_segments;
	wish->persistent = READ_ONCE(bf_persistent);
	wish->lent = true;
}

bool xsr_bf_param_trusted(void)
{
	return READ_ONCE(bf_trusted);
}

u32 xsr_bf_param_polled(void)
{
	return bf_poll_queues;
}

u32 xsr_bf_param_lend_from(void)
{
	return READ_ONCE(bf_lend_from);
}

u32 xsr_bf_param_timeout(void)
{
	return READ_ONCE(bf_timeout);
}

u32 xsr_bf_param_latency_every(void)
{
	return READ_ONCE(bf_latency_every);
}

bool xsr_bf_param_require_flush(void)
{
	return READ_ONCE(bf_require_flush);
}

static void module_clamp_params(void)
{
	unsigned int cpus = num_online_cpus();

	if (bf_max_segments > XSR_BLK_MAX_INDIRECT_SEGS) {
		pr_info("%s: max_indirect_segments=%u is above the limit, using %u\n",
			KBUILD_MODNAME, bf_max_segments, XSR_BLK_MAX_INDIRECT_SEGS);
		bf_max_segments = XSR_BLK_MAX_INDIRECT_SEGS;
	}
	if (bf_max_ring_order < 0 || bf_max_ring_order > XSR_RING_MAX_ORDER) {
		pr_info("%s: max_ring_page_order=%d is outside 0..%d, using %d\n", KBUILD_MODNAME,
			bf_max_ring_order, XSR_RING_MAX_ORDER,
			clamp(bf_max_ring_order, 0, XSR_RING_MAX_ORDER));
		bf_max_ring_order = clamp(bf_max_ring_order, 0, XSR_RING_MAX_ORDER);
	}
	if (!bf_max_queues || bf_max_queues > cpus) {
		/* The default is a wish that need not fit. */
		if (bf_max_queues != BF_DEFAULT_QUEUES)
			pr_info("%s: max_queues=%u is outside 1..%u (CPUs online), using %u\n",
				KBUILD_MODNAME, bf_max_queues, cpus,
				clamp(bf_max_queues, 1u, cpus));
		bf_max_queues = clamp(bf_max_queues, 1u, cpus);
	}
	if (bf_poll_queues > cpus) {
		pr_info("%s: poll_queues=%u is outside 0..%u (CPUs online), using %u\n",
			KBUILD_MODNAME, bf_poll_queues, cpus, cpus);
		bf_poll_queues = cpus;
	}
}

static const struct xenbus_device_id bf_ids[] = { { "vbd" }, { "" } };

static struct xenbus_driver bf_driver = {
	.ids = bf_ids,
	.allow_rebind = true, /* remove() leaves the right state itself */
	.probe = xsr_bf_probe,
	.remove = xsr_bf_remove,
	.resume = xsr_bf_resume,
	.otherend_changed = xsr_bf_peer_changed,
	.is_ready = xsr_bf_is_ready,
};

/*
 * Built under another name we stand beside a stock driver that is part of the kernel. It has
 * registered the bus driver name and the major, neither of which keeps us from using device numbers
 * of disks that it has let go of.
 */
static bool module_is_beside_stock(void)
{
	return strcmp(KBUILD_MODNAME, "xen_blkfront") != 0;
}

static int module_register(void)
{
	int err = register_blkdev(XSR_VDEV_MAJOR, XSR_VDEV_NAME);

	bf_owns_major = !err;
	if (err && !module_is_beside_stock()) {
		pr_err("%s: block major %d is taken\n", KBUILD_MODNAME, XSR_VDEV_MAJOR);
		return err;
	}
	if (module_is_beside_stock())
		bf_driver.name = KBUILD_MODNAME;
	err = xenbus_register_frontend(&bf_driver);
	if (err && bf_owns_major)
		unregister_blkdev(XSR_VDEV_MAJOR, XSR_VDEV_NAME);
	return err;
}

static int __init bf_module_init(void)
{
	int err;

	if (!xen_domain() || !xen_has_pv_disk_devices()) {
		pr_err("%s: not a Xen guest with PV disks\n", KBUILD_MODNAME);
		return -ENODEV;
	}
	module_clamp_params();
	xsr_bf_wq = alloc_workqueue("xsr-blkfront", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_PERCPU, 0);
	if (!xsr_bf_wq)
		return -ENOMEM;
	xsr_bf_debugfs_init();
	err = module_register();
	if (err) {
		xsr_bf_debugfs_exit();
		destroy_workqueue(xsr_bf_wq);
	}
	return err;
}
module_init(bf_module_init);

static void __exit bf_module_exit(void)
{
	xenbus_unregister_driver(&bf_driver);
	if (bf_owns_major)
		unregister_blkdev(XSR_VDEV_MAJOR, XSR_VDEV_NAME);
	xsr_bf_debugfs_exit();
	destroy_workqueue(xsr_bf_wq);
}
module_exit(bf_module_exit);

MODULE_DESCRIPTION("Splitring: Xen block front-end");
MODULE_LICENSE("GPL");
MODULE_ALIAS_BLOCKDEV_MAJOR(XSR_VDEV_MAJOR);
MODULE_ALIAS("xen:vbd");
MODULE_ALIAS("xenblk");
