// SPDX-License-Identifier: GPL-2.0
/*
 * Cutting two lists of spans into pieces for grant copies; see copy.h.
 *
 * Decides where one copy ends and the next begins, and nothing else. Never looks at the bytes.
 */
#include "grant/copy.h"

bool xsr_copy_matches(const struct xsr_copy_peer *peer, u32 nr_peer, const struct xsr_copy_own *own,
		      u32 nr_own)
{
	u64 theirs = 0, ours = 0;
	u32 i;

	for (i = 0; i < nr_peer; i++) {
		if ((u32)peer[i].offset + peer[i].bytes > XSR_PAGE_SIZE)
			return false;
		theirs += peer[i].bytes;
	}
	for (i = 0; i < nr_own; i++)
		ours += own[i].bytes;
	return theirs == ours;
}

/* Step over spans that are used up. Returns false if one of the lists is. */
static bool copy_settle(struct xsr_copy_walk *w)
{
	while (w->peer_i < w->nr_peer && w->peer_done == w->peer[w->peer_i].bytes) {
		w->peer_i++;
		w->peer_done = 0;
	}
	while (w->own_i < w->nr_own && w->own_done == w->own[w->own_i].bytes) {
		w->own_i++;
		w->own_done = 0;
	}
	return w->peer_i < w->nr_peer && w->own_i < w->nr_own;
}

static u32 copy_least(u32 a, u32 b)
{
	return a < b ? a : b;
}

bool xsr_copy_next(struct xsr_copy_walk *w, struct xsr_copy_piece *piece)
{
	const struct xsr_copy_peer *peer;
	const struct xsr_copy_own *own;
	u32 bytes;
	u8 *at;

	if (!copy_settle(w))
		return false;
	peer = &w->peer[w->peer_i];
	own = &w->own[w->own_i];
	at = (u8 *)own->at + w->own_done;
	/* The peer's span is inside one page; ours ends where its page does. */
	bytes = copy_least(peer->bytes - w->peer_done, own->bytes - w->own_done);
	bytes = copy_least(bytes, XSR_PAGE_SIZE - ((unsigned long)at & (XSR_PAGE_SIZE - 1)));

	piece->at = at;
	piece->gref = peer->gref;
	piece->offset = peer->offset + w->peer_done;
	piece->bytes = bytes;
	piece->span = w->peer_i;
	w->peer_done += bytes;
	w->own_done += bytes;
	return true;
}

u32 xsr_copy_count(const struct xsr_copy_walk *w)
{
	struct xsr_copy_walk rest = *w;
	struct xsr_copy_piece unused;
	u32 n = 0;

	while (xsr_copy_next(&rest, &unused))
		n++;
	return n;
}
