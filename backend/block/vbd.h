/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtual block device as the back-end sees it: one device of one guest.
 *
 * Its life is that of the struct xsr_device in it. The queues exist from CONNECT to RELEASE; who
 * wants to look at them from outside (sysfs, debugfs) holds queues_lock.
 */
#ifndef XSR_VBD_H
#define XSR_VBD_H

#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "backend/block/counts.h"
#include "backend/block/disk.h"
#include "backend/block/emulate.h"
#include "ring/blk_codec.h"
#include "ring/linux/device.h"

struct xsr_vbd_queue;

/* Bits of flags. */
enum {
	XSR_VBD_DEAD, /* the rings must not be touched any more */
	XSR_VBD_SYSFS, /* the files are there */
};

/* Device-wide order for barriers; see barrier.c. */
struct xsr_vbd_barrier {
	spinlock_t lock; /* of owner and epoch */
	struct xsr_vbd_queue *owner; /* whose barrier it is; NULL: none */
	u8 epoch; /* new requests are counted in inflight[epoch] of their queue */
};

struct xsr_vbd {
	struct xsr_device dev;
	struct xenbus_device *xdev;
	unsigned long flags;
	struct xsr_disk disk;
	struct xenbus_watch disk_watch; /* on physical-device */
	struct work_struct found; /* it was written */

	/* Settled at CONNECT. */
	enum xsr_blk_abi abi;
	bool persistent;
	struct xsr_blk_limits limits;
	atomic_t notes; /* lines about refused requests since then */
	char name[16]; /* of the threads, less the queue's number */

	u32 offered_queues;
	u32 offered_order;
	bool offered_lent;
	u32 nr_queues;
	struct xsr_vbd_queue *queue; /* an array, or NULL */
	struct mutex queues_lock; /* of the pointer, against readers */
	struct xsr_vbd_counts past; /* of queues that are gone */

	struct xsr_budget *budget; /* of the guest */
	struct xsr_vbd_emulate emulate;
	struct xsr_vbd_barrier barrier;
	struct delayed_work upkeep;
	unsigned long squeeze_end; /* jiffies; until then no unused pages are kept */
	unsigned long purged; /* jiffies, of the last look for unused grants */
	unsigned long windowed; /* jiffies, of the last look for unused pages of ours */
	unsigned long logged; /* jiffies, of the last log_stats lines */
	struct dentry *debugfs;
};

/* Opening disks, the next chunks of discards. */
extern struct workqueue_struct *xsr_vbd_wq;

static inline bool xsr_vbd_dead(const struct xsr_vbd *vbd)
{
	return test_bit(XSR_VBD_DEAD, &vbd->flags);
}

/* connect.c: the queues, as the front-end asked for. In the device's step lock. */
int xsr_vbd_connect(struct xsr_vbd *vbd);
/* Answer what was taken, unless dead; then stop, unmap and free. Harmless when repeated. */
void xsr_vbd_disconnect(struct xsr_vbd *vbd);

/* offer.c: our own keys. In the device's step lock. */
int xsr_vbd_offer_limits(struct xsr_vbd *vbd, bool fresh);
int xsr_vbd_offer_disk(struct xsr_vbd *vbd);
int xsr_vbd_offer_size(struct xsr_vbd *vbd);
/* We leave the device, and another driver may take it: nothing may be lent any more. Waits. */
void xsr_vbd_recall(struct xsr_vbd *vbd);
bool xsr_vbd_may_discard(const struct xsr_vbd *vbd);

/* upkeep.c */
void xsr_vbd_upkeep_init(struct xsr_vbd *vbd);
void xsr_vbd_upkeep_soon(struct xsr_vbd *vbd);
void xsr_vbd_squeeze(struct xsr_vbd *vbd);

/* Sum of all queues that are or were. */
void xsr_vbd_counts(struct xsr_vbd *vbd, struct xsr_vbd_counts *sum);

/* sysfs.c: the files that xentop and administrators know from stock. */
int xsr_vbd_sysfs_create(struct xsr_vbd *vbd);
void xsr_vbd_sysfs_destroy(struct xsr_vbd *vbd);

/* debugfs.c: everything that is counted. */
void xsr_vbd_debugfs_init(void);
void xsr_vbd_debugfs_exit(void);
void xsr_vbd_debugfs_create(struct xsr_vbd *vbd);
void xsr_vbd_debugfs_destroy(struct xsr_vbd *vbd);

/* xenbus.c */
int xsr_vbd_xenbus_init(void);
void xsr_vbd_xenbus_exit(void);

#endif /* XSR_VBD_H */
