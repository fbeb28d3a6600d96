// SPDX-License-Identifier: GPL-2.0
/* Compiles on no kernel: if it does, the probing cannot tell yes from no. */
#include <linux/module.h>

int xsr_probe(void);
int xsr_probe(void)
{
	return xsr_no_kernel_declares_this();
}
