// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of a front-end's ring; see pages.h.
 */
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <xen/page.h>

#include "ring/linux/compat/compat.h"
#include "ring/linux/pages.h"
#include "ring/ring_attach.h"

/* Grant @page for writing. Returns 0 and owns one reference to the page from here on. */
static int page_grant(struct xenbus_device *xdev, struct page *page, grant_ref_t *gref)
{
	int ref = gnttab_grant_foreign_access(xdev->otherend_id, xen_page_to_gfn(page), 0);

	if (ref < 0)
		return ref;
	*gref = ref;
	return 0;
}

void *xsr_pages_create(struct xenbus_device *xdev, unsigned int nr, grant_ref_t *gref)
{
	struct page *page[XSR_RING_MAX_PAGES];
	void *addr = NULL;
	unsigned int i;

	if (!nr || nr > XSR_RING_MAX_PAGES)
		return NULL;
	for (i = 0; i < nr; i++) {
		page[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!page[i])
			goto out_free;
		if (page_grant(xdev, page[i], &gref[i])) {
			__free_page(page[i]);
			goto out_free;
		}
	}
	addr = vmap(page, nr, VM_MAP, PAGE_KERNEL);
	if (addr)
		return addr;
out_free:
	while (i--)
		gnttab_end_foreign_access(gref[i], page[i]);
	return NULL;
}

void xsr_pages_destroy(void *addr, unsigned int nr, grant_ref_t *gref)
{
	struct page *page[XSR_RING_MAX_PAGES];
	unsigned int i;

	for (i = 0; i < nr; i++)
		page[i] = vmalloc_to_page(addr + i * PAGE_SIZE);
	vunmap(addr);
	for (i = 0; i < nr; i++) {
		gnttab_end_foreign_access(gref[i], page[i]);
		gref[i] = INVALID_GRANT_REF;
	}
}
