// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of a guest's devices, counted together; see budget.h. Decides nothing but whether one more
 * fits; what to do when it does not is the back-end's affair.
 */
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "grant/linux/budget.h"

/* How long after a refusal others give back what they do not need. */
#define BUDGET_PRESSURE (2 * HZ)

static LIST_HEAD(budget_list);
static DEFINE_MUTEX(budget_lock);

static struct xsr_budget *budget_find_locked(int domid)
{
	struct xsr_budget *b;

	lockdep_assert_held(&budget_lock);
	list_for_each_entry(b, &budget_list, list)
		if (b->domid == domid)
			return b;
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return NULL;
	b->domid = domid;
	list_add(&b->list, &budget_list);
	return b;
}

struct xsr_budget *xsr_budget_get(int domid)
{
	struct xsr_budget *b;

	mutex_lock(&budget_lock);
	b = budget_find_locked(domid);
	if (b)
		b->users++;
	mutex_unlock(&budget_lock);
	return b;
}
EXPORT_SYMBOL_GPL(xsr_budget_get);

void xsr_budget_put(struct xsr_budget *b)
{
	if (!b)
		return;
	mutex_lock(&budget_lock);
	if (!--b->users) {
		list_del(&b->list);
		kfree(b);
	}
	mutex_unlock(&budget_lock);
}
EXPORT_SYMBOL_GPL(xsr_budget_put);

bool xsr_budget_charge(struct xsr_budget *b, int n, int limit)
{
	if (atomic_add_return(n, &b->used) <= limit)
		return true;
	atomic_sub(n, &b->used);
	/* 0 would mean never. */
	WRITE_ONCE(b->pressed, jiffies ?: 1);
	return false;
}
EXPORT_SYMBOL_GPL(xsr_budget_charge);

void xsr_budget_return(struct xsr_budget *b, int n)
{
	atomic_sub(n, &b->used);
}
EXPORT_SYMBOL_GPL(xsr_budget_return);

bool xsr_budget_is_pressed(const struct xsr_budget *b)
{
	unsigned long pressed = READ_ONCE(b->pressed);

	return pressed && time_before(jiffies, pressed + BUDGET_PRESSURE);
}
EXPORT_SYMBOL_GPL(xsr_budget_is_pressed);
