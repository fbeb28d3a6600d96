/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtual network interface as the back-end sees it: one device of one guest.
 *
 * Its life is that of the struct xsr_device in it. The host's network device exists from probe to
 * remove, so that hotplug scripts can put it on a bridge before there is a guest; the queues exist
 * from CONNECT to RELEASE. Whoever looks at them without being in the device's step holds either
 * the RTNL or the RCU read lock.
 */
#ifndef XSR_VIF_H
#define XSR_VIF_H

#include <linux/netdevice.h>
#include <linux/spinlock.h>

#include "backend/net/counts.h"
#include "ring/bucket.h"
#include "ring/keys_net.h"
#include "ring/linux/device.h"

struct xsr_vif_queue;
struct xsr_vif_ctrl;
struct xsr_vif_stages;
struct xsr_vif_hash;

/* Bits of flags. */
enum {
	XSR_VIF_DEAD, /* the rings must not be touched any more */
	XSR_VIF_CONNECTED, /* queues are there and may run; changed under the RTNL */
	XSR_VIF_LEFT, /* the front-end has been in another state since we connected */
};

/* Multicast addresses that a guest may list, as stock. */
#define XSR_VIF_MCAST_MAX 64

/* The filter of multicast; see mcast.c. */
struct xsr_vif_mcast {
	bool on;
	spinlock_t lock; /* of the list */
	u32 n;
	u8 address[XSR_VIF_MCAST_MAX][ETH_ALEN];
};

/* How fast the guest may send, and maybe be sent to; see rate.c. */
struct xsr_vif_rate {
	bool on;
	bool both; /* on, and what goes to the guest counts, too */
	u32 backlog; /* memory of packets that may wait for the guest in one queue */
	spinlock_t lock;
	struct xsr_bucket bucket;
};

struct xsr_vif {
	struct xsr_device dev;
	struct xenbus_device *xdev;
	struct net_device *netdev;
	unsigned long flags;
	u32 handle;
	char *script; /* for uevents; NULL: none */

	struct xsr_net_deal deal; /* settled at CONNECT */
	u16 headroom; /* bytes to leave free before each packet; may change while connected */
	unsigned long drain; /* jiffies that a packet may wait */
	unsigned long stall; /* jiffies without room after which the guest counts as dead; 0: never */

	unsigned long last_connect; /* jiffies */
	u32 offered_queues;
	u32 nr_queues;
	u32 told; /* changes whenever something goes to the guest; any queue writes it */
	struct xsr_vif_queue __rcu *queue; /* an array, or NULL */

	spinlock_t lock; /* of stalled, and of the carrier */
	u32 stalled; /* queues */
	spinlock_t past_lock;
	struct xsr_vif_counts past; /* of queues that are gone */

	struct xsr_vif_mcast mcast;
	struct xsr_vif_rate rate;
	struct xsr_vif_ctrl *ctrl; /* NULL: no control ring */
	struct xsr_vif_stages *stages; /* NULL: no page of the guest is mapped for good */
	struct xsr_vif_hash __rcu *hash; /* what was asked for through it */

	struct xenbus_watch hotplug_watch; /* on hotplug-status */
	struct xenbus_watch rate_watch; /* on rate */
	struct xenbus_watch rate_both_watch; /* on rate-both */
	struct xenbus_watch mcast_watch; /* on the front-end's request-multicast-control */
	struct dentry *debugfs;
};

static inline bool xsr_vif_dead(const struct xsr_vif *vif)
{
	return test_bit(XSR_VIF_DEAD, &vif->flags);
}

static inline struct xsr_vif *xsr_vif_of(const struct net_device *netdev)
{
	return *(struct xsr_vif **)netdev_priv(netdev);
}

/* netdev.c: the host's network device. */
int xsr_vif_netdev_create(struct xsr_vif *vif);
void xsr_vif_netdev_destroy(struct xsr_vif *vif);
/* Hand @queue, @n of them, to the network stack, or take them away. Both take the RTNL. */
int xsr_vif_netdev_up(struct xsr_vif *vif, struct xsr_vif_queue *queue, u32 n);
void xsr_vif_netdev_down(struct xsr_vif *vif);
/* A queue stalls or recovers. Any context but hard interrupts. */
void xsr_vif_netdev_stall(struct xsr_vif *vif, bool stalls);

/* connect.c: the queues, as the front-end asked for. In the device's step. */
int xsr_vif_connect(struct xsr_vif *vif);
/* Stop, unmap and free. Waits for nobody's packets. Harmless when repeated. */
void xsr_vif_disconnect(struct xsr_vif *vif);
/* Read again what a live front-end may change. */
int xsr_vif_reconfigure(struct xsr_vif *vif);

/* offer.c: our own keys. In probe or the device's step. */
int xsr_vif_offer(struct xsr_vif *vif);
/* Has the toolstack's script put the interface where it belongs? */
bool xsr_vif_hotplugged(const struct xsr_vif *vif);
/* Forget what the script said: it has to run again for the next driver. */
void xsr_vif_unhotplug(struct xsr_vif *vif);

/* mcast.c: add an address to the guest's list; false if that is full. Del takes one entry off. */
bool xsr_vif_mcast_add(struct xsr_vif *vif, const u8 *address);
void xsr_vif_mcast_del(struct xsr_vif *vif, const u8 *address);
/* Does the guest want a packet to this address? Any context. */
bool xsr_vif_mcast_wanted(struct xsr_vif *vif, const u8 *address);
/* Forget the list; read whether there shall be a filter. */
void xsr_vif_mcast_reset(struct xsr_vif *vif);
void xsr_vif_mcast_read(struct xsr_vif *vif);

/* rate.c: before the keys are read there is no limit; read what counts from now on. */
void xsr_vif_rate_init(struct xsr_vif *vif);
void xsr_vif_rate_read(struct xsr_vif *vif);

/* Sum of all queues that are or were. */
void xsr_vif_counts(struct xsr_vif *vif, struct xsr_vif_counts *sum);

/* ethtool.c */
extern const struct ethtool_ops xsr_vif_ethtool_ops;

/* qstats.c: counters of queues, for netlink */
extern const struct netdev_stat_ops xsr_vif_stat_ops;

/* debugfs.c: the rings and everything that is counted. */
void xsr_vif_debugfs_init(void);
void xsr_vif_debugfs_exit(void);
void xsr_vif_debugfs_create(struct xsr_vif *vif);
void xsr_vif_debugfs_destroy(struct xsr_vif *vif);

/* xenbus.c */
int xsr_vif_xenbus_init(void);
void xsr_vif_xenbus_exit(void);

#endif /* XSR_VIF_H */
