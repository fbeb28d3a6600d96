// SPDX-License-Identifier: GPL-2.0
/*
 * Any text as the value of any key, and any prefix as the name of a numbered one.
 *
 * What is accepted is exactly what a slow second reader of decimal numbers accepts.
 *
 * Input: which key, then its limits if it is none of the tables', then the text.
 */
#include <stdio.h>

#include "ring/keys_blk.h"
#include "tests/fuzz/input.h"

static const struct xsr_key *pick_key(struct input *in, struct xsr_key *own)
{
	u8 which = input_u8(in);

	if (which < XSR_BB_COUNT)
		return &xsr_blk_back_keys[which];
	which -= XSR_BB_COUNT;
	if (which < XSR_BF_COUNT)
		return &xsr_blk_front_keys[which];
	if (which == XSR_BF_COUNT)
		return &xsr_key_gref;
	if (which == XSR_BF_COUNT + 1)
		return &xsr_key_evtchn;
	own->type = which & 1 ? XSR_KEY_BOOL : XSR_KEY_UINT;
	own->min = input_u64(in);
	own->max = input_u64(in);
	own->def = input_u64(in);
	return own;
}

/* Decimal, after spaces, in less than 24 characters. */
static enum xsr_key_result slow_parse(const char *text, size_t len, unsigned __int128 *value)
{
	size_t i = 0;

	*value = 0;
	if (len > 23)
		return XSR_KEY_BAD;
	while (i < len && text[i] == ' ')
		i++;
	if (i == len)
		return XSR_KEY_BAD;
	for (; i < len; i++) {
		if (!memchr("0123456789", text[i], 10))
			return XSR_KEY_BAD;
		*value = *value * 10 + (text[i] - '0');
	}
	return XSR_KEY_OK;
}

static void check_parse(const struct xsr_key *key, const char *text, size_t len)
{
	u64 value = 0x123456789abcdefull;
	enum xsr_key_result result = xsr_key_parse(key, text, len, &value), want;
	unsigned __int128 number;

	want = slow_parse(text, len, &number);
	if (want == XSR_KEY_OK && (number < key->min || number > key->max))
		want = XSR_KEY_RANGE;
	must(result == want);
	if (result != XSR_KEY_OK)
		must(value == 0x123456789abcdefull);
	else if (key->type == XSR_KEY_BOOL)
		must(value == (number != 0));
	else
		must(value == number);
}

static void check_numbered(const char *text, size_t len)
{
	char prefix[64], want[80], *got;
	u32 n = len * 2654435761u;
	size_t size, length;

	memset(prefix, 0, sizeof(prefix));
	memcpy(prefix, text, len < 63 ? len : 63);
	length = snprintf(want, sizeof(want), "%s%u", prefix, n);
	for (size = length; size <= length + 1; size++) {
		got = malloc(size ? size : 1);
		must(xsr_key_numbered(got, size, prefix, n) == (size > length ? length : 0));
		must(size <= length || !strcmp(got, want));
		free(got);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	struct xsr_key own = { .name = "own" };
	const struct xsr_key *key = pick_key(&in, &own);
	char *text = malloc(in.left ? in.left : 1);
	size_t len = in.left;

	input_bytes(&in, text, len);
	check_parse(key, text, len);
	check_numbered(text, len);
	free(text);
	return 0;
}
