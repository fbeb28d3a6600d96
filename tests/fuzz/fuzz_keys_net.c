// SPDX-License-Identifier: GPL-2.0
/*
 * Any texts as the keys of a network device: what two ends settle on, the rate and the address.
 *
 * Nothing is settled that was not offered, whatever the numbers. A rate and an address are accepted
 * exactly when a slow second reader accepts them.
 *
 * Input: what to do, wishes, then a number a key, or the text.
 */
#include <stdio.h>

#include "ring/keys_net.h"
#include "tests/fuzz/input.h"

static void check_front(struct input *in)
{
	u8 wishes = input_u8(in);
	struct xsr_net_wish wish = { .queues = input_u32(in),
				     .split = wishes & 1,
				     .ctrl = wishes & 2,
				     .mcast = wishes & 4 };
	u64 v[XSR_NB_COUNT];
	struct xsr_net_deal deal;
	u32 i;

	for (i = 0; i < XSR_NB_COUNT; i++)
		v[i] = i ? input_u8(in) & 1 : input_u32(in);
	if (xsr_net_settle_front(&wish, v, &deal) != XSR_NB_COUNT) {
		must(!v[XSR_NB_RX_COPY]);
		return;
	}
	must(v[XSR_NB_RX_COPY] && deal.queues >= 1);
	must(deal.queues == 1 || (deal.queues <= wish.queues && deal.queues <= v[0]));
	must(!deal.split || (wish.split && v[XSR_NB_SPLIT]));
	must(!deal.ctrl || (wish.ctrl && v[XSR_NB_CTRL]));
	must(!deal.mcast || (wish.mcast && v[XSR_NB_MCAST]));
	must(!deal.dyn_mcast || (deal.mcast && v[XSR_NB_DYN_MCAST]));
	must((!deal.gso4 && !deal.gso6) || deal.sg);
}

static void check_back(struct input *in)
{
	struct xsr_net_wish offer = { .mcast = input_u8(in) & 1, .queues = input_u32(in) };
	u64 v[XSR_NF_COUNT];
	struct xsr_net_deal deal;
	u32 i;

	for (i = 0; i < XSR_NF_COUNT; i++)
		v[i] = i == XSR_NF_NUM_QUEUES ? input_u32(in) :
		       i == XSR_NF_XDP	      ? input_u16(in) :
						input_u8(in) & 1;
	if (xsr_net_settle_back(&offer, v, &deal) != XSR_NF_COUNT) {
		must(!v[XSR_NF_RX_COPY] || !v[0] || v[0] > offer.queues);
		return;
	}
	must(v[XSR_NF_RX_COPY] && deal.queues == v[0] && deal.queues <= offer.queues);
	must(deal.headroom <= v[XSR_NF_XDP] && deal.headroom <= 4096 - 64);
	must(!deal.mcast || offer.mcast);
}

/* Digits of a number up to @end, after spaces; -1 if it is none or is too long. */
static int slow_number(const char *text, const char *end, unsigned __int128 *value)
{
	*value = 0;
	if (end - text > 23)
		return -1;
	while (text < end && *text == ' ')
		text++;
	if (text == end)
		return -1;
	for (; text < end; text++) {
		if (!memchr("0123456789", *text, 10))
			return -1;
		*value = *value * 10 + (*text - '0');
	}
	return 0;
}

static void check_rate(const char *text, size_t len)
{
	const char *comma = len ? memchr(text, ',', len) : NULL;
	unsigned __int128 b = 0, t = 0;
	bool good = comma && !slow_number(text, comma, &b) &&
		    !slow_number(comma + 1, text + len, &t) && b && t &&
		    b <= 0xffffffffffffffffull && t <= 0xffffffff;
	u64 bytes = 77;
	u32 usec = 88;

	must((xsr_net_parse_rate(text, len, &bytes, &usec) == XSR_KEY_OK) == good);
	must(bytes == (good ? (u64)b : 77) && usec == (good ? (u32)t : 88));
}

/* Through the library's reader of hex numbers, after ruling out what that is lenient about. */
static void check_mac(const char *text, size_t len)
{
	unsigned int b[6];
	u8 mac[6] = { 0 };
	char copy[32];
	int end = -1;
	size_t i;
	bool good = len < sizeof(copy);

	for (i = 0; good && i < len; i++)
		good = text[i] && memchr("0123456789abcdefABCDEF:", text[i], 23);
	if (good) {
		memcpy(copy, text, len);
		copy[len] = '\0';
		good = sscanf(copy, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2], &b[3], &b[4],
			      &b[5], &end) == 6 &&
		       (size_t)end == len;
	}
	must((xsr_net_parse_mac(text, len, mac) == XSR_KEY_OK) == good);
	for (i = 0; good && i < 6; i++)
		must(mac[i] == b[i]);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u8 what = input_u8(&in) % 4;
	size_t len = in.left;
	char *text;

	if (what == 0) {
		check_front(&in);
		return 0;
	}
	if (what == 1) {
		check_back(&in);
		return 0;
	}
	/* Of its exact size, so that a byte read beyond it is seen. */
	text = malloc(len ? len : 1);
	input_bytes(&in, text, len);
	if (what == 2)
		check_rate(text, len);
	else
		check_mac(text, len);
	free(text);
	return 0;
}
