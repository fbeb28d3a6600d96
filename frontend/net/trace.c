// SPDX-License-Identifier: GPL-2.0
/*
 * The bodies of the front-end's tracepoints; see trace.h. Other headers come first: the kernel's own
 * tracepoints among them must not be given bodies too.
 */
#include "frontend/net/queue.h"

#define CREATE_TRACE_POINTS
#include "frontend/net/trace.h"
