// SPDX-License-Identifier: GPL-2.0
/*
 * The module: takes the claimed vifs, and connects as an honest front-end does, but for the one key
 * that an action wants wrong. Commands beside the actions:
 *
 *	shape QUEUES SPLIT POSTS	the next connections have so many queues, event channels of
 *					both directions apart or not, and so many pages to receive into
 *	wire DST FROM TO		whom echoes go to: address of the bridge, ours, the host's
 */
#include <linux/etherdevice.h>
#include <linux/inet.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "ring/keys_net.h"
#include "tests/xen/evil/netfront/netfront.h"

static struct dentry *main_dir;

static const struct nf_action *const main_tables[] = {
	nf_put_actions,
	nf_grid_actions,
	nf_ring_actions,
	nf_control_actions,
};

static int queue_create(struct nf *n, struct nf_queue *q)
{
	struct xenbus_device *xdev = n->e.xdev;
	int err;
	u32 i;

	q->n = n;
	err = evil_ring_create(xdev, &q->tx, sizeof(union xsr_net_to_back_entry), true);
	if (!err)
		err = evil_ring_create(xdev, &q->rx, sizeof(union xsr_net_to_front_entry),
				       n->split);
	for (i = 0; !err && i < NF_POST_PAGES; i++)
		err = evil_page_create(xdev, &q->post[i], false);
	if (!err)
		nf_post(q, n->posts);
	return err;
}

static int main_rings(struct evil_front *f)
{
	struct nf *n = nf_of(f);
	int err;
	u32 i;

	err = evil_ring_create(f->xdev, &n->ctrl, sizeof(union xsr_net_ctrl_entry), true);
	for (i = 0; !err && i < n->queues; i++)
		err = queue_create(n, &n->queue[i]);
	return err;
}

static void main_drop(struct evil_front *f)
{
	struct nf *n = nf_of(f);
	u32 i, k;

	for (i = 0; i < NF_MAX_QUEUES; i++) {
		evil_ring_destroy(&n->queue[i].tx);
		evil_ring_destroy(&n->queue[i].rx);
		for (k = 0; k < NF_POST_PAGES; k++)
			evil_page_destroy(&n->queue[i].post[k]);
		memset(&n->queue[i], 0, sizeof(n->queue[i]));
	}
	evil_ring_destroy(&n->ctrl);
}

