// SPDX-License-Identifier: GPL-2.0
/*
 * xsr show, with the reports below it: states, what is in effect, rings, complaints.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "tests/tools/scene.h"

static struct xsr_store *vbd(void)
{
	struct xsr_store *s = scene_domains();

	scene_vbd(s);
	return s;
}

static struct xsr_store *vif(void)
{
	struct xsr_store *s = scene_domains();

	scene_vif(s);
	return s;
}

/* Show the vbd with @key of @dir set to @value, NULL for absent, and take the store away. */
static struct outcome with(struct xsr_store *s, const char *dir, const char *key, const char *value)
{
	struct outcome o;
	char *path = xsr_format("%s/%s", dir, key);

	if (value)
		fake_set(s, path, value);
	else
		fake_remove(s, path);
	o = show_path(s, dir);
	free(path);
	xsr_store_close(s);
	return o;
}

static void a_healthy_vbd_has_it_all(void **state)
{
	struct xsr_store *s = vbd();
	struct outcome o = show_path(s, VBD_FRONT);

	assert_int_equal(o.rc, 0);
	assert_string_equal(o.err, "");
	assert_line(&o, "vbd 51728 (xvdb)");
	assert_line(&o, "domain 3 (guest) 0 (Domain-0)");
	assert_line(&o, "directory " VBD_FRONT " " VBD_BACK);
	assert_line(&o, "state 4 Connected 4 Connected");
	assert_line(&o, "peer directory " VBD_BACK " " VBD_FRONT);
	assert_line(&o, "peer domain 0 3");
	assert_line(&o, "online 1");
	assert_line(&o, "hotplug-status connected");
	assert_line(&o, "hotplug-error absent");
	assert_line(&o, "params /dev/vg/disk");
	assert_line(&o, "protocol x86_64-abi x86_64-abi protocol");
	assert_line(&o, "queues 4 2 2 multi-queue-max-queues, multi-queue-num-queues");
	assert_line(&o, "ring order 4 1 1: 2 pages, 64 requests a queue "
			"max-ring-page-order, ring-page-order");
	assert_line(&o, "persistent grants 1 1 yes feature-persistent");
	assert_line(&o, "segments a request 256 256: at most, through indirect pages "
			"feature-max-indirect-segments");
	assert_line(&o, "flush 1 yes feature-flush-cache");
	assert_line(&o, "barrier 0 no feature-barrier");
	assert_line(&o, "discard 1 yes feature-discard");
	assert_line(&o, "trusted 1 yes trusted");
	assert_line(&o, "sectors 2097152 2097152: 1.0 GiB sectors");
	assert_line(&o, "physical sector size 4096 4096 physical-sector-size");
	assert_line(&o, "0 8 9 21");
	assert_line(&o, "1 10 11 22");
	assert_line(&o, "back-end dev xvdb");
	assert_not_out(o, "ring-ref0"); /* under "Queues" already */
	assert_line(&o, "Problems: none");
	outcome_free(&o);
	xsr_store_close(s);
}

static void a_healthy_vif_has_it_all(void **state)
{
	struct xsr_store *s = vif();
	struct outcome o = show_path(s, VIF_BACK "/");

	assert_int_equal(o.rc, 0);
	assert_line(&o, "vif 0 (vif3.0)");
	assert_line(&o, "bridge xenbr0");
	assert_line(&o, "queues 2 absent (1) 1 multi-queue-max-queues, multi-queue-num-queues");
	assert_line(&o, "split event channels 1 yes feature-split-event-channels");
	assert_line(&o, "receive by copy 1 1 yes feature-rx-copy, request-rx-copy");
	assert_line(&o, "receive notify 1 yes feature-rx-notify");
	assert_line(&o, "scatter-gather 1 1 yes feature-sg");
	assert_line(&o, "TCPv4 segmentation 1 1 yes feature-gso-tcpv4");
	assert_line(&o, "IPv4 checksum offload absent (0) absent (0) yes feature-no-csum-offload");
	assert_line(&o, "control ring 1 absent no feature-ctrl-ring, ctrl-ring-ref");
	assert_line(&o, "XDP headroom 1 absent (0) 0 feature-xdp-headroom, xdp-headroom");
	assert_line(&o, "mac 00:16:3e:00:00:01 00:16:3e:00:00:01 00:16:3e:00:00:01 mac");
	assert_line(&o, "0 768 769 30 31");
	assert_line(&o, "Problems: none");
	outcome_free(&o);
	xsr_store_close(s);
}

