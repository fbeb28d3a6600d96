// SPDX-License-Identifier: GPL-2.0
/*
 * state: for each kind of device the whole matrix of own state, peer's state and online, against
 * grids drawn by hand; and what must hold for any order of events.
 */
#include "ring/state.h"
#include "tests/unit/unit.h"

/* A cell says what is done and what we are then. */
static struct xsr_step cell(char c, enum xsr_state ours)
{
	switch (c) {
	case '.':
		return (struct xsr_step){ ours, XSR_DO_NOTHING };
	case 's':
		return (struct xsr_step){ XSR_ST_INITIALISED, XSR_DO_SETUP };
	case 'S':
		return (struct xsr_step){ XSR_ST_CONNECTED, XSR_DO_SETUP_CONNECT };
	case 'n':
		return (struct xsr_step){ XSR_ST_CONNECTED, XSR_DO_SETUP };
	case 'd':
		return (struct xsr_step){ XSR_ST_CONNECTED, XSR_DO_RECONFIGURED };
	case 'D':
		return (struct xsr_step){ XSR_ST_RECONFIGURED, XSR_DO_RECONFIGURE };
	case 'C':
		return (struct xsr_step){ XSR_ST_RECONFIGURED, XSR_DO_CONNECT };
	case '4':
		return (struct xsr_step){ XSR_ST_CONNECTED, XSR_DO_NOTHING };
	case 'c':
		return (struct xsr_step){ XSR_ST_CONNECTED, XSR_DO_CONNECT };
	case 'f':
		return (struct xsr_step){ XSR_ST_CONNECTED, XSR_DO_REFRESH };
	case 'x':
		return (struct xsr_step){ XSR_ST_CLOSED, XSR_DO_CLOSE };
	case '5':
		return (struct xsr_step){ XSR_ST_CLOSING, XSR_DO_NOTHING };
	case 'r':
		return (struct xsr_step){ XSR_ST_CLOSED, XSR_DO_RELEASE };
	case 'R':
		return (struct xsr_step){ XSR_ST_INITWAIT, XSR_DO_RESET };
	case 'g':
		return (struct xsr_step){ XSR_ST_CLOSED, XSR_DO_GONE };
	case '!':
		return (struct xsr_step){ XSR_ST_CLOSING, XSR_DO_FATAL };
	}
	fail_msg("no such cell: %c", c);
	return (struct xsr_step){ 0, 0 };
}

/* Rows: our state 0..8. Columns: theirs 0..8, then any other number. */
static const char *const front_grid[XSR_ST_COUNT] = {
	[XSR_ST_UNKNOWN] = "..........",      [XSR_ST_INITIALISING] = "..s.Sx....",
	[XSR_ST_INITWAIT] = "..........",     [XSR_ST_INITIALISED] = "....cxx...",
	[XSR_ST_CONNECTED] = "....fxx...",    [XSR_ST_CLOSING] = ".....xx...",
	[XSR_ST_CLOSED] = "..s.......",	      [XSR_ST_RECONFIGURING] = "..........",
	[XSR_ST_RECONFIGURED] = "..........",
};

static const char *const back_grid[XSR_ST_COUNT] = {
	[XSR_ST_UNKNOWN] = "..........",      [XSR_ST_INITIALISING] = "..........",
	[XSR_ST_INITWAIT] = "g.!cc5r!!!",     [XSR_ST_INITIALISED] = "..........",
	[XSR_ST_CONNECTED] = "gR!..5r!!!",    [XSR_ST_CLOSING] = "gR....r...",
	[XSR_ST_CLOSED] = "gR........",	      [XSR_ST_RECONFIGURING] = "..........",
	[XSR_ST_RECONFIGURED] = "..........",
};

static const char *const back_offline_grid[XSR_ST_COUNT] = {
	[XSR_ST_UNKNOWN] = "..........",      [XSR_ST_INITIALISING] = "..........",
	[XSR_ST_INITWAIT] = "g.!cc5g!!!",     [XSR_ST_INITIALISED] = "..........",
	[XSR_ST_CONNECTED] = "gg!..5g!!!",    [XSR_ST_CLOSING] = "gg....g...",
	[XSR_ST_CLOSED] = "gg....g...",	      [XSR_ST_RECONFIGURING] = "..........",
	[XSR_ST_RECONFIGURED] = "..........",
};

