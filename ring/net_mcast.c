// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of multicast addresses and their difference; see net_mcast.h.
 *
 * Decides the order of messages. At most 64 times 64 comparisons, once for each message.
 */
#include "ring/net_mcast.h"

/* Where @address stands, or n. */
static u32 mcast_find(const struct xsr_net_mcast_list *list, const u8 *address)
{
	u32 i;

	for (i = 0; i < list->n; i++)
		if (!memcmp(list->address[i], address, sizeof(list->address[i])))
			break;
	return i;
}

bool xsr_net_mcast_add(struct xsr_net_mcast_list *list, const u8 *address)
{
	if (mcast_find(list, address) < list->n)
		return true;
	if (list->n == XSR_NET_MCAST_MAX)
		return false;
	memcpy(list->address[list->n++], address, sizeof(list->address[0]));
	return true;
}

void xsr_net_mcast_del(struct xsr_net_mcast_list *list, const u8 *address)
{
	u32 i = mcast_find(list, address);

	if (i == list->n)
		return;
	list->n--;
	memmove(list->address[i], list->address[list->n], sizeof(list->address[0]));
}

/* The first address of @a that is not in @b, or NULL. */
static const u8 *mcast_missing(const struct xsr_net_mcast_list *a,
			       const struct xsr_net_mcast_list *b)
{
	u32 i;

	for (i = 0; i < a->n; i++)
		if (mcast_find(b, a->address[i]) == b->n)
			return a->address[i];
	return NULL;
}

enum xsr_net_mcast xsr_net_mcast_next(const struct xsr_net_mcast_list *known,
				      const struct xsr_net_mcast_list *want, u8 *address)
{
	enum xsr_net_mcast what = XSR_NET_MCAST_DEL;
	const u8 *found = mcast_missing(known, want);

	if (!found) {
		what = XSR_NET_MCAST_ADD;
		found = mcast_missing(want, known);
	}
	if (!found)
		return XSR_NET_MCAST_NONE;
	memcpy(address, found, sizeof(known->address[0]));
	return what;
}
