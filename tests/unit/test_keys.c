// SPDX-License-Identifier: GPL-2.0
/*
 * keys: which texts are numbers, which numbers are inside a key's limits, and names with numbers.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ring/keys.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

#define UNTOUCHED 0xfeedfacecafebeefull
#define TEXT(s) s, sizeof(s) - 1

static const struct xsr_key any = {
	.name = "any", .type = XSR_KEY_UINT, .max = ULLONG_MAX, .def = 42
};
static const struct xsr_key u32_key = { .name = "u32", .type = XSR_KEY_UINT, .max = UINT_MAX };
static const struct xsr_key small = {
	.name = "small", .type = XSR_KEY_UINT, .min = 1, .max = 4, .def = 2
};
static const struct xsr_key flag = { .name = "flag", .type = XSR_KEY_BOOL, .max = UINT_MAX };
static const struct xsr_key strict_flag = { .name = "strict", .type = XSR_KEY_BOOL, .max = 1 };
static const struct xsr_key text = { .name = "text", .type = XSR_KEY_TEXT };

static const struct {
	const struct xsr_key *key;
	const char *text;
	size_t len;
	enum xsr_key_result result;
	u64 value;
} table[] = {
	{ &any, NULL, 0, XSR_KEY_ABSENT, 42 },
	{ &small, NULL, 0, XSR_KEY_ABSENT, 2 },
	{ &any, TEXT(""), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT(" "), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("0"), XSR_KEY_OK, 0 },
	{ &any, TEXT("1"), XSR_KEY_OK, 1 },
	{ &any, TEXT("00007"), XSR_KEY_OK, 7 },
	{ &any, TEXT(" 5"), XSR_KEY_OK, 5 },
	{ &any, TEXT("    5"), XSR_KEY_OK, 5 },
	{ &any, TEXT("5 "), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("5\n"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("\t5"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("5x"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("0x10"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("-1"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("+1"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("1.5"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("1 2"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("%s%n"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("5\0006"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("5\0"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("\xb5"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("\xff\xfe\x80"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("/"), XSR_KEY_BAD, UNTOUCHED }, /* the neighbours of 0 and 9 */
	{ &any, TEXT(":"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("2147483648"), XSR_KEY_OK, 1ull << 31 },
	{ &any, TEXT("4294967295"), XSR_KEY_OK, UINT_MAX },
	{ &any, TEXT("4294967296"), XSR_KEY_OK, 1ull << 32 },
	{ &any, TEXT("18446744073709551614"), XSR_KEY_OK, ULLONG_MAX - 1 },
	{ &any, TEXT("18446744073709551615"), XSR_KEY_OK, ULLONG_MAX },
	{ &any, TEXT("18446744073709551616"), XSR_KEY_RANGE, UNTOUCHED },
	{ &any, TEXT("18446744073709551620"), XSR_KEY_RANGE, UNTOUCHED },
	{ &any, TEXT("36893488147419103232"), XSR_KEY_RANGE, UNTOUCHED }, /* 2^65 */
	{ &any, TEXT("100000000000000000000"), XSR_KEY_RANGE, UNTOUCHED },
	{ &any, TEXT("99999999999999999999999"), XSR_KEY_RANGE, UNTOUCHED },
	{ &any, TEXT("99999999999999999999x"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("00000000000000000000001"), XSR_KEY_OK, 1 }, /* 23, the most looked at */
	{ &any, TEXT("000000000000000000000001"), XSR_KEY_BAD, UNTOUCHED },
	{ &any, TEXT("                       1"), XSR_KEY_BAD, UNTOUCHED },
	{ &u32_key, TEXT("4294967295"), XSR_KEY_OK, UINT_MAX },
	{ &u32_key, TEXT("4294967296"), XSR_KEY_RANGE, UNTOUCHED },
	{ &u32_key, TEXT("18446744073709551617"), XSR_KEY_RANGE, UNTOUCHED }, /* 1 if it wraps */
	{ &small, TEXT("0"), XSR_KEY_RANGE, UNTOUCHED },
	{ &small, TEXT("1"), XSR_KEY_OK, 1 },
	{ &small, TEXT("4"), XSR_KEY_OK, 4 },
	{ &small, TEXT("5"), XSR_KEY_RANGE, UNTOUCHED },
	{ &small, TEXT("31"), XSR_KEY_RANGE, UNTOUCHED },
	{ &flag, TEXT("0"), XSR_KEY_OK, 0 },
	{ &flag, TEXT("1"), XSR_KEY_OK, 1 },
	{ &flag, TEXT("2"), XSR_KEY_OK, 1 },
	{ &flag, TEXT("4294967295"), XSR_KEY_OK, 1 },
	{ &flag, TEXT("4294967296"), XSR_KEY_RANGE, UNTOUCHED },
	{ &flag, TEXT("true"), XSR_KEY_BAD, UNTOUCHED },
	{ &flag, NULL, 0, XSR_KEY_ABSENT, 0 },
	{ &strict_flag, TEXT("1"), XSR_KEY_OK, 1 },
	{ &strict_flag, TEXT("2"), XSR_KEY_RANGE, UNTOUCHED },
	{ &text, TEXT("anything at all, of any length, is a text"), XSR_KEY_OK, UNTOUCHED },
	{ &text, TEXT(""), XSR_KEY_OK, UNTOUCHED },
};

static void test_parse_table(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		/* a copy that ends where its memory ends, so that a read too far is seen */
		char *copy = table[i].text ? malloc(table[i].len + 1) + 1 : NULL;
		enum xsr_key_result result;
		u64 value = UNTOUCHED;

		if (copy)
			memcpy(copy, table[i].text, table[i].len);
		result = xsr_key_parse(table[i].key, copy, table[i].len, &value);
		if (result != table[i].result || value != table[i].value)
			fail_msg("%s \"%s\": %s, %llu", table[i].key->name, table[i].text,
				 xsr_key_result_name(result), (unsigned long long)value);
		free(copy ? copy - 1 : NULL);
	}
}

