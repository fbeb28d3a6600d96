// SPDX-License-Identifier: GPL-2.0
/*
 * The network front-end module: parameters and registration.
 *
 * Names, types, modes and defaults of the parameters are those of the stock driver, so that
 * modprobe.d and kernel command lines keep working.
 */
#include <linux/cpumask.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "frontend/net/nf.h"

/* Most queues if the user does not say how many. */
#define MODULE_QUEUES_DEFAULT 8

static unsigned int nf_max_queues;
module_param_named(max_queues, nf_max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues, "Most queues of an interface; 0: one for each CPU, at most 8");

static bool nf_trusted = true;
module_param_named(trusted, nf_trusted, bool, 0644);
MODULE_PARM_DESC(trusted, "Trust the back-ends: if not, show them nothing but copies of packets");

u32 xsr_nf_param_queues(void)
{
	u32 wish = READ_ONCE(nf_max_queues);

	return wish ? wish : min_t(u32, MODULE_QUEUES_DEFAULT, num_online_cpus());
}

bool xsr_nf_param_trusted(void)
{
	return READ_ONCE(nf_trusted);
}

static const struct xenbus_device_id nf_ids[] = { { "vif" }, { "" } };

static struct xenbus_driver nf_driver = {
	.ids = nf_ids,
	.allow_rebind = true, /* remove() leaves the right state itself */
	.probe = xsr_nf_probe,
	.remove = xsr_nf_remove,
	.resume = xsr_nf_resume,
	.otherend_changed = xsr_nf_peer_changed,
};

/* Built under another name we stand beside a stock driver that has the bus driver's name. */
static bool module_is_beside_stock(void)
{
	return strcmp(KBUILD_MODNAME, "xen_netfront") != 0;
}

static int __init nf_module_init(void)
{
	int err;

	if (!xen_domain() || !xen_has_pv_nic_devices()) {
		pr_err("%s: not a Xen guest with PV network devices\n", KBUILD_MODNAME);
		return -ENODEV;
	}
	/* As stock: what is in force can be read back. */
	nf_max_queues = xsr_nf_param_queues();
	if (module_is_beside_stock())
		nf_driver.name = KBUILD_MODNAME;
	xsr_nf_debugfs_init();
	err = xenbus_register_frontend(&nf_driver);
	if (err)
		xsr_nf_debugfs_exit();
	return err;
}
module_init(nf_module_init);

static void __exit nf_module_exit(void)
{
	xenbus_unregister_driver(&nf_driver);
	xsr_nf_debugfs_exit();
}
module_exit(nf_module_exit);

MODULE_DESCRIPTION("Splitring: Xen network front-end");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen:vif");
MODULE_ALIAS("xennet");
