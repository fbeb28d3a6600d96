/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One queue: a ring and a NAPI instance for each direction, and one event channel or two.
 *
 * The NAPI of a direction is the only user of its ring and of the grant copies for it, so neither
 * needs a lock, and the two directions run on different CPUs if the host wishes. Packets for the
 * guest come in from the stack on any CPU; they wait in `pending`, under its lock, until the NAPI
 * of their direction takes them, so that whatever the stack sends in one go is copied by one
 * hypercall and shown to the guest by one publication.
 */
#ifndef XSR_VIF_QUEUE_H
#define XSR_VIF_QUEUE_H

#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/skbuff.h>
#include <linux/timer.h>

#include "backend/net/counts.h"
#include "backend/net/stage.h"
#include "backend/net/vif.h"
#include "grant/linux/copied.h"
#include "ring/late.h"
#include "ring/linux/channel.h"
#include "ring/net_codec.h"

/*
 * Memory of packets that may wait for the guest in one queue; the stack is stopped beyond. As much as
 * stock, which counts bytes on the wire, so that a flood of small packets takes it ten times that. With a
 * limit of the rate less may wait (rate.c).
 */
#define XSR_VIF_PENDING_BYTES (512 * 1024)
/* Most packets of one batch of copies. */
#define XSR_VIF_BATCH 64
/* Most copies of one batch; a packet of the largest kind needs half. */
#define XSR_VIF_COPIES 640

/* Ends of interrupts that are owed: bits of owed. */
#define XSR_VIF_OWE_FROM 1
#define XSR_VIF_OWE_TO 2

/* From the guest to the host. */
struct xsr_vif_from {
	struct napi_struct napi;
	struct xsr_copied copied;
	struct xsr_vif_stage stage;
	struct xsr_vif_from_batch *batch;
	struct timer_list credit; /* the rate limit lets the guest go on */
	bool limited; /* ... until then nothing is taken */
	struct xsr_late late; /* how long the ring may be left alone */
	struct hrtimer company; /* ... and it has been */
	u32 unpaid; /* bytes that were taken and are not yet charged to the rate */
	bool worked; /* something was found since the last end of interrupt */
	u32 notes; /* lines about refused packets */
};

/* From the host to the guest. */
struct xsr_vif_to {
	struct napi_struct napi;
	struct xsr_copied copied;
	struct xsr_vif_to_batch *batch;
	struct sk_buff_head pending; /* its lock covers bytes too */
	u32 bytes;
	struct timer_list tick; /* something waits: look at its age, or whether the rate allows it */
	bool limited; /* the first packet that waits has to, for the rate */
	u32 seen; /* producer of the guest, to tell real events */
	bool worked;
	u32 needed; /* room that the first packet needs, when blocked */
	bool blocked; /* the first packet that waits does not fit */
	bool stalled; /* ... and has not for too long */
	unsigned long blocked_since; /* jiffies */
};

struct xsr_vif_queue {
	struct xsr_vif *vif;
	u32 index;
	struct xsr_channel from_ring; /* the guest's requests to send */
	struct xsr_channel to_ring; /* the guest's offers of room */
	bool split; /* each has its event channel; else to_ring's events go by from_ring's */
	char from_name[IFNAMSIZ + 16]; /* of the interrupts */
	char to_name[IFNAMSIZ + 16];
	atomic_t owed;
	struct xsr_vif_from from;
	struct xsr_vif_to to;
	struct xsr_vif_counts counts;
};

/* queue.c */
int xsr_vif_queue_create(struct xsr_vif_queue *q, struct xsr_vif *vif, u32 index);
/* Run and stop, under the RTNL. Stopping drops what waits for the guest. */
void xsr_vif_queue_start(struct xsr_vif_queue *q);
void xsr_vif_queue_stop(struct xsr_vif_queue *q);
/* No handler and no poll will run; then, after an RCU grace period, free. Harmless on a zeroed one. */
void xsr_vif_queue_mute(struct xsr_vif_queue *q);
void xsr_vif_queue_destroy(struct xsr_vif_queue *q);
/* Handlers: of the one event channel, or of the two. */
irqreturn_t xsr_vif_event_both(int irq, void *data);
irqreturn_t xsr_vif_event_from(int irq, void *data);
irqreturn_t xsr_vif_event_to(int irq, void *data);
/*
 * A direction has looked at its ring; @over: and found nothing more. End its interrupt, if one is
 * owed and it is time. @worked, whether there was anything since the last end, is reset by that.
 */
void xsr_vif_queue_eoi(struct xsr_vif_queue *q, int direction, bool *worked, bool over);

/* rate.c: may the guest send on? If not, the NAPI runs again when it may. */
bool xsr_vif_rate_allows_from(struct xsr_vif_queue *q);
/* May a packet of @bytes go to the guest, which is done then? If not, likewise. */
bool xsr_vif_rate_allows_to(struct xsr_vif_queue *q, u32 bytes);

/* from_guest.c */
int xsr_vif_from_create(struct xsr_vif_queue *q);
void xsr_vif_from_destroy(struct xsr_vif_queue *q);
int xsr_vif_from_poll(struct napi_struct *napi, int budget);
enum hrtimer_restart xsr_vif_from_company(struct hrtimer *timer); /* from.company */

/* to_guest.c */
int xsr_vif_to_create(struct xsr_vif_queue *q);
void xsr_vif_to_destroy(struct xsr_vif_queue *q);
int xsr_vif_to_poll(struct napi_struct *napi, int budget);
/* A packet for the guest, which the queue owns from now on. In softirq, one at a time. */
void xsr_vif_to_guest_push(struct xsr_vif_queue *q, struct sk_buff *skb);
/* Drop what waits. */
void xsr_vif_to_guest_purge(struct xsr_vif_queue *q);

#endif /* XSR_VIF_QUEUE_H */
