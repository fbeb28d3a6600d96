// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a hostile front-end's device; see front.h. The states of the other end are only noted
 * by its callback; everything here waits for them in the context of the command.
 */
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "tests/xen/evil/common/front.h"

void evil_front_state(struct evil_front *f, u32 state)
{
	xenbus_printf(XBT_NIL, f->xdev->nodename, "state", "%u", state);
}

void evil_front_mark(struct evil_front *f)
{
	WRITE_ONCE(f->seen, 0);
}

bool evil_front_is_closed(const struct evil_front *f)
{
	u32 theirs = READ_ONCE(f->theirs);

	return theirs == XenbusStateClosing || theirs == XenbusStateClosed ||
	       theirs == XenbusStateUnknown || READ_ONCE(f->gone);
}

bool evil_front_wait(struct evil_front *f, u32 state, unsigned int ms)
{
	wait_event_timeout(f->wait, READ_ONCE(f->theirs) == state || READ_ONCE(f->gone),
			   msecs_to_jiffies(ms));
	return READ_ONCE(f->theirs) == state;
}

bool evil_front_wait_closed(struct evil_front *f, unsigned int ms)
{
	wait_event_timeout(f->wait, evil_front_is_closed(f), msecs_to_jiffies(ms));
	return evil_front_is_closed(f);
}

/* Makes the key come and go as fast as xenstore allows. */
static int front_flicker(void *data)
{
	struct evil_front *f = data;
	const char *dir = f->xdev->nodename, *key = f->key;
	unsigned int len;
	char *honest = xenbus_read(XBT_NIL, dir, key, &len);

	while (!kthread_should_stop()) {
		xenbus_rm(XBT_NIL, dir, key);
		xenbus_write(XBT_NIL, dir, key, IS_ERR(honest) ? "1" : honest);
		cond_resched();
	}
	if (!IS_ERR(honest))
		kfree(honest);
	return 0;
}

static bool front_is_decided(const struct evil_front *f)
{
	return READ_ONCE(f->theirs) == XenbusStateConnected || evil_front_is_closed(f);
}

static int front_wait_for_connect(struct evil_front *f)
{
	evil_front_state(f, f->ops->named);
	wait_event_timeout(f->wait, front_is_decided(f), msecs_to_jiffies(EVIL_PATIENCE_MS));
	if (READ_ONCE(f->theirs) == XenbusStateConnected)
		return 0;
	return evil_front_is_closed(f) ? -ECONNREFUSED : -ETIMEDOUT;
}

int evil_front_up(struct evil_front *f)
{
	struct task_struct *task = NULL;
	bool flickers = f->key && !strcmp(f->value, "@flicker");
	int err;

	f->up = true;
	err = f->ops->rings(f);
	if (err)
		return err;
	f->ops->keys(f);
	if (f->key && !flickers)
		evil_key_write(f->xdev->nodename, f->key, f->value);
	if (flickers)
		task = kthread_run(front_flicker, f, "evil-flicker");
	err = front_wait_for_connect(f);
	if (!IS_ERR_OR_NULL(task))
		kthread_stop(task);
	if (!err && f->ops->named != XenbusStateConnected)
		evil_front_state(f, XenbusStateConnected);
	return err;
}

void evil_front_down(struct evil_front *f)
{
	evil_front_state(f, XenbusStateClosed);
	evil_front_wait(f, XenbusStateClosed, EVIL_PATIENCE_MS);
	f->ops->drop(f);
	f->up = false;
}

int evil_front_again(struct evil_front *f)
{
	evil_front_down(f);
	if (READ_ONCE(f->theirs) != XenbusStateClosed)
		return -ETIMEDOUT;
	evil_front_state(f, XenbusStateInitialising);
	return evil_front_wait(f, XenbusStateInitWait, EVIL_PATIENCE_MS) ? 0 : -ETIMEDOUT;
}

int evil_front_reconnect(struct evil_front *f)
{
	int err = evil_front_again(f);

	return err ? err : evil_front_up(f);
}

/* What is left after an action? Leaves a connection that works, if the back-end lets us. */
static const char *front_settle(struct evil_front *f)
{
	f->key = NULL;
	if (f->up && !evil_front_is_closed(f) && f->ops->works(f))
		return "alive";
	if (!evil_front_reconnect(f) && f->ops->works(f))
		return "reconnected";
	return "dead";
}

/* Words that are no actions: they set the stage. */
static bool front_stage(struct evil_front *f, const char *word, char *rest)
{
	if (!strcmp(word, "shape")) {
		f->ops->shape(f, rest);
		evil_front_down(f);
	} else if (!strcmp(word, "off")) {
		evil_front_down(f);
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
	struct evil_front *f = data;
	const char *word = evil_word(&line);
	ktime_t begin;

	if (!word)
		return -EINVAL;
	evil_say(&f->command, "%s %u %s: ", f->ops->name, f->number, word);
	if (front_stage(f, word, line))
		return 0;
	f->stray = 0;
	if (!f->up && evil_front_reconnect(f)) {
		evil_say(&f->command, "answer=none after=dead\n");
		return 0;
	}
	evil_front_mark(f);
	begin = ktime_get();
	if (!f->ops->act(f, word, line) && !evil_life_act(f, word, line))
		return -EINVAL;
	evil_say(&f->command, " ms=%lld", ktime_ms_delta(ktime_get(), begin));
	evil_say(&f->command, " after=%s", f->silent ? "off" : front_settle(f));
	evil_say(&f->command, " stray=%u\n", f->stray);
	pr_info("%s", f->command.result);
	return 0;
}

/* The back-end closes and no command is there to deal with it: let it. */
static void front_close(struct work_struct *work)
{
	struct evil_front *f = container_of(work, struct evil_front, close);

	mutex_lock(&f->command.lock);
	if (!f->silent && !f->gone && f->theirs == XenbusStateClosing)
		evil_front_down(f);
	mutex_unlock(&f->command.lock);
}

void evil_front_changed(struct evil_front *f, enum xenbus_state theirs)
{
	WRITE_ONCE(f->theirs, theirs);
	set_bit(min_t(u32, theirs, BITS_PER_LONG - 1), &f->seen);
	wake_up_all(&f->wait);
	if (theirs == XenbusStateClosing)
		schedule_work(&f->close);
}

void evil_front_create(struct evil_front *f, struct xenbus_device *xdev,
		       const struct evil_front_ops *ops, struct dentry *dir)
{
	f->ops = ops;
	f->xdev = xdev;
	if (kstrtou32(kbasename(xdev->nodename), 10, &f->number))
		f->number = 0;
	init_waitqueue_head(&f->wait);
	INIT_WORK(&f->close, front_close);
	f->command.run = front_command;
	f->command.data = f;
	evil_command_create(&f->command, dir, kbasename(xdev->nodename));
	evil_front_state(f, XenbusStateInitialising);
}

void evil_front_destroy(struct evil_front *f)
{
	WRITE_ONCE(f->gone, true);
	wake_up_all(&f->wait);
	evil_command_destroy(&f->command);
	cancel_work_sync(&f->close);
	f->ops->drop(f);
}
