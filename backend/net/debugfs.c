// SPDX-License-Identifier: GPL-2.0
/*
 * The rings, for people: /sys/kernel/debug/xen-netback/<vif>/io_ring_q<N>, as with the stock driver.
 * Writing "kick" there has both directions of the queue run, as if the guest had sent an event.
 * And, if there is a control ring, ctrl: what the guest has asked for through it.
 *
 * The files exist while the queues do; removing them waits for readers.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "backend/net/hash.h"
#include "backend/net/queue.h"

static struct dentry *debugfs_root;

static void debugfs_show_ring(struct seq_file *s, const char *name, const struct xsr_ring *r)
{
	u32 in = READ_ONCE(r->in), out = READ_ONCE(r->out);

	seq_printf(s, "%s: nr_ents %u\n", name, r->size);
	seq_printf(s, "req cons %u (%u unanswered)\n", in, in - out);
	seq_printf(s, "rsp prod %u published %u\n\n", out, READ_ONCE(r->out_pub));
}

static int io_ring_show(struct seq_file *s, void *unused)
{
	struct xsr_vif_queue *q = s->private;
	struct netdev_queue *txq = netdev_get_tx_queue(q->vif->netdev, q->index);
	u32 i;

	seq_printf(s, "Queue %u\n", q->index);
	debugfs_show_ring(s, "TX", &q->from_ring.ring);
	debugfs_show_ring(s, "RX", &q->to_ring.ring);
	seq_printf(s, "NAPI state: TX %lx RX %lx, ends of interrupt owed %x\n",
		   READ_ONCE(q->from.napi.state), READ_ONCE(q->to.napi.state),
		   atomic_read(&q->owed));
	seq_printf(s, "Rx internal queue: bytes %u max %u pkts %u %s%s%s\n", READ_ONCE(q->to.bytes),
		   XSR_VIF_PENDING_BYTES, skb_queue_len_lockless(&q->to.pending),
		   netif_tx_queue_stopped(txq) ? "stopped" : "running",
		   READ_ONCE(q->to.blocked) ? " blocked" : "",
		   READ_ONCE(q->to.stalled) ? " stalled" : "");
	for (i = 0; i < XSR_VIF_COUNTS_NR; i++)
		seq_printf(s, "%s %llu\n", xsr_vif_count_names[i],
			   xsr_vif_counts_get(&q->counts, i));
	return 0;
}

static int ctrl_show(struct seq_file *s, void *unused)
{
	struct xsr_vif *vif = s->private;
	const struct xsr_net_hash *h;
	u32 i;

	rcu_read_lock();
	h = &rcu_dereference(vif->hash)->h;
	seq_printf(s, "Hash Algorithm: %s\n",
		   h->alg == XSR_NET_HASH_ALG_TOEPLITZ ? "TOEPLITZ" : "NONE");
	seq_printf(s, "Hash Flags:%s%s%s%s\n", h->types & XSR_NET_HASH_IPV4 ? " IPv4" : "",
		   h->types & XSR_NET_HASH_IPV4_TCP ? " IPv4+TCP" : "",
		   h->types & XSR_NET_HASH_IPV6 ? " IPv6" : "",
		   h->types & XSR_NET_HASH_IPV6_TCP ? " IPv6+TCP" : "");
	seq_printf(s, "Hash Key: %*ph\n", XSR_NET_HASH_KEY, h->key);
	seq_puts(s, "Hash Mapping:");
	for (i = 0; i < h->size; i++)
		seq_printf(s, " %u", h->table[i]);
	seq_putc(s, '\n');
	rcu_read_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ctrl);

static int io_ring_open(struct inode *inode, struct file *file)
{
	return single_open(file, io_ring_show, inode->i_private);
}

static ssize_t io_ring_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct xsr_vif_queue *q = ((struct seq_file *)file->private_data)->private;
	char text[32];

	if (count >= sizeof(text))
		return -ENOSPC;
	if (copy_from_user(text, from, count))
		return -EFAULT;
	text[count] = '\0';
	if (strncmp(text, "kick", strlen("kick")))
		return -EINVAL;
	local_bh_disable();
	napi_schedule(&q->from.napi);
	napi_schedule(&q->to.napi);
	local_bh_enable();
	return count;
}

static const struct file_operations io_ring_fops = {
	.owner = THIS_MODULE,
	.open = io_ring_open,
	.read = seq_read,
	.write = io_ring_write,
	.llseek = seq_lseek,
	.release = single_release,
};

void xsr_vif_debugfs_init(void)
{
	debugfs_root = debugfs_create_dir("xen-netback", NULL);
}

void xsr_vif_debugfs_exit(void)
{
	debugfs_remove(debugfs_root);
}

void xsr_vif_debugfs_create(struct xsr_vif *vif)
{
	struct xsr_vif_queue *queue = rcu_dereference_protected(vif->queue, true);
	char name[24];
	u32 i;

	vif->debugfs = debugfs_create_dir(vif->netdev->name, debugfs_root);
	for (i = 0; i < vif->nr_queues; i++) {
		snprintf(name, sizeof(name), "io_ring_q%u", i);
		debugfs_create_file(name, 0600, vif->debugfs, &queue[i], &io_ring_fops);
	}
	if (vif->ctrl)
		debugfs_create_file("ctrl", 0400, vif->debugfs, vif, &ctrl_fops);
}

/* Waits for readers. */
void xsr_vif_debugfs_destroy(struct xsr_vif *vif)
{
	debugfs_remove(vif->debugfs);
	vif->debugfs = NULL;
}
