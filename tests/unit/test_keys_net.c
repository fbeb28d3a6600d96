// SPDX-License-Identifier: GPL-2.0
/*
 * keys_net: the tables say what the protocol says, what two ends settle on is never above what
 * either takes, and the two texts of the toolstack are parsed strictly.
 */
#include "ring/keys_net.h"
#include "ring/net_to_front.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

static void check_tables(const struct xsr_key *keys, u32 n)
{
	u32 i, k;

	for (i = 0; i < n; i++) {
		assert_non_null(keys[i].name);
		assert_non_null(keys[i].help);
		assert_true(strlen(keys[i].name) > 0);
		assert_true(strlen(keys[i].help) > 0);
		assert_true(keys[i].min <= keys[i].max);
		if (!keys[i].required)
			assert_true(keys[i].def >= keys[i].min && keys[i].def <= keys[i].max);
		for (k = 0; k < i; k++)
			assert_string_not_equal(keys[i].name, keys[k].name);
	}
}

static void test_tables_are_sound(void **state)
{
	(void)state;
	check_tables(xsr_net_back_keys, XSR_NB_COUNT);
	check_tables(xsr_net_front_keys, XSR_NF_COUNT);
	check_tables(&xsr_net_key_handle, 1);
	check_tables(&xsr_net_key_rate_both, 1);
	check_tables(&xsr_net_key_mtu, 1);
	check_tables(&xsr_net_key_trusted, 1);
	check_tables(&xsr_net_key_carrier, 1);
}

