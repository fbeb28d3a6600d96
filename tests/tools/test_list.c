// SPDX-License-Identifier: GPL-2.0
/*
 * xsr list, with discover.c and domain.c below it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "tests/tools/scene.h"

static const struct xsr_list_args all = { .any_class = true };

static void both_devices_have_a_line(void **state)
{
	struct xsr_store *s = scene_domains();
	struct outcome o;

	scene_vbd(s);
	scene_vif(s);
	o = run_list(s, &all);
	assert_int_equal(o.rc, 0);
	assert_string_equal(o.err, "");
	assert_line(&o,
		    "TYPE DEV NAME FRONT STATE BACK STATE QUEUES RING PROBLEMS FEATURES TARGET");
	assert_line(&o, "vbd 51728 xvdb 3 (guest) Connected 0 (Domain-0) Connected 2 1 - "
			"persistent,indirect=256,flush,discard /dev/dm-1");
	assert_line(&o, "vif 0 vif3.0 3 (guest) Connected 0 (Domain-0) Connected 1 0 - "
			"split,sg,tso4,tso6,csum6 xenbr0");
	assert_int_equal(fake_open_transactions(s), 0);
	outcome_free(&o);
	xsr_store_close(s);
}

static void columns_begin_at_the_same_place(void **state)
{
	struct xsr_store *s = scene_domains();
	const char *head, *vbd, *vif;
	struct outcome o;

	scene_vbd(s);
	scene_vif(s);
	o = run_list(s, &all);
	head = o.out;
	vbd = strchr(head, '\n') + 1;
	vif = strchr(vbd, '\n') + 1;
	assert_int_equal(strstr(head, "TARGET") - head, strstr(vbd, "/dev/dm-1") - vbd);
	assert_int_equal(strstr(head, "TARGET") - head, strstr(vif, "xenbr0") - vif);
	assert_null(strstr(o.out, " \n"));
	outcome_free(&o);
	xsr_store_close(s);
}

static void filters_choose(void **state)
{
	struct xsr_list_args args = { .class = XSR_VIF };
	struct xsr_store *s = scene_domains();
	struct outcome o;

	scene_vbd(s);
	scene_vif(s);
	o = run_list(s, &args);
	assert_out(o, "vif3.0");
	assert_not_out(o, "xvdb");
	outcome_free(&o);

	args = (struct xsr_list_args){ .any_class = true, .domain = "guest" };
	o = run_list(s, &args);
	assert_int_equal(o.rc, 0);
	assert_out(o, "xvdb");
	outcome_free(&o);

	args.domain = "0"; /* the back-end's counts too */
	o = run_list(s, &args);
	assert_out(o, "xvdb");
	outcome_free(&o);

	fake_set(s, "/local/domain/9/name", "idle");
	args.domain = "9";
	o = run_list(s, &args);
	assert_int_equal(o.rc, 1);
	assert_string_equal(o.out, "");
	assert_err(o, "no vbd or vif of that domain found");
	outcome_free(&o);
	xsr_store_close(s);
}

static void a_wrong_domain_is_named(void **state)
{
	struct xsr_list_args args = { .any_class = true, .domain = "7" };
	struct xsr_store *s = scene_domains();
	struct outcome o;

	scene_vbd(s);
	o = run_list(s, &args);
	assert_int_equal(o.rc, 1);
	assert_string_equal(o.err, "xsr: no such domain: 7\n");
	outcome_free(&o);
	args.domain = "no\x1bne";
	o = run_list(s, &args);
	assert_int_equal(o.rc, 1);
	assert_string_equal(o.err, "xsr: no such domain: \"no\\x1bne\"\n");
	outcome_free(&o);
	fake_set(s, "/local/domain/8/name", "guest");
	args.domain = "guest";
	o = run_list(s, &args);
	assert_int_equal(o.rc, 1);
	assert_err(o, "2 domains are called \"guest\"");
	outcome_free(&o);
	xsr_store_close(s);
}

static void an_empty_host_is_said_to_be(void **state)
{
	struct xsr_list_args args = { .any_class = true, .json = true };
	struct xsr_store *s = scene_domains();
	struct outcome o = run_list(s, &all);

	assert_int_equal(o.rc, 1);
	assert_string_equal(o.out, "");
	assert_string_equal(o.err, "xsr: no vbd or vif found\n");
	outcome_free(&o);
	o = run_list(s, &args);
	assert_int_equal(o.rc, 1);
	assert_out(o, "\"devices\": [");
	outcome_free(&o);
	xsr_store_close(s);
}

