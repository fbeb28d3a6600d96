// SPDX-License-Identifier: GPL-2.0
/*
 * The module: takes the claimed vbds, and runs one command at a time on each (common/front.h). An
 * action's answer= is okay, error, unsupported, odd-status (a response), closed (the back-end closed
 * the device), silence (nothing in time), or what the action says. Beside the actions:
 *
 *	shape QUEUES ORDER PERSISTENT	how the next connections shall be; 2 for the last: and with marks
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/events.h>

#include "tests/xen/evil/front/front.h"

static struct dentry *front_dir;

static const struct front_action *const front_tables[] = {
	front_request_actions,
	front_race_actions,
	front_ring_actions,
	front_life_actions,
};

static const struct front_action *front_find(const char *name)
{
	const struct front_action *action;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(front_tables); i++)
		for (action = front_tables[i]; action->name; action++)
			if (!strcmp(action->name, name))
				return action;
	return NULL;
}

static bool front_works(struct evil_front *e)
{
	return front_try(front_of(e)) == FRONT_OKAY;
}

static void front_poke(struct evil_front *e)
{
	if (front_of(e)->queue[0].irq > 0)
		notify_remote_via_irq(front_of(e)->queue[0].irq);
}

static void front_shape(struct evil_front *e, char *rest)
{
	struct front *f = front_of(e);
	u32 persistent;

	f->shape.queues = clamp_t(u32, evil_number(&rest, 1), 1, FRONT_MAX_QUEUES);
	f->shape.order = min_t(u32, evil_number(&rest, 0), XSR_RING_MAX_ORDER);
	persistent = evil_number(&rest, 0);
	f->shape.persistent = persistent;
	f->shape.lent = persistent > 1;
}

static bool front_act(struct evil_front *e, const char *word, char *rest)
{
	const struct front_action *action = front_find(word);

	if (action)
		action->act(front_of(e), action, rest);
	return action;
}

static const struct evil_front_ops front_ops = {
	.name = "evil-blkfront",
	.named = XenbusStateInitialised,
	.ring_key = "ring-ref",
	.rings = front_rings,
	.keys = front_keys,
	.drop = front_drop_rings,
	.works = front_works,
	.poke = front_poke,
	.shape = front_shape,
	.act = front_act,
};

static void front_changed(struct xenbus_device *xdev, enum xenbus_state theirs)
{
	evil_front_changed(dev_get_drvdata(&xdev->dev), theirs);
}

static int front_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct front *f;
	int err;

	if (!evil_claims(xdev))
		return -ENODEV;
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->shape.queues = 1;
	/* The pages are granted to whom the device says. */
	f->e.xdev = xdev;
	err = front_pages_create(f);
	if (err) {
		kfree(f);
		return err;
	}
	dev_set_drvdata(&xdev->dev, &f->e);
	evil_front_create(&f->e, xdev, &front_ops, front_dir);
	return 0;
}

static void front_remove(struct xenbus_device *xdev)
{
	struct evil_front *e = dev_get_drvdata(&xdev->dev);

	evil_front_destroy(e);
	front_pages_destroy(front_of(e));
	dev_set_drvdata(&xdev->dev, NULL);
	kfree(front_of(e));
}

static const struct xenbus_device_id front_ids[] = { { "vbd" }, { "" } };

static struct xenbus_driver front_driver = {
	.name = "evil-vbd",
	.ids = front_ids,
	.probe = front_probe,
	.remove = front_remove,
	.otherend_changed = front_changed,
	.not_essential = true,
};

static int __init front_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	front_dir = debugfs_create_dir("evil-blkfront", NULL);
	err = xenbus_register_frontend(&front_driver);
	if (err)
		debugfs_remove(front_dir);
	return err;
}

static void __exit front_exit(void)
{
	xenbus_unregister_driver(&front_driver);
	debugfs_remove(front_dir);
}

module_init(front_init);
module_exit(front_exit);
MODULE_DESCRIPTION("Hostile block front-end for tests");
MODULE_LICENSE("GPL");
