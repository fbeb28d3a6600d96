// SPDX-License-Identifier: GPL-2.0
/*
 * The module: takes the claimed vbds, and runs one command at a time on each. After every action
 * front_settle() finds out what is left, so that each starts on a connection that works; see
 * front.h. The words of the result:
 *
 *	answer=	what the action came to: okay, error, unsupported, odd-status (a response), closed (the
 *		back-end closed the device), silence (nothing in time), or what the action says
 *	ms=	how long that took
 *	after=	alive (honest reads work on the same connection), reconnected (they work on a new one),
 *		dead (the back-end gives no new connection), off (the action leaves it like that)
 *	stray=	responses to requests that were never put
 */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "tests/xen/evil/front/front.h"

#define FRONT_MAX_CLAIMS 16

static uint claim[FRONT_MAX_CLAIMS];
static uint nr_claims;
module_param_array(claim, uint, &nr_claims, 0644);
MODULE_PARM_DESC(claim, "virtual-device numbers of the vbds to take");

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

static int front_reconnect(struct front *f)
{
	int err = front_again(f);

	return err ? err : front_up(f);
}

/* What is left after an action? Leaves a connection that works, if the back-end lets us. */
static const char *front_settle(struct front *f)
{
	f->shape.key = NULL;
	if (f->nr_queues && !front_is_closed(f) && front_try(f) == FRONT_OKAY)
		return "alive";
	if (!front_reconnect(f) && front_try(f) == FRONT_OKAY)
		return "reconnected";
	return "dead";
}

/* Words that are no actions: they set the stage. */
static bool front_stage(struct front *f, const char *word, char *rest)
{
	if (!strcmp(word, "shape")) {
		f->shape.queues = clamp_t(u32, evil_number(&rest, 1), 1, FRONT_MAX_QUEUES);
		f->shape.order = min_t(u32, evil_number(&rest, 0), XSR_RING_MAX_ORDER);
		f->shape.persistent = evil_number(&rest, 0);
		front_down(f);
	} else if (!strcmp(word, "off")) {
		front_down(f);
		evil_say(&f->command, "answer=off after=off\n");
		return true;
	} else if (strcmp(word, "connect")) {
		return false;
	}
	evil_say(&f->command, "answer=connect after=%s\n", front_settle(f));
	return true;
}

static int front_command(void *data, char *line)
{
	const struct front_action *action;
	struct front *f = data;
	const char *word;
	ktime_t begin;

	word = evil_word(&line);
	if (!word)
		return -EINVAL;
	evil_say(&f->command, "evil-blkfront %u %s: ", f->vdev, word);
	if (front_stage(f, word, line))
		return 0;
	action = front_find(word);
	if (!action)
		return -EINVAL;
	f->stray = 0;
	if (!f->nr_queues && front_reconnect(f)) {
		evil_say(&f->command, "answer=none after=dead\n");
		return 0;
	}
	front_mark(f);
	begin = ktime_get();
	action->act(f, action, line);
	evil_say(&f->command, " ms=%lld", ktime_ms_delta(ktime_get(), begin));
	evil_say(&f->command, " after=%s", f->silent ? "off" : front_settle(f));
	evil_say(&f->command, " stray=%u\n", f->stray);
	pr_info("%s", f->command.result);
	return 0;
}

/* The back-end closes and no command is there to deal with it: let it. */
static void front_close(struct work_struct *work)
{
	struct front *f = container_of(work, struct front, close);

	mutex_lock(&f->command.lock);
	if (!f->silent && !f->gone && f->theirs == XenbusStateClosing)
		front_down(f);
	mutex_unlock(&f->command.lock);
}

static void front_changed(struct xenbus_device *xdev, enum xenbus_state theirs)
{
	struct front *f = dev_get_drvdata(&xdev->dev);

	WRITE_ONCE(f->theirs, theirs);
	set_bit(min_t(u32, theirs, BITS_PER_LONG - 1), &f->seen);
	wake_up_all(&f->wait);
	if (theirs == XenbusStateClosing)
		schedule_work(&f->close);
}

static bool front_claims(u32 vdev)
{
	u32 i;

	for (i = 0; i < nr_claims; i++)
		if (vdev && claim[i] == vdev)
			return true;
	return false;
}

static int front_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct front *f;
	u32 vdev;
	int err;

	if (kstrtou32(kbasename(xdev->nodename), 10, &vdev) || !front_claims(vdev))
		return -ENODEV;
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->xdev = xdev;
	f->vdev = vdev;
	f->shape.queues = 1;
	init_waitqueue_head(&f->wait);
	INIT_WORK(&f->close, front_close);
	err = front_pages_create(f);
	if (err) {
		kfree(f);
		return err;
	}
	f->command.run = front_command;
	f->command.data = f;
	dev_set_drvdata(&xdev->dev, f);
	evil_command_create(&f->command, front_dir, kbasename(xdev->nodename));
	front_state(f, XenbusStateInitialising);
	return 0;
}

static void front_remove(struct xenbus_device *xdev)
{
	struct front *f = dev_get_drvdata(&xdev->dev);

	WRITE_ONCE(f->gone, true);
	wake_up_all(&f->wait);
	evil_command_destroy(&f->command);
	cancel_work_sync(&f->close);
	front_drop_rings(f);
	front_pages_destroy(f);
	dev_set_drvdata(&xdev->dev, NULL);
	kfree(f);
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
