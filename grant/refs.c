// SPDX-License-Identifier: GPL-2.0
/*
 * Which members of a pool are in use, idle, or not made yet; see refs.h. What is not on the hot
 * path.
 */
#include "grant/refs.h"

void xsr_refs_init(struct xsr_refs *r, u32 *storage, u32 size)
{
	u32 i;

	memset(r, 0, sizeof(*r));
	r->next = storage;
	r->size = size;
	for (i = 0; i < size; i++)
		xsr_refs_add(r, &r->blank, i);
}

struct xsr_chain xsr_refs_retire(struct xsr_refs *r, u32 n)
{
	u32 keep = n < r->idle.n ? r->idle.n - n : 0;
	struct xsr_chain kept = xsr_refs_cut(r, &r->idle, keep), gone = r->idle;

	r->idle = kept;
	if (r->idle.n < r->low)
		r->low = r->idle.n;
	return gone;
}

u32 xsr_refs_window(struct xsr_refs *r)
{
	u32 low = r->low;

	r->low = r->idle.n;
	return low;
}
