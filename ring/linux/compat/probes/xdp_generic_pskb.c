// SPDX-License-Identifier: GPL-2.0
/*
 * do_xdp_generic() takes a pointer to the packet's pointer, as it may make a new one. 6.1 does not.
 * Shim: do_xdp_generic
 */
#include <linux/netdevice.h>

int xsr_probe(struct bpf_prog *prog, struct sk_buff **skb);
int xsr_probe(struct bpf_prog *prog, struct sk_buff **skb)
{
	return do_xdp_generic(prog, skb);
}
