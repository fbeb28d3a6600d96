/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network ring entries as they lie in shared memory; one layout for all guests.
 *
 * A queue has two rings: to_back carries packets of the guest, to_front brings it packets and empty
 * pages for them. A third ring, one a device, carries control messages. Between the entries of a
 * packet stand extra infos, which have the place of an entry but not its form. Offsets are asserted.
 * Facts only: what is acceptable is decided in net_to_back, net_to_front and net_ctrl.
 */
#ifndef XSR_NET_WIRE_H
#define XSR_NET_WIRE_H

#include "ring/env.h"

/* Flags of a request to the back-end (u16). */
#define XSR_NET_TO_BACK_CSUM_BLANK 1 /* the protocol's checksum is to be filled in */
#define XSR_NET_TO_BACK_VALIDATED 2 /* the data is known to be good */
#define XSR_NET_TO_BACK_MORE 4 /* the packet goes on in another request */
#define XSR_NET_TO_BACK_EXTRA 8 /* extra infos follow */

/* Flags of a response to the front-end (u16): the same, but not in the same order. */
#define XSR_NET_TO_FRONT_VALIDATED 1
#define XSR_NET_TO_FRONT_CSUM_BLANK 2
#define XSR_NET_TO_FRONT_MORE 4
#define XSR_NET_TO_FRONT_EXTRA 8

/* Status of a packet's entry (s16); of one to the front-end, a positive value is its size. */
#define XSR_NET_STATUS_OKAY 0
#define XSR_NET_STATUS_ERROR (-1)
#define XSR_NET_STATUS_DROPPED (-2)
#define XSR_NET_STATUS_NULL 1 /* to_back: answers an extra info, which has no id */

/* Types of extra infos (u8), and their one flag. */
#define XSR_NET_EXTRA_GSO 1
#define XSR_NET_EXTRA_MCAST_ADD 2 /* to_back only */
#define XSR_NET_EXTRA_MCAST_DEL 3 /* to_back only */
#define XSR_NET_EXTRA_HASH 4
#define XSR_NET_EXTRA_XDP 5 /* to_front only, to a front-end that asked for headroom; Linux's own */
#define XSR_NET_EXTRA_COUNT 6
#define XSR_NET_EXTRA_MORE 1 /* another extra info follows */

/* Kinds of large segments (u8). */
#define XSR_NET_GSO_NONE 0
#define XSR_NET_GSO_TCPV4 1
#define XSR_NET_GSO_TCPV6 2

#define XSR_NET_RING_SIZE 256 /* entries of both packet rings, one page each */
#define XSR_NET_CTRL_RING_SIZE 128 /* of the control ring, one page */
#define XSR_NET_MIN_SLOTS \
	18 /* every back-end takes packets of so many slots, fixed by the protocol */
#define XSR_NET_MAX_SIZE \
	65535 /* bytes of a packet to the back-end: its first slot names them all */
#define XSR_NET_HEADER 14 /* an Ethernet header: no packet is smaller */

/* One slot of a packet; the first one's size is the whole packet's. */
struct xsr_net_to_back_req {
	u32 gref;
	u16 offset;
	u16 flags;
	u16 id;
	u16 size;
};

struct xsr_net_to_back_rsp {
	u16 id;
	s16 status;
};

/* An empty page. */
struct xsr_net_to_front_req {
	u16 id;
	u16 pad;
	u32 gref;
};

/* One slot of a packet, in the place of the request whose page it fills. */
struct xsr_net_to_front_rsp {
	u16 id;
	u16 offset;
	u16 flags;
	s16 status;
};

struct xsr_net_extra {
	u8 type;
	u8 flags;
	union {
		struct {
			u16 size;
			u8 type;
			u8 pad;
			u16 features;
		} gso;
		u8 mcast[6];
		struct {
			u8 type; /* number of a XSR_NET_HASH_* bit */
			u8 algorithm;
			u8 value[4]; /* lowest byte first */
		} hash;
		struct {
			u16 headroom;
			u16 pad[2];
		} xdp;
	};
};

union xsr_net_to_back_entry {
	struct xsr_net_to_back_req req;
	struct xsr_net_to_back_rsp rsp;
	struct xsr_net_extra extra;
	u32 word[3];
};

union xsr_net_to_front_entry {
	struct xsr_net_to_front_req req;
	struct xsr_net_to_front_rsp rsp;
	struct xsr_net_extra extra;
	u32 word[2];
};

