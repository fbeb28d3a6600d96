// SPDX-License-Identifier: GPL-2.0
/*
 * kthread_stop_put(). Missing in 6.1.
 * Shim: kthread_stop_put
 */
#include <linux/kthread.h>

int xsr_probe(struct task_struct *t);
int xsr_probe(struct task_struct *t)
{
	return kthread_stop_put(t);
}
