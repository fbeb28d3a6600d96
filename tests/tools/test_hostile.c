// SPDX-License-Identifier: GPL-2.0
/*
 * xsr against a store that is broken in every way a guest or a dying daemon can arrange: each run
 * must end, say something sensible, and print nothing but ASCII. The sanitizers watch.
 */
#include <errno.h>
#include <string.h>

#include <json-c/json.h>

#include "tests/tools/scene.h"

#define VALUE_MAX 4096 /* the longest value xenstore takes */

/* Freed memory is kept from reuse long enough for one run; more only costs page faults. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=16";
}

static const struct xsr_list_args list_text = { .any_class = true };
static const struct xsr_list_args list_json = { .any_class = true, .json = true };
static const struct xsr_show_args show_vbd = { .path = VBD_FRONT };
static const struct xsr_show_args show_vbd_json = { .path = VBD_FRONT, .json = true };
static const struct xsr_show_args show_vif = { .path = VIF_BACK };
static const struct xsr_show_args show_vif_json = { .path = VIF_BACK, .json = true };

static struct xsr_store *host(void)
{
	struct xsr_store *s = scene_domains();

	scene_vbd(s);
	scene_vif(s);
	return s;
}

static void assert_ascii(const char *text)
{
	for (; *text; text++)
		if (*text != '\n' && (*text < 0x20 || *text > 0x7e))
			fail_msg("byte 0x%02x was printed", (unsigned char)*text);
}

/* Whatever happened: text on one of the streams, an exit code to match, valid JSON. */
static void assert_sane(struct outcome *o, bool json)
{
	struct json_object *parsed;

	assert_true(o->rc == XSR_EXIT_OK || o->rc == XSR_EXIT_FAIL);
	assert_true(o->rc == XSR_EXIT_OK ? *o->out : *o->err);
	assert_ascii(o->out);
	assert_ascii(o->err);
	if (json && *o->out) {
		parsed = json_tokener_parse(o->out);
		assert_non_null(parsed);
		json_object_put(parsed);
	}
	outcome_free(o);
}

/* Every command on @s. */
static void run_all(struct xsr_store *s)
{
	struct outcome o;

	o = run_list(s, &list_text);
	assert_sane(&o, false);
	o = run_list(s, &list_json);
	assert_sane(&o, true);
	o = run_show(s, &show_vbd);
	assert_sane(&o, false);
	o = run_show(s, &show_vbd_json);
	assert_sane(&o, true);
	o = run_show(s, &show_vif);
	assert_sane(&o, false);
	o = run_show(s, &show_vif_json);
	assert_sane(&o, true);
	assert_int_equal(fake_open_transactions(s), 0);
}

