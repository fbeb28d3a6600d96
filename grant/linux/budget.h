/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many pages all devices of one guest may have taken from this host together, whatever the number
 * of its disks and queues. Each queue of a back-end is charged for the pages that it maps grants at and
 * for those that it keeps unused.
 */
#ifndef XSR_LINUX_BUDGET_H
#define XSR_LINUX_BUDGET_H

#include <linux/atomic.h>
#include <linux/list.h>

struct xsr_budget {
	struct list_head list;
	int domid;
	unsigned int users;
	atomic_t used; /* pages */
	unsigned long pressed; /* jiffies, of the last time that somebody was refused; 0: never */
};

/* The budget of a guest, shared by all that ask for it. Returns NULL without memory. Sleeps. */
struct xsr_budget *xsr_budget_get(int domid);
/* Harmless on NULL. Sleeps. */
void xsr_budget_put(struct xsr_budget *b);

/* Charge @n pages, unless that makes more than @limit. Returns whether it was done. */
bool xsr_budget_charge(struct xsr_budget *b, int n, int limit);
void xsr_budget_return(struct xsr_budget *b, int n);

/* Was somebody refused not long ago? Whoever holds pages without need should then give them back. */
bool xsr_budget_is_pressed(const struct xsr_budget *b);

#endif /* XSR_LINUX_BUDGET_H */
