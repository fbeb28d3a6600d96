/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every access of ring code to memory goes through a function of the test.
 *
 * Include this before any other header of ring/. The primitives of ring/env.h are replaced, so
 * inline ring code in this file calls the hooks; code in other objects is not affected. A test that
 * wants the codec hooked as well includes its .c file (see test_blk_fetch.c). The hooks see words; an
 * access of two words is shown to them as two.
 */
#ifndef FAKES_HOOKED_H
#define FAKES_HOOKED_H

#include "ring/env.h"

/* To be defined by the test. @acquire, @release: the ordering that was asked for. */
static u32 hook_load(const u32 *p, bool acquire);
static void hook_store(u32 *p, u32 value, bool release);
static void hook_mb(void);

/* What is not in a shared page (a table of one byte an id) is read and written as it is. */
static inline u64 hooked_load(const void *p, size_t size, bool acquire)
{
	u64 low;

	if (size < 4)
		return *(const u8 *)p;
	low = hook_load(p, acquire);
	return size == 4 ? low : low | (u64)hook_load((const u32 *)p + 1, acquire) << 32;
}

static inline void hooked_store(void *p, size_t size, u64 value, bool release)
{
	if (size < 4) {
		*(u8 *)p = (u8)value;
		return;
	}
	hook_store(p, (u32)value, release);
	if (size > 4)
		hook_store((u32 *)p + 1, (u32)(value >> 32), release);
}

#undef xsr_read_once
#undef xsr_write_once
#undef xsr_load_acquire
#undef xsr_store_release
#undef xsr_mb
#define xsr_read_once(p) ((__typeof__(*(p)))hooked_load(p, sizeof(*(p)), false))
#define xsr_write_once(p, v) hooked_store(p, sizeof(*(p)), v, false)
#define xsr_load_acquire(p) ((__typeof__(*(p)))hooked_load(p, sizeof(*(p)), true))
#define xsr_store_release(p, v) hooked_store(p, sizeof(*(p)), v, true)
#define xsr_mb() hook_mb()

#endif /* FAKES_HOOKED_H */
