// SPDX-License-Identifier: GPL-2.0
/*
 * State of each queue, in debugfs: xsr-netfront/<device>/queue<n>. What has been counted is in
 * ethtool -S; here is what is the case now.
 *
 * Read without locks, so that numbers of one moment may be of neighbouring moments. Never changes
 * anything.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "frontend/net/queue.h"

static struct dentry *debugfs_root;

static void debugfs_show_ring(struct seq_file *s, const char *name, const struct xsr_channel *c)
{
	seq_printf(s, "%s_size %u\n", name, c->ring.size);
	seq_printf(s, "%s_busy %u\n", name, xsr_ring_busy(&c->ring));
	seq_printf(s, "%s_out %u\n", name, READ_ONCE(c->ring.out));
	seq_printf(s, "%s_in %u\n", name, READ_ONCE(c->ring.in));
	seq_printf(s, "%s_port %u\n", name, c->evtchn);
}

static void debugfs_show_pool(struct seq_file *s, const char *name, const struct xsr_granted *g)
{
	seq_printf(s, "%s_made %u\n", name, xsr_refs_made(&g->refs));
	seq_printf(s, "%s_in_use %u\n", name, xsr_refs_in_use(&g->refs));
}

static int xsr_nf_debugfs_queue_show(struct seq_file *s, void *unused)
{
	const struct xsr_nf_queue *q = s->private;
	const struct netdev_queue *txq = netdev_get_tx_queue(q->nf->netdev, q->nr);

	debugfs_show_ring(s, "to_back", &q->to_back);
	debugfs_show_ring(s, "to_front", &q->to_front);
	debugfs_show_pool(s, "lent", &q->bare);
	debugfs_show_pool(s, "pages", &q->pages);
	debugfs_show_pool(s, "posted", &q->posts);
	seq_printf(s, "stopped %d\n", netif_tx_queue_stopped(txq));
	seq_printf(s, "owes_eoi %lu\n", READ_ONCE(q->flags));
	seq_printf(s, "load %u\n", READ_ONCE(q->load) / 8);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(xsr_nf_debugfs_queue);

void xsr_nf_debugfs_create(struct xsr_nf *nf)
{
	char name[16];
	u32 i;

	xsr_nf_debugfs_destroy(nf);
	nf->debugfs = debugfs_create_dir(dev_name(&nf->xdev->dev), debugfs_root);
	for (i = 0; i < nf->nr_queues; i++) {
		snprintf(name, sizeof(name), "queue%u", i);
		debugfs_create_file(name, 0400, nf->debugfs, &nf->queue[i],
				    &xsr_nf_debugfs_queue_fops);
	}
}

/* Waits for readers, so that queues can be freed after it. Harmless when repeated. */
void xsr_nf_debugfs_destroy(struct xsr_nf *nf)
{
	debugfs_remove(nf->debugfs);
	nf->debugfs = NULL;
}

void xsr_nf_debugfs_init(void)
{
	debugfs_root = debugfs_create_dir("xsr-netfront", NULL);
}

void xsr_nf_debugfs_exit(void)
{
	debugfs_remove(debugfs_root);
}
