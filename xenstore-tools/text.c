// SPDX-License-Identifier: GPL-2.0
/*
 * Growing text and making foreign bytes printable.
 *
 * It decides how a byte that is no printable ASCII looks to people (and in JSON, which must be
 * valid UTF-8 whatever a guest wrote). It never looks at what the text means. See text.h.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/text.h"

void xsr_out_of_memory(void)
{
	fputs("xsr: out of memory\n", stderr);
	exit(1);
}

void *xsr_alloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size);

	if (!p)
		xsr_out_of_memory();
	return p;
}

void *xsr_grow(void *array, size_t count, size_t size)
{
	/* Double at each power of two: few moves, and no capacity to keep. */
	if (!(count & (count - 1))) {
		array = reallocarray(array, count ? 2 * count : 1, size);
		if (!array)
			xsr_out_of_memory();
	}
	memset((char *)array + count * size, 0, size);
	return array;
}

char *xsr_dup(const char *s)
{
	char *p = strdup(s);

	if (!p)
		xsr_out_of_memory();
	return p;
}

char *xsr_format(const char *fmt, ...)
{
	struct xsr_text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	xsr_text_vadd(&t, fmt, ap);
	va_end(ap);
	return xsr_text_take(&t);
}

/* Make room for @more characters and a NUL. */
static void reserve(struct xsr_text *t, size_t more)
{
	size_t need = t->len + more + 1;
	char *p;

	if (need <= t->cap)
		return;
	if (need < 2 * t->cap)
		need = 2 * t->cap;
	p = realloc(t->s, need);
	if (!p)
		xsr_out_of_memory();
	t->s = p;
	t->cap = need;
}

void xsr_text_vadd(struct xsr_text *t, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		xsr_out_of_memory();
	reserve(t, (size_t)n);
	vsnprintf(t->s + t->len, (size_t)n + 1, fmt, again);
	t->len += (size_t)n;
	va_end(again);
}

void xsr_text_add(struct xsr_text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	xsr_text_vadd(t, fmt, ap);
	va_end(ap);
}

/* Write byte @c printably to @to, which has room for four. Returns the number of characters. */
static size_t escape(uint8_t c, char *to)
{
	static const char hex[] = "0123456789abcdef";

	to[0] = '\\';
	if (c == '\\') {
		to[1] = '\\';
		return 2;
	}
	if (c < 0x20 || c > 0x7e) {
		to[1] = 'x';
		to[2] = hex[c >> 4];
		to[3] = hex[c & 15];
		return 4;
	}
	to[0] = (char)c;
	return 1;
}

void xsr_text_add_safe(struct xsr_text *t, const void *data, size_t len, size_t max)
{
	const uint8_t *p = data;
	size_t start = t->len;
	size_t i;

	for (i = 0; i < len && t->len - start < max; i++) {
		reserve(t, 4);
		t->len += escape(p[i], t->s + t->len);
	}
	reserve(t, 0);
	t->s[t->len] = '\0';
	if (i < len)
		xsr_text_add(t, "...");
}

char *xsr_safe(const void *data, size_t len, size_t max)
{
	struct xsr_text t = { 0 };

	xsr_text_add_safe(&t, data, len, max);
	return xsr_text_take(&t);
}

char *xsr_text_take(struct xsr_text *t)
{
	char *s = t->s ? t->s : xsr_dup("");

	memset(t, 0, sizeof(*t));
	return s;
}

void xsr_text_free(struct xsr_text *t)
{
	free(t->s);
	memset(t, 0, sizeof(*t));
}
