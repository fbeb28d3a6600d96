// SPDX-License-Identifier: GPL-2.0
/*
 * The thread of one queue, and the making and unmaking of a queue.
 *
 * An event wakes the thread; it works until the ring is empty and armed, then ends the interrupt
 * and sleeps without a time-out. It never waits for the front-end. When it is to stop, it takes
 * nothing more from the ring and ends once all it took has been answered, so that the next back-end
 * finds a ring without holes; a dead device is not answered any more.
 */
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched/mm.h>

#include "backend/block/params.h"
#include "backend/block/queue.h"

irqreturn_t xsr_vbd_queue_event(int irq, void *data)
{
	xsr_vbd_queue_kick(data, XSR_VBD_KICK_EVENT);
	return IRQ_HANDLED;
}

/* Wake the thread. Any context; in an RCU read side if the queue might be stopping. */
void xsr_vbd_queue_kick(struct xsr_vbd_queue *q, unsigned int why)
{
	set_bit(why, &q->kicks);
	wake_up(&q->wait);
}

/* Requests that were taken and not yet answered. The thread, or when there is none. */
u32 xsr_vbd_queue_held(const struct xsr_vbd_queue *q)
{
	return q->taken - READ_ONCE(q->answered);
}

static bool queue_wanted(const struct xsr_vbd_queue *q)
{
	return READ_ONCE(q->kicks) || !llist_empty(&q->reap) ||
	       (!q->draining && kthread_should_stop());
}

/* The longest that the administrator wants queues to look for requests, ns. */
static u64 queue_poll_most(void)
{
	return (u64)xsr_vbd_param(poll_us) * NSEC_PER_USEC;
}

static void queue_sleep(struct xsr_vbd_queue *q)
{
	wait_event_freezable_timeout(q->wait, queue_wanted(q), q->nap ?: MAX_SCHEDULE_TIMEOUT);
	q->nap = 0;
	q->counts.wakeups++;
	if (queue_poll_most())
		xsr_adapt_woken(&q->adapt, ktime_get_ns(), queue_poll_most());
}

/* Ask to be kicked when something that is in flight ends. */
static void queue_watch(struct xsr_vbd_queue *q)
{
	spin_lock_irq(&q->lock);
	q->watch = true;
	spin_unlock_irq(&q->lock);
}

/* Nothing that waits can be done any more. */
static void queue_drop_waiting(struct xsr_vbd_queue *q)
{
	list_splice_tail_init(&q->waiting, &q->finished);
	xsr_vbd_barrier_drop(q);
}

/* Does anything want this thread, or the CPU it is on? */
static bool queue_poll_over(const struct xsr_vbd_queue *q)
{
	u32 n;

	return xsr_ring_peek(&q->channel.ring, &n) != XSR_OK || n || queue_wanted(q) ||
	       need_resched() || freezing(current);
}

/*
 * The ring is empty. Where that has paid lately, look at it a little longer, so that neither an
 * event nor a wake-up is needed. Returns true if something came.
 */
static bool queue_poll(struct xsr_vbd_queue *q)
{
	u64 now = ktime_get_ns(), end;
	u32 n;

	end = now + xsr_adapt_look(&q->adapt, now, queue_poll_most());
	if (now == end)
		return false;
	q->counts.polls++;
	while (!queue_poll_over(q) && ktime_get_ns() < end)
		cpu_relax();
	if (xsr_ring_peek(&q->channel.ring, &n) == XSR_OK && !n)
		return false;
	q->counts.poll_hits++;
	return true;
}

/*
 * Look for requests where nothing stands in the way. Returns true if there may be more to do at
 * once; with *@rest set there is not, and the ring is armed.
 */
static bool queue_advance(struct xsr_vbd_queue *q, bool *rest)
{
	u32 taken = 0;

	if (kthread_should_stop())
		q->draining = true;
	if (READ_ONCE(q->barrier)) {
		xsr_vbd_barrier_try(q);
		return false;
	}
	if (list_empty(&q->waiting) && !q->draining)
		taken = xsr_vbd_take(q);
	if (taken)
		q->worked = true;
	xsr_vbd_dispatch(q);
	if (q->starved || q->draining)
		return false;
	if (taken || READ_ONCE(q->barrier))
		return taken;
	if (queue_poll_most() && queue_poll(q))
		return true;
	*rest = !xsr_ring_arm(&q->channel.ring, 1);
	return !*rest;
}

/* One round. Returns true if another should follow at once. */
static bool queue_round(struct xsr_vbd_queue *q, bool *rest)
{
	bool more = false;

	if (xsr_vbd_dead(q->vbd))
		queue_drop_waiting(q);
	else
		more = queue_advance(q, rest);
	xsr_vbd_finish(q);
	return more && !xsr_vbd_dead(q->vbd);
}

static void queue_end_interrupt(struct xsr_vbd_queue *q)
{
	if (!q->owes_eoi || xsr_vbd_dead(q->vbd))
		return;
	if (!q->worked)
		q->counts.idle_wakeups++;
	xsr_channel_eoi(&q->channel, q->worked);
	q->owes_eoi = false;
	q->worked = false;
}

/* Requests are stuck for want of memory: try again when one ends, or when time has passed. */
#define QUEUE_RETRY (HZ / 10)

