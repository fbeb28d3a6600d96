// SPDX-License-Identifier: GPL-2.0
/*
 * What this module shares with others, compiled into it: the wire code of the tree, and what all
 * hostile peers have in common.
 */
#include <linux/module.h>

#include "ring/net_codec.c"
#include "ring/net_ctrl.c"
#include "ring/net_to_back.c"
#include "ring/net_to_front.c"
#include "ring/ring_attach.c"
#include "tests/xen/evil/common/command.c"
#include "tests/xen/evil/common/frame.c"
#include "tests/xen/evil/common/front.c"
#include "tests/xen/evil/common/life.c"
#include "tests/xen/evil/common/pages.c"
