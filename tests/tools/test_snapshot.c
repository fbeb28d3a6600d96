// SPDX-License-Identifier: GPL-2.0
/*
 * xenstore-tools/snapshot.c and tree.c: transactions, retries, what is read of a directory.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/scene.h"

/* Reads one node and counts how often it was asked to. */
struct counted {
	unsigned int calls;
	int err;
};

static int collect(struct xsr_store *s, void *arg)
{
	struct counted *c = arg;
	struct xsr_bytes value = { 0 };

	c->calls++;
	c->err = xsr_store_read(s, "/node", &value);
	xsr_bytes_free(&value);
	return c->err;
}

static struct xsr_store *one_node(void)
{
	struct xsr_store *s = fake_store_new();

	fake_set(s, "/node", "1");
	return s;
}

static void a_quiet_store_is_read_once(void **state)
{
	struct xsr_store *s = one_node();
	struct counted c = { 0 };
	bool consistent = false;

	assert_int_equal(xsr_snapshot(s, collect, &c, &consistent), 0);
	assert_int_equal(c.calls, 1);
	assert_true(consistent);
	assert_int_equal(fake_open_transactions(s), 0);
	xsr_store_close(s);
}

static void a_conflict_is_tried_again(void **state)
{
	struct xsr_store *s = one_node();
	struct counted c = { 0 };
	bool consistent = false;

	fake_conflict(s, XSR_SNAPSHOT_TRIES - 1);
	assert_int_equal(xsr_snapshot(s, collect, &c, &consistent), 0);
	assert_int_equal(c.calls, XSR_SNAPSHOT_TRIES);
	assert_true(consistent);
	xsr_store_close(s);
}

static void endless_conflicts_end(void **state)
{
	struct xsr_store *s = one_node();
	struct counted c = { 0 };
	bool consistent = true;

	fake_conflict(s, UINT_MAX);
	assert_int_equal(xsr_snapshot(s, collect, &c, &consistent), 0);
	assert_int_equal(c.calls, XSR_SNAPSHOT_TRIES + 1);
	assert_false(consistent);
	assert_int_equal(fake_open_transactions(s), 0);
	xsr_store_close(s);
}

static void without_transactions_it_reads_all_the_same(void **state)
{
	static const int errors[] = { -ENOSPC, -EACCES, -ENOSYS };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		struct xsr_store *s = one_node();
		struct counted c = { 0 };
		bool consistent = true;

		fake_no_transactions(s, errors[i]);
		assert_int_equal(xsr_snapshot(s, collect, &c, &consistent), 0);
		assert_int_equal(c.calls, 1);
		assert_false(consistent);
		xsr_store_close(s);
	}
}

static void a_quota_within_a_transaction_is_gone_around(void **state)
{
	struct xsr_store *s = one_node();
	struct counted c = { 0 };
	bool consistent = true;

	fake_quota_after(s, 0, -ENOSPC);
	assert_int_equal(xsr_snapshot(s, collect, &c, &consistent), 0);
	assert_int_equal(c.calls, 2);
	assert_int_equal(c.err, 0);
	assert_false(consistent);
	assert_int_equal(fake_open_transactions(s), 0);
	xsr_store_close(s);
}

static void a_broken_connection_is_an_error(void **state)
{
	struct xsr_store *s = one_node();
	struct counted c = { 0 };
	bool consistent;

	fake_break_after(s, 0, -EIO);
	assert_int_equal(xsr_snapshot(s, collect, &c, &consistent), -EIO);
	assert_int_equal(c.calls, 1);
	assert_int_equal(fake_open_transactions(s), 0);
	fake_no_transactions(s, -EPIPE);
	assert_int_equal(xsr_snapshot(s, collect, &c, &consistent), -EPIPE);
	xsr_store_close(s);
}