static void queue_prepare_wait(struct xsr_vbd_queue *q)
{
	if (q->starved)
		q->nap = q->nap ?: QUEUE_RETRY;
	else if (!q->draining)
		return;
	queue_watch(q);
	/* What ended before we watched has not kicked us. */
	if (q->draining && !xsr_vbd_queue_held(q))
		set_bit(XSR_VBD_KICK_CHECK, &q->kicks);
}

static void queue_run(struct xsr_vbd_queue *q)
{
	unsigned long kicks = xchg(&q->kicks, 0);
	bool rest = false;

	q->starved = false;
	if (kicks & BIT(XSR_VBD_KICK_EVENT))
		q->owes_eoi = true;
	if (kthread_should_stop())
		q->draining = true;
	while (queue_round(q, &rest)) {
		cond_resched();
		try_to_freeze();
	}
	if (rest)
		queue_end_interrupt(q);
	xsr_vbd_keep_trim(q, kicks);
	if (unlikely(xsr_disk_resized(&q->vbd->disk, &q->vbd->limits)))
		xsr_vbd_upkeep_soon(q->vbd);
	queue_prepare_wait(q);
}

static int queue_thread(void *data)
{
	struct xsr_vbd_queue *q = data;
	unsigned int noio = memalloc_noio_save();

	set_freezable();
	while (!q->draining || xsr_vbd_queue_held(q)) {
		queue_sleep(q);
		queue_run(q);
	}
	memalloc_noio_restore(noio);
	return 0;
}

static int queue_alloc(struct xsr_vbd_queue *q)
{
	u64 secret[2] = { get_random_u64(), get_random_u64() };
	int err;

	q->scratch = kvmalloc(sizeof(*q->scratch), GFP_KERNEL);
	q->cache_storage = kvmalloc(xsr_cache_bytes(XSR_VBD_CACHE_SLOTS), GFP_KERNEL);
	if (!q->scratch || !q->cache_storage)
		return -ENOMEM;
	xsr_cache_init(&q->cache, q->cache_storage, XSR_VBD_CACHE_SLOTS,
		       xsr_vbd_param(max_persistent_grants), secret);
	err = xsr_vbd_reserve_create(&q->reserve);
	if (err)
		return err;
	err = xsr_mapped_create(&q->mapped, q->vbd->budget, XSR_VBD_RESERVE_PAGES);
	if (err || (q->vbd->persistent && !q->vbd->limits.lent))
		return err;
	return xsr_bounced_create(&q->bounced, q->vbd->budget);
}

/*
 * Prepare a zeroed @q. Returns 0, or -ENOMEM with something left behind for
 * xsr_vbd_queue_destroy().
 */
int xsr_vbd_queue_create(struct xsr_vbd_queue *q, struct xsr_vbd *vbd, u32 index)
{
	q->vbd = vbd;
	q->index = index;
	init_waitqueue_head(&q->wait);
	INIT_LIST_HEAD(&q->waiting);
	INIT_LIST_HEAD(&q->finished);
	INIT_LIST_HEAD(&q->busy);
	spin_lock_init(&q->lock);
	init_llist_head(&q->done);
	init_llist_head(&q->reap);
	tasklet_setup(&q->publisher, xsr_vbd_publisher);
	/* There may be requests already: a former back-end may have left them. */
	set_bit(XSR_VBD_KICK_CHECK, &q->kicks);
	return queue_alloc(q);
}

/* Let the thread of a queue whose channel is attached run. Returns 0 or a negative errno. */
int xsr_vbd_queue_start(struct xsr_vbd_queue *q)
{
	struct task_struct *thread;

	thread = kthread_create(queue_thread, q, "%s-%u", q->vbd->name, q->index);
	if (IS_ERR(thread)) {
		xsr_device_fail(&q->vbd->dev, "queue %u: cannot start a thread", q->index);
		return PTR_ERR(thread);
	}
	q->thread = get_task_struct(thread);
	wake_up_process(thread);
	return 0;
}

void xsr_vbd_queue_stop(struct xsr_vbd_queue *q)
{
	if (!q->thread)
		return;
	kthread_stop_put(q->thread);
	q->thread = NULL;
}

/* Everything that was taken must have been given back. Anything else is a fault of ours. */
static void queue_check_books(const struct xsr_vbd_queue *q)
{
	u32 inflight = q->inflight[0] + q->inflight[1], held = xsr_vbd_queue_held(q);

	if (held || inflight || q->cache.count || q->mapped.out || q->mapped.lost || q->bounced.out)
		dev_err(&q->vbd->xdev->dev,
			"queue %u: not given back: %u requests (%u), %u grants, %u pages (%u), %u copies\n",
			q->index, held, inflight, q->cache.count, q->mapped.out, q->mapped.lost,
			q->bounced.out);
}

void xsr_vbd_queue_destroy(struct xsr_vbd_queue *q)
{
	if (!q->vbd)
		return;
	xsr_channel_mute(&q->channel);
	tasklet_kill(&q->publisher);
	if (q->mapped.ops)
		xsr_vbd_keep_nothing(q);
	xsr_channel_destroy(&q->channel);
	queue_check_books(q);
	xsr_bounced_destroy(&q->bounced);
	xsr_mapped_destroy(&q->mapped);
	xsr_vbd_reserve_destroy(&q->reserve);
	kvfree(q->cache_storage);
	kvfree(q->scratch);
}
