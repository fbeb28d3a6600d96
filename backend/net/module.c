// SPDX-License-Identifier: GPL-2.0
/*
 * The network back-end module: takes the place of the stock one, with its name and alias.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <xen/xen.h>

#include "backend/net/params.h"
#include "backend/net/vif.h"

static int __init vif_module_init(void)
{
	int err;

	if (!xen_domain()) {
		pr_err("this machine is not a Xen domain\n");
		return -ENODEV;
	}
	xsr_vif_params_settle();
	xsr_vif_debugfs_init();
	err = xsr_vif_xenbus_init();
	if (err)
		xsr_vif_debugfs_exit();
	return err;
}
module_init(vif_module_init);

static void __exit vif_module_exit(void)
{
	xsr_vif_xenbus_exit();
	xsr_vif_debugfs_exit();
}
module_exit(vif_module_exit);

MODULE_DESCRIPTION("Splitring: Xen network back-end");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vif");