/* Names, and what it means to a stock peer when the key is not there. */
static void test_tables_speak_netif(void **state)
{
	static const struct {
		const struct xsr_key *key;
		const char *name;
		enum xsr_key_type type;
		u64 def;
	} want[] = {
		{ &xsr_net_back_keys[XSR_NB_MAX_QUEUES], "multi-queue-max-queues", XSR_KEY_UINT,
		  1 },
		{ &xsr_net_back_keys[XSR_NB_SPLIT], "feature-split-event-channels", XSR_KEY_BOOL,
		  0 },
		{ &xsr_net_back_keys[XSR_NB_RX_COPY], "feature-rx-copy", XSR_KEY_BOOL, 0 },
		{ &xsr_net_back_keys[XSR_NB_SG], "feature-sg", XSR_KEY_BOOL, 0 },
		{ &xsr_net_back_keys[XSR_NB_GSO4], "feature-gso-tcpv4", XSR_KEY_BOOL, 0 },
		{ &xsr_net_back_keys[XSR_NB_GSO6], "feature-gso-tcpv6", XSR_KEY_BOOL, 0 },
		{ &xsr_net_back_keys[XSR_NB_NO_CSUM4], "feature-no-csum-offload", XSR_KEY_BOOL, 0 },
		{ &xsr_net_back_keys[XSR_NB_CSUM6], "feature-ipv6-csum-offload", XSR_KEY_BOOL, 0 },
		{ &xsr_net_back_keys[XSR_NB_CTRL], "feature-ctrl-ring", XSR_KEY_BOOL, 0 },
		{ &xsr_net_back_keys[XSR_NB_MCAST], "feature-multicast-control", XSR_KEY_BOOL, 0 },
		{ &xsr_net_back_keys[XSR_NB_DYN_MCAST], "feature-dynamic-multicast-control",
		  XSR_KEY_BOOL, 0 },
		{ &xsr_net_back_keys[XSR_NB_XDP], "feature-xdp-headroom", XSR_KEY_BOOL, 0 },
		{ &xsr_net_front_keys[XSR_NF_NUM_QUEUES], "multi-queue-num-queues", XSR_KEY_UINT,
		  1 },
		{ &xsr_net_front_keys[XSR_NF_RX_COPY], "request-rx-copy", XSR_KEY_BOOL, 0 },
		{ &xsr_net_front_keys[XSR_NF_RX_NOTIFY], "feature-rx-notify", XSR_KEY_BOOL, 0 },
		{ &xsr_net_front_keys[XSR_NF_SG], "feature-sg", XSR_KEY_BOOL, 0 },
		{ &xsr_net_front_keys[XSR_NF_GSO4], "feature-gso-tcpv4", XSR_KEY_BOOL, 0 },
		{ &xsr_net_front_keys[XSR_NF_GSO6], "feature-gso-tcpv6", XSR_KEY_BOOL, 0 },
		{ &xsr_net_front_keys[XSR_NF_NO_CSUM4], "feature-no-csum-offload", XSR_KEY_BOOL,
		  0 },
		{ &xsr_net_front_keys[XSR_NF_CSUM6], "feature-ipv6-csum-offload", XSR_KEY_BOOL, 0 },
		{ &xsr_net_front_keys[XSR_NF_CTRL_REF], "ctrl-ring-ref", XSR_KEY_TEXT, 0 },
		{ &xsr_net_front_keys[XSR_NF_CTRL_EVTCHN], "event-channel-ctrl", XSR_KEY_TEXT, 0 },
		{ &xsr_net_front_keys[XSR_NF_MCAST], "request-multicast-control", XSR_KEY_BOOL, 0 },
		{ &xsr_net_front_keys[XSR_NF_XDP], "xdp-headroom", XSR_KEY_UINT, 0 },
		{ &xsr_net_key_rate_both, "rate-both", XSR_KEY_BOOL, 0 },
		{ &xsr_net_key_mtu, "mtu", XSR_KEY_UINT, 0 },
		{ &xsr_net_key_trusted, "trusted", XSR_KEY_BOOL, 1 },
		{ &xsr_net_key_carrier, "carrier", XSR_KEY_BOOL, 1 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		assert_string_equal(want[i].key->name, want[i].name);
		assert_int_equal(want[i].key->type, want[i].type);
		assert_int_equal(want[i].key->def, want[i].def);
		assert_false(want[i].key->required);
	}
	assert_int_equal(ARRAY_SIZE(want), XSR_NB_COUNT + XSR_NF_COUNT + 4);
	assert_string_equal(xsr_net_key_handle.name, "handle");
	assert_true(xsr_net_key_handle.required);
}

static void test_limits(void **state)
{
	static const struct {
		const struct xsr_key *key;
		const char *text;
		enum xsr_key_result result;
	} table[] = {
		{ &xsr_net_front_keys[XSR_NF_NUM_QUEUES], "0", XSR_KEY_RANGE },
		{ &xsr_net_front_keys[XSR_NF_NUM_QUEUES], "1", XSR_KEY_OK },
		{ &xsr_net_front_keys[XSR_NF_NUM_QUEUES], "1000000000", XSR_KEY_OK },
		{ &xsr_net_front_keys[XSR_NF_NUM_QUEUES], "4294967296", XSR_KEY_RANGE },
		{ &xsr_net_front_keys[XSR_NF_XDP], "32767", XSR_KEY_OK },
		{ &xsr_net_front_keys[XSR_NF_XDP], "32768", XSR_KEY_RANGE },
		{ &xsr_net_front_keys[XSR_NF_SG], "7", XSR_KEY_OK },
		{ &xsr_net_front_keys[XSR_NF_SG], "-1", XSR_KEY_BAD },
		{ &xsr_net_back_keys[XSR_NB_MAX_QUEUES], "0", XSR_KEY_OK },
		{ &xsr_net_back_keys[XSR_NB_MAX_QUEUES], "4294967295", XSR_KEY_OK },
		{ &xsr_net_back_keys[XSR_NB_MAX_QUEUES], "4294967296", XSR_KEY_RANGE },
		{ &xsr_net_key_mtu, "65535", XSR_KEY_OK },
		{ &xsr_net_key_mtu, "65536", XSR_KEY_RANGE },
		{ &xsr_net_key_carrier, "0", XSR_KEY_OK },
		{ &xsr_net_key_handle, "4294967296", XSR_KEY_RANGE },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		u64 value;

		if (xsr_key_parse(table[i].key, table[i].text, strlen(table[i].text), &value) !=
		    table[i].result)
			fail_msg("%s = %s", table[i].key->name, table[i].text);
	}
}

static void defaults(const struct xsr_key *keys, u32 n, u64 *v)
{
	u32 i;

	for (i = 0; i < n; i++)
		assert_int_equal(xsr_key_parse(&keys[i], NULL, 0, &v[i]), XSR_KEY_ABSENT);
}

static void test_front_needs_copy(void **state)
{
	struct xsr_net_wish wish = { .queues = 4, .split = true };
	struct xsr_net_deal deal;
	u64 v[XSR_NB_COUNT];

	(void)state;
	defaults(xsr_net_back_keys, XSR_NB_COUNT, v);
	assert_int_equal(xsr_net_settle_front(&wish, v, &deal), XSR_NB_RX_COPY);
	v[XSR_NB_RX_COPY] = 1;
	assert_int_equal(xsr_net_settle_front(&wish, v, &deal), XSR_NB_COUNT);
	/* The oldest back-end that can copy. */
	assert_int_equal(deal.queues, 1);
	assert_true(deal.csum4);
	assert_false(deal.sg || deal.gso4 || deal.gso6 || deal.csum6 || deal.split);
	assert_false(deal.ctrl || deal.mcast || deal.dyn_mcast || deal.xdp);
}

static void test_front_queues(void **state)
{
	static const struct {
		u32 wish;
		u64 offer;
		u32 queues;
	} table[] = {
		{ 4, 1, 1 }, { 4, 0, 1 }, { 4, 2, 2 }, { 4, 4, 4 },
		{ 4, 8, 4 }, { 1, 8, 1 }, { 0, 8, 1 }, { 4, 0xffffffff, 4 },
	};
	u64 v[XSR_NB_COUNT];
	u32 i;

	(void)state;
	defaults(xsr_net_back_keys, XSR_NB_COUNT, v);
	v[XSR_NB_RX_COPY] = 1;
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		struct xsr_net_wish wish = { .queues = table[i].wish };
		struct xsr_net_deal deal;

		v[XSR_NB_MAX_QUEUES] = table[i].offer;
		assert_int_equal(xsr_net_settle_front(&wish, v, &deal), XSR_NB_COUNT);
		assert_int_equal(deal.queues, table[i].queues);
	}
}

