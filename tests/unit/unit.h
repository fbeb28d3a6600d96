/* SPDX-License-Identifier: GPL-2.0 */
/* What every unit test includes: cmocka and what cmocka wants included before it. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#endif /* UNIT_H */