XSR_ASSERT(sizeof(union xsr_net_to_back_entry) == 12, "entries to the back-end are 12 bytes apart");
XSR_ASSERT(sizeof(union xsr_net_to_front_entry) == 8, "entries to the front-end are 8 bytes apart");
XSR_ASSERT(offsetof(struct xsr_net_to_back_req, offset) == 4, "to_back offset");
XSR_ASSERT(offsetof(struct xsr_net_to_back_req, flags) == 6, "to_back flags");
XSR_ASSERT(offsetof(struct xsr_net_to_back_req, id) == 8, "to_back id");
XSR_ASSERT(offsetof(struct xsr_net_to_back_req, size) == 10, "to_back size");
XSR_ASSERT(sizeof(struct xsr_net_to_back_rsp) == 4, "to_back response");
XSR_ASSERT(offsetof(struct xsr_net_to_back_rsp, status) == 2, "to_back status");
XSR_ASSERT(offsetof(struct xsr_net_to_front_req, gref) == 4, "to_front gref");
XSR_ASSERT(offsetof(struct xsr_net_to_front_rsp, offset) == 2, "to_front offset");
XSR_ASSERT(offsetof(struct xsr_net_to_front_rsp, flags) == 4, "to_front flags");
XSR_ASSERT(offsetof(struct xsr_net_to_front_rsp, status) == 6, "to_front status");
XSR_ASSERT(sizeof(struct xsr_net_extra) == 8, "an extra info fits both rings");
XSR_ASSERT(offsetof(struct xsr_net_extra, gso.type) == 4, "gso type");
XSR_ASSERT(offsetof(struct xsr_net_extra, gso.features) == 6, "gso features");
XSR_ASSERT(offsetof(struct xsr_net_extra, mcast) == 2, "multicast address");
XSR_ASSERT(offsetof(struct xsr_net_extra, hash.value) == 4, "hash value");
XSR_ASSERT(offsetof(struct xsr_net_extra, xdp.headroom) == 2, "headroom");

/* Control messages (u16). */
#define XSR_NET_CTRL_GET_HASH_FLAGS 1
#define XSR_NET_CTRL_SET_HASH_FLAGS 2
#define XSR_NET_CTRL_SET_HASH_KEY 3
#define XSR_NET_CTRL_GET_HASH_MAPPING_SIZE 4
#define XSR_NET_CTRL_SET_HASH_MAPPING_SIZE 5
#define XSR_NET_CTRL_SET_HASH_MAPPING 6
#define XSR_NET_CTRL_SET_HASH_ALGORITHM 7
#define XSR_NET_CTRL_GET_GREF_MAPPING_SIZE 8
#define XSR_NET_CTRL_ADD_GREF_MAPPING 9
#define XSR_NET_CTRL_DEL_GREF_MAPPING 10

/* Status of a control message (u32). */
#define XSR_NET_CTRL_SUCCESS 0
#define XSR_NET_CTRL_NOT_SUPPORTED 1
#define XSR_NET_CTRL_INVALID_PARAMETER 2
#define XSR_NET_CTRL_BUFFER_OVERFLOW 3

/* What a hash is made over: a set of these, and in an extra info the number of one. */
#define XSR_NET_HASH_IPV4 1
#define XSR_NET_HASH_IPV4_TCP 2
#define XSR_NET_HASH_IPV6 4
#define XSR_NET_HASH_IPV6_TCP 8
#define XSR_NET_HASH_ALL 15

#define XSR_NET_HASH_ALG_NONE 0
#define XSR_NET_HASH_ALG_TOEPLITZ 1

struct xsr_net_ctrl_req {
	u16 id;
	u16 type;
	u32 data[3];
};

struct xsr_net_ctrl_rsp {
	u16 id;
	u16 type;
	u32 status;
	u32 data;
};

union xsr_net_ctrl_entry {
	struct xsr_net_ctrl_req req;
	struct xsr_net_ctrl_rsp rsp;
	u32 word[4];
};

XSR_ASSERT(sizeof(union xsr_net_ctrl_entry) == 16, "control entries are 16 bytes apart");
XSR_ASSERT(offsetof(struct xsr_net_ctrl_req, data) == 4, "control request");
XSR_ASSERT(sizeof(struct xsr_net_ctrl_rsp) == 12, "control response");
XSR_ASSERT(offsetof(struct xsr_net_ctrl_rsp, data) == 8, "control response data");

/* One line of the lists that the last two control messages point to. */
struct xsr_net_gref {
	u32 gref;
	u16 flags;
	u16 status; /* back-end, when removing: XSR_NET_CTRL_* */
};

#define XSR_NET_GREF_READONLY 1
#define XSR_NET_GREFS_PER_PAGE (XSR_PAGE_SIZE / 8)

XSR_ASSERT(sizeof(struct xsr_net_gref) == 8, "a listed reference is 8 bytes");

#endif /* XSR_NET_WIRE_H */
