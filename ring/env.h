/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The seam between the pure code and the world it is compiled into.
 *
 * Everything in ring/ and grant/ (outside their linux/ folders) sees its types, one-shot memory
 * accesses and barriers through this header and nothing else. It has two branches: inside a kernel
 * module the kernel's own primitives are used (the virt_ family, because the peer may run on
 * another CPU even if this kernel is built for one); in user space C11 atomics stand in, so that
 * sanitizers understand the ordering.
 *
 * It decides nothing about rings or grants. Pure code must not include any other system header.
 */
#ifndef XSR_ENV_H
#define XSR_ENV_H

#ifdef __KERNEL__

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/barrier.h>

#ifdef __CHECKER__
#define __shared __attribute__((noderef, address_space(__shared)))
#define __xsr_force __attribute__((force))
#else
#define __shared
#define __xsr_force
#endif

#define XSR_ASSERT(cond, msg) static_assert(cond, msg)

/* One access, never repeated or torn by the compiler; no ordering. */
#define xsr_read_once(p) READ_ONCE(*(p))
#define xsr_write_once(p, v) WRITE_ONCE(*(p), v)
#define xsr_load_acquire(p) virt_load_acquire(p)
#define xsr_store_release(p, v) virt_store_release(p, v)
/* Full barrier: orders an earlier store before a later load. */
#define xsr_mb() virt_mb()

#else /* user space */

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

#define __shared
#define __xsr_force

#define XSR_ASSERT(cond, msg) _Static_assert(cond, msg)

#define xsr_read_once(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define xsr_write_once(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define xsr_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define xsr_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#ifdef __SANITIZE_THREAD__
/* ThreadSanitizer does not model fences; an atomic exchange orders the same accesses for it. */
static inline void xsr_mb(void)
{
	static _Thread_local u32 dummy;

	__atomic_exchange_n(&dummy, 0, __ATOMIC_SEQ_CST);
}
#else
#define xsr_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif

/* The unit in which guests share memory, whatever the page size of either kernel. */
#define XSR_PAGE_SIZE 4096u
#define XSR_PAGE_SHIFT 12

/* What a check of the peer's input came to. */
enum xsr_verdict {
	XSR_OK = 0, /* use it */
	XSR_DROP, /* refuse this one request or packet, keep the peer */
	XSR_FATAL, /* the peer broke the protocol: disconnect it */
};

/* Which end of a ring or of a device we are. */
enum xsr_role {
	XSR_FRONT,
	XSR_BACK,
};

#endif /* XSR_ENV_H */
