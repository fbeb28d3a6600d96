// SPDX-License-Identifier: GPL-2.0
/*
 * The module: takes the claimed vbds, offers a small disk, and runs commands on each: those of
 * common/back.h, of answers.c and of acts.c.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "tests/xen/evil/back/back.h"

static struct dentry *back_dir;

static const struct evil_offer back_offer[] = {
	{ "sectors", "8192" },
	{ "sector-size", "512" },
	{ "physical-sector-size", "0" }, /* as sector-size, whatever that is */
	{ "info", "0" },
	{ "feature-flush-cache", "1" },
	{ "feature-barrier", "0" },
	{ "feature-discard", "1" },
	{ "discard-granularity", "512" },
	{ "discard-alignment", "0" },
	{ "discard-secure", "0" },
	{ "feature-persistent", "0" },
	{ "feature-max-indirect-segments", "256" },
	{ "max-ring-page-order", "0" },
	{ "multi-queue-max-queues", "1" },
	{ NULL },
};

static const struct evil_back_ops back_ops = {
	.name = "evil-blkback",
	.offer = back_offer,
	.connect = back_connect,
	.disconnect = back_disconnect,
	.poke = back_poke,
	.act = back_act,
};

static void store_destroy(struct back *b)
{
	u32 i;

	for (i = 0; b->store && i < BACK_STORE_PAGES; i++)
		if (b->store[i])
			__free_page(b->store[i]);
	kvfree(b->store);
}

static int store_create(struct back *b)
{
	u32 i;

	b->store = kvcalloc(BACK_STORE_PAGES, sizeof(*b->store), GFP_KERNEL);
	for (i = 0; b->store && i < BACK_STORE_PAGES; i++) {
		b->store[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!b->store[i])
			break;
	}
	if (b->store && i == BACK_STORE_PAGES)
		return 0;
	store_destroy(b);
	return -ENOMEM;
}

static int back_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct back *b;

	if (!evil_claims(xdev))
		return -ENODEV;
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	if (store_create(b)) {
		kfree(b);
		return -ENOMEM;
	}
	dev_set_drvdata(&xdev->dev, &b->e);
	evil_back_create(&b->e, xdev, &back_ops, back_dir);
	return 0;
}

static void back_remove(struct xenbus_device *xdev)
{
	struct evil_back *e = dev_get_drvdata(&xdev->dev);

	evil_back_destroy(e);
	dev_set_drvdata(&xdev->dev, NULL);
	store_destroy(back_of(e));
	kfree(back_of(e));
}

static void back_changed(struct xenbus_device *xdev, enum xenbus_state theirs)
{
	evil_back_changed(dev_get_drvdata(&xdev->dev), theirs);
}

static const struct xenbus_device_id back_ids[] = { { "vbd" }, { "" } };

static struct xenbus_driver back_driver = {
	.name = "evil-vbd",
	.ids = back_ids,
	.probe = back_probe,
	.remove = back_remove,
	.otherend_changed = back_changed,
};

static int __init back_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	back_dir = debugfs_create_dir("evil-blkback", NULL);
	evil_back_init(back_dir);
	err = xenbus_register_backend(&back_driver);
	if (err) {
		evil_back_exit();
		debugfs_remove(back_dir);
	}
	return err;
}

static void __exit back_exit(void)
{
	xenbus_unregister_driver(&back_driver);
	evil_back_exit();
	debugfs_remove(back_dir);
}

module_init(back_init);
module_exit(back_exit);
MODULE_DESCRIPTION("Hostile block back-end for tests");
MODULE_LICENSE("GPL");