static void json_has_the_same(void **state)
{
	struct xsr_list_args args = { .any_class = true, .json = true };
	struct xsr_store *s = scene_domains();
	struct json_object *top, *devices, *d, *o2;
	struct outcome o;

	scene_vbd(s);
	scene_vif(s);
	o = run_list(s, &args);
	assert_int_equal(o.rc, 0);
	top = json_tokener_parse(o.out);
	assert_non_null(top);
	assert_true(json_object_object_get_ex(top, "devices", &devices));
	assert_int_equal(json_object_array_length(devices), 2);
	d = json_object_array_get_idx(devices, 0);
	assert_string_equal(json_object_get_string(json_object_object_get(d, "name")), "xvdb");
	assert_int_equal(json_object_get_int(json_object_object_get(d, "queues")), 2);
	assert_int_equal(json_object_get_int(json_object_object_get(d, "ring-order")), 1);
	o2 = json_object_object_get(d, "front");
	assert_int_equal(json_object_get_int(json_object_object_get(o2, "domain")), 3);
	assert_string_equal(json_object_get_string(json_object_object_get(o2, "state-name")),
			    "Connected");
	assert_int_equal(json_object_array_length(json_object_object_get(d, "problems")), 0);
	json_object_put(top);
	outcome_free(&o);
	scene_set(s, VBD_FRONT, "state", "1");
	o = run_list(s, &args);
	assert_out(o, "\"queues\": null");
	assert_out(o, "\"ring-order\": null");
	outcome_free(&o);
	xsr_store_close(s);
}

static void half_a_device_is_listed(void **state)
{
	struct xsr_store *s = scene_domains();
	struct outcome o;

	scene_vbd(s);
	scene_vif(s);
	fake_remove(s, VBD_FRONT);
	fake_remove(s, VIF_BACK);
	o = run_list(s, &all);
	assert_int_equal(o.rc, 0);
	assert_line(&o, "vbd 51728 xvdb 3 (guest) gone 0 (Domain-0) Connected - - 1 - /dev/dm-1");
	assert_line(&o, "vif 0 vif3.0 3 (guest) Connected 0 (Domain-0) gone - - 1 - -");
	outcome_free(&o);
	xsr_store_close(s);
}

static void before_the_handshake_nothing_is_in_effect(void **state)
{
	struct xsr_store *s = scene_domains();
	struct outcome o;

	scene_vbd(s);
	scene_set(s, VBD_FRONT, "state", "1");
	scene_set(s, VBD_BACK, "state", "2");
	o = run_list(s, &all);
	assert_line(&o, "vbd 51728 xvdb 3 (guest) Initialising 0 (Domain-0) InitWait - - - - "
			"/dev/dm-1");
	outcome_free(&o);
	scene_set(s, VBD_FRONT, "state", "6");
	o = run_list(s, &all);
	assert_out(o, "Closed ");
	assert_not_out(o, "persistent");
	outcome_free(&o);
	xsr_store_close(s);
}

static void driver_domains_and_qemu_are_found(void **state)
{
	struct xsr_store *s = scene_domains();
	struct outcome o;

	fake_set(s, "/local/domain/5/name", "driver");
	fake_set(s, "/local/domain/3/device/vbd/51712/backend",
		 "/local/domain/5/backend/qdisk/3/51712");
	fake_set(s, "/local/domain/3/device/vbd/51712/backend-id", "5");
	fake_set(s, "/local/domain/3/device/vbd/51712/state", "3"); /* but no ring, no channel */
	fake_set(s, "/local/domain/5/backend/qdisk/3/51712/state", "2");
	fake_set(s, "/local/domain/5/backend/qdisk/3/51712/frontend",
		 "/local/domain/3/device/vbd/51712");
	fake_set(s, "/local/domain/5/backend/qdisk/3/51712/frontend-id", "3");
	o = run_list(s, &all);
	assert_int_equal(o.rc, 0);
	assert_line(&o, "vbd 51712 xvda 3 (guest) Initialised 5 (driver) InitWait 1 0 2 - -");
	outcome_free(&o);
	xsr_store_close(s);
}

static int lines(const struct outcome *o)
{
	const char *p;
	int n = 0;

	for (p = o->out; *p; p++)
		n += *p == '\n';
	return n;
}

/* A guest says that somebody else's back-end is its own, or leaves the key out. */
static void a_lying_front_end_gets_its_own_back_end(void **state)
{
	static const char *const lies[] = {
		"/local/domain/0/backend/vbd/4/51728",
		"/local/domain/0/backend/vbd/3/51712",
		"/local/domain/0/backend/vif/3/51728",
		"/local/domain/3/device/vbd/51728",
		"../../0/backend/vbd/3/51728",
		"/tool",
		"",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		struct xsr_store *s = scene_domains();
		struct outcome o;

		scene_vbd(s);
		scene_set(s, VBD_FRONT, "backend", lies[i]);
		fake_set(s, "/local/domain/0/backend/vbd/4/51728/params", "/dev/secret");
		o = run_list(s, &all);
		assert_line(&o, "vbd 51728 xvdb 3 (guest) Connected 0 (Domain-0) Connected 2 1 1 "
				"persistent,indirect=256,flush,discard /dev/dm-1");
		/* the heading, this device, the other guest's back-end */
		assert_int_equal(lines(&o), 3);
		outcome_free(&o);
		xsr_store_close(s);
	}
}

static void drop_devices(struct xsr_store *s, void *arg)
{
	fake_remove(s, VBD_FRONT);
	fake_remove(s, VBD_BACK);
}

