/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a virtual device number means: which disk or partition, its name and its minors.
 *
 * The numbers are those of Xen's block interface: major and minor of an xvd, hd or sd device, or an
 * extended number with bit 28 set. Names and minors are the same as the stock driver gives, since
 * fstab and boot loaders depend on them.
 */
#ifndef XSR_BF_VDEV_H
#define XSR_BF_VDEV_H

#include "ring/env.h"

#define XSR_VDEV_MAJOR 202
#define XSR_VDEV_NAME "xvd"
#define XSR_VDEV_EXTENDED (1u << 28)
/* The prefix, letters for the largest number, a partition number and the final NUL all fit. */
#define XSR_VDEV_NAME_MAX 16

struct xsr_vdev {
	char name[XSR_VDEV_NAME_MAX];
	u32 minor; /* first minor */
	u32 minors; /* how many */
	u32 disk; /* 0 is xvda */
};

/* Decode @number. Returns false if it names no disk that Linux can have. */
bool xsr_vdev_decode(u32 number, struct xsr_vdev *v);

/* Is @number one of the emulated kinds, which an HVM guest may also see as an IDE or SCSI disk? */
bool xsr_vdev_is_legacy(u32 number);

#endif /* XSR_BF_VDEV_H */
