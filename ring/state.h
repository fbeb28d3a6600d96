/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table that moves a device: (kind, role, our state, the peer's state) -> next state, action.
 *
 * Both drivers of both classes ask xsr_state_step() on every change of the peer's state and do what
 * it says; an error of ours or a peer that broke the protocol goes through xsr_state_fail(). Nothing
 * else may change a device's state. The table has no side effects and knows no device. A pair that
 * is not listed is ignored; a state number beyond the known ones is fatal for a back-end and ignored
 * by a front-end.
 */
#ifndef XSR_STATE_H
#define XSR_STATE_H

#include "ring/env.h"

/* The values of the key "state"; fixed by the protocol. */
enum xsr_state {
	XSR_ST_UNKNOWN = 0, /* also: the directory is gone */
	XSR_ST_INITIALISING = 1,
	XSR_ST_INITWAIT = 2,
	XSR_ST_INITIALISED = 3,
	XSR_ST_CONNECTED = 4,
	XSR_ST_CLOSING = 5,
	XSR_ST_CLOSED = 6,
	XSR_ST_RECONFIGURING = 7,
	XSR_ST_RECONFIGURED = 8,
	XSR_ST_COUNT,
};

/* The class of a device. The two shake hands a little differently. */
enum xsr_kind {
	XSR_KIND_BLK,
	XSR_KIND_NET,
};

enum xsr_action {
	XSR_DO_NOTHING,
	XSR_DO_SETUP, /* front: make rings, publish keys; net: and go live */
	XSR_DO_SETUP_CONNECT, /* front: both, for a back-end that is Connected at once */
	XSR_DO_CONNECT, /* front: read what the back-end is, go live; back: map rings, go live */
	XSR_DO_REFRESH, /* front: the back-end says something changed, reread it; net: or is there now */
	XSR_DO_RECONFIGURE, /* net back: reread what a live front-end may change */
	XSR_DO_RECONFIGURED, /* net front: the back-end has done that */
	XSR_DO_CLOSE, /* front: stop, fail what is left, give everything back */
	XSR_DO_RELEASE, /* back: the front-end is done, or broken: stop, unmap */
	XSR_DO_RESET, /* back: the front-end starts anew: stop and unmap what is left, offer again */
	XSR_DO_GONE, /* back: stop, unmap, and remove the device */
	XSR_DO_FATAL, /* the peer's state makes no sense: fail the device */
};

struct xsr_step {
	enum xsr_state next; /* own state once the action is done; the same: do not write it */
	enum xsr_action action;
};

/*
 * What to do when the peer is seen in state @theirs while we are in @ours.
 * @theirs: as read, any number. @online: back-end only, value of its key "online": with 0 a Closed
 * front-end means that the device goes away.
 */
struct xsr_step xsr_state_step(enum xsr_kind kind, enum xsr_role role, enum xsr_state ours,
			       u32 theirs, bool online);

/*
 * A front-end has changed keys that a live back-end rereads when asked to, and only a network
 * back-end that offered it (feature-xdp-headroom) may be asked. Next is Reconfiguring if this can
 * be said now, else the state as it is: ask again after the next step. The answer comes as
 * XSR_DO_RECONFIGURED; at once from a stock back-end that was asked before, since it never leaves
 * Reconfigured, so the answer does not prove that it has looked.
 */
struct xsr_step xsr_state_reconfigure(enum xsr_kind kind, enum xsr_state ours, u32 theirs);

/*
 * What to do when the device has failed in state @ours: stop, and say Closing if that is news. What
 * follows depends on the peer, so step again afterwards: it may be Closed already.
 */
struct xsr_step xsr_state_fail(enum xsr_role role, enum xsr_state ours);

const char *xsr_state_name(u32 state);
const char *xsr_action_name(enum xsr_action action);

#endif /* XSR_STATE_H */