static const char *const net_front_grid[XSR_ST_COUNT] = {
	[XSR_ST_UNKNOWN] = "..........",      [XSR_ST_INITIALISING] = "..n.nx....",
	[XSR_ST_INITWAIT] = "..........",     [XSR_ST_INITIALISED] = "..........",
	[XSR_ST_CONNECTED] = "....fxx...",    [XSR_ST_CLOSING] = ".....xx...",
	[XSR_ST_CLOSED] = "..n.......",	      [XSR_ST_RECONFIGURING] = ".....xx.d.",
	[XSR_ST_RECONFIGURED] = "..........",
};

static const char *const net_back_grid[XSR_ST_COUNT] = {
	[XSR_ST_UNKNOWN] = "..........",      [XSR_ST_INITIALISING] = "..........",
	[XSR_ST_INITWAIT] = "g.!.c5rC!!",     [XSR_ST_INITIALISED] = "..........",
	[XSR_ST_CONNECTED] = "gR!..5rD!!",    [XSR_ST_CLOSING] = "gR....r...",
	[XSR_ST_CLOSED] = "gR........",	      [XSR_ST_RECONFIGURING] = "..........",
	[XSR_ST_RECONFIGURED] = "gR!.45rD!!",
};

static const char *const net_back_offline_grid[XSR_ST_COUNT] = {
	[XSR_ST_UNKNOWN] = "..........",      [XSR_ST_INITIALISING] = "..........",
	[XSR_ST_INITWAIT] = "g.!.c5gC!!",     [XSR_ST_INITIALISED] = "..........",
	[XSR_ST_CONNECTED] = "gg!..5gD!!",    [XSR_ST_CLOSING] = "gg....g...",
	[XSR_ST_CLOSED] = "gg....g...",	      [XSR_ST_RECONFIGURING] = "..........",
	[XSR_ST_RECONFIGURED] = "gg!.45gD!!",
};

static const u32 all_theirs[] = { 0, 1,	 2,  3,	  4,   5,   6,		7,	    8,	       9,
				  9, 10, 11, 100, 255, 256, 0x7fffffff, 0x80000000, 0xffffffff };

static void check_grid(enum xsr_kind kind, enum xsr_role role, bool online, const char *const *grid)
{
	u32 ours, t;

	for (ours = 0; ours < XSR_ST_COUNT; ours++)
		for (t = 0; t < ARRAY_SIZE(all_theirs); t++) {
			u32 theirs = all_theirs[t];
			char c = grid[ours][theirs < XSR_ST_COUNT ? theirs : XSR_ST_COUNT];
			struct xsr_step want = cell(c, ours);
			struct xsr_step got = xsr_state_step(kind, role, ours, theirs, online);

			if (got.next != want.next || got.action != want.action)
				fail_msg("kind %d, role %d, %s, theirs %u, online %d: %s -> %s",
					 kind, role, xsr_state_name(ours), theirs, online,
					 xsr_action_name(got.action), xsr_state_name(got.next));
		}
}

static void test_matrix(void **state)
{
	(void)state;
	check_grid(XSR_KIND_BLK, XSR_FRONT, true, front_grid);
	check_grid(XSR_KIND_BLK, XSR_FRONT, false, front_grid); /* means nothing to a front-end */
	check_grid(XSR_KIND_BLK, XSR_BACK, true, back_grid);
	check_grid(XSR_KIND_BLK, XSR_BACK, false, back_offline_grid);
}

static void test_net_matrix(void **state)
{
	(void)state;
	check_grid(XSR_KIND_NET, XSR_FRONT, true, net_front_grid);
	check_grid(XSR_KIND_NET, XSR_FRONT, false, net_front_grid);
	check_grid(XSR_KIND_NET, XSR_BACK, true, net_back_grid);
	check_grid(XSR_KIND_NET, XSR_BACK, false, net_back_offline_grid);
}

/* Asking for a second look: only a live network front-end, only while the back-end is live. */
static void test_reconfigure(void **state)
{
	u32 kind, ours, t;

	(void)state;
	for (kind = XSR_KIND_BLK; kind <= XSR_KIND_NET; kind++)
		for (ours = 0; ours < XSR_ST_COUNT; ours++)
			for (t = 0; t < ARRAY_SIZE(all_theirs); t++) {
				u32 theirs = all_theirs[t];
				struct xsr_step got = xsr_state_reconfigure(kind, ours, theirs);
				bool may = kind == XSR_KIND_NET && ours == 4 &&
					   (theirs == 4 || theirs == 8);

				assert_int_equal(got.next, may ? XSR_ST_RECONFIGURING : ours);
				assert_int_equal(got.action, XSR_DO_NOTHING);
			}
}

