// SPDX-License-Identifier: GPL-2.0
/*
 * The key tables of a network device and what two ends settle on by them; see keys_net.h.
 *
 * Decides the range of every key and what may be sent to a peer that wrote them. Defaults are what
 * an end that does not know the key means, which for almost all is "not offered". Never reads or
 * writes xenstore.
 */
#include "ring/keys_net.h"
#include "ring/net_to_front.h"

/* What the protocol lets a front-end ask for; more than a page holds is cut when we settle. */
#define KEYS_MAX_HEADROOM 0x7fff
#define KEYS_MAX_MTU 65535
#define KEYS_MAC_BYTES 6

#define UINT_KEY(n, lo, hi, preset, text)                                                     \
	{                                                                                     \
		.name = (n), .type = XSR_KEY_UINT, .min = (lo), .max = (hi), .def = (preset), \
		.help = (text)                                                                \
	}
/* Any number is true, as it is to stock. */
#define BOOL_KEY(n, text)                                                          \
	{                                                                          \
		.name = (n), .type = XSR_KEY_BOOL, .max = UINT_MAX, .help = (text) \
	}
#define TEXT_KEY(n, text)                                         \
	{                                                         \
		.name = (n), .type = XSR_KEY_TEXT, .help = (text) \
	}

const struct xsr_key xsr_net_back_keys[XSR_NB_COUNT] = {
	[XSR_NB_MAX_QUEUES] = UINT_KEY("multi-queue-max-queues", 0, UINT_MAX, 1,
				       "most queue pairs offered; 0 means 1"),
	[XSR_NB_SPLIT] = BOOL_KEY("feature-split-event-channels",
				  "the two directions may have an event channel each"),
	[XSR_NB_RX_COPY] =
		BOOL_KEY("feature-rx-copy", "can copy packets into the front-end's pages"),
	[XSR_NB_SG] = BOOL_KEY("feature-sg", "takes packets of several slots"),
	[XSR_NB_GSO4] = BOOL_KEY("feature-gso-tcpv4", "takes large TCP segments over IPv4"),
	[XSR_NB_GSO6] = BOOL_KEY("feature-gso-tcpv6", "takes large TCP segments over IPv6"),
	[XSR_NB_NO_CSUM4] =
		BOOL_KEY("feature-no-csum-offload", "takes no IPv4 packet without checksum"),
	[XSR_NB_CSUM6] =
		BOOL_KEY("feature-ipv6-csum-offload", "takes IPv6 packets without checksum"),
	[XSR_NB_CTRL] = BOOL_KEY("feature-ctrl-ring", "offers a control ring"),
	[XSR_NB_MCAST] =
		BOOL_KEY("feature-multicast-control", "can filter multicast for the front-end"),
	[XSR_NB_DYN_MCAST] = BOOL_KEY("feature-dynamic-multicast-control",
				      "watches the front-end's request for multicast control"),
	[XSR_NB_XDP] = BOOL_KEY("feature-xdp-headroom", "can leave room before each packet"),
};

const struct xsr_key xsr_net_front_keys[XSR_NF_COUNT] = {
	[XSR_NF_NUM_QUEUES] =
		UINT_KEY("multi-queue-num-queues", 1, UINT_MAX, 1, "queue pairs in use"),
	[XSR_NF_RX_COPY] = BOOL_KEY("request-rx-copy", "wants packets copied into its pages"),
	[XSR_NF_RX_NOTIFY] = BOOL_KEY("feature-rx-notify", "notifies when it adds receive buffers"),
	[XSR_NF_SG] = BOOL_KEY("feature-sg", "takes packets of several slots"),
	[XSR_NF_GSO4] = BOOL_KEY("feature-gso-tcpv4", "takes large TCP segments over IPv4"),
	[XSR_NF_GSO6] = BOOL_KEY("feature-gso-tcpv6", "takes large TCP segments over IPv6"),
	[XSR_NF_NO_CSUM4] =
		BOOL_KEY("feature-no-csum-offload", "takes no IPv4 packet without checksum"),
	[XSR_NF_CSUM6] =
		BOOL_KEY("feature-ipv6-csum-offload", "takes IPv6 packets without checksum"),
	[XSR_NF_CTRL_REF] = TEXT_KEY(XSR_NET_KEY_CTRL_REF, "grant reference of the control ring"),
	[XSR_NF_CTRL_EVTCHN] =
		TEXT_KEY(XSR_NET_KEY_CTRL_EVTCHN, "event channel of the control ring"),
	[XSR_NF_MCAST] = BOOL_KEY("request-multicast-control", "wants multicast filtered"),
	[XSR_NF_XDP] = UINT_KEY("xdp-headroom", 0, KEYS_MAX_HEADROOM, 0,
				"bytes it wants before each packet"),
};

const struct xsr_key xsr_net_key_handle = {
	.name = "handle",
	.type = XSR_KEY_UINT,
	.max = UINT_MAX,
	.required = true,
	.help = "number of the vif",
};

const struct xsr_key xsr_net_key_rate_both =
	BOOL_KEY("rate-both", "what the guest receives counts towards its rate, too");

