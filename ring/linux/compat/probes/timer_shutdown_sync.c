// SPDX-License-Identifier: GPL-2.0
/*
 * timer_shutdown_sync(): deletes a timer so that it cannot be armed again. Missing in early 6.1.
 * Shim: timer_shutdown_sync
 */
#include <linux/timer.h>

int xsr_probe(struct timer_list *t);
int xsr_probe(struct timer_list *t)
{
	return timer_shutdown_sync(t);
}
