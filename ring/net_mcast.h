/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The multicast addresses that a back-end has been told of, and which message comes next.
 *
 * A front-end that has multicast filtered tells its back-end of one address after the other, by dummy
 * packets (net_to_back.h). It keeps what the back-end knows, compares it with what the host listens to
 * now, and asks here for the next difference. Nothing here sends, allocates or locks.
 */
#ifndef XSR_NET_MCAST_H
#define XSR_NET_MCAST_H

#include "ring/net_to_back.h"

/* As many as stock back-ends list; with more to listen to, filtering is no use. */
#define XSR_NET_MCAST_MAX 64

struct xsr_net_mcast_list {
	u32 n;
	u8 address[XSR_NET_MCAST_MAX][6]; /* each once */
};

/* Add an address; one that is listed is not listed twice. Returns false if the list is full. */
bool xsr_net_mcast_add(struct xsr_net_mcast_list *list, const u8 *address);

/* Take one off; harmless if it is not listed. */
void xsr_net_mcast_del(struct xsr_net_mcast_list *list, const u8 *address);

/*
 * What to tell a back-end that knows @known so that it comes closer to @want: ADD or DEL with
 * @address (6 bytes), or NONE, @address untouched, if the two hold the same. DEL comes first, so that
 * the back-end never has to know more than XSR_NET_MCAST_MAX.
 */
enum xsr_net_mcast xsr_net_mcast_next(const struct xsr_net_mcast_list *known,
				      const struct xsr_net_mcast_list *want, u8 *address);

#endif /* XSR_NET_MCAST_H */