/* A fixed sequence of numbers that look random. */
static u32 next(u32 *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Overwrite some nodes with junk of some sort. */
static void spoil(struct xsr_store *s, const char *path, void *arg)
{
	static const char *const junk[] = {
		"",
		"-1",
		"0",
		"1",
		"4",
		"99999999999999999999",
		"4294967295",
		"4294967296",
		"0x10",
		" 4",
		"4 ",
		"%s%n%s",
		"../..",
		"/",
		"nan",
		"1e9",
		"\x1b]0;owned\x07",
		"\xc3\x28",
		"4\n5",
	};
	static char big[VALUE_MAX];
	u32 *seed = arg;
	u32 what = next(seed) % 64;
	size_t i;

	if (what < ARRAY_SIZE(junk)) {
		fake_set(s, path, junk[what]);
	} else if (what < ARRAY_SIZE(junk) + 4) {
		for (i = 0; i < VALUE_MAX; i++)
			big[i] = (char)next(seed);
		fake_set_bytes(s, path, big, next(seed) % (VALUE_MAX + 1));
	} else if (what < ARRAY_SIZE(junk) + 6) {
		memset(big, '9', VALUE_MAX);
		fake_set_bytes(s, path, big, VALUE_MAX);
	}
}

static void junk_in_any_node_is_survived(void **state)
{
	u32 seed = 1;
	int round;

	for (round = 0; round < 60; round++) {
		struct xsr_store *s = host();

		fake_each(s, spoil, &seed);
		run_all(s);
		xsr_store_close(s);
	}
}

struct each_key {
	const char *value;
	size_t len;
};

/* Set one node to one value and look at it. */
static void spoil_one(struct xsr_store *s, const char *path, void *arg)
{
	const struct each_key *k = arg;
	struct xsr_store *other = host();
	struct outcome o;

	fake_set_bytes(other, path, k->value, k->len);
	o = run_list(other, &list_json);
	assert_sane(&o, true);
	o = run_show(other, strstr(path, "vif") ? &show_vif : &show_vbd);
	assert_sane(&o, false);
	xsr_store_close(other);
}

static void each_node_alone_may_be_junk(void **state)
{
	char *big = xsr_alloc(VALUE_MAX + 1, 1);
	struct each_key keys[] = {
		{ "\0\0", 2 },
		{ "4294967295", 10 },
		{ big, VALUE_MAX },
	};
	struct xsr_store *s = host();
	size_t i;

	memset(big, '\xff', VALUE_MAX);
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		fake_each(s, spoil_one, &keys[i]);
	xsr_store_close(s);
	free(big);
}

static void drop(struct xsr_store *s, void *path)
{
	fake_remove(s, path);
}

static struct outcome list_it(struct xsr_store *s)
{
	return run_list(s, &list_json);
}

static struct outcome show_it(struct xsr_store *s)
{
	return run_show(s, &show_vbd_json);
}

/* Run @command with @hook striking before its first access, its second, ... and its last. */
static void strike_everywhere(struct outcome (*command)(struct xsr_store *s),
			      void (*hook)(struct xsr_store *s, void *arg), void *arg, bool in_txn)
{
	struct xsr_store *s = host();
	struct outcome o = command(s);
	unsigned int at, needed = fake_ops(s);

	assert_int_equal(o.rc, 0);
	assert_true(needed > 50);
	outcome_free(&o);
	xsr_store_close(s);
	for (at = 0; at < needed; at++) {
		s = host();
		if (!in_txn)
			fake_no_transactions(s, -ENOSPC);
		fake_call_after(s, at, hook, arg);
		o = command(s);
		assert_sane(&o, true);
		assert_int_equal(fake_open_transactions(s), 0);
		xsr_store_close(s);
	}
}

static void strike(void (*hook)(struct xsr_store *s, void *arg), void *arg)
{
	strike_everywhere(list_it, hook, arg, false);
	strike_everywhere(show_it, hook, arg, true);
}

static void directories_may_vanish_at_any_time(void **state)
{
	static const char *const victims[] = {
		VBD_FRONT,
		VBD_BACK,
		VBD_FRONT "/queue-0",
		"/local",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(victims); i++)
		strike(drop, (void *)victims[i]);
}

/* More queues and pages than a moment ago. */
static void grow(struct xsr_store *s, void *queues)
{
	scene_set(s, VBD_FRONT, "ring-page-order", "4");
	scene_set(s, VBD_FRONT, "multi-queue-num-queues", queues);
	scene_set(s, VBD_BACK, "multi-queue-max-queues", queues);
}

static void values_may_change_at_any_time(void **state)
{
	strike(grow, (void *)"3");
}

static void the_connection_may_break_at_any_time(void **state)
{
	unsigned int at, needed;
	struct outcome o;
	struct xsr_store *s = host();

	o = run_list(s, &list_text);
	outcome_free(&o);
	needed = fake_ops(s);
	xsr_store_close(s);
	for (at = 0; at < needed; at++) {
		s = host();
		fake_break_after(s, at, -EIO);
		o = run_list(s, &list_json);
		assert_int_equal(o.rc, XSR_EXIT_FAIL);
		assert_string_equal(o.out, "");
		assert_string_equal(o.err, "xsr: reading xenstore failed: Input/output error\n");
		outcome_free(&o);
		xsr_store_close(s);
	}
}

static void four_thousand_million_queues_are_not_counted_out(void **state)
{
	struct xsr_store *s = host();
	struct outcome o;

	grow(s, (void *)"4294967295");
	o = show_path(s, VBD_FRONT);
	assert_int_equal(o.rc, 0);
	assert_out(o, "4294967295 queues: only the first 1024 were looked at");
	assert_out(o, "\n  1023   ");
	assert_not_out(o, "\n  1024   ");
	outcome_free(&o);
	xsr_store_close(s);
}

static void hundreds_of_devices_are_listed(void **state)
{
	struct xsr_store *s = scene_domains();
	struct outcome o;
	char path[64];
	int i, lines = 0;
	char *p;

	for (i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "/local/domain/3/device/vif/%d/state", i);
		fake_set(s, path, "1");
	}
	fake_set(s, "/local/domain/3/device/vif/not-a-number/state", "1");
	o = run_list(s, &list_text);
	assert_int_equal(o.rc, 0);
	for (p = o.out; *p; p++)
		lines += *p == '\n';
	assert_int_equal(lines, 501);
	outcome_free(&o);
	xsr_store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(junk_in_any_node_is_survived),
		cmocka_unit_test(each_node_alone_may_be_junk),
		cmocka_unit_test(directories_may_vanish_at_any_time),
		cmocka_unit_test(values_may_change_at_any_time),
		cmocka_unit_test(the_connection_may_break_at_any_time),
		cmocka_unit_test(four_thousand_million_queues_are_not_counted_out),
		cmocka_unit_test(hundreds_of_devices_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