static void a_device_can_be_named_in_several_ways(void **state)
{
	static const struct xsr_show_args good[] = {
		{ .class = XSR_VBD, .domain = "3", .device = "51728" },
		{ .class = XSR_VBD, .domain = "guest", .device = "xvdb" },
		{ .path = VBD_BACK },
		{ .path = "device/vbd/51728" },
	};
	struct xsr_store *s = vbd();
	struct outcome o;
	size_t i;

	fake_set(s, "domid", "3");
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		o = run_show(s, &good[i]);
		assert_int_equal(o.rc, 0);
		assert_line(&o, "vbd 51728 (xvdb)");
		outcome_free(&o);
	}
	xsr_store_close(s);
}

static void what_is_not_there_is_named(void **state)
{
	static const struct {
		struct xsr_show_args args;
		const char *err;
	} wrong[] = {
		{ { .class = XSR_VBD, .domain = "3", .device = "xvdc" },
		  "xsr: no vbd \"xvdc\" in domain 3; it has 51728 (xvdb)\n" },
		{ { .class = XSR_VIF, .domain = "guest", .device = "0" },
		  "xsr: no vif \"0\" in domain 3; it has no vif\n" },
		{ { .class = XSR_VBD, .domain = "8", .device = "0" }, "xsr: no such domain: 8\n" },
		{ { .class = XSR_VBD, .domain = "gu\nest", .device = "0" },
		  "xsr: no such domain: \"gu\\x0aest\"\n" },
		{ { .path = "/local/domain/3/device/vbd/1" },
		  "xsr: no such device: /local/domain/3/device/vbd/1\n" },
		{ { .path = "/local/domain/0/backend/qdisk/3/51728" },
		  "xsr: no such device: /local/domain/0/backend/qdisk/3/51728\n" },
		{ { .path = "/local/domain/3/device/vbd/51728/state" }, "is no device" },
		{ { .path = "" }, "\"\" is no device" },
		{ { .path = "\x07" }, "\"\\x07\" is no device" },
	};
	struct xsr_store *s = vbd();
	struct outcome o;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		o = run_show(s, &wrong[i].args);
		assert_int_equal(o.rc, 1);
		assert_string_equal(o.out, "");
		assert_err(o, wrong[i].err);
		outcome_free(&o);
	}
	xsr_store_close(s);
}

static void two_back_ends_must_be_told_apart(void **state)
{
	const struct xsr_show_args args = { .class = XSR_VBD, .domain = "3", .device = "xvdb" };
	struct xsr_store *s = vbd();
	struct outcome o;

	fake_set(s, "/local/domain/0/backend/qdisk/3/51728/state", "2");
	o = run_show(s, &args);
	assert_int_equal(o.rc, 1);
	assert_err(o, "2 devices match");
	assert_err(o, VBD_BACK "\n");
	assert_err(o, "/local/domain/0/backend/qdisk/3/51728\n");
	outcome_free(&o);
	o = show_path(s, "/local/domain/0/backend/qdisk/3/51728");
	assert_int_equal(o.rc, 0);
	assert_line(&o, "front-end key backend is \"" VBD_BACK "\", not "
			"/local/domain/0/backend/qdisk/3/51728");
	outcome_free(&o);
	xsr_store_close(s);
}