static void test_fail(void **state)
{
	u32 ours;

	(void)state;
	for (ours = 0; ours < XSR_ST_COUNT; ours++) {
		struct xsr_step front = xsr_state_fail(XSR_FRONT, ours);
		struct xsr_step back = xsr_state_fail(XSR_BACK, ours);

		if (ours == XSR_ST_CLOSING || ours == XSR_ST_CLOSED) {
			assert_int_equal(front.next, ours);
			assert_int_equal(back.next, ours);
			assert_int_equal(front.action, XSR_DO_NOTHING);
			assert_int_equal(back.action, XSR_DO_NOTHING);
		} else {
			assert_int_equal(front.next, XSR_ST_CLOSING);
			assert_int_equal(back.next, XSR_ST_CLOSING);
			assert_int_equal(front.action, XSR_DO_CLOSE);
			assert_int_equal(back.action, XSR_DO_RELEASE);
		}
	}
}

/*
 * A device as its driver has it: a state, and whether there are rings. Everything that can happen
 * is tried from everything that can be reached.
 */
struct device {
	enum xsr_state ours;
	bool rings;
	bool gone;
};

#define DEVICES (XSR_ST_COUNT * 4)

static u32 device_number(const struct device *d)
{
	return d->ours * 4 + d->rings * 2 + d->gone;
}

static void device_apply(enum xsr_kind kind, enum xsr_role role, struct device *d,
			 struct xsr_step step)
{
	bool front = role == XSR_FRONT;

	switch (step.action) {
	case XSR_DO_NOTHING:
		break;
	case XSR_DO_SETUP_CONNECT:
		assert_int_equal(kind, XSR_KIND_BLK);
		/* fall through */
	case XSR_DO_SETUP:
		assert_true(front);
		assert_false(d->rings); /* never two without an end between them */
		d->rings = true;
		break;
	case XSR_DO_CONNECT:
		assert_true(kind == XSR_KIND_BLK || !front);
		assert_int_equal(d->rings,
				 front); /* a front-end's are there, a back-end's not yet */
		d->rings = true;
		break;
	case XSR_DO_REFRESH:
		assert_true(front && d->rings);
		break;
	case XSR_DO_RECONFIGURE:
		assert_true(kind == XSR_KIND_NET && !front && d->rings);
		break;
	case XSR_DO_RECONFIGURED:
		assert_true(kind == XSR_KIND_NET && front && d->rings);
		break;
	case XSR_DO_CLOSE:
		assert_true(front);
		d->rings = false;
		break;
	case XSR_DO_GONE:
		assert_int_equal(step.next, XSR_ST_CLOSED);
		d->gone = true;
		/* fall through */
	case XSR_DO_RELEASE:
	case XSR_DO_RESET:
		assert_false(front);
		d->rings = false;
		break;
	case XSR_DO_FATAL:
		assert_false(front);
		assert_int_equal(step.next, XSR_ST_CLOSING);
		step = xsr_state_fail(role, d->ours); /* as the shell does */
		assert_int_equal(step.action, XSR_DO_RELEASE);
		d->rings = false;
		break;
	}
	d->ours = step.next;
	if (d->ours == XSR_ST_CLOSED)
		assert_false(d->rings);
	if (d->ours == XSR_ST_CONNECTED)
		assert_true(d->rings);
	if (d->ours == XSR_ST_RECONFIGURING || d->ours == XSR_ST_RECONFIGURED)
		assert_true(kind == XSR_KIND_NET && d->rings);
}

static struct device device_see(enum xsr_kind kind, enum xsr_role role, struct device d, u32 theirs,
				bool online)
{
	device_apply(kind, role, &d, xsr_state_step(kind, role, d.ours, theirs, online));
	return d;
}

/* Whatever has happened before, the way out and the way back are open. */
static void check_ways(enum xsr_kind kind, enum xsr_role role, struct device d)
{
	struct device e;

	if (role == XSR_BACK) {
		e = device_see(kind, role, d, XSR_ST_CLOSED, true);
		assert_int_equal(e.ours, XSR_ST_CLOSED);
		e = device_see(kind, role, e, XSR_ST_INITIALISING, true);
		assert_int_equal(e.ours, XSR_ST_INITWAIT);
		e = device_see(kind, role, e, XSR_ST_INITIALISED, true);
		assert_int_equal(e.ours, kind == XSR_KIND_NET ? XSR_ST_INITWAIT : XSR_ST_CONNECTED);
		e = device_see(kind, role, e, XSR_ST_CONNECTED, true);
		assert_int_equal(e.ours, XSR_ST_CONNECTED);
		assert_true(device_see(kind, role, d, XSR_ST_CLOSED, false).gone);
		assert_true(device_see(kind, role, d, XSR_ST_UNKNOWN, true).gone);
		assert_true(device_see(kind, role, d, XSR_ST_UNKNOWN, false).gone);
		return;
	}
	e = device_see(kind, role, d, XSR_ST_CLOSING, true);
	assert_int_equal(e.ours, XSR_ST_CLOSED);
	e = device_see(kind, role, e, XSR_ST_INITWAIT, true);
	assert_int_equal(e.ours, kind == XSR_KIND_NET ? XSR_ST_CONNECTED : XSR_ST_INITIALISED);
	e = device_see(kind, role, e, XSR_ST_CONNECTED, true);
	assert_int_equal(e.ours, XSR_ST_CONNECTED);
}

