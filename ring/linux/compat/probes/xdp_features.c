// SPDX-License-Identifier: GPL-2.0
/*
 * A netdev says what of XDP it can. Missing in 6.1.
 * Shim: XSR_XDP_FEATURES
 */
#include <net/xdp.h>

void xsr_probe(struct net_device *netdev);
void xsr_probe(struct net_device *netdev)
{
	xdp_set_features_flag(netdev, NETDEV_XDP_ACT_BASIC);
}
