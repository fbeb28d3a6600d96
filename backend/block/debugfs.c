// SPDX-License-Identifier: GPL-2.0
/*
 * Everything that is counted, for people: /sys/kernel/debug/xen-blkback/<device>/queues, one line
 * for each queue and figure, and a state line for each queue.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "backend/block/params.h"
#include "backend/block/queue.h"

static struct dentry *debugfs_root;

static void debugfs_show_counts(struct seq_file *s, const struct xsr_vbd_queue *q)
{
	const struct xsr_vbd_counts *c = &q->counts;
	unsigned int why;

#define SHOW(name) seq_printf(s, "%u " #name " %llu\n", q->index, READ_ONCE(c->name))
	SHOW(taken);
	SHOW(answered);
	SHOW(failed);
	SHOW(batches);
	SHOW(published);
	SHOW(notified);
	SHOW(wakeups);
	SHOW(idle_wakeups);
	SHOW(polls);
	SHOW(poll_hits);
	SHOW(cache_hits);
	SHOW(cache_misses);
	SHOW(map_calls);
	SHOW(map_ops);
	SHOW(unmap_calls);
	SHOW(unmap_ops);
	SHOW(copy_calls);
	SHOW(copy_ops);
	SHOW(copied_req);
	SHOW(mapped_req);
	SHOW(kept_req);
	SHOW(lent_req);
	SHOW(copied_bytes);
	SHOW(oo_req);
	SHOW(rd_req);
	SHOW(wr_req);
	SHOW(f_req);
	SHOW(ds_req);
	SHOW(rd_sect);
	SHOW(wr_sect);
#undef SHOW
	for (why = XSR_BLK_FINE + 1; why < XSR_BLK_WHY_COUNT; why++)
		if (c->refused[why])
			seq_printf(s, "%u refused %llu %s\n", q->index, c->refused[why],
				   xsr_blk_why_name(why));
}

static void debugfs_show_state(struct seq_file *s, const struct xsr_vbd_queue *q)
{
	const struct xsr_ring *r = &q->channel.ring;

	seq_printf(s, "%u ring size %u in %u out %u published %u\n", q->index, r->size,
		   READ_ONCE(r->in), READ_ONCE(r->out), READ_ONCE(r->out_pub));
	seq_printf(s, "%u held %u grants %u lent %u slots %u pages %u unused %u\n", q->index,
		   xsr_vbd_queue_held(q), READ_ONCE(q->cache.count), READ_ONCE(q->cache.lent),
		   READ_ONCE(q->cache.size), READ_ONCE(q->mapped.out),
		   READ_ONCE(q->mapped.pool.num_pages));
	seq_printf(s, "%u own pages %u unused %u\n", q->index, READ_ONCE(q->bounced.out),
		   READ_ONCE(q->bounced.nr_idle));
}

/* One line for each bucket that is not empty: kind, "below so many us", how many. */
static void debugfs_show_latency(struct seq_file *s, const struct xsr_vbd_queue *q)
{
	static const char *const kind_name[XSR_VBD_KINDS] = { "read", "write", "other" };
	u32 kind, i;

	for (kind = 0; kind < XSR_VBD_KINDS; kind++)
		for (i = 0; i < XSR_HIST_BUCKETS; i++)
			if (q->latency[kind].n[i])
				seq_printf(s, "%u latency_%s_us <%u %llu\n", q->index,
					   kind_name[kind], xsr_hist_below(i),
					   q->latency[kind].n[i]);
}

static int queues_show(struct seq_file *s, void *unused)
{
	struct xsr_vbd *vbd = s->private;
	u32 i;

	seq_printf(s, "domain pages %d of %d\n", atomic_read(&vbd->budget->used),
		   xsr_vbd_param(max_domain_pages));
	mutex_lock(&vbd->queues_lock);
	for (i = 0; vbd->queue && i < vbd->nr_queues; i++) {
		debugfs_show_state(s, &vbd->queue[i]);
		debugfs_show_counts(s, &vbd->queue[i]);
		debugfs_show_latency(s, &vbd->queue[i]);
	}
	mutex_unlock(&vbd->queues_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(queues);

void xsr_vbd_debugfs_init(void)
{
	debugfs_root = debugfs_create_dir("xen-blkback", NULL);
}

void xsr_vbd_debugfs_exit(void)
{
	debugfs_remove(debugfs_root);
}

void xsr_vbd_debugfs_create(struct xsr_vbd *vbd)
{
	vbd->debugfs = debugfs_create_dir(dev_name(&vbd->xdev->dev), debugfs_root);
	debugfs_create_file("queues", 0400, vbd->debugfs, vbd, &queues_fops);
}

/* Waits for readers. */
void xsr_vbd_debugfs_destroy(struct xsr_vbd *vbd)
{
	debugfs_remove(vbd->debugfs);
	vbd->debugfs = NULL;
}
