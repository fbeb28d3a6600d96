// SPDX-License-Identifier: GPL-2.0
/*
 * system_percpu_wq, system_dfl_wq and WQ_PERCPU. 6.1 has system_wq and system_unbound_wq, and a
 * work queue is bound to CPUs unless it says otherwise.
 * Shim: system_percpu_wq system_dfl_wq WQ_PERCPU
 */
#include <linux/workqueue.h>

void xsr_probe(struct work_struct *work);
void xsr_probe(struct work_struct *work)
{
	queue_work(system_percpu_wq, work);
	queue_work(system_dfl_wq, work);
	alloc_workqueue("probe", WQ_PERCPU, 0);
}
