// SPDX-License-Identifier: GPL-2.0
/*
 * ethtool's hash settings come in one structure. 6.1 passes table, key and function one by one.
 * Shim: XSR_OP_RXFH ethtool_rxfh_param
 */
#include <linux/ethtool.h>

u32 xsr_probe(struct ethtool_rxfh_param *rxfh);
u32 xsr_probe(struct ethtool_rxfh_param *rxfh)
{
	return rxfh->indir[0] + rxfh->key[0] + rxfh->hfunc;
}
