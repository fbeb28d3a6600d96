/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks of a test that no shared byte is looked at twice: they count accesses of each word of the
 * page, and spoil a word as soon as it has been loaded, as a hostile peer would.
 *
 * Included after tests/fakes/hooked.h and the .c files that are to be hooked.
 */
#ifndef UNIT_FETCH_H
#define UNIT_FETCH_H

#include "tests/fakes/ring_pair.h"
#include "tests/fakes/rng.h"
#include "tests/unit/unit.h"

static struct ring_pair pair;
static u32 loads[ARRAY_SIZE(pair.page)], stores[ARRAY_SIZE(pair.page)];
static bool counting;

static bool is_shared(const u32 *p)
{
	return counting && p >= pair.page && p < pair.page + ARRAY_SIZE(pair.page);
}

static u32 hook_load(const u32 *p, bool acquire)
{
	u32 value = *p;

	(void)acquire;
	if (is_shared(p)) {
		loads[p - pair.page]++;
		pair.page[p - pair.page] = ~value;
	}
	return value;
}

static void hook_store(u32 *p, u32 value, bool release)
{
	(void)release;
	if (is_shared(p))
		stores[p - pair.page]++;
	*p = value;
}

static void hook_mb(void)
{
}

/* From here on, until the test says otherwise, accesses count. */
static void begin(void)
{
	memset(loads, 0, sizeof(loads));
	memset(stores, 0, sizeof(stores));
	counting = true;
}

#endif /* UNIT_FETCH_H */
