// SPDX-License-Identifier: GPL-2.0
/*
 * MODULE_IMPORT_NS(NAME) takes a bare name in 6.1 and 6.12; 7.3 takes a string. Probed the old way
 * round, because a bare name does not compile where a string is wanted.
 * Shim: MODULE_IMPORT_NS
 */
#include <linux/module.h>

MODULE_IMPORT_NS(XSR_PROBE);
