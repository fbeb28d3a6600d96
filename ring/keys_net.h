/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every xenstore key of a network device: who writes it, its type, default and limits.
 *
 * The enumerators index the tables and the arrays of values read by them. Offloads are not
 * bargained for: each side says what it takes, and the other may send it or not. What must fit
 * together is checked when the two sides settle, below.
 */
#ifndef XSR_KEYS_NET_H
#define XSR_KEYS_NET_H

#include "ring/keys.h"

/* Written by the back-end into its own directory. */
enum xsr_net_back_key {
	XSR_NB_MAX_QUEUES, /* multi-queue-max-queues */
	XSR_NB_SPLIT, /* feature-split-event-channels */
	XSR_NB_RX_COPY, /* feature-rx-copy */
	XSR_NB_SG, /* feature-sg */
	XSR_NB_GSO4, /* feature-gso-tcpv4 */
	XSR_NB_GSO6, /* feature-gso-tcpv6 */
	XSR_NB_NO_CSUM4, /* feature-no-csum-offload */
	XSR_NB_CSUM6, /* feature-ipv6-csum-offload */
	XSR_NB_CTRL, /* feature-ctrl-ring */
	XSR_NB_MCAST, /* feature-multicast-control */
	XSR_NB_DYN_MCAST, /* feature-dynamic-multicast-control */
	XSR_NB_XDP, /* feature-xdp-headroom */
	XSR_NB_COUNT,
};

/* Written by the front-end into its own directory, top level. */
enum xsr_net_front_key {
	XSR_NF_NUM_QUEUES, /* multi-queue-num-queues */
	XSR_NF_RX_COPY, /* request-rx-copy */
	XSR_NF_RX_NOTIFY, /* feature-rx-notify */
	XSR_NF_SG, /* feature-sg */
	XSR_NF_GSO4, /* feature-gso-tcpv4 */
	XSR_NF_GSO6, /* feature-gso-tcpv6 */
	XSR_NF_NO_CSUM4, /* feature-no-csum-offload */
	XSR_NF_CSUM6, /* feature-ipv6-csum-offload */
	XSR_NF_CTRL_REF, /* ctrl-ring-ref, as text; a number by xsr_key_gref */
	XSR_NF_CTRL_EVTCHN, /* event-channel-ctrl, as text; a number by xsr_key_evtchn */
	XSR_NF_MCAST, /* request-multicast-control */
	XSR_NF_XDP, /* xdp-headroom, bytes */
	XSR_NF_COUNT,
};

/* Written by the front-end per queue: top level with one queue, else under queue-%u. */
#define XSR_NET_KEY_QUEUE "queue-"
#define XSR_NET_KEY_TX_REF "tx-ring-ref" /* ring to_back */
#define XSR_NET_KEY_RX_REF "rx-ring-ref" /* ring to_front */
#define XSR_NET_KEY_EVTCHN "event-channel"
#define XSR_NET_KEY_EVTCHN_TX "event-channel-tx" /* both instead of event-channel when split */
#define XSR_NET_KEY_EVTCHN_RX "event-channel-rx"
#define XSR_NET_KEY_CTRL_REF "ctrl-ring-ref" /* top level always, as the next */
#define XSR_NET_KEY_CTRL_EVTCHN "event-channel-ctrl"

/* Written by the toolstack, as text; "rate" and "mac" by the parsers below. */
#define XSR_NET_KEY_MAC "mac" /* both directories */
#define XSR_NET_KEY_RATE "rate" /* back */
#define XSR_NET_KEY_SCRIPT "script" /* back */
#define XSR_NET_KEY_HOTPLUG "hotplug-status" /* back */

extern const struct xsr_key xsr_net_back_keys[XSR_NB_COUNT];
extern const struct xsr_key xsr_net_front_keys[XSR_NF_COUNT];

/* Written by the toolstack, as numbers. */
extern const struct xsr_key xsr_net_key_handle; /* back: number of the vif */
extern const struct xsr_key xsr_net_key_rate_both; /* back, by an administrator */
extern const struct xsr_key xsr_net_key_mtu; /* front; 0 if absent: not said */
extern const struct xsr_key xsr_net_key_trusted; /* front */
extern const struct xsr_key xsr_net_key_carrier; /* back, by whoever knows; absent means up */

/* What one side wants at most, from its module parameters and the machine. */
struct xsr_net_wish {
	u32 queues; /* a back-end's: what it has offered */
	bool split; /* front: use two event channels a queue if offered */
	bool ctrl; /* use, or has offered, a control ring */
	bool mcast; /* use, or has offered, the multicast filter */
};

/* What front-end and back-end settle on, seen from one of them. */
struct xsr_net_deal {
	u32 queues; /* at least 1 */
	u16 headroom; /* back: bytes to leave before each packet */
	bool sg; /* the other side takes packets of several slots */
	bool gso4, gso6; /* ... and large segments */
	bool csum4, csum6; /* ... and packets whose checksum is blank */
	bool split; /* front: two event channels a queue; a back-end sees what the keys name */
	bool ctrl; /* front: offered; a back-end sees whether keys name a control ring */
	bool mcast; /* front: filter offered; back: front-end asks for it now */
	bool dyn_mcast; /* front: may be asked for at any time */
	bool rx_notify; /* back: front-end sends events for new pages */
	bool xdp; /* front: headroom can be asked for */
};

/*
 * Front-end: settle, never above what the back-end offers in @v (by enum xsr_net_back_key).
 * Returns XSR_NB_COUNT, or the key without which there is no deal.
 */
enum xsr_net_back_key xsr_net_settle_front(const struct xsr_net_wish *wish, const u64 *v,
					   struct xsr_net_deal *deal);

/*
 * Back-end: settle on what the front-end asks in @v (by enum xsr_net_front_key). More queues than
 * offered are refused; headroom beyond a page is cut, as old front-ends may not be refused for it.
 * Returns XSR_NF_COUNT, or the key without which there is no deal.
 */
enum xsr_net_front_key xsr_net_settle_back(const struct xsr_net_wish *offer, const u64 *v,
					   struct xsr_net_deal *deal);

/*
 * "bytes,usec" of @len characters: the guest may send so many bytes in so long. XSR_KEY_ABSENT for
 * NULL, XSR_KEY_BAD if malformed, XSR_KEY_RANGE if one is 0 or too large; the results are untouched
 * then, and there is no limit, as with stock.
 */
enum xsr_key_result xsr_net_parse_rate(const char *text, size_t len, u64 *bytes, u32 *usec);

/* Six bytes in hex, one or two digits each, with colons between: an address of any kind. */
enum xsr_key_result xsr_net_parse_mac(const char *text, size_t len, u8 *mac);

#endif /* XSR_KEYS_NET_H */
