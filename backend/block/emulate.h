/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Blocks of 512 bytes on a disk that has blocks of 4096, for front-ends that get the large ones wrong
 * (all units of the ring are 512 bytes whatever the blocks, which not everybody knows).
 *
 * A choice for each device: the toolstack or a hotplug script writes emulate-512e = 1 into the back-end's
 * directory before the front-end connects. The front-end then sees blocks of 512 bytes on physical ones
 * of 4096, and what is aligned to those goes to the disk as ever.
 */
#ifndef XSR_VBD_EMULATE_H
#define XSR_VBD_EMULATE_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct xsr_vbd;
struct xsr_vbd_req;
struct xsr_vbd_bounce;

struct xsr_vbd_emulate {
	bool on;
	struct work_struct work; /* does what is in todo, in order */
	spinlock_t lock; /* of todo */
	struct list_head todo;
	atomic_t writes; /* aligned ones that went to the disk and are not over */
	wait_queue_head_t quiet; /* there are none */
	struct xsr_vbd_bounce *bounce; /* where parts of blocks are put together */
};

void xsr_vbd_emulate_init(struct xsr_vbd *vbd);
/* Decide whether to, from the key and the disk. Returns 0 or -ENOMEM. In the device's step lock. */
int xsr_vbd_emulate_start(struct xsr_vbd *vbd);
/* No request is in flight. Harmless when it was not on. */
void xsr_vbd_emulate_stop(struct xsr_vbd *vbd);
/* A read or write that passed the checks, mapped. The queue's thread, which does not wait for it. */
void xsr_vbd_emulate(struct xsr_vbd_req *req);
/* Can the disk do this read or write as it is? */
bool xsr_vbd_emulate_is_whole(const struct xsr_vbd_req *req);
/* A write that xsr_vbd_emulate() has sent to the disk is over, and about to be answered. Any context. */
void xsr_vbd_emulate_written(struct xsr_vbd *vbd);
/* Leave of a discard what are whole blocks of the disk. Returns false if nothing is left. */
bool xsr_vbd_emulate_discard(struct xsr_vbd_req *req);

#endif /* XSR_VBD_EMULATE_H */
