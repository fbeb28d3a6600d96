// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a hostile back-end's device; see back.h.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "tests/xen/evil/common/back.h"

static struct {
	char key[40];
	char value[EVIL_LINE_MAX];
} back_presets[EVIL_MAX_PRESETS];
static u32 back_nr_presets;
static u32 back_early_ms; /* between connecting and saying so, events are sent for so long */
static struct evil_command back_all;

void evil_back_state(struct evil_back *b, u32 state)
{
	b->ours = state;
	xenbus_printf(XBT_NIL, b->xdev->nodename, "state", "%u", state);
}

bool evil_back_is_left(const struct evil_back *b)
{
	u32 theirs = READ_ONCE(b->theirs);

	return theirs == XenbusStateClosing || theirs == XenbusStateClosed ||
	       theirs == XenbusStateUnknown || READ_ONCE(b->gone);
}

bool evil_back_wait_left(struct evil_back *b, unsigned int ms)
{
	wait_event_timeout(b->wait, evil_back_is_left(b), msecs_to_jiffies(ms));
	return evil_back_is_left(b);
}

static void back_offer(struct evil_back *b)
{
	const struct evil_offer *o;
	u32 i;

	for (o = b->ops->offer; o->key; o++)
		xenbus_write(XBT_NIL, b->xdev->nodename, o->key, o->value);
	for (i = 0; i < back_nr_presets; i++)
		evil_key_write(b->xdev->nodename, back_presets[i].key, back_presets[i].value);
}

/* Events before we have said that we are there. */
static void back_early(struct evil_back *b)
{
	ktime_t end = ktime_add_ms(ktime_get(), back_early_ms);

	while (ktime_before(ktime_get(), end)) {
		b->ops->poke(b);
		usleep_range(20, 50);
	}
}

/* A former life may have been cut off by an act that changed our state and nothing else. */
static void back_connect(struct evil_back *b)
{
	b->ops->disconnect(b);
	if (b->ops->connect(b)) {
		evil_back_state(b, XenbusStateClosing);
		return;
	}
	back_early(b);
	evil_back_state(b, XenbusStateConnected);
}

/* Do what the front-end's state asks of an honest back-end. */
static void back_follow(struct evil_back *b)
{
	u32 theirs = READ_ONCE(b->theirs);

	if (b->silent || b->gone)
		return;
	if (b->ours == XenbusStateInitWait &&
	    (theirs == XenbusStateInitialised || theirs == XenbusStateConnected)) {
		back_connect(b);
	} else if (theirs == XenbusStateClosing && b->ours == XenbusStateConnected) {
		evil_back_state(b, XenbusStateClosing);
	} else if (theirs == XenbusStateClosed && b->ours != XenbusStateClosed &&
		   b->ours != XenbusStateInitWait) {
		b->ops->disconnect(b);
		evil_back_state(b, XenbusStateClosed);
	} else if (theirs == XenbusStateInitialising && b->ours == XenbusStateClosed) {
		back_offer(b);
		evil_back_state(b, XenbusStateInitWait);
	}
}

static void back_step(struct work_struct *work)
{
	struct evil_back *b = container_of(work, struct evil_back, step);

	mutex_lock(&b->command.lock);
	back_follow(b);
	mutex_unlock(&b->command.lock);
}

void evil_back_changed(struct evil_back *b, enum xenbus_state theirs)
{
	WRITE_ONCE(b->theirs, theirs);
	wake_up_all(&b->wait);
	schedule_work(&b->step);
}

static void back_report(struct evil_back *b)
{
	bool left = evil_back_wait_left(b, 1000);

	evil_say(&b->command, "answer=%s theirs=%u given=%u", left ? "left" : "stays", b->theirs,
		 b->given);
	b->times = 0;
}

static int back_command(void *data, char *line)
{
	struct evil_back *b = data;
	const char *word = evil_word(&line);

	if (!word)
		return -EINVAL;
	evil_say(&b->command, "%s %u %s: ", b->ops->name, b->number, word);
	if (!strcmp(word, "report"))
		back_report(b);
	else if (!b->ops->act(b, word, line) && !evil_back_act(b, word, line))
		return -EINVAL;
	evil_say(&b->command, "\n");
	pr_info("%s", b->command.result);
	return 0;
}

static int all_command(void *data, char *line)
{
	const char *word = evil_word(&line), *key;

	if (word && !strcmp(word, "clear")) {
		back_nr_presets = 0;
		return 0;
	}
	if (word && !strcmp(word, "early")) {
		back_early_ms = evil_number(&line, 300);
		return 0;
	}
	key = evil_word(&line);
	if (!word || strcmp(word, "preset") || !key || back_nr_presets == EVIL_MAX_PRESETS)
		return -EINVAL;
	strscpy(back_presets[back_nr_presets].key, key, sizeof(back_presets[0].key));
	strscpy(back_presets[back_nr_presets].value, line, sizeof(back_presets[0].value));
	back_nr_presets++;
	return 0;
}

void evil_back_init(struct dentry *dir)
{
	back_all.run = all_command;
	evil_command_create(&back_all, dir, "all");
}

void evil_back_exit(void)
{
	evil_command_destroy(&back_all);
}

void evil_back_create(struct evil_back *b, struct xenbus_device *xdev,
		      const struct evil_back_ops *ops, struct dentry *dir)
{
	b->ops = ops;
	b->xdev = xdev;
	if (kstrtou32(kbasename(xdev->nodename), 10, &b->number))
		b->number = 0;
	init_waitqueue_head(&b->wait);
	INIT_WORK(&b->step, back_step);
	b->command.run = back_command;
	b->command.data = b;
	evil_command_create(&b->command, dir, kbasename(xdev->nodename));
	back_offer(b);
	evil_back_state(b, XenbusStateInitWait);
}

void evil_back_destroy(struct evil_back *b)
{
	WRITE_ONCE(b->gone, true);
	wake_up_all(&b->wait);
	evil_command_destroy(&b->command);
	cancel_work_sync(&b->step);
	b->ops->disconnect(b);
}
