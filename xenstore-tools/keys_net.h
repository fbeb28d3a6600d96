/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every xenstore key of a network device that its two drivers write, in the form of ring/keys.h.
 *
 * The enumerators index the tables. Whether a front-end chose more than its back-end offers is for
 * settle.c to say.
 */
#ifndef XSR_TOOL_KEYS_NET_H
#define XSR_TOOL_KEYS_NET_H

#include "ring/keys.h"

/* Written by the back-end into its own directory. */
enum xsr_net_back_key {
	XSR_NB_MAX_QUEUES,
	XSR_NB_SPLIT,
	XSR_NB_RX_COPY,
	XSR_NB_SG,
	XSR_NB_GSO4,
	XSR_NB_GSO6,
	XSR_NB_NO_CSUM4,
	XSR_NB_CSUM6,
	XSR_NB_CTRL,
	XSR_NB_MCAST,
	XSR_NB_DYN_MCAST,
	XSR_NB_XDP,
	XSR_NB_COUNT,
};

/* Written by the front-end into its own directory, top level. */
enum xsr_net_front_key {
	XSR_NF_NUM_QUEUES,
	XSR_NF_RX_COPY,
	XSR_NF_RX_NOTIFY,
	XSR_NF_SG,
	XSR_NF_GSO4,
	XSR_NF_GSO6,
	XSR_NF_NO_CSUM4,
	XSR_NF_CSUM6,
	XSR_NF_CTRL_REF,
	XSR_NF_CTRL_EVTCHN,
	XSR_NF_MCAST,
	XSR_NF_XDP,
	XSR_NF_COUNT,
};

/* Written by the front-end per queue: top level with one queue, else under queue-%u. */
#define XSR_NET_KEY_TX_REF "tx-ring-ref"
#define XSR_NET_KEY_RX_REF "rx-ring-ref"
#define XSR_NET_KEY_EVTCHN "event-channel"
#define XSR_NET_KEY_EVTCHN_TX "event-channel-tx" /* both instead of event-channel when split */
#define XSR_NET_KEY_EVTCHN_RX "event-channel-rx"

extern const struct xsr_key xsr_net_back_keys[XSR_NB_COUNT];
extern const struct xsr_key xsr_net_front_keys[XSR_NF_COUNT];

#endif /* XSR_TOOL_KEYS_NET_H */
