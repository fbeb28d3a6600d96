// SPDX-License-Identifier: GPL-2.0
/*
 * timer_container_of(). 6.1 and 6.12 call it from_timer().
 * Shim: timer_container_of
 */
#include <linux/timer.h>

struct probe {
	struct timer_list timer;
};

void xsr_probe(struct timer_list *t);
void xsr_probe(struct timer_list *t)
{
	struct probe *p = timer_container_of(p, t, timer);

	timer_setup(&p->timer, NULL, 0);
}
