/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entries of the network rings written and read byte by byte from the protocol's offsets, without
 * the codec or its structs: what a hostile or a foreign peer would put there.
 */
#ifndef FAKES_NET_RAW_H
#define FAKES_NET_RAW_H

#include "tests/fakes/ring_pair.h"

#define RAW_BACK_STRIDE 12
#define RAW_FRONT_STRIDE 8

static inline void raw_poke(u8 *at, u32 value, u32 bytes)
{
	for (; bytes--; value >>= 8)
		*at++ = (u8)value;
}

static inline u32 raw_peek(const u8 *at, u32 bytes)
{
	u32 value = 0;

	while (bytes--)
		value = value << 8 | at[bytes];
	return value;
}

/* The entry that the front-end would write next, zeroed; it counts as put. */
static inline u8 *raw_next_req(struct ring_pair *p)
{
	u8 *entry = ring_pair_entry(p, ring_pair_header(p)->req_prod++);

	memset(entry, 0, p->front.stride);
	return entry;
}

/* The same of the back-end. */
static inline u8 *raw_next_rsp(struct ring_pair *p)
{
	u8 *entry = ring_pair_entry(p, ring_pair_header(p)->rsp_prod++);

	memset(entry, 0, p->front.stride);
	return entry;
}

static inline void raw_put_slot(struct ring_pair *p, u32 gref, u16 offset, u16 flags, u16 id,
				u16 size)
{
	u8 *e = raw_next_req(p);

	raw_poke(e, gref, 4);
	raw_poke(e + 4, offset, 2);
	raw_poke(e + 6, flags, 2);
	raw_poke(e + 8, id, 2);
	raw_poke(e + 10, size, 2);
}

/* An extra info of six bytes @body, by the front-end or by the back-end. */
static inline void raw_extra(u8 *e, u8 type, u8 flags, const u8 *body)
{
	e[0] = type;
	e[1] = flags;
	memcpy(e + 2, body, 6);
}

static inline void raw_put_filled(struct ring_pair *p, u16 id, u16 offset, u16 flags, s16 status)
{
	u8 *e = raw_next_rsp(p);

	raw_poke(e, id, 2);
	raw_poke(e + 2, offset, 2);
	raw_poke(e + 4, flags, 2);
	raw_poke(e + 6, (u16)status, 2);
}

#endif /* FAKES_NET_RAW_H */
