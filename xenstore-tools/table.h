/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Aligned columns: collect rows of strings, print them as wide as their widest cell.
 *
 * It never shortens a cell; who fills it does. Used by list.c and show.c.
 */
#ifndef XSR_TOOL_TABLE_H
#define XSR_TOOL_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct xsr_table {
	size_t cols; /* set by the caller before the first cell */
	char **cells; /* row after row */
	size_t count;
};

/* Append @cell, which the table owns from now on; rows fill from left to right. */
void xsr_table_take(struct xsr_table *t, char *cell);

/* Append a formatted cell. */
void xsr_table_add(struct xsr_table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Print every full row, @indent spaces before each, two between columns, none at the end. */
void xsr_table_print(const struct xsr_table *t, unsigned int indent, FILE *out);

void xsr_table_free(struct xsr_table *t);

#endif /* XSR_TOOL_TABLE_H */