/* One key made wrong at a time: the table and the complaint name it. */
static void wrong_keys_are_named(void **state)
{
	static const struct {
		const char *dir;
		const char *key;
		const char *value;
		const char *line; /* of the table, or NULL */
		const char *problem;
	} wrong[] = {
		{ VBD_BACK, "multi-queue-max-queues", "4x",
		  "queues malformed \"4x\" 2 unknown "
		  "multi-queue-max-queues, multi-queue-num-queues",
		  "back-end key multi-queue-max-queues is malformed: \"4x\"" },
		{ VBD_FRONT, "multi-queue-num-queues", "0",
		  "queues 4 out of range \"0\" unknown "
		  "multi-queue-max-queues, multi-queue-num-queues",
		  "front-end key multi-queue-num-queues is out of range: \"0\", must be 1 to" },
		{ VBD_FRONT, "multi-queue-num-queues", "5",
		  "queues 4 5 unknown multi-queue-max-queues, multi-queue-num-queues",
		  "front-end chose more than was offered: multi-queue-num-queues is 5, back-end "
		  "key multi-queue-max-queues is 4" },
		{ VBD_FRONT, "ring-page-order", "31", NULL,
		  "front-end key ring-page-order is out of range: \"31\", must be 0 to 4" },
		{ VBD_FRONT, "ring-page-order", "", NULL,
		  "front-end key ring-page-order is malformed: \"\"" },
		{ VBD_FRONT, "protocol", "sparc-abi",
		  "protocol malformed \"sparc-abi\" unknown protocol",
		  "front-end key protocol is malformed: \"sparc-abi\"" },
		{ VBD_FRONT, "protocol", NULL,
		  "protocol absent unknown: the back-end's default protocol", NULL },
		{ VBD_FRONT, "queue-1/ring-ref1", NULL, "1 10 absent 22",
		  "front-end key queue-1/ring-ref1 is absent" },
		{ VBD_FRONT, "queue-0/event-channel", "0", "0 8 9 out of range \"0\"",
		  "front-end key queue-0/event-channel is out of range: \"0\", must be 1 to" },
		{ VBD_FRONT, "queue-0/ring-ref0", "-8", NULL,
		  "front-end key queue-0/ring-ref0 is malformed: \"-8\"" },
		{ VBD_BACK, "sectors", NULL, "sectors absent unknown sectors",
		  "back-end key sectors is absent" },
		{ VBD_BACK, "sectors", "99999999999999999999999", NULL,
		  "back-end key sectors is out of range" },
		{ VBD_BACK, "sector-size", "513", NULL,
		  "back-end key sector-size is impossible: 513" },
		{ VBD_BACK, "state", "9", "state 4 Connected out of range \"9\"",
		  "back-end key state is out of range: \"9\", must be 0 to 8" },
		{ VBD_FRONT, "state", NULL, "state absent 4 Connected",
		  "front-end key state is absent" },
		{ VBD_FRONT, "backend-id", "1", NULL, "front-end key backend-id is 1, not 0" },
		{ VBD_BACK, "frontend-id", "seven", NULL,
		  "back-end key frontend-id is malformed: \"seven\"" },
		{ VBD_BACK, "frontend", "/local/domain/4/device/vbd/51728", NULL,
		  "back-end key frontend is \"/local/domain/4/device/vbd/51728\", not " VBD_FRONT },
		{ VBD_BACK, "hotplug-status", "error", "hotplug-status error",
		  "hotplug-status is \"error\"" },
		{ VBD_BACK, "hotplug-status", "", "hotplug-status \"\"",
		  "the hotplug script has not finished: hotplug-status is empty" },
		{ VBD_BACK, "hotplug-error", "no such \x1b[31mdisk", NULL,
		  "the hotplug script failed: no such \\x1b[31mdisk" },
		{ VIF_FRONT, "mac", "00:16:3e:00:00", NULL,
		  "front-end key mac is malformed: \"00:16:3e:00:00\"" },
		{ VIF_FRONT, "mac", "00:16:3e:00:00:0g", NULL,
		  "front-end key mac is malformed: \"00:16:3e:00:00:0g\"" },
		{ VIF_BACK, "mac", "00:16:3e:00:00:011", NULL,
		  "back-end key mac is malformed: \"00:16:3e:00:00:011\"" },
		{ VIF_BACK, "mac", "00:16:3e:00:00:02", NULL,
		  "front-end and back-end name different addresses in key mac" },
		{ VIF_BACK, "rate", "1000", "rate malformed \"1000\" unknown rate",
		  "back-end key rate is malformed: \"1000\"" },
		{ VIF_BACK, "rate", "1000,", NULL, "back-end key rate is malformed: \"1000,\"" },
		{ VIF_BACK, "rate", "1000,5s", NULL,
		  "back-end key rate is malformed: \"1000,5s\"" },
		{ VIF_FRONT, "xdp-headroom", "32768", NULL,
		  "front-end key xdp-headroom is out of range: \"32768\", must be 0 to 32767" },
		{ VIF_FRONT, "tx-ring-ref", NULL, "0 absent 769 30 31",
		  "front-end key tx-ring-ref is absent" },
		{ VIF_FRONT, "event-channel-rx", "x", "0 768 769 30 malformed \"x\"",
		  "front-end key event-channel-rx is malformed: \"x\"" },
		{ VIF_BACK, "feature-split-event-channels", "0", NULL,
		  "front-end names two event channels a queue, but back-end key "
		  "feature-split-event-channels does not offer it" },
		{ VIF_FRONT, "ctrl-ring-ref", "5", NULL,
		  "front-end has a control ring but no key event-channel-ctrl" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		bool is_vbd = strstr(wrong[i].dir, "vbd");
		struct outcome o =
			with(is_vbd ? vbd() : vif(), wrong[i].dir, wrong[i].key, wrong[i].value);

		assert_int_equal(o.rc, 0);
		if (wrong[i].line)
			assert_line(&o, wrong[i].line);
		if (wrong[i].problem && !strstr(o.out, wrong[i].problem))
			fail_msg("no \"%s\" in:\n%s", wrong[i].problem, o.out);
		if (!wrong[i].problem)
			assert_line(&o, "Problems: none");
		outcome_free(&o);
	}
}

static void what_is_in_effect_depends_on_both(void **state)
{
	static const struct {
		const char *dir;
		const char *key;
		const char *value;
		const char *line;
	} rows[] = {
		{ VBD_BACK, "feature-lent-segments", "1",
		  "lent segments 1 absent (0) no feature-lent-segments, lent-segments" },
		{ VBD_FRONT, "feature-persistent", "0",
		  "persistent grants 1 0 no feature-persistent" },
		{ VBD_BACK, "feature-persistent", NULL,
		  "persistent grants absent (0) 1 no feature-persistent" },
		{ VBD_BACK, "feature-persistent", "2",
		  "persistent grants 2 1 yes feature-persistent" },
		{ VBD_BACK, "feature-max-indirect-segments", NULL,
		  "segments a request absent (0) 11: direct only feature-max-indirect-segments" },
		{ VBD_BACK, "feature-max-indirect-segments", "11",
		  "segments a request 11 11: direct only feature-max-indirect-segments" },
		{ VBD_FRONT, "trusted", "0", "trusted 0 no: every byte is copied trusted" },
		{ VBD_BACK, "info", "5", "info 5 5: cdrom,read-only info" },
		{ VBD_BACK, "info", "8", "info 8 8: unknown bits info" },
		{ VBD_BACK, "info", "0", "info 0 0 info" },
		{ VBD_BACK, "sectors", "1", "sectors 1 1: 512 B sectors" },
		{ VBD_BACK, "sectors", "0", "sectors 0 0: 0 B sectors" },
		{ VIF_FRONT, "feature-sg", "0",
		  "scatter-gather 1 0 only front to back feature-sg" },
		{ VIF_BACK, "feature-sg", NULL,
		  "scatter-gather absent (0) 1 only back to front feature-sg" },
		{ VIF_FRONT, "feature-no-csum-offload", "1",
		  "IPv4 checksum offload absent (0) 1 only front to back feature-no-csum-offload" },
		{ VIF_FRONT, "xdp-headroom", "256",
		  "XDP headroom 1 256 256: bytes before each packet "
		  "feature-xdp-headroom, xdp-headroom" },
		{ VIF_FRONT, "request-multicast-control", "1",
		  "multicast control 1 1 yes "
		  "feature-multicast-control, request-multicast-control" },
		{ VIF_BACK, "rate", "1000,50000", "rate 1000,50000 1000,50000 rate" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		bool is_vbd = strstr(rows[i].dir, "vbd");
		struct outcome o =
			with(is_vbd ? vbd() : vif(), rows[i].dir, rows[i].key, rows[i].value);

		assert_int_equal(o.rc, 0);
		assert_line(&o, rows[i].line);
		assert_line(&o, "Problems: none");
		outcome_free(&o);
	}
}

static void one_queue_and_one_page_are_at_the_top(void **state)
{
	struct xsr_store *s = vbd();
	struct outcome o;

	fake_remove(s, VBD_FRONT "/multi-queue-num-queues");
	fake_remove(s, VBD_FRONT "/ring-page-order");
	scene_set(s, VBD_FRONT, "ring-ref", "77");
	scene_set(s, VBD_FRONT, "event-channel", "78");
	o = show_path(s, VBD_FRONT);
	assert_line(&o, "queues 4 absent (1) 1 multi-queue-max-queues, multi-queue-num-queues");
	assert_line(&o, "ring order 4 absent (0) 0: 1 pages, 32 requests a queue "
			"max-ring-page-order, ring-page-order");
	assert_line(&o, "0 77 78");
	/* what an earlier connection left is not hidden */
	assert_line(&o, "front-end queue-1/ring-ref0 10");
	assert_line(&o, "Problems: none");
	outcome_free(&o);
	/* an offer of no queue means one */
	scene_set(s, VBD_BACK, "multi-queue-max-queues", "0");
	o = show_path(s, VBD_FRONT);
	assert_line(&o, "queues 0 absent (1) 1 multi-queue-max-queues, multi-queue-num-queues");
	assert_line(&o, "Problems: none");
	outcome_free(&o);
	/* a written order of 0 makes the reference a numbered one */
	scene_set(s, VBD_FRONT, "ring-page-order", "0");
	o = show_path(s, VBD_FRONT);
	assert_line(&o, "0 absent 78");
	outcome_free(&o);
	xsr_store_close(s);
}

static void a_driver_error_is_shown(void **state)
{
	struct xsr_store *s = vbd();
	struct outcome o;

	fake_set(s, "/local/domain/0/error/backend/vbd/3/51728/error", "22 reading ring-ref");
	fake_set(s, "/local/domain/3/error/device/vbd/51728/error", "12 allocating");
	o = show_path(s, VBD_FRONT);
	assert_line(&o, "back-end driver left an error: 22 reading ring-ref");
	assert_line(&o, "front-end driver left an error: 12 allocating");
	outcome_free(&o);
	xsr_store_close(s);
}

static void half_a_device_is_shown(void **state)
{
	struct xsr_store *s = vbd();
	struct outcome o;

	fake_remove(s, VBD_FRONT);
	o = show_path(s, VBD_BACK);
	assert_int_equal(o.rc, 0);
	assert_line(&o, "state gone 4 Connected");
	assert_line(&o, "Agreement (not settled)");
	assert_line(&o, "front-end directory " VBD_FRONT ": No such file or directory");
	assert_line(&o, "queues 4 - multi-queue-max-queues");
	assert_not_out(o, "Queues");
	outcome_free(&o);
	scene_vbd(s);
	fake_remove(s, VBD_BACK);
	o = show_path(s, VBD_FRONT);
	assert_int_equal(o.rc, 0);
	assert_line(&o, "state 4 Connected gone");
	outcome_free(&o);
	fake_remove(s, VBD_FRONT "/backend");
	o = show_path(s, VBD_FRONT);
	assert_int_equal(o.rc, 0);
	assert_line(&o, "domain 3 (guest) unknown");
	assert_out(o, "where the back-end is cannot be told");
	outcome_free(&o);
	xsr_store_close(s);
}

static void drop_devices(struct xsr_store *s, void *arg)
{
	fake_remove(s, VBD_FRONT);
	fake_remove(s, VBD_BACK);
}

static void a_device_that_goes_meanwhile_is_not_there(void **state)
{
	struct xsr_store *s = vbd();
	struct xsr_refs refs = { 0 };
	struct outcome o;

	assert_int_equal(xsr_discover(s, &refs), 0);
	fake_call_after(s, fake_ops(s), drop_devices, NULL); /* as many again: just found */
	free(refs.ref);
	o = show_path(s, VBD_FRONT);
	assert_int_equal(o.rc, 1);
	assert_string_equal(o.out, "");
	assert_string_equal(o.err, "xsr: no such device: " VBD_FRONT "\n");
	outcome_free(&o);
	xsr_store_close(s);
}

static void a_forbidden_key_is_said_to_be(void **state)
{
	struct xsr_store *s = vbd();
	struct outcome o;

	fake_deny(s, VBD_BACK "/sectors");
	o = show_path(s, VBD_FRONT);
	assert_line(&o, "sectors unreadable unknown sectors");
	assert_out(o, "back-end key sectors cannot be read: Permission denied");
	outcome_free(&o);
	fake_deny(s, VBD_BACK);
	o = show_path(s, VBD_FRONT);
	assert_int_equal(o.rc, 0);
	assert_line(&o, "state 4 Connected unreadable");
	assert_line(&o, "back-end directory " VBD_BACK ": Permission denied");
	outcome_free(&o);
	xsr_store_close(s);
}

static void a_text_ends_where_it_ends(void **state)
{
	struct xsr_store *s = vbd();
	struct outcome o;

	fake_set_bytes(s, VBD_FRONT "/protocol", "x86_64-abi\0x", 12);
	o = show_path(s, VBD_FRONT);
	assert_line(&o, "protocol malformed \"x86_64-abi\\x00x\" unknown protocol");
	assert_out(o, "front-end key protocol is malformed: \"x86_64-abi\\x00x\"");
	outcome_free(&o);
	xsr_store_close(s);
}

static void a_restless_store_is_said_to_be(void **state)
{
	struct xsr_store *s = vbd();
	struct outcome o;

	fake_conflict(s, UINT_MAX);
	o = show_path(s, VBD_FRONT);
	assert_int_equal(o.rc, 0);
	assert_line(&o, "xenstore kept changing: values are not of one moment");
	outcome_free(&o);
	xsr_store_close(s);
}

static struct json_object *member(struct json_object *o, const char *name)
{
	struct json_object *m = NULL;

	if (!json_object_object_get_ex(o, name, &m))
		fail_msg("no member %s", name);
	return m;
}

static struct json_object *row(struct json_object *top, const char *name)
{
	struct json_object *list = member(top, "agreement");
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		struct json_object *r = json_object_array_get_idx(list, i);

		if (!strcmp(json_object_get_string(member(r, "name")), name))
			return r;
	}
	fail_msg("no row %s", name);
	return NULL;
}

static void json_has_it_all(void **state)
{
	const struct xsr_show_args args = { .path = VBD_FRONT, .json = true };
	struct xsr_store *s = vbd();
	struct json_object *top, *r, *keys;
	struct outcome o;

	scene_set(s, VBD_BACK, "max-ring-page-order", "\xff\x01");
	fake_set_bytes(s, VBD_FRONT "/extra\xe9", "\0\xc3(", 3);
	o = run_show(s, &args);
	assert_int_equal(o.rc, 0);
	top = json_tokener_parse(o.out);
	assert_non_null(top);
	assert_int_equal(json_object_get_int(member(top, "format")), 1);
	assert_true(json_object_get_boolean(member(top, "consistent")));
	assert_true(json_object_get_boolean(member(top, "live")));
	assert_int_equal(json_object_get_int(member(member(top, "back"), "state")), 4);
	r = row(top, "queues");
	assert_int_equal(json_object_get_int(member(r, "effective")), 2);
	assert_int_equal(json_object_get_int(member(member(r, "back"), "value")), 4);
	assert_string_equal(json_object_get_string(member(member(r, "back"), "status")), "ok");
	r = row(top, "ring order");
	assert_null(member(r, "effective"));
	assert_string_equal(json_object_get_string(member(member(r, "back"), "status")),
			    "malformed");
	assert_string_equal(json_object_get_string(member(member(r, "back"), "raw")), "\\xff\\x01");
	assert_null(member(member(r, "back"), "value"));
	assert_true(json_object_get_boolean(member(row(top, "flush"), "effective")));
	keys = member(member(top, "front"), "keys");
	assert_string_equal(json_object_get_string(member(keys, "extra\\xe9")), "\\x00\\xc3(");
	assert_string_equal(json_object_get_string(member(keys, "queue-1/event-channel")), "22");
	r = json_object_array_get_idx(member(top, "rings"), 1);
	assert_int_equal(
		json_object_get_int(json_object_array_get_idx(member(r, "event-channels"), 0)), 22);
	assert_int_equal(json_object_array_length(member(top, "problems")), 1);
	json_object_put(top);
	outcome_free(&o);
	xsr_store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_vbd_has_it_all),
		cmocka_unit_test(a_healthy_vif_has_it_all),
		cmocka_unit_test(a_device_can_be_named_in_several_ways),
		cmocka_unit_test(what_is_not_there_is_named),
		cmocka_unit_test(two_back_ends_must_be_told_apart),
		cmocka_unit_test(wrong_keys_are_named),
		cmocka_unit_test(what_is_in_effect_depends_on_both),
		cmocka_unit_test(one_queue_and_one_page_are_at_the_top),
		cmocka_unit_test(a_driver_error_is_shown),
		cmocka_unit_test(half_a_device_is_shown),
		cmocka_unit_test(a_device_that_goes_meanwhile_is_not_there),
		cmocka_unit_test(a_forbidden_key_is_said_to_be),
		cmocka_unit_test(a_text_ends_where_it_ends),
		cmocka_unit_test(a_restless_store_is_said_to_be),
		cmocka_unit_test(json_has_it_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
