// SPDX-License-Identifier: GPL-2.0
/*
 * timer_delete_sync_try(). 6.1 and 6.12 call it try_to_del_timer_sync().
 * Shim: timer_delete_sync_try
 */
#include <linux/timer.h>

int xsr_probe(struct timer_list *t);
int xsr_probe(struct timer_list *t)
{
	return timer_delete_sync_try(t);
}
