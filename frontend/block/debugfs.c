// SPDX-License-Identifier: GPL-2.0
/*
 * Counters and latencies of each queue, in debugfs: xsr-blkfront/<device>/queue<n>.
 *
 * Read without locks, so that numbers of one moment may be of neighbouring moments. Never changes
 * anything.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "frontend/block/bf.h"
#include "frontend/block/queue.h"

static struct dentry *debugfs_root;

static void debugfs_show_pool(struct seq_file *s, const char *name, const struct xsr_granted *g)
{
	seq_printf(s, "%s_made %u\n", name, xsr_refs_made(&g->refs));
	seq_printf(s, "%s_in_use %u\n", name, xsr_refs_in_use(&g->refs));
}

/* One line for each bucket that is not empty: kind, "below so many us", how many. */
static void debugfs_show_latency(struct seq_file *s, const struct xsr_bf_queue *q)
{
	static const char *const kind_name[XSR_BF_KINDS] = { "read", "write", "other" };
	u32 kind, i;

	for (kind = 0; kind < XSR_BF_KINDS; kind++)
		for (i = 0; i < XSR_HIST_BUCKETS; i++)
			if (q->in.latency[kind].n[i])
				seq_printf(s, "latency_%s_us <%u %llu\n", kind_name[kind],
					   xsr_hist_below(i), q->in.latency[kind].n[i]);
}

static int xsr_bf_debugfs_queue_show(struct seq_file *s, void *unused)
{
	const struct xsr_bf_queue *q = s->private;

	seq_printf(s, "ring_size %u\n", q->ch.ring.size);
	seq_printf(s, "ring_pages %u\n", q->ch.nr_pages);
	seq_printf(s, "ring_busy %u\n", xsr_ring_busy(&q->ch.ring));
	seq_printf(s, "polled %u\n", q->polled);
	seq_printf(s, "requests %llu\n", q->out.requests);
	seq_printf(s, "batches %llu\n", q->out.batches);
	seq_printf(s, "notifies %llu\n", q->out.notifies);
	seq_printf(s, "shortages %llu\n", q->out.shortages);
	seq_printf(s, "responses %llu\n", q->in.responses);
	seq_printf(s, "interrupts %llu\n", q->in.interrupts);
	seq_printf(s, "spurious %llu\n", q->in.spurious);
	seq_printf(s, "moves %llu\n", q->in.moves);
	seq_printf(s, "polls %llu\n", q->in.polls);
	seq_printf(s, "poll_hits %llu\n", q->in.poll_hits);
	seq_printf(s, "handovers %llu\n", q->in.handovers);
	seq_printf(s, "bytes_copied_out %llu\n", q->out.bytes_copied);
	seq_printf(s, "bytes_copied_in %llu\n", q->in.bytes_copied);
	seq_printf(s, "lends %u\n", READ_ONCE(q->bf->lends));
	seq_printf(s, "lent %llu\n", q->out.lent);
	seq_printf(s, "bytes_lent %llu\n", q->out.bytes_lent);
	debugfs_show_pool(s, "pages", &q->pages);
	debugfs_show_pool(s, "refs", &q->bare);
	debugfs_show_latency(s, q);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(xsr_bf_debugfs_queue);

void xsr_bf_debugfs_create(struct xsr_bf *bf)
{
	char name[16];
	u32 i;

	xsr_bf_debugfs_destroy(bf);
	bf->debugfs = debugfs_create_dir(dev_name(&bf->xdev->dev), debugfs_root);
	for (i = 0; i < bf->deal.queues; i++) {
		snprintf(name, sizeof(name), "queue%u", i);
		debugfs_create_file(name, 0400, bf->debugfs, &bf->queue[i],
				    &xsr_bf_debugfs_queue_fops);
	}
}

/* Waits for readers, so that queues can be freed after it. Harmless when repeated. */
void xsr_bf_debugfs_destroy(struct xsr_bf *bf)
{
	debugfs_remove(bf->debugfs);
	bf->debugfs = NULL;
}

void xsr_bf_debugfs_init(void)
{
	debugfs_root = debugfs_create_dir("xsr-blkfront", NULL);
}

void xsr_bf_debugfs_exit(void)
{
	debugfs_remove(debugfs_root);
}
