/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic kernel helpers in the spelling of Linux 7.3, on kernels that lack them.
 *
 * Every source of the modules is written to the newest kernel's API; this header and its siblings
 * (compat_xen.h, compat_blk.h) make older kernels look like it. Which APIs a kernel has is asked
 * by compiling the files in probes/, never by its version, because distributions back-port.
 * Nothing here decides anything: each shim is the older kernel's way of saying the same thing.
 * An include of kernel headers that follows this header sees the shims too; they accept what the
 * older kernel's own headers pass.
 */
#ifndef XSR_COMPAT_H
#define XSR_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/tick.h> /* get_cpu_idle_time_us() and its like, which 7.3 has in kernel_stat.h */
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "xsr_probed.h"

/* timer_container_of(): the structure around a timer. 6.1 and 6.12 say from_timer(). */
#ifndef XSR_HAVE_TIMER_CONTAINER_OF
#define timer_container_of(var, timer, field) from_timer(var, timer, field)
#endif

/* timer_delete_sync(): delete and wait for the callback. Early 6.1 says del_timer_sync(). */
#ifndef XSR_HAVE_TIMER_DELETE_SYNC
#define timer_delete_sync(timer) del_timer_sync(timer)
#endif

/* timer_delete_sync_try(): delete unless the callback runs. Old name in 6.1 and 6.12. */
#ifndef XSR_HAVE_TIMER_DELETE_SYNC_TRY
#define timer_delete_sync_try(timer) try_to_del_timer_sync(timer)
#endif

/*
 * timer_shutdown_sync(): delete for good, so that arming it again does nothing. Early 6.1 lacks it;
 * there the caller has to make sure that nobody arms the timer any more, as this only deletes it.
 */
#ifndef XSR_HAVE_TIMER_SHUTDOWN_SYNC
#define timer_shutdown_sync(timer) timer_delete_sync(timer)
#endif

/* hrtimer_setup(): initialise with a callback. 6.1 and 6.12 set the callback by hand. */
#ifndef XSR_HAVE_HRTIMER_SETUP
static inline void xsr_hrtimer_setup(struct hrtimer *timer,
				     enum hrtimer_restart (*fire)(struct hrtimer *),
				     clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = fire;
}
#define hrtimer_setup(timer, fire, clock, mode) xsr_hrtimer_setup(timer, fire, clock, mode)
#endif

/*
 * strscpy(to, from) fills the array `to`; strscpy(to, from, size) as ever. 6.1 has only the latter.
 * The copy is the kernel's own: bounded, always terminated, -E2BIG when cut short.
 */
#ifndef XSR_HAVE_STRSCPY_TWO
#define xsr_strscpy2(to, from) (strscpy)(to, from, sizeof(to) + __must_be_array(to))
#define xsr_strscpy3(to, from, size) (strscpy)(to, from, size)
#define strscpy(to, ...) CONCATENATE(xsr_strscpy, COUNT_ARGS(to, __VA_ARGS__))(to, __VA_ARGS__)
#endif

/* MODULE_IMPORT_NS("NAME"): import a symbol name space. 6.1 and 6.12 take a bare name. */
#ifdef XSR_HAVE_IMPORT_NS_TOKEN
#undef MODULE_IMPORT_NS
#define MODULE_IMPORT_NS(ns) MODULE_INFO(import_ns, ns)
#endif

/* kthread_stop_put(): stop a thread and drop the caller's reference. Missing in 6.1. */
#ifndef XSR_HAVE_KTHREAD_STOP_PUT
static inline int xsr_kthread_stop_put(struct task_struct *thread)
{
	int result = kthread_stop(thread);

	put_task_struct(thread);
	return result;
}
#define kthread_stop_put(thread) xsr_kthread_stop_put(thread)
#endif

/*
 * system_percpu_wq, system_dfl_wq and WQ_PERCPU say where work runs. 6.1 calls the queues system_wq
 * and system_unbound_wq, and binds a queue to CPUs unless told otherwise.
 */
#ifndef XSR_HAVE_PERCPU_WQ
#define system_percpu_wq system_wq
#define system_dfl_wq system_unbound_wq
#define WQ_PERCPU 0
#endif

#endif /* XSR_COMPAT_H */
