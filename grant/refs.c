// SPDX-License-Identifier: GPL-2.0
/*
 * Which members of a pool are in use, idle, or not made yet; see refs.h. What is not on the hot
 * path.
 */
#include "grant/refs.h"

void xsr_refs_init(struct xsr_refs *r, u32 *storage, u32 size)
{
	u32 i;

	r->slot = storage;
	r->size = size;
	r->idle = 0;
	r->blank = size;
	r->low = 0;
	for (i = 0; i < size; i++)
		storage[i] = i;
}

u32 xsr_refs_retire(struct xsr_refs *r, u32 *members, u32 n)
{
	if (n > r->idle)
		n = r->idle;
	memcpy(members, r->slot, n * sizeof(*members));
	r->idle -= n;
	memmove(r->slot, r->slot + n, r->idle * sizeof(*members));
	if (r->idle < r->low)
		r->low = r->idle;
	return n;
}

u32 xsr_refs_window(struct xsr_refs *r)
{
	u32 low = r->low;

	r->low = r->idle;
	return low;
}