/* Every set of keys and wishes: each part of the deal is exactly what it depends on. */
static void test_front_features(void **state)
{
	u32 bits, wishes;

	(void)state;
	for (bits = 0; bits < 1 << 10; bits++)
		for (wishes = 0; wishes < 8; wishes++) {
			struct xsr_net_wish wish = {
				.queues = 1,
				.split = wishes & 1,
				.ctrl = wishes & 2,
				.mcast = wishes & 4,
			};
			u64 v[XSR_NB_COUNT] = { [XSR_NB_RX_COPY] = 1 };
			struct xsr_net_deal d;
			u32 i;

			for (i = XSR_NB_SG; i < XSR_NB_COUNT; i++)
				v[i] = bits >> (i - XSR_NB_SG) & 1;
			v[XSR_NB_SPLIT] = bits >> 9;
			assert_int_equal(xsr_net_settle_front(&wish, v, &d), XSR_NB_COUNT);
			assert_int_equal(d.sg, v[XSR_NB_SG]);
			assert_int_equal(d.gso4, v[XSR_NB_SG] && v[XSR_NB_GSO4]);
			assert_int_equal(d.gso6, v[XSR_NB_SG] && v[XSR_NB_GSO6]);
			assert_int_equal(d.csum4, !v[XSR_NB_NO_CSUM4]);
			assert_int_equal(d.csum6, v[XSR_NB_CSUM6]);
			assert_int_equal(d.split, wish.split && v[XSR_NB_SPLIT]);
			assert_int_equal(d.ctrl, wish.ctrl && v[XSR_NB_CTRL]);
			assert_int_equal(d.mcast, wish.mcast && v[XSR_NB_MCAST]);
			assert_int_equal(d.dyn_mcast,
					 wish.mcast && v[XSR_NB_MCAST] && v[XSR_NB_DYN_MCAST]);
			assert_int_equal(d.xdp, v[XSR_NB_XDP]);
		}
}

static void test_back_refuses(void **state)
{
	struct xsr_net_wish offer = { .queues = 4 };
	struct xsr_net_deal deal;
	u64 v[XSR_NF_COUNT];
	static const u64 bad[] = { 0, 5, 1000000000, 0xffffffff };
	u32 i;

	(void)state;
	defaults(xsr_net_front_keys, XSR_NF_COUNT, v);
	assert_int_equal(xsr_net_settle_back(&offer, v, &deal), XSR_NF_RX_COPY);
	v[XSR_NF_RX_COPY] = 1;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		v[XSR_NF_NUM_QUEUES] = bad[i];
		assert_int_equal(xsr_net_settle_back(&offer, v, &deal), XSR_NF_NUM_QUEUES);
	}
	for (i = 1; i <= 4; i++) {
		v[XSR_NF_NUM_QUEUES] = i;
		assert_int_equal(xsr_net_settle_back(&offer, v, &deal), XSR_NF_COUNT);
		assert_int_equal(deal.queues, i);
	}
}

