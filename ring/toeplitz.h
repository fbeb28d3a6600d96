/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Toeplitz hash, which spreads flows over queues the way a guest asked for.
 *
 * Defined by the public specification of receive side scaling and by the network interface of Xen.
 * Knows nothing of packets: what is hashed is put together in net_hash.
 */
#ifndef XSR_TOEPLITZ_H
#define XSR_TOEPLITZ_H

#include "ring/env.h"

/*
 * Hash of @data[0..len) under @key[0..key_len). A key shorter than len + 4 bytes goes on with zeros,
 * so that without a key the hash is 0.
 */
u32 xsr_toeplitz(const u8 *key, u32 key_len, const u8 *data, u32 len);

#endif /* XSR_TOEPLITZ_H */
