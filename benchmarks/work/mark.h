/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mark: an instruction that does nothing and that nobody else would use, by which a program in the
 * emulated machine asks the plugin outside (copied.c) for its counts.
 */
#ifndef WORK_MARK_H
#define WORK_MARK_H

/* nopl 0x6b72614d(%rax,%rax,1) */
#define MARK_BYTES 0x0f, 0x1f, 0x84, 0x00, 0x4d, 0x61, 0x72, 0x6b

#endif /* WORK_MARK_H */
