/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network front-end: one device, its netdev, and which file does what to them.
 *
 *   module.c   parameters, registration        connect.c  probe, remove, what each step does
 *   offer.c    what the back-end offers        publish.c  our keys in xenstore
 *   netdev.c   the net_device and its ops      queue.c    rings, pools and NAPI of the queues
 *   xmit.c     packets to the ring             data.c     a packet's bytes as granted pieces
 *   sent.c     answers to sent packets         refill.c   buffers for the back-end to fill
 *   receive.c  packets from the ring           poll.c     interrupts and NAPI
 *   close.c    stop, give back, save/restore   watch.c    keys that change while live
 *   upkeep.c   what is due every few seconds   qstats.c   counters of queues, for netlink
 *   ethtool.c  counters and settings           debugfs.c  state of the queues
 *   ctrl.c     the control ring                mcast.c    the filter of multicast
 *   xdp.c      XDP programs and their packets  fill.c     checksums that were left blank
 *   sysfs.c    the stock driver's files        trace.h    tracepoints
 *
 * Life of a sent packet: xsr_nf_xmit -> pieces (data.c) -> put and publish (xmit.c); NAPI then
 * matches the answers and frees it (sent.c). Life of a received one: refill.c posts granted pages,
 * NAPI takes what the back-end filled (receive.c) and hands it to GRO.
 *
 * Who may touch what: a step (ring/linux/device.c, under its lock) makes and destroys queues, and
 * holds rtnl where the core looks at them too. Packets move only while the gate is open; whoever
 * shuts it then waits for each queue's lock, so that nobody is inside.
 */
#ifndef XSR_NF_H
#define XSR_NF_H

#include <linux/netdevice.h>

#include "frontend/net/ctrl.h"
#include "ring/keys_net.h"
#include "ring/net_mcast.h"
#include "ring/linux/device.h"

struct xsr_nf_queue;
struct xsr_nf_stats;

/* May packets go to the rings? */
enum xsr_nf_gate {
	XSR_NF_HELD, /* not now: not connected yet, closed, or between two hosts */
	XSR_NF_OPEN,
	XSR_NF_DEAD, /* the back-end broke the protocol */
};

/* Most that ethtool -C may ask for: microseconds, packets. */
#define XSR_NF_MOST_USECS 10000
#define XSR_NF_MOST_FRAMES 128

/* How long received packets may wait for company. */
struct xsr_nf_moderation {
	u32 usecs; /* 0: not at all */
	u32 frames; /* so many do not wait; 0: no matter how many */
	bool adaptive; /* both chosen by what the last polls found */
};

/* The filter of multicast; see mcast.c. The work item is its only user but for the two flags. */
struct xsr_nf_mcast {
	struct delayed_work work;
	struct xsr_net_mcast_list known; /* to the back-end */
	bool on; /* the back-end filters */
	bool wanted; /* by the user */
	bool refused; /* the back-end would not list an address of this connection */
};

struct xsr_nf {
	struct xsr_device dev;
	struct xenbus_device *xdev;
	struct net_device *netdev;
	enum xsr_nf_gate gate; /* READ_ONCE, WRITE_ONCE */

	/* Set by each setup. */
	struct xsr_net_deal deal;
	bool untrusted; /* the back-end may see nothing but copies of packets */
	bool announce; /* tell the network where we are, once there is a link */
	u32 mtu; /* as the toolstack last said; 0: never */
	struct xsr_nf_moderation moderation;
	struct bpf_prog __rcu *program; /* XDP; changed under rtnl */
	atomic_t tx_timeouts;

	struct xsr_nf_queue *queue; /* nr_queues of them, or NULL; changed under rtnl */
	u32 nr_queues;
	u32 channels; /* queues to send through, as the user last said; 0: all. Under rtnl */
	bool napi_on; /* the queues' NAPI is enabled; under rtnl */
	struct xsr_nf_ctrl ctrl;
	struct xsr_nf_mcast mcast;
	struct xsr_nf_stats *stats; /* one for each queue there may ever be */
	struct delayed_work upkeep;
	u32 upkeep_round;
	struct delayed_work bury; /* free rings that the back-end has let go of */
	unsigned long bury_until; /* jiffies */
	struct dentry *debugfs;
	unsigned long last_setup; /* when, jiffies, for pacing */
	unsigned long last_refresh;
	struct xenbus_watch carrier_watch;
	struct xenbus_watch mtu_watch;
};

