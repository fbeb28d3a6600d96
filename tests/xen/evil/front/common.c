// SPDX-License-Identifier: GPL-2.0
/*
 * What this module shares with others, compiled into it: the ring code of the tree, and the command
 * file of the hostile peers.
 */
#include <linux/module.h>

#include "ring/ring_attach.c"
#include "tests/xen/evil/common/command.c"
#include "tests/xen/evil/common/front.c"
#include "tests/xen/evil/common/life.c"
#include "tests/xen/evil/common/pages.c"
