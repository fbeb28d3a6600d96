// SPDX-License-Identifier: GPL-2.0
/*
 * What the back-end and the toolstack say of a device, and what we make of it.
 *
 * Read at every setup, as a new back-end may offer less than the former one. Nothing beyond the
 * offer is used. The link state and the MTU are read again whenever they change.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "frontend/net/queue.h"
#include "ring/linux/xbkeys.h"

static int offer_read_back(struct xsr_nf *nf, u64 *back)
{
	const struct xsr_key *blame;
	int err = xsr_keys_read(nf->xdev->otherend, xsr_net_back_keys, XSR_NB_COUNT, back, &blame);

	if (err)
		xsr_device_fail(&nf->dev, "back-end's %s cannot be used (error %d)", blame->name,
				-err);
	return err;
}

/* A back-end that is not trusted gets copies only; what we cannot find out counts as distrust. */
static void offer_read_trust(struct xsr_nf *nf)
{
	u64 trusted = 0;

	if (xsr_key_read(nf->xdev->nodename, &xsr_net_key_trusted, NULL, &trusted))
		trusted = 0;
	nf->untrusted = !trusted || !xsr_nf_param_trusted();
}

static int offer_read_mac(struct xsr_nf *nf)
{
	char text[3 * ETH_ALEN + 1];
	u8 mac[ETH_ALEN];
	int err = xsr_key_read_text(nf->xdev->nodename, XSR_NET_KEY_MAC, text, sizeof(text));

	if (!err && xsr_net_parse_mac(text, strlen(text), mac) != XSR_KEY_OK)
		err = -EINVAL;
	if (!err && !is_valid_ether_addr(mac))
		err = -EADDRNOTAVAIL;
	if (err) {
		xsr_device_fail(&nf->dev, "the key mac cannot be used (error %d)", -err);
		return err;
	}
	rtnl_lock();
	eth_hw_addr_set(nf->netdev, mac);
	rtnl_unlock();
	return 0;
}

static int offer_settle(struct xsr_nf *nf, const u64 *back)
{
	struct xsr_net_wish wish = {
		.queues = min(xsr_nf_param_queues(), nf->netdev->num_tx_queues),
		.split = true,
		.ctrl = true,
		.mcast = true,
	};
	enum xsr_net_back_key missing = xsr_net_settle_front(&wish, back, &nf->deal);

	if (missing == XSR_NB_COUNT)
		return 0;
	xsr_device_fail(&nf->dev, "back-end does not offer %s, which we need",
			xsr_net_back_keys[missing].name);
	return -EOPNOTSUPP;
}

int xsr_nf_offer_read(struct xsr_nf *nf)
{
	u64 back[XSR_NB_COUNT];
	int err = offer_read_back(nf, back);

	if (!err)
		err = offer_settle(nf, back);
	if (err)
		return err;
	offer_read_trust(nf);
	return offer_read_mac(nf);
}

bool xsr_nf_offer_carrier(const struct xsr_nf *nf)
{
	u64 up = 1;

	/* What cannot be read is no reason to lose the link. */
	if (xsr_key_read(nf->xdev->otherend, &xsr_net_key_carrier, NULL, &up))
		return true;
	return up;
}

u32 xsr_nf_offer_mtu(const struct xsr_nf *nf)
{
	u64 mtu = 0;

	if (xsr_key_read(nf->xdev->nodename, &xsr_net_key_mtu, NULL, &mtu))
		return 0;
	return mtu;
}
