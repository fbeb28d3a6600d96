// SPDX-License-Identifier: GPL-2.0
/*
 * What drivers use of the pure files of grant/, which know nothing of modules.
 */
#include <linux/export.h>

#include "grant/cache.h"
#include "grant/copy.h"
#include "grant/plan.h"

EXPORT_SYMBOL_GPL(xsr_cache_init);
EXPORT_SYMBOL_GPL(xsr_cache_grow);
EXPORT_SYMBOL_GPL(xsr_cache_look_up);
EXPORT_SYMBOL_GPL(xsr_cache_insert);
EXPORT_SYMBOL_GPL(xsr_cache_purge);
EXPORT_SYMBOL_GPL(xsr_cache_evict);
EXPORT_SYMBOL_GPL(xsr_plan_find);
EXPORT_SYMBOL_GPL(xsr_plan_map);
EXPORT_SYMBOL_GPL(xsr_plan_mapped);
EXPORT_SYMBOL_GPL(xsr_plan_keepable);
EXPORT_SYMBOL_GPL(xsr_plan_keep);
EXPORT_SYMBOL_GPL(xsr_pieces_owned);
EXPORT_SYMBOL_GPL(xsr_pieces_transient);
EXPORT_SYMBOL_GPL(xsr_plan_unmap);
EXPORT_SYMBOL_GPL(xsr_plan_unmapped);
EXPORT_SYMBOL_GPL(xsr_pieces_give);
EXPORT_SYMBOL_GPL(xsr_pieces_copied);
EXPORT_SYMBOL_GPL(xsr_copy_matches);
EXPORT_SYMBOL_GPL(xsr_copy_next);
EXPORT_SYMBOL_GPL(xsr_copy_count);
