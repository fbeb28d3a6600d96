// SPDX-License-Identifier: GPL-2.0
/*
 * timer_delete_sync(). Early 6.1 calls it del_timer_sync().
 * Shim: timer_delete_sync
 */
#include <linux/timer.h>

int xsr_probe(struct timer_list *t);
int xsr_probe(struct timer_list *t)
{
	return timer_delete_sync(t);
}
