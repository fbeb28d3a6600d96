// SPDX-License-Identifier: GPL-2.0
/*
 * The bodies of the back-end's tracepoints; see trace.h. Other headers come first: the kernel's own
 * tracepoints among them must not be given bodies too.
 */
#include "backend/net/queue.h"

#define CREATE_TRACE_POINTS
#include "backend/net/trace.h"
