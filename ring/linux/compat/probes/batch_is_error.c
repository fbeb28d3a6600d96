// SPDX-License-Identifier: GPL-2.0
/*
 * blk_mq_add_to_batch() takes "did it fail" as a bool. 6.1 takes an int, which early 6.12 read as
 * a negative error number, so that a true would have passed for success there.
 * Shim: blk_mq_add_to_batch
 */
#include <linux/blk-mq.h>

static_assert(__builtin_types_compatible_p(typeof(blk_mq_add_to_batch),
					   bool(struct request *, struct io_comp_batch *, bool,
						void (*)(struct io_comp_batch *))));
