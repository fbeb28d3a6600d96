// SPDX-License-Identifier: GPL-2.0
/*
 * Our own keys: what this back-end offers, and the hotplug script's word in our directory.
 */
#include "backend/net/params.h"
#include "backend/net/vif.h"
#include "ring/linux/xbkeys.h"

static void offer_fill(struct xsr_key_writer *w, void *arg)
{
	const struct xsr_vif *vif = arg;
	u64 v[XSR_NB_COUNT] = {
		[XSR_NB_MAX_QUEUES] = vif->offered_queues,
		[XSR_NB_SPLIT] = xsr_vif_param(split_events),
		[XSR_NB_RX_COPY] = 1,
		[XSR_NB_SG] = 1,
		[XSR_NB_GSO4] = 1,
		[XSR_NB_GSO6] = 1,
		[XSR_NB_CSUM6] = 1,
		[XSR_NB_CTRL] = 1,
		[XSR_NB_MCAST] = 1,
		[XSR_NB_DYN_MCAST] = 1,
		[XSR_NB_XDP] = xsr_vif_param(xdp_headroom),
	};
	u32 i;

	for (i = 0; i < XSR_NB_COUNT; i++)
		if (i != XSR_NB_NO_CSUM4)
			xsr_key_put(w, xsr_net_back_keys[i].name, v[i]);
	/* Old front-ends ask; page flipping has been gone for long. */
	xsr_key_put(w, "feature-rx-flip", 0);
}

int xsr_vif_offer(struct xsr_vif *vif)
{
	return xsr_keys_write(vif->xdev->nodename, offer_fill, vif);
}

bool xsr_vif_hotplugged(const struct xsr_vif *vif)
{
	char text[16];

	return !xsr_key_read_text(vif->xdev->nodename, XSR_NET_KEY_HOTPLUG, text, sizeof(text)) &&
	       !strcmp(text, "connected");
}

static void offer_drop_hotplug(struct xsr_key_writer *w, void *arg)
{
	xsr_key_drop(w, XSR_NET_KEY_HOTPLUG);
}

void xsr_vif_unhotplug(struct xsr_vif *vif)
{
	xsr_keys_write(vif->xdev->nodename, offer_drop_hotplug, vif);
}
