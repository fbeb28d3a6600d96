// SPDX-License-Identifier: GPL-2.0
/*
 * To which CPU the interrupts of each queue come.
 *
 * At first to one whose requests the queue carries; what is best from then on is ring/follow.h's
 * judgement, from the idle times that the kernel keeps. The administrator's word stands above both
 * (xsr_channel_place).
 */
#include <linux/cpumask.h>
#include <linux/kernel_stat.h>
#include <linux/ktime.h>

#include "frontend/block/queue.h"
#include "ring/linux/compat/compat.h"

/* The first CPU that is online and whose requests queue @nr carries; nr_cpu_ids if there is none. */
static u32 place_first(const struct xsr_bf *bf, u32 nr)
{
	const struct blk_mq_queue_map *map = &bf->disk->set.map[HCTX_TYPE_DEFAULT];
	u32 cpu;

	for_each_online_cpu(cpu)
		if (map->mq_map[cpu] % bf->deal.queues == nr)
			return cpu;
	return nr_cpu_ids;
}

void xsr_bf_queues_place(struct xsr_bf *bf)
{
	u32 i, cpu;

	if (bf->deal.queues == 1)
		return;
	for (i = 0; i < bf->deal.queues; i++) {
		cpu = place_first(bf, i);
		if (cpu < nr_cpu_ids)
			xsr_channel_place(&bf->queue[i].ch, cpu);
	}
}

/* How long a CPU has been idle, us, since some time in the past. */
static u64 place_idle_us(u32 cpu)
{
	return get_cpu_idle_time_us(cpu, NULL) + get_cpu_iowait_time_us(cpu, NULL);
}

/* The CPU after @cpu, round and round. */
static u32 place_next(u32 cpu)
{
	u32 next = cpumask_next(cpu, cpu_online_mask);

	return next < nr_cpu_ids ? next : cpumask_first(cpu_online_mask);
}

static void place_begin(struct xsr_bf_place *p, u32 here)
{
	u32 home = p->follow.home;

	p->other = here != home ? here : place_next(p->other);
	if (p->other == home)
		p->other = place_next(home);
	p->since_us = ktime_to_us(ktime_get());
	p->home_idle_us = place_idle_us(home);
	p->other_idle_us = place_idle_us(p->other);
}

/* Of 1024. */
static u32 place_part(u64 idle_us, u64 us)
{
	return idle_us < us ? div64_u64(idle_us * 1024, us) : 1024;
}

static enum xsr_follow_to place_judge(struct xsr_bf_place *p, u32 here)
{
	u64 us = ktime_to_us(ktime_get()) - p->since_us;
	u32 home = p->follow.home;

	return xsr_follow_judge(&p->follow, here != home,
				place_part(place_idle_us(home) - p->home_idle_us, us),
				place_part(place_idle_us(p->other) - p->other_idle_us, us));
}

static void place_move(struct xsr_bf_queue *q, u32 cpu)
{
	q->in.moves++;
	xsr_channel_place(&q->ch, cpu);
}

static void place_decide(struct xsr_bf_queue *q, u32 here)
{
	switch (place_judge(&q->place, here)) {
	case XSR_FOLLOW_STAY:
		break;
	case XSR_FOLLOW_HOME:
		place_move(q, q->place.follow.home);
		break;
	case XSR_FOLLOW_AWAY:
		place_move(q, q->place.other);
		break;
	}
}

void xsr_bf_queue_follow(struct xsr_bf_queue *q, u32 home)
{
	u32 here = smp_processor_id();

	if (num_online_cpus() == 1)
		return;
	switch (xsr_follow_saw(&q->place.follow, home)) {
	case XSR_FOLLOW_NOTHING:
		break;
	case XSR_FOLLOW_BEGIN:
		place_begin(&q->place, here);
		break;
	case XSR_FOLLOW_JUDGE:
		place_decide(q, here);
		break;
	}
}