/* Every number is read as what it is, just at and around every power of two and of ten. */
static void check_number(u64 number)
{
	char buf[XSR_KEY_TEXT_MAX];
	u64 value = UNTOUCHED;
	int len = snprintf(buf, sizeof(buf), "%llu", (unsigned long long)number);

	assert_int_equal(xsr_key_parse(&any, buf, len, &value), XSR_KEY_OK);
	assert_true(value == number);
}

static void test_parse_numbers(void **state)
{
	struct rng rng;
	u64 ten = 1;
	u32 i;

	(void)state;
	for (i = 0; i < 64; i++) {
		check_number((1ull << i) - 1);
		check_number(1ull << i);
		check_number((1ull << i) + 1);
	}
	for (i = 0; i < 19; i++, ten *= 10) {
		check_number(ten - 1);
		check_number(ten);
		check_number(ten + 1);
	}
	rng_seed(&rng, 3);
	for (i = 0; i < 100000; i++)
		check_number(rng_next(&rng) >> rng_below(&rng, 64));
}

/* What a peer writes may be very long; no byte beyond the limit decides anything. */
static void test_parse_junk(void **state)
{
	static char junk[4096];
	u64 value = UNTOUCHED;
	size_t len;
	int c;

	(void)state;
	for (c = 0; c < 256; c++) {
		memset(junk, c, sizeof(junk));
		for (len = XSR_KEY_TEXT_MAX; len <= sizeof(junk); len += 17)
			assert_int_equal(xsr_key_parse(&any, junk, len, &value), XSR_KEY_BAD);
	}
	/* A length that lies is not even looked at. */
	assert_int_equal(xsr_key_parse(&any, "7", (size_t)-1, &value), XSR_KEY_BAD);
	assert_true(value == UNTOUCHED);
}

static void test_numbered(void **state)
{
	static const u32 numbers[] = { 0,   1,	   9,	      10,	  11,	   99,
				       100, 65535, 999999999, 1000000000, UINT_MAX };
	static const char *const prefixes[] = { "", "ring-ref", "queue-" };
	u32 n, p;
	size_t size;

	(void)state;
	for (p = 0; p < ARRAY_SIZE(prefixes); p++)
		for (n = 0; n < ARRAY_SIZE(numbers); n++) {
			char want[32];
			size_t len = snprintf(want, sizeof(want), "%s%u", prefixes[p], numbers[n]);

			for (size = 0; size < sizeof(want); size++) {
				/* exactly as big as said, so that a byte too many is seen */
				char *buf = malloc(size ? size : 1);
				size_t got = xsr_key_numbered(buf, size, prefixes[p], numbers[n]);

				if (size <= len) {
					assert_int_equal(got, 0);
				} else {
					assert_int_equal(got, len);
					assert_string_equal(buf, want);
				}
				free(buf);
			}
		}
}

static void test_result_names(void **state)
{
	(void)state;
	assert_string_equal(xsr_key_result_name(XSR_KEY_OK), "fine");
	assert_string_equal(xsr_key_result_name(XSR_KEY_ABSENT), "absent");
	assert_string_equal(xsr_key_result_name(XSR_KEY_BAD), "not a number");
	assert_string_equal(xsr_key_result_name(XSR_KEY_RANGE), "out of range");
	assert_string_equal(xsr_key_result_name((enum xsr_key_result)77), "invalid");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_table),  cmocka_unit_test(test_parse_numbers),
		cmocka_unit_test(test_parse_junk),   cmocka_unit_test(test_numbered),
		cmocka_unit_test(test_result_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
