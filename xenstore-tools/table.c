// SPDX-License-Identifier: GPL-2.0
/*
 * Aligned columns, see table.h.
 *
 * It decides widths and spaces only. Cells are ASCII by then (text.h), so bytes are columns.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/table.h"
#include "xenstore-tools/text.h"

#define COLUMN_GAP 2

void xsr_table_take(struct xsr_table *t, char *cell)
{
	t->cells = xsr_grow(t->cells, t->count, sizeof(*t->cells));
	t->cells[t->count++] = cell;
}

void xsr_table_add(struct xsr_table *t, const char *fmt, ...)
{
	struct xsr_text text = { 0 };
	va_list ap;

	va_start(ap, fmt);
	xsr_text_vadd(&text, fmt, ap);
	va_end(ap);
	xsr_table_take(t, xsr_text_take(&text));
}

static size_t column_width(const struct xsr_table *t, size_t col)
{
	size_t width = 0;
	size_t i;

	for (i = col; i < t->count; i += t->cols)
		if (strlen(t->cells[i]) > width)
			width = strlen(t->cells[i]);
	return width;
}

/* The last column that says something in the row at @row; no blanks are printed behind it. */
static size_t last_used(const struct xsr_table *t, size_t row)
{
	size_t last = t->cols - 1;

	while (last && !*t->cells[row + last])
		last--;
	return last;
}

void xsr_table_print(const struct xsr_table *t, unsigned int indent, FILE *out)
{
	size_t *width = xsr_alloc(t->cols, sizeof(*width));
	size_t row, col, last;

	for (col = 0; col < t->cols; col++)
		width[col] = column_width(t, col);
	for (row = 0; row + t->cols <= t->count; row += t->cols) {
		fprintf(out, "%*s", (int)indent, "");
		last = last_used(t, row);
		for (col = 0; col < last; col++)
			fprintf(out, "%-*s", (int)(width[col] + COLUMN_GAP), t->cells[row + col]);
		fprintf(out, "%s\n", t->cells[row + last]);
	}
	free(width);
}

void xsr_table_free(struct xsr_table *t)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		free(t->cells[i]);
	free(t->cells);
	t->cells = NULL;
	t->count = 0;
}
