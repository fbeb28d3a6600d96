// SPDX-License-Identifier: GPL-2.0
/*
 * The block back-end module: takes the place of the stock one, with its name and alias.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <xen/xen.h>

#include "backend/block/params.h"
#include "backend/block/queue.h"

struct workqueue_struct *xsr_vbd_wq;

static int __init vbd_module_init(void)
{
	int err;

	if (!xen_domain()) {
		pr_err("this machine is not a Xen domain\n");
		return -ENODEV;
	}
	xsr_vbd_params_settle();
	xsr_vbd_wq = alloc_workqueue("xsr_vbd", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!xsr_vbd_wq)
		return -ENOMEM;
	err = xsr_vbd_requests_init();
	if (err)
		goto out_wq;
	xsr_vbd_debugfs_init();
	err = xsr_vbd_xenbus_init();
	if (err)
		goto out_requests;
	return 0;
out_requests:
	xsr_vbd_debugfs_exit();
	xsr_vbd_requests_exit();
out_wq:
	destroy_workqueue(xsr_vbd_wq);
	return err;
}
module_init(vbd_module_init);

static void __exit vbd_module_exit(void)
{
	xsr_vbd_xenbus_exit();
	xsr_vbd_debugfs_exit();
	xsr_vbd_requests_exit();
	destroy_workqueue(xsr_vbd_wq);
}
module_exit(vbd_module_exit);

MODULE_DESCRIPTION("Splitring: Xen block back-end");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vbd");
