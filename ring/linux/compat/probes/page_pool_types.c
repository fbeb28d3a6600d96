// SPDX-License-Identifier: GPL-2.0
/*
 * <net/page_pool/types.h> and helpers.h. 6.1 has <net/page_pool.h>.
 * Shim: the includes of compat_net.h
 */
#include <net/page_pool/types.h>
#include <net/page_pool/helpers.h>

void xsr_probe(struct page_pool *pool, struct page *page);
void xsr_probe(struct page_pool *pool, struct page *page)
{
	page_pool_put_full_page(pool, page, false);
}
