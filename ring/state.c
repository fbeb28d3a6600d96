// SPDX-License-Identifier: GPL-2.0
/*
 * The table that moves a device; see state.h for who asks it and what the actions mean.
 *
 * One row for each thing that may happen: who we are, what we are, what the peer is seen to be,
 * what to do, and what we are afterwards. A pair without a row means: do nothing, stay as you are.
 * Both ends must survive a peer in any order of states, so a row never assumes how the peer got
 * there, and each action is harmless when there is nothing left to do (a RELEASE without a ring).
 */
#include "ring/state.h"

/* Whom a row is for. A back-end whose key "online" is 0 is on its way out for good. */
#define FRONT_BLK 1
#define FRONT_NET 2
#define FRONT (FRONT_BLK | FRONT_NET)
#define BLK_ON 4
#define BLK_OFF 8
#define NET_ON 16
#define NET_OFF 32
#define BACK_BLK (BLK_ON | BLK_OFF)
#define BACK_NET (NET_ON | NET_OFF)
#define BACK_ON (BLK_ON | NET_ON)
#define BACK_OFF (BLK_OFF | NET_OFF)
#define BACK (BACK_ON | BACK_OFF)

/* Any number that is no state. */
#define ST_OTHER XSR_ST_COUNT

struct state_row {
	u8 who;
	u8 ours;
	u8 theirs;
	u8 action;
	u8 next;
};

#define ROW(who, ours, theirs, action, next)                               \
	{                                                                  \
		who, XSR_ST_##ours, theirs, XSR_DO_##action, XSR_ST_##next \
	}

