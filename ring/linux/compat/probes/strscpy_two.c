// SPDX-License-Identifier: GPL-2.0
/*
 * strscpy(to, from) takes the size of an array by itself. 6.1 wants the size.
 * Shim: strscpy
 */
#include <linux/string.h>

ssize_t xsr_probe(const char *from);
ssize_t xsr_probe(const char *from)
{
	char to[8];

	return strscpy(to, from);
}