/* module.c */
u32 xsr_nf_param_queues(void);
bool xsr_nf_param_trusted(void);

/* connect.c */
int xsr_nf_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id);
void xsr_nf_remove(struct xenbus_device *xdev);
void xsr_nf_peer_changed(struct xenbus_device *xdev, enum xenbus_state state);

/* offer.c: what the back-end offers and what we make of it. Returns 0 or a negative errno, having
 * failed the device if the offer itself is to blame. */
int xsr_nf_offer_read(struct xsr_nf *nf);
/* Is the link up, as far as the back-end says? */
bool xsr_nf_offer_carrier(const struct xsr_nf *nf);
/* The MTU that the toolstack wants, or 0 if it does not say. */
u32 xsr_nf_offer_mtu(const struct xsr_nf *nf);

/* watch.c: have a step run when carrier or MTU change. Set in probe, taken away in remove. */
int xsr_nf_watch(struct xsr_nf *nf);
void xsr_nf_unwatch(struct xsr_nf *nf);
/* After a restore: the back-end's directory may be another one. */
void xsr_nf_watch_again(struct xsr_nf *nf);

/* publish.c: write rings and features into our directory. Returns 0 or a negative errno. */
int xsr_nf_publish(struct xsr_nf *nf);
/* Take it back, so that no key of ours misleads who uses the device next. The rings must be idle. */
void xsr_nf_unpublish(struct xsr_nf *nf);

/* netdev.c */
struct net_device *xsr_nf_netdev_create(struct xenbus_device *xdev);
void xsr_nf_netdev_destroy(struct net_device *netdev);
/* Let packets flow over queues that were made, registering the netdev if it is new. */
int xsr_nf_netdev_start(struct xsr_nf *nf);
/* No packet is in a queue, or will get into one, after this. Harmless when repeated. */
void xsr_nf_netdev_stop(struct xsr_nf *nf);
/* Follow what the back-end says of the link. */
void xsr_nf_netdev_link(struct xsr_nf *nf);

/* close.c */
void xsr_nf_kill(struct xsr_device *d);
void xsr_nf_close(struct xsr_nf *nf);
void xsr_nf_bury_now(struct xsr_nf *nf);
void xsr_nf_bury(struct work_struct *work); /* nf->bury */
int xsr_nf_resume(struct xenbus_device *xdev);

/* upkeep.c: from a connection on, until the work is cancelled. The queues must be there. */
void xsr_nf_upkeep_start(struct xsr_nf *nf);
void xsr_nf_upkeep(struct work_struct *work); /* nf->upkeep */

/* ethtool.c */
extern const struct ethtool_ops xsr_nf_ethtool_ops;

/* mcast.c */

/* Does the back-end filter, and stop when told to? */
static inline bool xsr_nf_mcast_can(const struct xsr_nf *nf)
{
	return nf->deal.mcast && nf->deal.dyn_mcast;
}

/* Before a connection goes live: its back-end knows no address and does not filter. */
void xsr_nf_mcast_reset(struct xsr_nf *nf);
/* Look again at what is wanted. Any context. */
void xsr_nf_mcast_soon(struct xsr_nf *nf);
/* The back-end would not list an address. Any context. */
void xsr_nf_mcast_refused(struct xsr_nf *nf);
void xsr_nf_mcast_work(struct work_struct *work); /* nf->mcast.work */
void xsr_nf_set_rx_mode(struct net_device *netdev); /* ndo_set_rx_mode */

/* qstats.c */
extern const struct netdev_stat_ops xsr_nf_stat_ops;

/* debugfs.c */
void xsr_nf_debugfs_init(void);
void xsr_nf_debugfs_exit(void);
void xsr_nf_debugfs_create(struct xsr_nf *nf);
void xsr_nf_debugfs_destroy(struct xsr_nf *nf);

/* sysfs.c */
extern const struct attribute_group xsr_nf_sysfs_group;

#endif /* XSR_NF_H */
