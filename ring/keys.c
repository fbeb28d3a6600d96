// SPDX-License-Identifier: GPL-2.0
/*
 * Typed xenstore keys: parsing their text and making numbered names; see keys.h.
 *
 * Decides whether a text is a number and inside the key's limits. Never touches xenstore: the shell
 * in ring/linux/ and xsr(1) bring the text. Work is bounded by XSR_KEY_TEXT_MAX, whatever a peer
 * has written.
 */
#include "ring/keys.h"

/* Digits of the longest u32. */
#define KEY_U32_DIGITS 10

/* Ports of the FIFO event channel ABI, the larger of the two; port 0 is never handed out. */
#define KEY_MAX_EVTCHN ((1u << 17) - 1)

const struct xsr_key xsr_key_gref = {
	.name = "ring-ref",
	.type = XSR_KEY_UINT,
	.max = UINT_MAX,
	.required = true,
	.help = "grant reference of a ring page",
};

const struct xsr_key xsr_key_evtchn = {
	.name = "event-channel",
	.type = XSR_KEY_UINT,
	.min = 1,
	.max = KEY_MAX_EVTCHN,
	.required = true,
	.help = "event channel port",
};

/* The digits in [@text, @end) as a number. */
static enum xsr_key_result key_digits(const char *text, const char *end, u64 *value)
{
	bool over = false;
	u64 sum = 0;

	if (text == end)
		return XSR_KEY_BAD;
	for (; text < end; text++) {
		u32 digit = (u8)*text - '0';

		if (digit > 9)
			return XSR_KEY_BAD;
		over |= sum > (ULLONG_MAX - digit) / 10;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return over ? XSR_KEY_RANGE : XSR_KEY_OK;
}

enum xsr_key_result xsr_key_parse(const struct xsr_key *key, const char *text, size_t len,
				  u64 *value)
{
	enum xsr_key_result result;
	const char *end;
	u64 number;

	if (!text) {
		*value = key->def;
		return XSR_KEY_ABSENT;
	}
	if (key->type == XSR_KEY_TEXT)
		return XSR_KEY_OK;
	if (len >= XSR_KEY_TEXT_MAX)
		return XSR_KEY_BAD;
	end = text + len;
	while (text < end && *text == ' ')
		text++;
	result = key_digits(text, end, &number);
	if (result != XSR_KEY_OK)
		return result;
	if (number < key->min || number > key->max)
		return XSR_KEY_RANGE;
	*value = key->type == XSR_KEY_BOOL ? number != 0 : number;
	return XSR_KEY_OK;
}

const char *xsr_key_result_name(enum xsr_key_result result)
{
	static const char *const names[] = {
		[XSR_KEY_OK] = "fine",
		[XSR_KEY_ABSENT] = "absent",
		[XSR_KEY_BAD] = "not a number",
		[XSR_KEY_RANGE] = "out of range",
	};

	return (u32)result < ARRAY_SIZE(names) ? names[result] : "invalid";
}

size_t xsr_key_numbered(char *buf, size_t size, const char *prefix, u32 n)
{
	char digits[KEY_U32_DIGITS];
	size_t nr = 0, len = strlen(prefix), i;

	do {
		digits[nr++] = '0' + n % 10;
		n /= 10;
	} while (n);
	if (size < len + nr + 1)
		return 0;
	memcpy(buf, prefix, len);
	for (i = 0; i < nr; i++)
		buf[len + i] = digits[nr - 1 - i];
	buf[len + nr] = '\0';
	return len + nr;
}
