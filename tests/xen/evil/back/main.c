// SPDX-License-Identifier: GPL-2.0
/*
 * The module: takes the claimed vbds, offers a small disk, follows the front-end's states, and runs
 * commands. The file "all/run" takes what must be said before a device is there:
 *
 *	preset KEY VALUE	the next offers have this in place of the honest value
 *	clear			no presets
 *
 * A device's file takes the acts of acts.c, and
 *
 *	arm ANSWER [N]		the next N (1) requests that fit get this answer
 *	report			waits up to a second for the front-end to leave, then says
 *				answer=left or stays, theirs= its state, given= armed answers given
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "tests/xen/evil/back/back.h"

#define BACK_MAX_CLAIMS 16

static uint claim[BACK_MAX_CLAIMS];
static uint nr_claims;
module_param_array(claim, uint, &nr_claims, 0644);
MODULE_PARM_DESC(claim, "virtual-device numbers of the vbds to take");

static struct dentry *back_dir;
static struct evil_command back_all;

struct preset {
	char key[40];
	char value[EVIL_LINE_MAX];
};

static struct preset presets[BACK_MAX_PRESETS];
static u32 nr_presets;

void back_state(struct back *b, u32 state)
{
	b->ours = state;
	xenbus_printf(XBT_NIL, b->xdev->nodename, "state", "%u", state);
}

bool back_wait(struct back *b, u32 state, unsigned int ms)
{
	wait_event_timeout(b->wait, READ_ONCE(b->theirs) == state || READ_ONCE(b->gone),
			   msecs_to_jiffies(ms));
	return READ_ONCE(b->theirs) == state;
}

bool back_is_left(const struct back *b)
{
	u32 theirs = READ_ONCE(b->theirs);

	return theirs == XenbusStateClosing || theirs == XenbusStateClosed ||
	       theirs == XenbusStateUnknown || READ_ONCE(b->gone);
}

bool back_wait_left(struct back *b, unsigned int ms)
{
	wait_event_timeout(b->wait, back_is_left(b), msecs_to_jiffies(ms));
	return back_is_left(b);
}

void back_offer(struct back *b)
{
	static const struct {
		const char *key, *value;
	} honest[] = {
		{ "sectors", "8192" },
		{ "sector-size", "512" },
		{ "physical-sector-size", "512" },
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
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(honest); i++)
		xenbus_write(XBT_NIL, b->xdev->nodename, honest[i].key, honest[i].value);
	for (i = 0; i < nr_presets; i++)
		evil_key_write(b->xdev->nodename, presets[i].key, presets[i].value);
}

/* Do what the front-end's state asks of an honest back-end. */
static void back_follow(struct back *b)
{
	u32 theirs = READ_ONCE(b->theirs);

	if (b->silent || b->gone)
		return;
	if (b->ours == XenbusStateInitWait &&
	    (theirs == XenbusStateInitialised || theirs == XenbusStateConnected)) {
		back_state(b, back_connect(b) ? XenbusStateClosing : XenbusStateConnected);
	} else if (theirs == XenbusStateClosing && b->ours == XenbusStateConnected) {
		back_state(b, XenbusStateClosing);
	} else if (theirs == XenbusStateClosed && b->ours != XenbusStateClosed &&
		   b->ours != XenbusStateInitWait) {
		back_disconnect(b);
		back_state(b, XenbusStateClosed);
	} else if (theirs == XenbusStateInitialising && b->ours == XenbusStateClosed) {
		back_offer(b);
		back_state(b, XenbusStateInitWait);
	}
}

static void back_step(struct work_struct *work)
{
	struct back *b = container_of(work, struct back, step);

	mutex_lock(&b->command.lock);
	back_follow(b);
	mutex_unlock(&b->command.lock);
}

static void back_changed(struct xenbus_device *xdev, enum xenbus_state theirs)
{
	struct back *b = dev_get_drvdata(&xdev->dev);

	WRITE_ONCE(b->theirs, theirs);
	wake_up_all(&b->wait);
	schedule_work(&b->step);
}