static const struct state_row state_rows[] = {
	/* clang-format off */
	/* A front-end waits for the offer; some back-ends are Connected from the start. */
	ROW(FRONT_BLK, INITIALISING, XSR_ST_INITWAIT,  SETUP,         INITIALISED),
	ROW(FRONT_BLK, INITIALISING, XSR_ST_CONNECTED, SETUP_CONNECT, CONNECTED),
	ROW(FRONT,     INITIALISING, XSR_ST_CLOSING,   CLOSE,         CLOSED),

	/* A network front-end has nothing to learn from Connected and never says Initialised. */
	ROW(FRONT_NET, INITIALISING, XSR_ST_INITWAIT,  SETUP, CONNECTED),
	ROW(FRONT_NET, INITIALISING, XSR_ST_CONNECTED, SETUP, CONNECTED),

	ROW(FRONT_BLK, INITIALISED, XSR_ST_CONNECTED, CONNECT, CONNECTED),
	ROW(FRONT_BLK, INITIALISED, XSR_ST_CLOSING,   CLOSE,   CLOSED),
	ROW(FRONT_BLK, INITIALISED, XSR_ST_CLOSED,    CLOSE,   CLOSED),

	/*
	 * Connected: the back-end is there now, or something changed. InitWait, no row: a back-end
	 * is re-bound under us. Reconfigured, no row: a stock back-end stays there for good.
	 */
	ROW(FRONT, CONNECTED, XSR_ST_CONNECTED, REFRESH, CONNECTED),
	ROW(FRONT, CONNECTED, XSR_ST_CLOSING,   CLOSE,   CLOSED),
	ROW(FRONT, CONNECTED, XSR_ST_CLOSED,    CLOSE,   CLOSED),

	/* We asked for something to be read again; packets flow all the while. */
	ROW(FRONT_NET, RECONFIGURING, XSR_ST_RECONFIGURED, RECONFIGURED, CONNECTED),
	ROW(FRONT_NET, RECONFIGURING, XSR_ST_CLOSING,      CLOSE,        CLOSED),
	ROW(FRONT_NET, RECONFIGURING, XSR_ST_CLOSED,       CLOSE,        CLOSED),

	/* We failed and wait for the back-end to let go. Connected has no row: too late. */
	ROW(FRONT, CLOSING, XSR_ST_CLOSING, CLOSE, CLOSED),
	ROW(FRONT, CLOSING, XSR_ST_CLOSED,  CLOSE, CLOSED),

	/* A back-end that starts anew. Only this leads out of Closed; Connected does not. */
	ROW(FRONT_BLK, CLOSED, XSR_ST_INITWAIT, SETUP, INITIALISED),
	ROW(FRONT_NET, CLOSED, XSR_ST_INITWAIT, SETUP, CONNECTED),

	/*
	 * A back-end has made its offer. Initialising has no row: the front-end still boots.
	 * Initialised of a network front-end has none either: it may name its rings later still.
	 * One that is Reconfiguring is live, and we are re-bound under it: it waits for our answer.
	 */
	ROW(BACK_BLK, INITWAIT, XSR_ST_INITIALISED,   CONNECT, CONNECTED),
	ROW(BACK,     INITWAIT, XSR_ST_CONNECTED,     CONNECT, CONNECTED),
	ROW(BACK,     INITWAIT, XSR_ST_CLOSING,       NOTHING, CLOSING),
	ROW(BACK_ON,  INITWAIT, XSR_ST_CLOSED,        RELEASE, CLOSED),
	ROW(BACK_OFF, INITWAIT, XSR_ST_CLOSED,        GONE,    CLOSED),
	ROW(BACK,     INITWAIT, XSR_ST_UNKNOWN,       GONE,    CLOSED),
	ROW(BACK,     INITWAIT, XSR_ST_INITWAIT,      FATAL,   CLOSING),
	ROW(BACK_BLK, INITWAIT, XSR_ST_RECONFIGURING, FATAL,   CLOSING),
	ROW(BACK_NET, INITWAIT, XSR_ST_RECONFIGURING, CONNECT, RECONFIGURED),
	ROW(BACK,     INITWAIT, XSR_ST_RECONFIGURED,  FATAL,   CLOSING),
	ROW(BACK,     INITWAIT, ST_OTHER,             FATAL,   CLOSING),

	/*
	 * Live. Initialising here is a front-end that started again without closing, after a crash
	 * or kexec: nothing would make it step once more, so one action stops, unmaps and offers.
	 */
	ROW(BACK_ON,  CONNECTED, XSR_ST_INITIALISING,  RESET,       INITWAIT),
	ROW(BACK_OFF, CONNECTED, XSR_ST_INITIALISING,  GONE,        CLOSED),
	ROW(BACK,     CONNECTED, XSR_ST_CLOSING,       NOTHING,     CLOSING),
	ROW(BACK_ON,  CONNECTED, XSR_ST_CLOSED,        RELEASE,     CLOSED),
	ROW(BACK_OFF, CONNECTED, XSR_ST_CLOSED,        GONE,        CLOSED),
	ROW(BACK,     CONNECTED, XSR_ST_UNKNOWN,       GONE,        CLOSED),
	ROW(BACK,     CONNECTED, XSR_ST_INITWAIT,      FATAL,       CLOSING),
	ROW(BACK_BLK, CONNECTED, XSR_ST_RECONFIGURING, FATAL,       CLOSING),
	ROW(BACK_NET, CONNECTED, XSR_ST_RECONFIGURING, RECONFIGURE, RECONFIGURED),
	ROW(BACK,     CONNECTED, XSR_ST_RECONFIGURED,  FATAL,       CLOSING),
	ROW(BACK,     CONNECTED, ST_OTHER,             FATAL,       CLOSING),

	/*
	 * As live as Connected. Reconfiguring here may be a second round whose Connected in between
	 * we never saw, so what it is about is read again.
	 */
	ROW(BACK_NET, RECONFIGURED, XSR_ST_CONNECTED,     NOTHING,     CONNECTED),
	ROW(BACK_NET, RECONFIGURED, XSR_ST_RECONFIGURING, RECONFIGURE, RECONFIGURED),
	ROW(NET_ON,   RECONFIGURED, XSR_ST_INITIALISING,  RESET,       INITWAIT),
	ROW(NET_OFF,  RECONFIGURED, XSR_ST_INITIALISING,  GONE,        CLOSED),
	ROW(BACK_NET, RECONFIGURED, XSR_ST_CLOSING,       NOTHING,     CLOSING),
	ROW(NET_ON,   RECONFIGURED, XSR_ST_CLOSED,        RELEASE,     CLOSED),
	ROW(NET_OFF,  RECONFIGURED, XSR_ST_CLOSED,        GONE,        CLOSED),
	ROW(BACK_NET, RECONFIGURED, XSR_ST_UNKNOWN,       GONE,        CLOSED),
	ROW(BACK_NET, RECONFIGURED, XSR_ST_INITWAIT,      FATAL,       CLOSING),
	ROW(BACK_NET, RECONFIGURED, XSR_ST_RECONFIGURED,  FATAL,       CLOSING),
	ROW(BACK_NET, RECONFIGURED, ST_OTHER,             FATAL,       CLOSING),

	/*
	 * One side has asked for the end. Rings stay mapped until the front-end is Closed. A
	 * front-end without a driver stays Initialising for ever, so that a removal must not wait
	 * for it; when the device stays, it may have another try.
	 */
	ROW(BACK_ON,  CLOSING, XSR_ST_CLOSED,       RELEASE, CLOSED),
	ROW(BACK_OFF, CLOSING, XSR_ST_CLOSED,       GONE,    CLOSED),
	ROW(BACK_ON,  CLOSING, XSR_ST_INITIALISING, RESET,   INITWAIT),
	ROW(BACK_OFF, CLOSING, XSR_ST_INITIALISING, GONE,    CLOSED),
	ROW(BACK,     CLOSING, XSR_ST_UNKNOWN,      GONE,    CLOSED),

	/* Released. A front-end that comes back gets a new offer, unless the device is leaving. */
	ROW(BACK_ON,  CLOSED, XSR_ST_INITIALISING, RESET, INITWAIT),
	ROW(BACK_OFF, CLOSED, XSR_ST_INITIALISING, GONE,  CLOSED),
	ROW(BACK_OFF, CLOSED, XSR_ST_CLOSED,       GONE,  CLOSED),
	ROW(BACK,     CLOSED, XSR_ST_UNKNOWN,      GONE,  CLOSED),
	/* clang-format on */
};

