/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a fuzzer's input piece by piece; what is beyond its end is 0.
 */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stdlib.h>

#include "ring/env.h"

struct input {
	const u8 *data;
	size_t left;
};

static inline void input_bytes(struct input *in, void *to, size_t n)
{
	size_t have = in->left < n ? in->left : n;

	memset(to, 0, n);
	if (have)
		memcpy(to, in->data, have);
	in->data += have;
	in->left -= have;
}

static inline u8 input_u8(struct input *in)
{
	u8 value;

	input_bytes(in, &value, sizeof(value));
	return value;
}

static inline u16 input_u16(struct input *in)
{
	u16 value;

	input_bytes(in, &value, sizeof(value));
	return value;
}

static inline u32 input_u32(struct input *in)
{
	u32 value;

	input_bytes(in, &value, sizeof(value));
	return value;
}

static inline u64 input_u64(struct input *in)
{
	u64 value;

	input_bytes(in, &value, sizeof(value));
	return value;
}

/* What must hold whatever the input is. */
#define must(cond)                        \
	do {                              \
		if (!(cond))              \
			__builtin_trap(); \
	} while (0)

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif /* FUZZ_INPUT_H */