static u32 explore(enum xsr_kind kind, enum xsr_role role, enum xsr_state start)
{
	struct device todo[DEVICES];
	bool seen[DEVICES] = { false };
	u32 n = 1, done, t, online;

	todo[0] = (struct device){ .ours = start };
	seen[device_number(&todo[0])] = true;
	for (done = 0; done < n; done++) {
		struct device d = todo[done];

		if (d.gone)
			continue; /* there is no device any more */
		check_ways(kind, role, d);
		for (t = 0; t <= ARRAY_SIZE(all_theirs) + 1; t++)
			for (online = 0; online < 2; online++) {
				struct device e = d;

				if (t < ARRAY_SIZE(all_theirs))
					e = device_see(kind, role, d, all_theirs[t], online);
				else if (t == ARRAY_SIZE(all_theirs))
					device_apply(kind, role, &e, xsr_state_fail(role, d.ours));
				else if (role == XSR_FRONT)
					device_apply(kind, role, &e,
						     xsr_state_reconfigure(kind, d.ours,
									   XSR_ST_CONNECTED));
				if (!seen[device_number(&e)]) {
					seen[device_number(&e)] = true;
					todo[n++] = e;
				}
			}
	}
	return n;
}

static void test_any_order(void **state)
{
	(void)state;
	/* Front: Initialising, Initialised, Connected, Closing, Closed. */
	assert_int_equal(explore(XSR_KIND_BLK, XSR_FRONT, XSR_ST_INITIALISING), 5);
	/* Back: InitWait, Connected, Closing with and without rings, Closed, and gone. */
	assert_int_equal(explore(XSR_KIND_BLK, XSR_BACK, XSR_ST_INITWAIT), 6);
	/* Never Initialised, but Reconfiguring. */
	assert_int_equal(explore(XSR_KIND_NET, XSR_FRONT, XSR_ST_INITIALISING), 5);
	/* And Reconfigured. */
	assert_int_equal(explore(XSR_KIND_NET, XSR_BACK, XSR_ST_INITWAIT), 7);
}

/* The report that crashed the stock front-end: back-end 5 then 4, and 6 then 4. */
static void test_front_survives_5_4_and_6_4(void **state)
{
	static const u32 first[] = { XSR_ST_CLOSING, XSR_ST_CLOSED };
	u32 i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct device d = { .ours = XSR_ST_CONNECTED, .rings = true };
		enum xsr_kind kind = i / 2 ? XSR_KIND_NET : XSR_KIND_BLK;

		d = device_see(kind, XSR_FRONT, d, first[i % 2], true);
		assert_int_equal(d.ours, XSR_ST_CLOSED);
		d = device_see(kind, XSR_FRONT, d, XSR_ST_CONNECTED, true);
		assert_int_equal(d.ours, XSR_ST_CLOSED);
		assert_false(d.rings);
	}
}

static void test_names(void **state)
{
	u32 i, k;

	(void)state;
	for (i = 0; i < XSR_ST_COUNT; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(xsr_state_name(i), xsr_state_name(k));
	assert_string_equal(xsr_state_name(XSR_ST_CONNECTED), "Connected");
	assert_string_equal(xsr_state_name(XSR_ST_COUNT), "invalid");
	assert_string_equal(xsr_state_name(0xffffffff), "invalid");
	for (i = 0; i <= XSR_DO_FATAL; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(xsr_action_name(i), xsr_action_name(k));
	assert_string_equal(xsr_action_name(XSR_DO_FATAL), "fatal");
	assert_string_equal(xsr_action_name(XSR_DO_FATAL + 1), "invalid");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),	  cmocka_unit_test(test_net_matrix),
		cmocka_unit_test(test_fail),	  cmocka_unit_test(test_reconfigure),
		cmocka_unit_test(test_any_order), cmocka_unit_test(test_front_survives_5_4_and_6_4),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