static void test_back_features(void **state)
{
	u32 bits;

	(void)state;
	for (bits = 0; bits < 1 << 8; bits++) {
		struct xsr_net_wish offer = { .queues = 1, .mcast = bits & 128 };
		u64 v[XSR_NF_COUNT] = { [XSR_NF_NUM_QUEUES] = 1, [XSR_NF_RX_COPY] = 1 };
		struct xsr_net_deal d;

		v[XSR_NF_RX_NOTIFY] = bits & 1;
		v[XSR_NF_SG] = !!(bits & 2);
		v[XSR_NF_GSO4] = !!(bits & 4);
		v[XSR_NF_GSO6] = !!(bits & 8);
		v[XSR_NF_NO_CSUM4] = !!(bits & 16);
		v[XSR_NF_CSUM6] = !!(bits & 32);
		v[XSR_NF_MCAST] = !!(bits & 64);
		assert_int_equal(xsr_net_settle_back(&offer, v, &d), XSR_NF_COUNT);
		assert_int_equal(d.rx_notify, v[XSR_NF_RX_NOTIFY]);
		assert_int_equal(d.sg, v[XSR_NF_SG]);
		assert_int_equal(d.gso4, v[XSR_NF_SG] && v[XSR_NF_GSO4]);
		assert_int_equal(d.gso6, v[XSR_NF_SG] && v[XSR_NF_GSO6]);
		assert_int_equal(d.csum4, !v[XSR_NF_NO_CSUM4]);
		assert_int_equal(d.csum6, v[XSR_NF_CSUM6]);
		assert_int_equal(d.mcast, offer.mcast && v[XSR_NF_MCAST]);
		assert_int_equal(d.headroom, 0);
	}
}

/* Headroom is cut so that a page still holds a small packet behind it. */
static void test_back_headroom(void **state)
{
	static const u64 ask[] = { 0, 1, 256, 4031, 4032, 4033, 4096, 0x7fff };
	struct xsr_net_wish offer = { .queues = 1 };
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ask); i++) {
		u64 v[XSR_NF_COUNT] = { [XSR_NF_NUM_QUEUES] = 1, [XSR_NF_RX_COPY] = 1 };
		struct xsr_net_deal d;

		v[XSR_NF_XDP] = ask[i];
		assert_int_equal(xsr_net_settle_back(&offer, v, &d), XSR_NF_COUNT);
		assert_int_equal(d.headroom, ask[i] < 4032 ? ask[i] : 4032);
	}
}

