// SPDX-License-Identifier: GPL-2.0
/*
 * The module: takes the claimed vifs and offers to serve them. Beside the acts of the other files:
 *
 *	wire MAC ADDRESS	who we are
 */
#include <linux/etherdevice.h>
#include <linux/inet.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "tests/xen/evil/netback/netback.h"

static struct dentry *main_dir;

static const struct evil_offer main_offer[] = {
	{ "multi-queue-max-queues", "1" },
	{ "feature-split-event-channels", "1" },
	{ "feature-rx-copy", "1" },
	{ "feature-sg", "1" },
	{ "feature-gso-tcpv4", "1" },
	{ "feature-gso-tcpv6", "1" },
	{ "feature-ipv6-csum-offload", "1" },
	{ "feature-ctrl-ring", "1" },
	{ "feature-multicast-control", "1" },
	{ "feature-dynamic-multicast-control", "1" },
	{ "feature-xdp-headroom", "1" },
	{ "feature-rx-flip", "0" },
	{ NULL },
};

static void main_wire(struct nb *n, char *rest)
{
	char *mac = evil_word(&rest), *address = evil_word(&rest);

	if (mac && mac_pton(mac, n->wire.dst) && address &&
	    in4_pton(address, -1, (u8 *)&n->wire.to, -1, NULL))
		evil_say(&n->e.command, "answer=wired");
	else
		evil_say(&n->e.command, "answer=none");
}

static bool main_act(struct evil_back *b, const char *word, char *rest)
{
	struct nb *n = nb_of(b);

	if (!strcmp(word, "wire")) {
		main_wire(n, rest);
		return true;
	}
	return nb_answers_act(n, word, rest) || nb_fill_act(n, word, rest);
}

static const struct evil_back_ops main_ops = {
	.name = "evil-netback",
	.offer = main_offer,
	.connect = nb_connect,
	.disconnect = nb_disconnect,
	.poke = nb_poke,
	.act = main_act,
};

static void main_free(struct nb *n)
{
	kvfree(n->frame);
	if (n->bounce)
		__free_page(n->bounce);
	kfree(n);
}

static int main_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct nb *n;
	u32 i;

	if (!evil_claims(xdev))
		return -ENODEV;
	n = kzalloc(sizeof(*n), GFP_KERNEL);
	if (!n)
		return -ENOMEM;
	for (i = 0; i < NB_MAX_QUEUES; i++) {
		mutex_init(&n->queue[i].lock);
		init_waitqueue_head(&n->queue[i].wait);
	}
	n->frame = kvzalloc(EVIL_FRAME_MAX + 1, GFP_KERNEL);
	n->bounce = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!n->frame || !n->bounce) {
		main_free(n);
		return -ENOMEM;
	}
	dev_set_drvdata(&xdev->dev, &n->e);
	evil_back_create(&n->e, xdev, &main_ops, main_dir);
	return 0;
}

static void main_remove(struct xenbus_device *xdev)
{
	struct evil_back *b = dev_get_drvdata(&xdev->dev);

	evil_back_destroy(b);
	dev_set_drvdata(&xdev->dev, NULL);
	main_free(nb_of(b));
}

static void main_changed(struct xenbus_device *xdev, enum xenbus_state theirs)
{
	struct evil_back *b = dev_get_drvdata(&xdev->dev);

	if (b)
		evil_back_changed(b, theirs);
}

static const struct xenbus_device_id main_ids[] = { { "vif" }, { "" } };

static struct xenbus_driver main_driver = {
	.name = "evil-vif",
	.ids = main_ids,
	.probe = main_probe,
	.remove = main_remove,
	.otherend_changed = main_changed,
};

static int __init main_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	main_dir = debugfs_create_dir("evil-netback", NULL);
	evil_back_init(main_dir);
	err = xenbus_register_backend(&main_driver);
	if (err) {
		evil_back_exit();
		debugfs_remove(main_dir);
	}
	return err;
}

static void __exit main_exit(void)
{
	xenbus_unregister_driver(&main_driver);
	evil_back_exit();
	debugfs_remove(main_dir);
}

module_init(main_init);
module_exit(main_exit);
MODULE_DESCRIPTION("Hostile network back-end for tests");
MODULE_LICENSE("GPL");
