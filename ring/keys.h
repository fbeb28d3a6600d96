/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Typed xenstore keys: what a key's text may be, and what number it stands for.
 *
 * A table of struct xsr_key lists every key one side writes; keys_blk.h has the block ones, and here are the two that both
 * kinds of device share. The
 * shell in ring/linux/ runs a table against xenstore, xsr(1) prints by it. Parsing is strict: an
 * optional run of spaces, then digits only, so that "5x", "-1" or 4 KiB of junk is BAD and not a
 * number; out of range is told apart from malformed so that a message can name the limit.
 */
#ifndef XSR_KEYS_H
#define XSR_KEYS_H

#include "ring/env.h"

enum xsr_key_type {
	XSR_KEY_UINT, /* decimal */
	XSR_KEY_BOOL, /* decimal, 0 is false, anything else up to max is true */
	XSR_KEY_TEXT, /* kept as text; value is not used */
};

struct xsr_key {
	const char *name;
	enum xsr_key_type type;
	u64 def; /* value when absent */
	u64 min;
	u64 max;
	bool required; /* absent is an error */
	const char *help; /* one line for people */
};

enum xsr_key_result {
	XSR_KEY_OK,
	XSR_KEY_ABSENT, /* value is the default */
	XSR_KEY_BAD, /* not a number */
	XSR_KEY_RANGE, /* a number outside min..max */
};

/* Longest text of a number we look at, with its final NUL: 2^64 has 20 digits. */
#define XSR_KEY_TEXT_MAX 24

/*
 * Parse @text of @len bytes (no NUL needed; NULL for an absent key) as @key says.
 * @value: the number, or the default if absent; untouched otherwise.
 */
enum xsr_key_result xsr_key_parse(const struct xsr_key *key, const char *text, size_t len,
				  u64 *value);

/* A grant reference and an event channel port as a front-end may name them; both are required. */
extern const struct xsr_key xsr_key_gref;
extern const struct xsr_key xsr_key_evtchn;

const char *xsr_key_result_name(enum xsr_key_result result);

/*
 * Names of keys that carry a number, such as "ring-ref%u" or "queue-%u": writes @prefix and the
 * decimal @n into @buf. Returns the length without the NUL, or 0 if @size is too small.
 */
size_t xsr_key_numbered(char *buf, size_t size, const char *prefix, u32 n);

#endif /* XSR_KEYS_H */