static void test_rate(void **state)
{
	static const struct {
		const char *text;
		enum xsr_key_result result;
		u64 bytes;
		u32 usec;
	} table[] = {
		{ "655360,50000", XSR_KEY_OK, 655360, 50000 },
		{ "1,1", XSR_KEY_OK, 1, 1 },
		{ "18446744073709551615,4294967295", XSR_KEY_OK, 0xffffffffffffffff, 0xffffffff },
		{ "18446744073709551616,1", XSR_KEY_RANGE, 0, 0 },
		{ "1,4294967296", XSR_KEY_RANGE, 0, 0 },
		{ "0,50000", XSR_KEY_RANGE, 0, 0 },
		{ "655360,0", XSR_KEY_RANGE, 0, 0 },
		{ "", XSR_KEY_BAD, 0, 0 },
		{ ",", XSR_KEY_BAD, 0, 0 },
		{ "1", XSR_KEY_BAD, 0, 0 },
		{ "1,", XSR_KEY_BAD, 0, 0 },
		{ ",1", XSR_KEY_BAD, 0, 0 },
		{ "1,2,3", XSR_KEY_BAD, 0, 0 },
		{ "1;2", XSR_KEY_BAD, 0, 0 },
		{ "-1,2", XSR_KEY_BAD, 0, 0 },
		{ "0x10,2", XSR_KEY_BAD, 0, 0 },
		{ "1,2x", XSR_KEY_BAD, 0, 0 },
		{ "%s%n,1", XSR_KEY_BAD, 0, 0 },
		{ "111111111111111111111111,1", XSR_KEY_BAD, 0, 0 },
		{ "1,111111111111111111111111", XSR_KEY_BAD, 0, 0 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		u64 bytes = 0;
		u32 usec = 0;

		if (xsr_net_parse_rate(table[i].text, strlen(table[i].text), &bytes, &usec) !=
			    table[i].result ||
		    bytes != table[i].bytes || usec != table[i].usec)
			fail_msg("rate \"%s\"", table[i].text);
	}
	assert_int_equal(xsr_net_parse_rate(NULL, 0, NULL, NULL), XSR_KEY_ABSENT);
}

/* 4 KiB without a comma are not read to their end; the sanitizer sees that nothing beyond is. */
static void test_rate_is_bounded(void **state)
{
	char long_text[4096];
	u64 bytes = 7;
	u32 usec = 7;

	(void)state;
	memset(long_text, '1', sizeof(long_text));
	assert_int_equal(xsr_net_parse_rate(long_text, sizeof(long_text), &bytes, &usec),
			 XSR_KEY_BAD);
	assert_int_equal(bytes, 7);
	assert_int_equal(usec, 7);
}

static void test_mac(void **state)
{
	static const struct {
		const char *text;
		enum xsr_key_result result;
		u8 mac[6];
	} table[] = {
		{ "00:16:3e:01:02:03", XSR_KEY_OK, { 0, 0x16, 0x3e, 1, 2, 3 } },
		{ "FE:FF:ff:fF:Ff:aB", XSR_KEY_OK, { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xab } },
		{ "0:16:3e:1:a:F", XSR_KEY_OK, { 0, 0x16, 0x3e, 1, 10, 15 } },
		{ "", XSR_KEY_BAD, { 0 } },
		{ "00", XSR_KEY_BAD, { 0 } },
		{ "00:16:3e:01:02", XSR_KEY_BAD, { 0 } },
		{ "00:16:3e:01:02:", XSR_KEY_BAD, { 0 } },
		{ "00:16:3e:01:02:03:04", XSR_KEY_BAD, { 0 } },
		{ "00:16:3e:01:02:03 ", XSR_KEY_BAD, { 0 } },
		{ "00:16:3e:01:02:003", XSR_KEY_BAD, { 0 } },
		{ "00-16-3e-01-02-03", XSR_KEY_BAD, { 0 } },
		{ "00:16:3g:01:02:03", XSR_KEY_BAD, { 0 } },
		{ "00:16:/e:01:02:03", XSR_KEY_BAD, { 0 } },
		{ "00:16:3@:01:02:03", XSR_KEY_BAD, { 0 } },
		{ "::::::", XSR_KEY_BAD, { 0 } },
		{ " 0:16:3e:01:02:03", XSR_KEY_BAD, { 0 } },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		u8 mac[6] = { 0 };

		if (xsr_net_parse_mac(table[i].text, strlen(table[i].text), mac) !=
			    table[i].result ||
		    memcmp(mac, table[i].mac, 6) != 0)
			fail_msg("mac \"%s\"", table[i].text);
	}
	assert_int_equal(xsr_net_parse_mac(NULL, 0, NULL), XSR_KEY_ABSENT);
}

/* No NUL is needed behind either text. */
static void test_texts_without_end(void **state)
{
	char text[64];
	u8 mac[6];
	u64 bytes;
	u32 usec;

	(void)state;
	memset(text, '1', sizeof(text));
	memcpy(text, "12,34", 5);
	assert_int_equal(xsr_net_parse_rate(text, 5, &bytes, &usec), XSR_KEY_OK);
	assert_int_equal(bytes, 12);
	assert_int_equal(usec, 34);
	memcpy(text, "1:2:3:4:5:6", 11);
	assert_int_equal(xsr_net_parse_mac(text, 11, mac), XSR_KEY_OK);
	assert_int_equal(mac[5], 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_are_sound),
		cmocka_unit_test(test_tables_speak_netif),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_front_needs_copy),
		cmocka_unit_test(test_front_queues),
		cmocka_unit_test(test_front_features),
		cmocka_unit_test(test_back_refuses),
		cmocka_unit_test(test_back_features),
		cmocka_unit_test(test_back_headroom),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_rate_is_bounded),
		cmocka_unit_test(test_mac),
		cmocka_unit_test(test_texts_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