static void command_arm(struct back *b, char *rest)
{
	char *name = evil_word(&rest);
	const struct back_answer *answer = name ? back_find_answer(name) : NULL;

	b->times = 0;
	WRITE_ONCE(b->armed, answer);
	b->given = 0;
	b->times = evil_number(&rest, 1);
	evil_say(&b->command, "answer=%s", answer ? "armed" : "none");
}

static void command_report(struct back *b)
{
	bool left = back_wait_left(b, 1000);

	evil_say(&b->command, "answer=%s theirs=%u given=%u held=%u", left ? "left" : "stays",
		 b->theirs, b->given, !!b->held);
	b->times = 0;
}

static bool back_do(struct back *b, const char *word, char *rest)
{
	const struct back_act *act;

	if (!strcmp(word, "arm")) {
		command_arm(b, rest);
		return true;
	}
	if (!strcmp(word, "report")) {
		command_report(b);
		return true;
	}
	for (act = back_acts; act->name; act++)
		if (!strcmp(act->name, word)) {
			act->act(b, rest);
			return true;
		}
	return false;
}

static int back_command(void *data, char *line)
{
	struct back *b = data;
	const char *word = evil_word(&line);

	if (!word)
		return -EINVAL;
	evil_say(&b->command, "evil-blkback %u %s: ", b->vdev, word);
	if (!back_do(b, word, line))
		return -EINVAL;
	evil_say(&b->command, "\n");
	pr_info("%s", b->command.result);
	return 0;
}

static int all_command(void *data, char *line)
{
	const char *word = evil_word(&line), *key;

	if (word && !strcmp(word, "clear")) {
		nr_presets = 0;
		return 0;
	}
	key = evil_word(&line);
	if (!word || strcmp(word, "preset") || !key || nr_presets == BACK_MAX_PRESETS)
		return -EINVAL;
	strscpy(presets[nr_presets].key, key, sizeof(presets[0].key));
	strscpy(presets[nr_presets].value, line, sizeof(presets[0].value));
	nr_presets++;
	return 0;
}

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

static bool back_claims(u32 vdev)
{
	u32 i;

	for (i = 0; i < nr_claims; i++)
		if (vdev && claim[i] == vdev)
			return true;
	return false;
}

static int back_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct back *b;
	u32 vdev;

	if (kstrtou32(kbasename(xdev->nodename), 10, &vdev) || !back_claims(vdev))
		return -ENODEV;
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	b->xdev = xdev;
	b->vdev = vdev;
	init_waitqueue_head(&b->wait);
	INIT_WORK(&b->step, back_step);
	if (store_create(b)) {
		kfree(b);
		return -ENOMEM;
	}
	b->command.run = back_command;
	b->command.data = b;
	dev_set_drvdata(&xdev->dev, b);
	evil_command_create(&b->command, back_dir, kbasename(xdev->nodename));
	back_offer(b);
	back_state(b, XenbusStateInitWait);
	return 0;
}

static void back_remove(struct xenbus_device *xdev)
{
	struct back *b = dev_get_drvdata(&xdev->dev);

	WRITE_ONCE(b->gone, true);
	wake_up_all(&b->wait);
	evil_command_destroy(&b->command);
	cancel_work_sync(&b->step);
	back_disconnect(b);
	store_destroy(b);
	dev_set_drvdata(&xdev->dev, NULL);
	kfree(b);
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
	back_all.run = all_command;
	evil_command_create(&back_all, back_dir, "all");
	err = xenbus_register_backend(&back_driver);
	if (err)
		debugfs_remove(back_dir);
	return err;
}

static void __exit back_exit(void)
{
	xenbus_unregister_driver(&back_driver);
	debugfs_remove(back_dir);
}

module_init(back_init);
module_exit(back_exit);
MODULE_DESCRIPTION("Hostile block back-end for tests");
MODULE_LICENSE("GPL");
