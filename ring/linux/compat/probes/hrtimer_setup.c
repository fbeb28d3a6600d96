// SPDX-License-Identifier: GPL-2.0
/*
 * hrtimer_setup() names the function at once. 6.1 and 6.12 have hrtimer_init() and a store.
 * Shim: hrtimer_setup
 */
#include <linux/hrtimer.h>

static enum hrtimer_restart probe_fire(struct hrtimer *t)
{
	return HRTIMER_NORESTART;
}

void xsr_probe(struct hrtimer *t);
void xsr_probe(struct hrtimer *t)
{
	hrtimer_setup(t, probe_fire, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}
