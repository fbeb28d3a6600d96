// SPDX-License-Identifier: GPL-2.0
/*
 * A device of either kind and role through any sequence of states of its peer, failures, "online"
 * and wishes to reconfigure.
 *
 * Rings are set up at most once before they are given back, live only while the device is on its way
 * to Connected, Connected or closing, and are gone when it is Closed; only a back-end's device goes
 * away; and from anywhere the device can still be closed.
 *
 * Input: role and kind, then one byte an event: the peer's state, a wild number, a failure, or a wish.
 */
#include "ring/state.h"
#include "tests/fuzz/input.h"

struct device {
	enum xsr_kind kind;
	enum xsr_role role;
	enum xsr_state ours;
	bool rings;
	bool gone;
};

static void apply(struct device *d, struct xsr_step step)
{
	bool front = d->role == XSR_FRONT;

	must(step.next < XSR_ST_COUNT);
	switch (step.action) {
	case XSR_DO_NOTHING:
		break;
	case XSR_DO_SETUP:
	case XSR_DO_SETUP_CONNECT:
		must(front && !d->rings);
		d->rings = true;
		break;
	case XSR_DO_CONNECT:
		must(d->rings == front);
		d->rings = true;
		break;
	case XSR_DO_REFRESH:
		must(front && d->rings && step.next == d->ours);
		break;
	case XSR_DO_RECONFIGURE:
		must(d->kind == XSR_KIND_NET && !front && d->rings);
		break;
	case XSR_DO_RECONFIGURED:
		must(d->kind == XSR_KIND_NET && front && d->rings && step.next == XSR_ST_CONNECTED);
		break;
	case XSR_DO_CLOSE:
		must(front);
		d->rings = false;
		break;
	case XSR_DO_RELEASE:
	case XSR_DO_RESET:
		must(!front);
		d->rings = false;
		break;
	case XSR_DO_GONE:
		must(!front && step.next == XSR_ST_CLOSED);
		d->rings = false;
		d->gone = true;
		break;
	case XSR_DO_FATAL:
		must(!front && step.next == XSR_ST_CLOSING);
		step = xsr_state_fail(d->role, d->ours);
		must(step.action == XSR_DO_RELEASE && step.next == XSR_ST_CLOSING);
		d->rings = false;
		break;
	default:
		must(false);
	}
	d->ours = step.next;
	must(d->ours != XSR_ST_CLOSED || !d->rings);
	must(d->ours != XSR_ST_CONNECTED || d->rings);
	must(d->ours != XSR_ST_RECONFIGURING || (d->kind == XSR_KIND_NET && front && d->rings));
	must(d->ours != XSR_ST_RECONFIGURED || (d->kind == XSR_KIND_NET && !front && d->rings));
	must(d->ours != XSR_ST_INITIALISED || (d->kind == XSR_KIND_BLK && front));
}

static void check_way_out(struct device d)
{
	u32 theirs = d.role == XSR_FRONT ? XSR_ST_CLOSING : XSR_ST_CLOSED;

	apply(&d, xsr_state_step(d.kind, d.role, d.ours, theirs, false));
	must(d.ours == XSR_ST_CLOSED && (d.gone || d.role == XSR_FRONT));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u8 who = input_u8(&in);
	struct device d = {
		.role = who & 1 ? XSR_BACK : XSR_FRONT,
		.kind = who & 2 ? XSR_KIND_NET : XSR_KIND_BLK,
	};

	d.ours = d.role == XSR_FRONT ? XSR_ST_INITIALISING : XSR_ST_INITWAIT;
	while (in.left && !d.gone) {
		u8 event = input_u8(&in);
		u32 theirs = event & 15;

		if (theirs == 15)
			theirs = input_u32(&in);
		if (theirs == 14)
			apply(&d, xsr_state_fail(d.role, d.ours));
		else if (theirs == 13 && d.role == XSR_FRONT)
			apply(&d, xsr_state_reconfigure(d.kind, d.ours, event >> 4));
		else
			apply(&d, xsr_state_step(d.kind, d.role, d.ours, theirs, event & 16));
		if (!d.gone)
			check_way_out(d);
	}
	return 0;
}
