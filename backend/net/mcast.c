// SPDX-License-Identifier: GPL-2.0
/*
 * The filter of multicast addresses that a guest may ask for.
 *
 * A guest that writes request-multicast-control receives only multicast that it has listed. It lists
 * addresses by dummy packets on any of its queues, and may change its mind about the filter at any
 * time. The list is bounded, and ends with the connection.
 */
#include <linux/etherdevice.h>

#include "backend/net/vif.h"
#include "ring/linux/xbkeys.h"

bool xsr_vif_mcast_add(struct xsr_vif *vif, const u8 *address)
{
	struct xsr_vif_mcast *m = &vif->mcast;
	unsigned long flags;
	bool fits;

	spin_lock_irqsave(&m->lock, flags);
	fits = m->n < XSR_VIF_MCAST_MAX;
	if (fits)
		ether_addr_copy(m->address[m->n++], address);
	spin_unlock_irqrestore(&m->lock, flags);
	return fits;
}

void xsr_vif_mcast_del(struct xsr_vif *vif, const u8 *address)
{
	struct xsr_vif_mcast *m = &vif->mcast;
	unsigned long flags;
	u32 i;

	spin_lock_irqsave(&m->lock, flags);
	for (i = 0; i < m->n; i++) {
		if (!ether_addr_equal(m->address[i], address))
			continue;
		ether_addr_copy(m->address[i], m->address[--m->n]);
		break;
	}
	spin_unlock_irqrestore(&m->lock, flags);
}

static bool mcast_listed(struct xsr_vif_mcast *m, const u8 *address)
{
	bool found = false;
	unsigned long flags;
	u32 i;

	/* The stack may send in an interrupt. */
	spin_lock_irqsave(&m->lock, flags);
	for (i = 0; i < m->n && !found; i++)
		found = ether_addr_equal(m->address[i], address);
	spin_unlock_irqrestore(&m->lock, flags);
	return found;
}

bool xsr_vif_mcast_wanted(struct xsr_vif *vif, const u8 *address)
{
	if (likely(!READ_ONCE(vif->mcast.on)))
		return true;
	if (!is_multicast_ether_addr(address) || is_broadcast_ether_addr(address))
		return true;
	return mcast_listed(&vif->mcast, address);
}

void xsr_vif_mcast_reset(struct xsr_vif *vif)
{
	spin_lock_irq(&vif->mcast.lock);
	vif->mcast.n = 0;
	spin_unlock_irq(&vif->mcast.lock);
}

void xsr_vif_mcast_read(struct xsr_vif *vif)
{
	u64 on;

	/* What makes no sense changes nothing. */
	if (!xsr_key_read(vif->xdev->otherend, &xsr_net_front_keys[XSR_NF_MCAST], NULL, &on))
		WRITE_ONCE(vif->mcast.on, on);
}
