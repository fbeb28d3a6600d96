// SPDX-License-Identifier: GPL-2.0
/* mark: executes the mark of mark.h, once. */
#include "mark.h"

#define MARK_TEXT(...) MARK_STRING(__VA_ARGS__)
#define MARK_STRING(...) #__VA_ARGS__

int main(void)
{
	__asm__ volatile(".byte " MARK_TEXT(MARK_BYTES));
	return 0;
}
