/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every access of ring code to memory goes through a function of the test.
 *
 * Include this before any other header of ring/. The primitives of ring/env.h are replaced, so
 * inline ring code in this file calls the hooks; code in other objects is not affected. A test that
 * wants the codec hooked as well includes its .c file (see test_blk_fetch.c).
 */
#ifndef FAKES_HOOKED_H
#define FAKES_HOOKED_H

#include "ring/env.h"

/* To be defined by the test. @acquire, @release: the ordering that was asked for. */
static u32 hook_load(const u32 *p, bool acquire);
static void hook_store(u32 *p, u32 value, bool release);
static void hook_mb(void);

#undef xsr_read_once
#undef xsr_write_once
#undef xsr_load_acquire
#undef xsr_store_release
#undef xsr_mb
#define xsr_read_once(p) hook_load(p, false)
#define xsr_write_once(p, v) hook_store(p, v, false)
#define xsr_load_acquire(p) hook_load(p, true)
#define xsr_store_release(p, v) hook_store(p, v, true)
#define xsr_mb() hook_mb()

#endif /* FAKES_HOOKED_H */
