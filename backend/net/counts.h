/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a queue counts. As for any network device of the host, rx is what came in through it, so
 * what the guest sent, and tx is what the guest received.
 *
 * Each counter has one writer at a time; readers take no lock. One list makes the fields and their
 * names, for ethtool and debugfs.
 */
#ifndef XSR_VIF_COUNTS_H
#define XSR_VIF_COUNTS_H

#include <linux/compiler.h>
#include <linux/types.h>

#define XSR_VIF_COUNTS(X)                                                                  \
	X(rx_packets)                                                                      \
	X(rx_bytes)                                                                        \
	X(rx_batches) /* runs of grant copies */                                           \
	X(rx_copies) /* copies in them */                                                  \
	X(rx_staged) /* packets copied out of pages that stay mapped */                    \
	X(rx_left_alone) /* times that the ring was left to a timer */                     \
	X(rx_published) /* times that answers were shown to the guest */                   \
	X(rx_notified) /* ... with an event */                                             \
	X(rx_errors) /* packets that break a rule or cannot be parsed */                   \
	X(rx_copy_failed) /* packets whose pages Xen would not read */                     \
	X(rx_no_memory)                                                                    \
	X(rx_limited) /* times that the rate limit made the guest wait */                  \
	X(rx_multicast) /* changes of the multicast filter */                              \
	X(rx_gso_checksum_fixup) /* large packets that claimed to have a checksum */       \
	X(tx_packets)                                                                      \
	X(tx_bytes)                                                                        \
	X(tx_batches)                                                                      \
	X(tx_copies)                                                                       \
	X(tx_published)                                                                    \
	X(tx_notified)                                                                     \
	X(tx_copy_failed) /* packets that Xen would not write to the guest's pages */      \
	X(tx_oversized) /* packets that fit no ring */                                     \
	X(tx_expired) /* packets that waited too long for the guest */                     \
	X(tx_purged) /* packets dropped because the guest stalled or the link went down */ \
	X(tx_filtered) /* multicast that the guest does not want */                        \
	X(tx_blocked) /* times that the guest had given too little room */                 \
	X(tx_limited) /* times that the rate limit made packets for the guest wait */      \
	X(tx_stalls)

struct xsr_vif_counts {
#define XSR_VIF_COUNT_FIELD(name) u64 name;
	XSR_VIF_COUNTS(XSR_VIF_COUNT_FIELD)
#undef XSR_VIF_COUNT_FIELD
};

#define XSR_VIF_COUNTS_NR (sizeof(struct xsr_vif_counts) / sizeof(u64))

/* Names of the counters in the order of the fields; in counts of them, XSR_VIF_COUNTS_NR. */
extern const char *const xsr_vif_count_names[];

/* Add to a counter of one's own. */
#define xsr_vif_count(field, n) WRITE_ONCE(field, (field) + (n))

/* Read counter number @i of @c, which somebody may be changing. */
static inline u64 xsr_vif_counts_get(const struct xsr_vif_counts *c, u32 i)
{
	return READ_ONCE(((const u64 *)c)[i]);
}

/* Add all of @from to @sum. */
static inline void xsr_vif_counts_add(struct xsr_vif_counts *sum, const struct xsr_vif_counts *from)
{
	u32 i;

	for (i = 0; i < XSR_VIF_COUNTS_NR; i++)
		((u64 *)sum)[i] += xsr_vif_counts_get(from, i);
}

#endif /* XSR_VIF_COUNTS_H */
