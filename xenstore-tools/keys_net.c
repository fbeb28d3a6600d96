// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of keys_net.h: name, type, default, limits, meaning. Data only.
 *
 * Defaults are what the interface says of an absent key, which for almost all of them is "not
 * offered".
 */
#include "xenstore-tools/keys_net.h"

/* Any number is true, as it is to stock. */
#define FLAG(key_name, meaning)                                                          \
	{                                                                                \
		.name = key_name, .type = XSR_KEY_BOOL, .max = UINT_MAX, .help = meaning \
	}

const struct xsr_key xsr_net_back_keys[XSR_NB_COUNT] = {
	[XSR_NB_MAX_QUEUES] = { .name = "multi-queue-max-queues",
				.type = XSR_KEY_UINT,
				.def = 1,
				.max = UINT_MAX,
				.help = "most queue pairs offered; 0 means 1" },
	[XSR_NB_SPLIT] = FLAG("feature-split-event-channels",
			      "the two directions may have an event channel each"),
	[XSR_NB_RX_COPY] = FLAG("feature-rx-copy", "can copy packets into the front-end's pages"),
	[XSR_NB_SG] = FLAG("feature-sg", "takes packets of several slots"),
	[XSR_NB_GSO4] = FLAG("feature-gso-tcpv4", "takes large TCP segments over IPv4"),
	[XSR_NB_GSO6] = FLAG("feature-gso-tcpv6", "takes large TCP segments over IPv6"),
	[XSR_NB_NO_CSUM4] =
		FLAG("feature-no-csum-offload", "takes no IPv4 packet without checksum"),
	[XSR_NB_CSUM6] = FLAG("feature-ipv6-csum-offload", "takes IPv6 packets without checksum"),
	[XSR_NB_CTRL] = FLAG("feature-ctrl-ring", "offers a control ring"),
	[XSR_NB_MCAST] =
		FLAG("feature-multicast-control", "can filter multicast for the front-end"),
	[XSR_NB_DYN_MCAST] = FLAG("feature-dynamic-multicast-control",
				  "watches the front-end's request for multicast control"),
	[XSR_NB_XDP] = FLAG("feature-xdp-headroom", "can leave room before each packet"),
};

const struct xsr_key xsr_net_front_keys[XSR_NF_COUNT] = {
	[XSR_NF_NUM_QUEUES] = { .name = "multi-queue-num-queues",
				.type = XSR_KEY_UINT,
				.def = 1,
				.min = 1,
				.max = UINT_MAX,
				.help = "queue pairs in use" },
	[XSR_NF_RX_COPY] = FLAG("request-rx-copy", "wants packets copied into its pages"),
	[XSR_NF_RX_NOTIFY] = FLAG("feature-rx-notify", "notifies when it adds receive buffers"),
	[XSR_NF_SG] = FLAG("feature-sg", "takes packets of several slots"),
	[XSR_NF_GSO4] = FLAG("feature-gso-tcpv4", "takes large TCP segments over IPv4"),
	[XSR_NF_GSO6] = FLAG("feature-gso-tcpv6", "takes large TCP segments over IPv6"),
	[XSR_NF_NO_CSUM4] =
		FLAG("feature-no-csum-offload", "takes no IPv4 packet without checksum"),
	[XSR_NF_CSUM6] = FLAG("feature-ipv6-csum-offload", "takes IPv6 packets without checksum"),
	[XSR_NF_CTRL_REF] = { .name = "ctrl-ring-ref",
			      .type = XSR_KEY_TEXT,
			      .help = "grant reference of the control ring" },
	[XSR_NF_CTRL_EVTCHN] = { .name = "event-channel-ctrl",
				 .type = XSR_KEY_TEXT,
				 .help = "event channel of the control ring" },
	[XSR_NF_MCAST] = FLAG("request-multicast-control", "wants multicast filtered"),
	[XSR_NF_XDP] = { .name = "xdp-headroom",
			 .type = XSR_KEY_UINT,
			 .max = 0x7fff,
			 .help = "bytes it wants before each packet" },
};