const struct xsr_key xsr_net_key_mtu =
	UINT_KEY("mtu", 0, KEYS_MAX_MTU, 0, "largest packet of the link, bytes; 0: not said");

const struct xsr_key xsr_net_key_trusted = {
	.name = "trusted",
	.type = XSR_KEY_BOOL,
	.max = UINT_MAX,
	.def = 1,
	.help = "the back-end may see more of a page than what it is sent",
};

const struct xsr_key xsr_net_key_carrier = {
	.name = "carrier",
	.type = XSR_KEY_BOOL,
	.max = UINT_MAX,
	.def = 1,
	.help = "the link is up",
};

enum xsr_net_back_key xsr_net_settle_front(const struct xsr_net_wish *wish, const u64 *v,
					   struct xsr_net_deal *deal)
{
	u64 queues = v[XSR_NB_MAX_QUEUES] ? v[XSR_NB_MAX_QUEUES] : 1;

	memset(deal, 0, sizeof(*deal));
	if (!v[XSR_NB_RX_COPY])
		return XSR_NB_RX_COPY;
	deal->queues = wish->queues < queues ? wish->queues : (u32)queues;
	if (!deal->queues)
		deal->queues = 1;
	deal->sg = v[XSR_NB_SG];
	/* Large segments do not fit into one slot. */
	deal->gso4 = deal->sg && v[XSR_NB_GSO4];
	deal->gso6 = deal->sg && v[XSR_NB_GSO6];
	deal->csum4 = !v[XSR_NB_NO_CSUM4];
	deal->csum6 = v[XSR_NB_CSUM6];
	deal->split = wish->split && v[XSR_NB_SPLIT];
	deal->ctrl = wish->ctrl && v[XSR_NB_CTRL];
	deal->mcast = wish->mcast && v[XSR_NB_MCAST];
	deal->dyn_mcast = deal->mcast && v[XSR_NB_DYN_MCAST];
	deal->xdp = v[XSR_NB_XDP];
	return XSR_NB_COUNT;
}

enum xsr_net_front_key xsr_net_settle_back(const struct xsr_net_wish *offer, const u64 *v,
					   struct xsr_net_deal *deal)
{
	u64 headroom = v[XSR_NF_XDP];

	memset(deal, 0, sizeof(*deal));
	if (!v[XSR_NF_NUM_QUEUES] || v[XSR_NF_NUM_QUEUES] > offer->queues)
		return XSR_NF_NUM_QUEUES;
	if (!v[XSR_NF_RX_COPY])
		return XSR_NF_RX_COPY;
	deal->queues = v[XSR_NF_NUM_QUEUES];
	deal->headroom = headroom < XSR_NET_MAX_HEADROOM ? headroom : XSR_NET_MAX_HEADROOM;
	deal->sg = v[XSR_NF_SG];
	deal->gso4 = deal->sg && v[XSR_NF_GSO4];
	deal->gso6 = deal->sg && v[XSR_NF_GSO6];
	deal->csum4 = !v[XSR_NF_NO_CSUM4];
	deal->csum6 = v[XSR_NF_CSUM6];
	deal->mcast = offer->mcast && v[XSR_NF_MCAST];
	deal->rx_notify = v[XSR_NF_RX_NOTIFY];
	return XSR_NF_COUNT;
}

enum xsr_key_result xsr_net_parse_rate(const char *text, size_t len, u64 *bytes, u32 *usec)
{
	static const struct xsr_key keys[2] = {
		UINT_KEY("rate", 1, ULLONG_MAX, 0, "bytes"),
		UINT_KEY("rate", 1, UINT_MAX, 0, "microseconds"),
	};
	enum xsr_key_result result;
	u64 value[2];
	size_t comma;

	if (!text)
		return XSR_KEY_ABSENT;
	for (comma = 0; comma < len && comma < XSR_KEY_TEXT_MAX && text[comma] != ','; comma++)
		;
	if (comma == len || text[comma] != ',')
		return XSR_KEY_BAD;
	result = xsr_key_parse(&keys[0], text, comma, &value[0]);
	if (result == XSR_KEY_OK)
		result = xsr_key_parse(&keys[1], text + comma + 1, len - comma - 1, &value[1]);
	if (result != XSR_KEY_OK)
		return result;
	*bytes = value[0];
	*usec = value[1];
	return XSR_KEY_OK;
}

/* The value of a hex digit, or 16. */
static u32 keys_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

enum xsr_key_result xsr_net_parse_mac(const char *text, size_t len, u8 *mac)
{
	u8 bytes[KEYS_MAC_BYTES];
	size_t at = 0;
	u32 i;

	if (!text)
		return XSR_KEY_ABSENT;
	for (i = 0; i < KEYS_MAC_BYTES; i++) {
		if (i && (at == len || text[at++] != ':'))
			return XSR_KEY_BAD;
		if (at == len || keys_hex(text[at]) > 15)
			return XSR_KEY_BAD;
		bytes[i] = keys_hex(text[at++]);
		if (at < len && keys_hex(text[at]) <= 15)
			bytes[i] = bytes[i] << 4 | keys_hex(text[at++]);
	}
	if (at != len)
		return XSR_KEY_BAD;
	memcpy(mac, bytes, sizeof(bytes));
	return XSR_KEY_OK;
}
