// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that every command may have to give, see cmd.h.
 *
 * It decides their wording only.
 */
#include <string.h>

#include "xenstore-tools/cmd.h"

int xsr_store_failed(const struct xsr_io *io, int err)
{
	fprintf(io->err, "xsr: reading xenstore failed: %s\n", strerror(-err));
	return XSR_EXIT_FAIL;
}
