// SPDX-License-Identifier: GPL-2.0
/*
 * xenstore-tools/text.c and table.c: foreign bytes made printable, columns.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/tools/scene.h"
#include "xenstore-tools/table.h"

static void assert_safe(const void *data, size_t len, size_t max, const char *want)
{
	char *is = xsr_safe(data, len, max);

	assert_string_equal(is, want);
	free(is);
}

static void safe_leaves_only_printable_ascii(void **state)
{
	assert_safe("plain text~ ", 12, XSR_TEXT_ALL, "plain text~ ");
	assert_safe("", 0, XSR_TEXT_ALL, "");
	assert_safe("\x1b[2J", 4, XSR_TEXT_ALL, "\\x1b[2J");
	assert_safe("a\0b\n\t\x7f\xff", 7, XSR_TEXT_ALL, "a\\x00b\\x0a\\x09\\x7f\\xff");
	assert_safe("C:\\x", 4, XSR_TEXT_ALL, "C:\\\\x");
}

static void safe_says_that_it_cut(void **state)
{
	assert_safe("abcdef", 6, 6, "abcdef");
	assert_safe("abcdefg", 7, 6, "abcdef...");
	assert_safe("\xff\xff\xff", 3, 6, "\\xff\\xff...");
}

static void text_grows(void **state)
{
	struct xsr_text t = { 0 };
	char *s;
	int i;

	for (i = 0; i < 1000; i++)
		xsr_text_add(&t, "%03d,", i);
	assert_int_equal(t.len, 4000);
	s = xsr_text_take(&t);
	assert_memory_equal(s + 3996, "999,", 5);
	assert_int_equal(t.len, 0);
	free(s);
	s = xsr_text_take(&t);
	assert_string_equal(s, "");
	free(s);
}

static void grow_keeps_elements_and_zeroes_the_new(void **state)
{
	unsigned int *array = NULL;
	size_t i;

	for (i = 0; i < 100; i++) {
		array = xsr_grow(array, i, sizeof(*array));
		assert_int_equal(array[i], 0);
		array[i] = (unsigned int)i + 1;
	}
	for (i = 0; i < 100; i++)
		assert_int_equal(array[i], i + 1);
	free(array);
}

static void table_aligns_and_ends_lines_bare(void **state)
{
	struct xsr_table t = { .cols = 3 };
	char *out;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	xsr_table_add(&t, "A");
	xsr_table_add(&t, "LONG");
	xsr_table_add(&t, "C");
	xsr_table_add(&t, "%s", "wide cell");
	xsr_table_add(&t, "x");
	xsr_table_add(&t, "%s", "");
	xsr_table_print(&t, 1, f);
	fclose(f);
	assert_string_equal(out, " A          LONG  C\n wide cell  x\n");
	xsr_table_free(&t);
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(safe_leaves_only_printable_ascii),
		cmocka_unit_test(safe_says_that_it_cut),
		cmocka_unit_test(text_grows),
		cmocka_unit_test(grow_keeps_elements_and_zeroes_the_new),
		cmocka_unit_test(table_aligns_and_ends_lines_bare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
