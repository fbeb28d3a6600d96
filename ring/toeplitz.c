// SPDX-License-Identifier: GPL-2.0
/*
 * The Toeplitz hash; see toeplitz.h.
 *
 * Bit i of the data, counted from the highest of its first byte, adds the 32 bits of the key that
 * begin at its bit i. A window over the key slides along with the data.
 */
#include "ring/toeplitz.h"

static u8 toeplitz_key_byte(const u8 *key, u32 key_len, u32 i)
{
	return i < key_len ? key[i] : 0;
}

u32 xsr_toeplitz(const u8 *key, u32 key_len, const u8 *data, u32 len)
{
	u64 window = 0; /* 32 bits of the key in its upper half, the next ones below */
	u32 hash = 0, i, bit;

	for (i = 0; i < 4; i++)
		window = window << 8 | toeplitz_key_byte(key, key_len, i);
	for (i = 0; i < len; i++) {
		/* Eight bits of data need eight bits of key beyond the window. */
		window = window << 8 | toeplitz_key_byte(key, key_len, i + 4);
		for (bit = 0; bit < 8; bit++)
			if (data[i] << bit & 0x80)
				hash ^= (u32)(window >> (8 - bit));
	}
	return hash;
}
