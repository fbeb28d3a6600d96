/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few packets that hostile network peers need for honest use of their rings: an echo request
 * and what answers it.
 */
#ifndef EVIL_COMMON_FRAME_H
#define EVIL_COMMON_FRAME_H

#include <linux/if_ether.h>
#include <linux/types.h>

#define EVIL_FRAME_MAX 65535
#define EVIL_FRAME_ECHO 42 /* the headers of an echo request */

/* From where to where. */
struct evil_wire {
	u8 src[ETH_ALEN];
	u8 dst[ETH_ALEN];
	__be32 from;
	__be32 to;
};

/*
 * Make a frame of @len bytes, at least ETH_HLEN: an echo request whose bytes depend on @seq, or, if
 * that does not fit, a frame of a protocol for experiments.
 */
void evil_frame_echo(u8 *frame, u32 len, const struct evil_wire *w, u16 seq);
/* Is @in the answer to the echo request @sent of @len bytes? */
bool evil_frame_is_reply(const u8 *in, u32 n, const u8 *sent, u32 len);
/* Turn a request for @w's destination (ARP, echo) into its answer. False: it is none. */
bool evil_frame_answer(u8 *frame, u32 len, const struct evil_wire *w);

#endif /* EVIL_COMMON_FRAME_H */
