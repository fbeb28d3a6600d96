/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control ring of a vif; see ctrl.c.
 */
#ifndef XSR_VIF_CTRL_H
#define XSR_VIF_CTRL_H

#include <linux/workqueue.h>

#include "backend/net/vif.h"
#include "grant/linux/copied.h"
#include "ring/linux/channel.h"
#include "ring/net_ctrl.h"

struct xsr_vif_ctrl {
	struct xsr_vif *vif;
	struct xsr_channel channel;
	struct work_struct work;
	struct xsr_copied copied;
	struct xsr_net_ctrl_job *job; /* a page of its own, for the copy */
	atomic_t owed; /* an end of interrupt */
	bool worked;
};

/*
 * Attach to the control ring, if the front-end names one. In the device's step, before the queues
 * run. Returns 0 also if there is none; an error has failed the device, with nothing left behind.
 */
int xsr_vif_ctrl_connect(struct xsr_vif *vif, u32 queues);

/* Let go of it, and of what was asked for through it. Harmless when repeated. */
void xsr_vif_ctrl_disconnect(struct xsr_vif *vif);

#endif /* XSR_VIF_CTRL_H */
