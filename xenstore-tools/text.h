/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Growing text, and memory that is there or ends the program.
 *
 * Everything xsr prints that came out of xenstore goes through xsr_text_add_safe(), because a guest
 * chose those bytes and an administrator's terminal will interpret them. Used by every file of the
 * tool. A command line tool that cannot get a few kilobytes has nothing better to do than to say so
 * and stop, so the allocators here never return NULL.
 */
#ifndef XSR_TOOL_TEXT_H
#define XSR_TOOL_TEXT_H

#include <stdarg.h>
#include <stddef.h>

/* All zero is the empty text. */
struct xsr_text {
	char *s; /* NUL-terminated, or NULL when nothing was ever added */
	size_t len;
	size_t cap;
};

/* No limit on how much of a value to show. */
#define XSR_TEXT_ALL ((size_t)-1)

/* Say that memory ran out and end the program with exit code 1. */
void xsr_out_of_memory(void) __attribute__((noreturn));

/* Zeroed memory for @count objects of @size bytes, to be freed with free(). Never NULL. */
void *xsr_alloc(size_t count, size_t size);

/*
 * Room for one more element in @array (NULL for none) of @count elements of @size bytes: returns
 * the array, which may have moved, with element @count zeroed. The caller counts it.
 */
void *xsr_grow(void *array, size_t count, size_t size);

/* A copy of @s, to be freed with free(). Never NULL. */
char *xsr_dup(const char *s);

/* Formatted copy, to be freed with free(). Never NULL. */
char *xsr_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void xsr_text_add(struct xsr_text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void xsr_text_vadd(struct xsr_text *t, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/*
 * Add @len bytes of @data as printable ASCII: a backslash becomes two, any byte outside 0x20..0x7e
 * becomes \xNN. At most about @max characters are added, then "..." says that more was there.
 */
void xsr_text_add_safe(struct xsr_text *t, const void *data, size_t len, size_t max);

/* The same as a string of its own, to be freed with free(). Never NULL. */
char *xsr_safe(const void *data, size_t len, size_t max);

/* The text itself, never NULL; the caller frees it, @t is empty afterwards. */
char *xsr_text_take(struct xsr_text *t);

void xsr_text_free(struct xsr_text *t);

#endif /* XSR_TOOL_TEXT_H */