static void a_device_that_goes_meanwhile_is_left_out(void **state)
{
	struct xsr_store *s = scene_domains();
	struct xsr_refs refs = { 0 };
	struct outcome o;

	scene_vbd(s);
	scene_vif(s);
	assert_int_equal(xsr_discover(s, &refs), 0);
	fake_call_after(s, fake_ops(s), drop_devices, NULL); /* as many again: just found */
	free(refs.ref);
	o = run_list(s, &all);
	assert_int_equal(o.rc, 0);
	assert_out(o, "vif3.0");
	assert_not_out(o, "xvdb");
	assert_int_equal(lines(&o), 2);
	outcome_free(&o);
	xsr_store_close(s);
}

static void lines_are_sorted(void **state)
{
	static const char *const order[] = { "vbd 51712 ", "vbd 51728 ", "vif 0 ", "vif 7 " };
	struct xsr_store *s = scene_domains();
	const char *last, *at;
	struct outcome o;
	size_t i;

	scene_vbd(s);
	fake_set(s, "/local/domain/3/device/vif/7/state", "1");
	/* back-ends alone are found last */
	fake_set(s, "/local/domain/0/backend/vif/3/0/state", "2");
	fake_set(s, "/local/domain/0/backend/vbd/3/51712/state", "2");
	o = run_list(s, &all);
	assert_int_equal(lines(&o), 5);
	last = o.out;
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		at = strchr(last, '\n') + 1;
		assert_int_equal(strncmp(at, order[i], 3), 0);
		assert_int_equal(atoi(at + 3), atoi(order[i] + 3));
		last = at;
	}
	outcome_free(&o);
	xsr_store_close(s);
}

static void two_back_ends_of_one_device_are_two_lines(void **state)
{
	struct xsr_store *s = scene_domains();
	struct outcome o;

	scene_vbd(s);
	fake_set(s, "/local/domain/3/backend/vbd/3/51728/state", "2");
	o = run_list(s, &all);
	assert_line(&o, "vbd 51728 xvdb 3 (guest) Connected 0 (Domain-0) Connected 2 1 - "
			"persistent,indirect=256,flush,discard /dev/dm-1");
	assert_out(o, "InitWait");
	outcome_free(&o);
	xsr_store_close(s);
}

/* In a guest: no list of domains, nobody else's directories. */
static void a_guest_sees_its_own_devices(void **state)
{
	struct xsr_store *s = scene_domains();
	struct xsr_list_args args = { .any_class = true, .domain = "3" };
	struct outcome o;

	scene_vbd(s);
	fake_set(s, "domid", "3");
	fake_deny(s, "/local/domain/0/name");
	fake_deny(s, "/local/domain/0/device");
	fake_deny(s, "/local/domain/0/error");
	fake_deny_listing(s, "/local/domain");
	o = run_list(s, &all);
	assert_int_equal(o.rc, 0);
	assert_line(&o, "vbd 51728 xvdb 3 (guest) Connected 0 Connected 2 1 - "
			"persistent,indirect=256,flush,discard /dev/dm-1");
	outcome_free(&o);
	o = run_list(s, &args);
	assert_int_equal(o.rc, 0);
	outcome_free(&o);
	xsr_store_close(s);
}

static void a_forbidden_side_is_said_to_be(void **state)
{
	struct xsr_store *s = scene_domains();
	struct outcome o;

	scene_vbd(s);
	fake_deny(s, VBD_BACK);
	o = run_list(s, &all);
	assert_int_equal(o.rc, 0);
	assert_out(o, "unreadable");
	outcome_free(&o);
	xsr_store_close(s);
}

static void a_lost_connection_is_an_error(void **state)
{
	struct xsr_store *s = scene_domains();
	struct outcome o;

	scene_vbd(s);
	fake_break_after(s, 10, -EPIPE);
	o = run_list(s, &all);
	assert_int_equal(o.rc, 1);
	assert_string_equal(o.out, "");
	assert_string_equal(o.err, "xsr: reading xenstore failed: Broken pipe\n");
	outcome_free(&o);
	xsr_store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_devices_have_a_line),
		cmocka_unit_test(columns_begin_at_the_same_place),
		cmocka_unit_test(filters_choose),
		cmocka_unit_test(a_wrong_domain_is_named),
		cmocka_unit_test(an_empty_host_is_said_to_be),
		cmocka_unit_test(json_has_the_same),
		cmocka_unit_test(half_a_device_is_listed),
		cmocka_unit_test(before_the_handshake_nothing_is_in_effect),
		cmocka_unit_test(driver_domains_and_qemu_are_found),
		cmocka_unit_test(a_lying_front_end_gets_its_own_back_end),
		cmocka_unit_test(a_device_that_goes_meanwhile_is_left_out),
		cmocka_unit_test(lines_are_sorted),
		cmocka_unit_test(two_back_ends_of_one_device_are_two_lines),
		cmocka_unit_test(a_guest_sees_its_own_devices),
		cmocka_unit_test(a_forbidden_side_is_said_to_be),
		cmocka_unit_test(a_lost_connection_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
