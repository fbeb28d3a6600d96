/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block front-end: one device, its disk, and which file does what to them.
 *
 *   module.c   parameters, registration        connect.c  probe, remove, what each step does
 *   publish.c  our keys in xenstore            disk.c     gendisk, limits, names
 *   queue.c    rings and pools of a device     vdev.c     what a virtual device number means
 *   submit.c   requests to the ring            complete.c responses from the ring
 *   data.c     a request's pages as segments   close.c    stop, fail what is left, give back
 *   recover.c  save and restore, splitting     debugfs.c  counters
 *   recall.c   back to copying
 *
 * Life of a request: xsr_bf_queue_rq -> xsr_bf_data_prepare -> put and publish (submit.c); the
 * event channel then calls xsr_bf_interrupt -> match -> xsr_bf_data_finish -> blk-mq.
 *
 * Who may touch what: a step (ring/linux/device.c, under its lock) makes and destroys queues and
 * disk. I/O runs only while the gate is open; whoever destroys shuts it and quiesces blk-mq first.
 */
#ifndef XSR_BF_H
#define XSR_BF_H

#include <linux/kref.h>

#include "ring/keys_blk.h"
#include "ring/linux/compat/compat_blk.h"
#include "ring/linux/device.h"

struct xsr_bf_queue;

/* May requests go to the rings? */
enum xsr_bf_gate {
	XSR_BF_HELD, /* not now: not connected yet, or between two hosts */
	XSR_BF_OPEN,
	XSR_BF_DEAD, /* never again: fail them */
};

/* What the back-end took back at run time; bits of revoked. */
enum {
	XSR_BF_NO_FLUSH,
	XSR_BF_NO_DISCARD,
	XSR_BF_NO_SECURE,
};

/* Bit of stalled: a request has had no answer for so long that we said so. */
#define XSR_BF_STALLED 0

/* A gendisk and what must live as long as it is open somewhere. */
struct xsr_bf_disk {
	struct xsr_bf *bf; /* holds a reference */
	struct gendisk *gd;
	struct blk_mq_tag_set set;
	bool added; /* device_add_disk() succeeded */
};

struct xsr_bf {
	struct xsr_device dev;
	struct xenbus_device *xdev;
	struct kref ref;
	unsigned int vdev; /* virtual device number */
	u16 handle; /* the same as the last part of our directory */

	/* Set when connecting. */
	u64 back[XSR_BB_COUNT]; /* what the back-end says, by enum xsr_blk_back_key */
	struct xsr_blk_deal deal;
	bool untrusted; /* it may see nothing but a request's own data */
	u32 polled; /* of the queues, the last so many are for polled I/O */
	bool bounce; /* data is copied through granted pages */
	bool asks_lent; /* we have published that we may lend in spite of that */
	bool lends; /* ... and may; READ_ONCE, WRITE_ONCE */
	bool bare; /* queues have references for requests' own pages */

	enum xsr_bf_gate gate; /* READ_ONCE, WRITE_ONCE */
	bool ready; /* the disk can be opened */
	bool parked; /* the domain was restored: requests wait in blk-mq */
	unsigned long revoked; /* XSR_BF_NO_* */
	unsigned long stalled; /* XSR_BF_STALLED */
	unsigned long last_setup; /* when, jiffies, for pacing */
	unsigned long last_refresh;

	struct xsr_bf_queue *queue; /* deal.queues of them, or NULL */
	struct xsr_bf_disk *disk; /* NULL: none */
	struct dentry *debugfs;

	struct work_struct add; /* device_add_disk(), which reads the disk */
	struct work_struct revoke; /* tell blk-mq what was revoked */
	struct work_struct split; /* send pieces of requests that had become too big */
	struct delayed_work shrink;
	struct delayed_work bury; /* free what the back-end has let go of */
	unsigned long bury_until; /* jiffies */
	spinlock_t split_lock;
	struct bio_list split_bios; /* under split_lock */
};

/* module.c */
extern struct workqueue_struct
	*xsr_bf_wq; /* completions, and work that memory reclaim may wait for */
void xsr_bf_wish(struct xsr_blk_wish *wish); /* the parameters as they are now */
bool xsr_bf_param_trusted(void);
u32 xsr_bf_param_polled(void); /* queues for polled I/O */
u32 xsr_bf_param_lend_from(void); /* bytes; 0: never */
u32 xsr_bf_param_timeout(void); /* seconds; 0: never */
u32 xsr_bf_param_latency_every(void); /* requests; 0: none is timed */
bool xsr_bf_param_require_flush(void);

/* connect.c */
void xsr_bf_put(struct xsr_bf *bf);
int xsr_bf_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id);
void xsr_bf_remove(struct xenbus_device *xdev);
void xsr_bf_peer_changed(struct xenbus_device *xdev, enum xenbus_state state);
int xsr_bf_is_ready(struct xenbus_device *xdev);

/* publish.c: write rings and features into our directory. Returns 0 or a negative errno. */
int xsr_bf_publish(struct xsr_bf *bf);
/* Take it back, so that no key of ours misleads who uses the device next. The rings must be idle. */
void xsr_bf_unpublish(struct xsr_bf *bf);

/* disk.c */
int xsr_bf_disk_create(struct xsr_bf *bf);
int xsr_bf_disk_update(struct xsr_bf *bf); /* limits, after a restore */
void xsr_bf_disk_resize(struct xsr_bf *bf, u64 sectors);
void xsr_bf_disk_destroy(struct xsr_bf *bf);
void xsr_bf_disk_add(struct work_struct *work); /* bf->add */
void xsr_bf_disk_revoke(struct work_struct *work); /* bf->revoke */

/* close.c */
void xsr_bf_kill(struct xsr_device *d);
void xsr_bf_close(struct xsr_bf *bf);
void xsr_bf_bury_now(struct xsr_bf *bf);
void xsr_bf_bury(struct work_struct *work); /* bf->bury */

/* recover.c */
int xsr_bf_resume(struct xenbus_device *xdev);
void xsr_bf_unpark(struct xsr_bf *bf);
void xsr_bf_split(struct xsr_bf *bf, struct request *rq);
void xsr_bf_split_work(struct work_struct *work); /* bf->split */

/* recall.c: lend nothing more if the back-end takes its offer back. In a step. */
void xsr_bf_recall(struct xsr_bf *bf);

/* debugfs.c */
void xsr_bf_debugfs_init(void);
void xsr_bf_debugfs_exit(void);
void xsr_bf_debugfs_create(struct xsr_bf *bf);
void xsr_bf_debugfs_destroy(struct xsr_bf *bf);

#endif /* XSR_BF_H */