static u8 state_who(enum xsr_kind kind, enum xsr_role role, bool online)
{
	bool net = kind == XSR_KIND_NET;

	if (role == XSR_FRONT)
		return net ? FRONT_NET : FRONT_BLK;
	if (online)
		return net ? NET_ON : BLK_ON;
	return net ? NET_OFF : BLK_OFF;
}

struct xsr_step xsr_state_step(enum xsr_kind kind, enum xsr_role role, enum xsr_state ours,
			       u32 theirs, bool online)
{
	u8 who = state_who(kind, role, online);
	const struct state_row *row;

	if (theirs > ST_OTHER)
		theirs = ST_OTHER;
	for (row = state_rows; row < state_rows + ARRAY_SIZE(state_rows); row++)
		if ((row->who & who) && row->ours == ours && row->theirs == theirs)
			return (struct xsr_step){ row->next, row->action };
	return (struct xsr_step){ ours, XSR_DO_NOTHING };
}

struct xsr_step xsr_state_reconfigure(enum xsr_kind kind, enum xsr_state ours, u32 theirs)
{
	bool may = kind == XSR_KIND_NET && ours == XSR_ST_CONNECTED &&
		   (theirs == XSR_ST_CONNECTED || theirs == XSR_ST_RECONFIGURED);

	return (struct xsr_step){ may ? XSR_ST_RECONFIGURING : ours, XSR_DO_NOTHING };
}

struct xsr_step xsr_state_fail(enum xsr_role role, enum xsr_state ours)
{
	if (ours == XSR_ST_CLOSING || ours == XSR_ST_CLOSED)
		return (struct xsr_step){ ours, XSR_DO_NOTHING };
	return (struct xsr_step){ XSR_ST_CLOSING,
				  role == XSR_FRONT ? XSR_DO_CLOSE : XSR_DO_RELEASE };
}

const char *xsr_state_name(u32 state)
{
	static const char *const names[XSR_ST_COUNT] = {
		[XSR_ST_UNKNOWN] = "Unknown",
		[XSR_ST_INITIALISING] = "Initialising",
		[XSR_ST_INITWAIT] = "InitWait",
		[XSR_ST_INITIALISED] = "Initialised",
		[XSR_ST_CONNECTED] = "Connected",
		[XSR_ST_CLOSING] = "Closing",
		[XSR_ST_CLOSED] = "Closed",
		[XSR_ST_RECONFIGURING] = "Reconfiguring",
		[XSR_ST_RECONFIGURED] = "Reconfigured",
	};

	return state < XSR_ST_COUNT ? names[state] : "invalid";
}

const char *xsr_action_name(enum xsr_action action)
{
	static const char *const names[] = {
		[XSR_DO_NOTHING] = "nothing",
		[XSR_DO_SETUP] = "setup",
		[XSR_DO_SETUP_CONNECT] = "setup-connect",
		[XSR_DO_CONNECT] = "connect",
		[XSR_DO_REFRESH] = "refresh",
		[XSR_DO_RECONFIGURE] = "reconfigure",
		[XSR_DO_RECONFIGURED] = "reconfigured",
		[XSR_DO_CLOSE] = "close",
		[XSR_DO_RELEASE] = "release",
		[XSR_DO_RESET] = "reset",
		[XSR_DO_GONE] = "gone",
		[XSR_DO_FATAL] = "fatal",
	};

	return (u32)action < ARRAY_SIZE(names) ? names[action] : "invalid";
}
