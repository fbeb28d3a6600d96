// SPDX-License-Identifier: GPL-2.0
/*
 * What this module shares with others, compiled into it: the wire code of the tree, and what all
 * hostile peers have in common.
 */
#include <linux/module.h>

#include "ring/blk_codec.c"
#include "ring/ring_attach.c"
#include "tests/xen/evil/common/back.c"
#include "tests/xen/evil/common/backlife.c"
#include "tests/xen/evil/common/command.c"