static void a_tree_has_queues_but_nothing_deeper(void **state)
{
	struct xsr_store *s = fake_store_new();
	struct xsr_tree t = { 0 };

	fake_set(s, "/d/state", "4");
	fake_set(s, "/d/queue-0/ring-ref", "8");
	fake_set(s, "/d/queue-0/queue-1/deeper", "1");
	fake_set(s, "/d/queue-x/ring-ref", "8");
	fake_set(s, "/d/sub/node", "1");
	fake_set(s, "/dd/state", "9");
	assert_int_equal(xsr_tree_load(s, "/d", &t), 0);
	assert_int_equal(t.err, 0);
	assert_string_equal(xsr_tree_find(&t, "state")->value.data, "4");
	assert_string_equal(xsr_tree_find(&t, "queue-0/ring-ref")->value.data, "8");
	assert_non_null(xsr_tree_find(&t, "queue-0/queue-1"));
	assert_null(xsr_tree_find(&t, "queue-0/queue-1/deeper"));
	assert_null(xsr_tree_find(&t, "queue-x/ring-ref"));
	assert_null(xsr_tree_find(&t, "sub/node"));
	assert_null(xsr_tree_find(&t, "none"));
	assert_int_equal(t.count, 6);
	xsr_tree_free(&t);
	xsr_store_close(s);
}

static void an_absent_directory_and_a_forbidden_one_differ(void **state)
{
	struct xsr_store *s = fake_store_new();
	struct xsr_tree t = { 0 };

	assert_int_equal(xsr_tree_load(s, "/d", &t), 0);
	assert_int_equal(t.err, -ENOENT);
	assert_int_equal(t.count, 0);
	assert_null(xsr_tree_find(&t, "state"));
	fake_set(s, "/d/state", "1");
	fake_set(s, "/d/secret", "1");
	fake_deny(s, "/d/secret");
	assert_int_equal(xsr_tree_load(s, "/d", &t), 0);
	assert_int_equal(xsr_tree_find(&t, "secret")->err, -EACCES);
	assert_int_equal(xsr_tree_find(&t, "state")->err, 0);
	xsr_tree_free(&t);
	fake_set(s, "/d/queue-0/ring-ref", "8");
	fake_deny(s, "/d/queue-0");
	assert_int_equal(xsr_tree_load(s, "/d", &t), 0);
	assert_int_equal(t.err, 0);
	assert_int_equal(xsr_tree_find(&t, "queue-0")->err, -EACCES);
	xsr_tree_free(&t);
	fake_deny(s, "/d");
	assert_int_equal(xsr_tree_load(s, "/d", &t), 0);
	assert_int_equal(t.err, -EACCES);
	xsr_tree_free(&t);
	xsr_store_close(s);
}

static void a_huge_directory_is_cut(void **state)
{
	struct xsr_store *s = fake_store_new();
	struct xsr_tree t = { 0 };
	char path[32];
	int i;

	for (i = 0; i < XSR_TREE_MAX + 10; i++) {
		snprintf(path, sizeof(path), "/d/n%d", i);
		fake_set(s, path, "");
	}
	assert_int_equal(xsr_tree_load(s, "/d", &t), 0);
	assert_int_equal(t.count, XSR_TREE_MAX);
	assert_true(t.truncated);
	xsr_tree_free(&t);
	xsr_store_close(s);
}

static void remove_it(struct xsr_store *s, void *path)
{
	fake_remove(s, path);
}

static void a_node_that_vanishes_was_never_there(void **state)
{
	struct xsr_store *s = fake_store_new();
	struct xsr_tree t = { 0 };

	fake_set(s, "/d/a", "1");
	fake_set(s, "/d/b", "2");
	fake_call_after(s, 1, remove_it, (void *)"/d/a");
	assert_int_equal(xsr_tree_load(s, "/d", &t), 0);
	assert_int_equal(t.count, 1);
	assert_null(xsr_tree_find(&t, "a"));
	assert_string_equal(xsr_tree_find(&t, "b")->value.data, "2");
	xsr_tree_free(&t);
	xsr_store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quiet_store_is_read_once),
		cmocka_unit_test(a_conflict_is_tried_again),
		cmocka_unit_test(endless_conflicts_end),
		cmocka_unit_test(without_transactions_it_reads_all_the_same),
		cmocka_unit_test(a_quota_within_a_transaction_is_gone_around),
		cmocka_unit_test(a_broken_connection_is_an_error),
		cmocka_unit_test(a_tree_has_queues_but_nothing_deeper),
		cmocka_unit_test(an_absent_directory_and_a_forbidden_one_differ),
		cmocka_unit_test(a_huge_directory_is_cut),
		cmocka_unit_test(a_node_that_vanishes_was_never_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