static void keys_clear(const char *dir)
{
	static const char *const keys[] = {
		XSR_NET_KEY_TX_REF,
		"rx-ring-ref",
		"event-channel",
		"event-channel-tx",
		"event-channel-rx",
		"ctrl-ring-ref",
		"event-channel-ctrl",
		"multi-queue-num-queues",
		"feature-gso-tcpv4",
		"feature-gso-tcpv6",
		"xdp-headroom",
		"request-multicast-control",
		"feature-no-csum-offload",
		"feature-ipv6-csum-offload",
		"queue-0",
		"queue-1",
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		xenbus_rm(XBT_NIL, dir, keys[i]);
}

static void keys_write_queue(struct nf *n, u32 nr)
{
	const struct nf_queue *q = &n->queue[nr];
	char dir[80];

	if (n->queues > 1)
		snprintf(dir, sizeof(dir), "%s/queue-%u", n->e.xdev->nodename, nr);
	else
		strscpy(dir, n->e.xdev->nodename, sizeof(dir));
	xenbus_printf(XBT_NIL, dir, XSR_NET_KEY_TX_REF, "%u", q->tx.page.gref);
	xenbus_printf(XBT_NIL, dir, XSR_NET_KEY_RX_REF, "%u", q->rx.page.gref);
	xenbus_printf(XBT_NIL, dir, n->split ? XSR_NET_KEY_EVTCHN_TX : XSR_NET_KEY_EVTCHN, "%u",
		      q->tx.evtchn);
	if (n->split)
		xenbus_printf(XBT_NIL, dir, XSR_NET_KEY_EVTCHN_RX, "%u", q->rx.evtchn);
}

static void main_keys(struct evil_front *f)
{
	static const char *const able[] = { "request-rx-copy", "feature-rx-notify", "feature-sg" };
	const char *dir = f->xdev->nodename;
	struct nf *n = nf_of(f);
	u32 i;

	keys_clear(dir);
	for (i = 0; i < ARRAY_SIZE(able); i++)
		xenbus_write(XBT_NIL, dir, able[i], "1");
	xenbus_printf(XBT_NIL, dir, XSR_NET_KEY_CTRL_REF, "%u", n->ctrl.page.gref);
	xenbus_printf(XBT_NIL, dir, XSR_NET_KEY_CTRL_EVTCHN, "%u", n->ctrl.evtchn);
	if (n->queues > 1)
		xenbus_printf(XBT_NIL, dir, "multi-queue-num-queues", "%u", n->queues);
	for (i = 0; i < n->queues; i++)
		keys_write_queue(n, i);
}

static bool main_works(struct evil_front *f)
{
	struct nf *n = nf_of(f);
	u32 i;

	for (i = 0; i < n->queues; i++)
		if (!nf_echo(n, i, NF_ECHO_TRIES))
			return false;
	return true;
}

static void main_poke(struct evil_front *f)
{
	evil_ring_notify(&nf_of(f)->queue[0].tx);
}

static void main_shape(struct evil_front *f, char *rest)
{
	struct nf *n = nf_of(f);

	n->queues = clamp_t(u32, evil_number(&rest, 1), 1, NF_MAX_QUEUES);
	n->split = evil_number(&rest, 0);
	n->posts = min_t(u32, evil_number(&rest, NF_POST_PAGES), NF_POST_PAGES);
}

static bool main_wire(struct nf *n, char *rest)
{
	struct evil_wire *w = &n->wire;
	char *dst = evil_word(&rest), *from = evil_word(&rest), *to = evil_word(&rest);
	unsigned int len;
	char *mac = xenbus_read(XBT_NIL, n->e.xdev->nodename, XSR_NET_KEY_MAC, &len);

	if (!IS_ERR(mac) && mac_pton(mac, w->src) && dst && mac_pton(dst, w->dst) && from &&
	    in4_pton(from, -1, (u8 *)&w->from, -1, NULL) && to &&
	    in4_pton(to, -1, (u8 *)&w->to, -1, NULL))
		evil_say(&n->e.command, "answer=wired");
	else
		evil_say(&n->e.command, "answer=none");
	if (!IS_ERR(mac))
		kfree(mac);
	return true;
}

static bool main_act(struct evil_front *f, const char *word, char *rest)
{
	const struct nf_action *action;
	struct nf *n = nf_of(f);
	u32 i;

	if (!strcmp(word, "wire"))
		return main_wire(n, rest);
	nf_forget(n);
	for (i = 0; i < ARRAY_SIZE(main_tables); i++)
		for (action = main_tables[i]; action->name; action++)
			if (!strcmp(action->name, word)) {
				action->act(n, rest);
				return true;
			}
	return false;
}

static const struct evil_front_ops main_ops = {
	.name = "evil-netfront",
	.named = XenbusStateConnected,
	.ring_key = XSR_NET_KEY_TX_REF,
	.rings = main_rings,
	.keys = main_keys,
	.drop = main_drop,
	.works = main_works,
	.poke = main_poke,
	.shape = main_shape,
	.act = main_act,
};

static void main_free(struct nf *n)
{
	u32 i;

	for (i = 0; i < NF_DATA_PAGES; i++)
		evil_page_destroy(&n->data[i]);
	evil_page_destroy(&n->table);
	evil_page_destroy(&n->odd);
	kvfree(n->frame);
	kvfree(n->in);
	kfree(n);
}

static struct nf *main_alloc(struct xenbus_device *xdev)
{
	struct nf *n = kzalloc(sizeof(*n), GFP_KERNEL);
	int err;
	u32 i;

	if (!n)
		return NULL;
	n->queues = 1;
	n->posts = NF_POST_PAGES;
	n->frame = kvzalloc(EVIL_FRAME_MAX, GFP_KERNEL);
	n->in = kvzalloc(2 * EVIL_FRAME_MAX, GFP_KERNEL);
	err = n->frame && n->in ? 0 : -ENOMEM;
	if (!err)
		err = evil_page_create(xdev, &n->table, false);
	if (!err)
		err = evil_page_create(xdev, &n->odd, false);
	for (i = 0; !err && i < NF_DATA_PAGES; i++)
		err = evil_page_create(xdev, &n->data[i], true);
	if (!err)
		return n;
	main_free(n);
	return NULL;
}

static int main_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct nf *n;

	if (!evil_claims(xdev))
		return -ENODEV;
	n = main_alloc(xdev);
	if (!n)
		return -ENOMEM;
	dev_set_drvdata(&xdev->dev, &n->e);
	evil_front_create(&n->e, xdev, &main_ops, main_dir);
	return 0;
}

static void main_remove(struct xenbus_device *xdev)
{
	struct evil_front *f = dev_get_drvdata(&xdev->dev);

	evil_front_destroy(f);
	dev_set_drvdata(&xdev->dev, NULL);
	main_free(nf_of(f));
}

static void main_changed(struct xenbus_device *xdev, enum xenbus_state theirs)
{
	evil_front_changed(dev_get_drvdata(&xdev->dev), theirs);
}

static const struct xenbus_device_id main_ids[] = { { "vif" }, { "" } };

static struct xenbus_driver main_driver = {
	.name = "evil-vif",
	.ids = main_ids,
	.probe = main_probe,
	.remove = main_remove,
	.otherend_changed = main_changed,
	.not_essential = true,
};

static int __init main_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	main_dir = debugfs_create_dir("evil-netfront", NULL);
	err = xenbus_register_frontend(&main_driver);
	if (err)
		debugfs_remove(main_dir);
	return err;
}

static void __exit main_exit(void)
{
	xenbus_unregister_driver(&main_driver);
	debugfs_remove(main_dir);
}

module_init(main_init);
module_exit(main_exit);
MODULE_DESCRIPTION("Hostile network front-end for tests");
MODULE_LICENSE("GPL");
