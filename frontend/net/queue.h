/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One queue of a network front-end: two rings, their event channels, their pools, and NAPI.
 *
 * The half that sends is serialised by the netdev queue's own lock (xmit, XDP). NAPI owns the other
 * half: it takes answers and received packets, and posts buffers. The two share no lock: ids of
 * answered slots go back to the sender through a small ring of their own (ring/ids.h).
 */
#ifndef XSR_NF_QUEUE_H
#define XSR_NF_QUEUE_H

#include <linux/hrtimer.h>
#include <linux/timer.h>
#include <linux/u64_stats_sync.h>

#include "frontend/net/nf.h"
#include "grant/linux/granted.h"
#include "ring/ids.h"
#include "ring/lazy.h"
#include "ring/linux/channel.h"
#include "ring/linux/compat/compat_net.h"
#include "ring/net_stage.h"
#include "ring/net_to_back.h"
#include "ring/net_to_front.h"
#include "ring/slots.h"

/* Slots of a ring of one page, the only size there is: to the back-end and from it. */
#define XSR_NF_SLOTS XSR_NET_RING_SIZE

/* Most extra infos of a packet that we send: large segments, and a hash. */
#define XSR_NF_EXTRAS 2

/*
 * A queue that sends stops when a packet of the largest kind might not fit any more, and goes on
 * when there is room for several: to wake it for each answer would be one wake-up a packet.
 */
#define XSR_NF_STOP_ROOM (XSR_NET_MIN_SLOTS + XSR_NF_EXTRAS)
#define XSR_NF_WAKE_ROOM (3 * XSR_NF_STOP_ROOM)

/* So many under way are a crowd; the usual socket's buffer has 166 small packets, so it is full before the ring. */
#define XSR_NF_CROWDED (XSR_NF_SLOTS / 4)

/* So much at most of a received packet that stays in its pages is copied: all headers of the usual protocols. */
#define XSR_NF_COPYBREAK 256

/* Bits of a queue's flags: NAPI has to end the interrupt. */
enum {
	XSR_NF_OWES_EOI, /* of to_back's channel, which serves both rings unless they are split */
	XSR_NF_OWES_FRONT_EOI, /* of to_front's own */
};

/* Each half writes its own: the first under the netdev queue's lock, the second in NAPI. */
struct xsr_nf_out_stats {
	struct u64_stats_sync sync;
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t drops; /* refused here, for one of these reasons */
	u64_stats_t closed; /* there was no connection */
	u64_stats_t unsendable; /* too long, or features that a new back-end lacks */
	u64_stats_t no_room; /* in the ring */
	u64_stats_t no_memory;
	u64_stats_t slots;
	u64_stats_t copied; /* packets sent as copies */
	u64_stats_t staged; /* of them, small ones */
	u64_stats_t publishes;
	u64_stats_t notifies;
	u64_stats_t stops; /* times the queue was full */
	u64_stats_t xdp_packets; /* of packets, those that XDP programs sent */
};

struct xsr_nf_in_stats {
	struct u64_stats_sync sync;
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t errors; /* packets the back-end described wrongly */
	u64_stats_t drops; /* no memory for a good one */
	u64_stats_t copied; /* packets of at most XSR_SKB_LINEAR bytes */
	u64_stats_t fixups; /* GSO packets that came without csum_blank */
	u64_stats_t refused; /* sent slots that the back-end answered with an error */
	u64_stats_t polls;
	u64_stats_t interrupts;
	u64_stats_t spurious; /* interrupts with nothing to do */
	u64_stats_t posts; /* buffers posted */
	u64_stats_t shortages; /* times there was no memory for buffers */
	u64_stats_t notifies;
	u64_stats_t xdp_packets; /* that a program has seen */
	u64_stats_t xdp_drops;
	u64_stats_t xdp_tx;
	u64_stats_t xdp_redirects;
	u64_stats_t xdp_errors; /* aborted, or the verdict could not be carried out */
	u64_stats_t xdp_taken; /* packets for the core's generic XDP that were not passed */
};

/* Counters of a queue's number. They outlive the queue, which every new connection makes anew. */
struct xsr_nf_stats {
	struct xsr_nf_out_stats out ____cacheline_aligned_in_smp;
	struct xsr_nf_in_stats in ____cacheline_aligned_in_smp;
};

#define xsr_nf_count(side, field, n)                   \
	do {                                           \
		u64_stats_update_begin(&(side)->sync); \
		u64_stats_add(&(side)->field, n);      \
		u64_stats_update_end(&(side)->sync);   \
	} while (0)

/* A slot that was sent: what to free with its answer. */
struct xsr_nf_sent {
	struct sk_buff *skb; /* of the stack */
	struct xdp_frame *frame; /* or of an XDP program, here or elsewhere */
	u32 member; /* of the pool */
	bool copied; /* pool is pages, not bare */
	bool staged; /* or copied into the stage; without skb it is gone already */
	bool message; /* or a message, that nothing hangs on */
};

/* A buffer that the back-end may fill. */
struct xsr_nf_posted {
	struct page *page;
	u32 member; /* of posts */
};

struct xsr_nf_queue {
	struct xsr_nf *nf;
	u32 nr;
	unsigned long flags; /* XSR_NF_OWES_* */
	bool worked; /* NAPI: something was there since the last end of interrupt */
	bool front_worked; /* the same of to_front alone */
	struct xsr_nf_stats *stats;
	struct xsr_channel to_back;
	struct xsr_channel to_front; /* a ring only, unless the channels are split */
	u32 was_in; /* upkeep: answers taken at the last look */
	bool was_full; /* ... and whether the queue was stopped then */
	struct napi_struct napi;
	char name[2][IFNAMSIZ + 16]; /* of the interrupts */

	/* Sending; under the netdev queue's lock. */
	struct xsr_granted bare ____cacheline_aligned_in_smp; /* lent to packets' own pages */
	struct xsr_granted pages; /* packets that are copied */
	struct xsr_granted stage; /* pages of small ones (ring/net_stage.h), in order */
	struct xsr_ids ids; /* of slots; NAPI gives them back */
	struct xsr_lazy lazy; /* both: who waits for answers */
	struct xsr_net_pkt pkt; /* the one that is being put */
	/* Answers; NAPI. */
	struct xsr_slots slots ____cacheline_aligned_in_smp;
	u8 slot_op[XSR_NF_SLOTS];
	struct xsr_nf_sent sent[XSR_NF_SLOTS]; /* by id, valid while the slot is busy */
	u16 free_id[XSR_NF_SLOTS];
	u16 late[XSR_NF_SLOTS]; /* slots that netpoll took the answer to, whose frame is not freed yet */
	u32 nr_late;

	/* Receiving; NAPI. */
	struct page_pool *pool;
	struct xdp_rxq_info rxq;
	struct xsr_granted posts;
	struct timer_list refill; /* there was no memory for buffers */
	struct hrtimer company; /* received packets have waited long enough for others */
	u32 load; /* packets of a poll, on average, times 8 */
	u32 notes; /* lines about bad packets */
	struct xsr_nf_posted posted[XSR_NF_SLOTS]; /* by position in the ring */
};

/* Kept in a packet under way. */
struct xsr_nf_cb {
	u32 left; /* slots not answered yet */
};

static inline struct xsr_nf_cb *xsr_nf_cb(struct sk_buff *skb)
{
	return (struct xsr_nf_cb *)skb->cb;
}

/* The channel whose events serve the ring of received packets. */
static inline struct xsr_channel *xsr_nf_front_event(struct xsr_nf_queue *q)
{
	return q->to_front.irq ? &q->to_front : &q->to_back;
}

/* Pairs with the release in xsr_nf_netdev_start(): the queues are seen as they were made. */
static inline bool xsr_nf_is_open(const struct xsr_nf *nf)
{
	return smp_load_acquire(&nf->gate) == XSR_NF_OPEN;
}

/* queue.c */

/*
 * Make nf->deal.queues queues with rings, pools and NAPI, disabled; fewer if references run out.
 * Takes rtnl. Returns 0, or an errno with nothing left.
 */
int xsr_nf_queues_create(struct xsr_nf *nf);
/* No interrupt, timer or poll of the queues runs or will run. Under rtnl. */
void xsr_nf_queues_mute(struct xsr_nf *nf);
/* Take back, or keep from use while the back-end has it mapped, all that is in the rings. Muted. */
void xsr_nf_queues_reap(struct xsr_nf *nf);
/* Free them, muted and reaped. Harmless when there are none. */
void xsr_nf_queues_destroy(struct xsr_nf *nf);

/* Let polls run, or no more; under rtnl. Harmless when repeated. */
void xsr_nf_napi_enable(struct xsr_nf *nf);
void xsr_nf_napi_disable(struct xsr_nf *nf);

/* poll.c */
irqreturn_t xsr_nf_interrupt(int irq, void *data); /* to_back's */
irqreturn_t xsr_nf_front_interrupt(int irq, void *data); /* to_front's own */
int xsr_nf_poll(struct napi_struct *napi, int budget);
enum hrtimer_restart xsr_nf_company_fire(struct hrtimer *timer); /* q->company */
/* Have the queue polled: an event may have been lost, or there is memory again. */
void xsr_nf_poke(struct xsr_nf_queue *q);

/* xmit.c */
netdev_tx_t xsr_nf_xmit(struct sk_buff *skb, struct net_device *netdev);
/* How many slots can be sent now. */
u32 xsr_nf_room(const struct xsr_nf_queue *q);
/* Show what was put to the back-end. Under the netdev queue's lock, as all of the sending half. */
void xsr_nf_publish_sent(struct xsr_nf_queue *q);

/* What is sent: a packet of the stack, or of an XDP program. */
struct xsr_nf_parcel {
	struct sk_buff *skb;
	struct xdp_frame *frame;
	u32 len;
	bool stays; /* until it is answered, even if it is small */
	struct xsr_net_meta meta;
};

/* Is it so small that all of it is copied, and nothing of it needed any more? */
static inline bool xsr_nf_is_small(const struct xsr_nf_parcel *parcel)
{
	return parcel->skb && xsr_net_stage_fits(parcel->len);
}

/*
 * Put @parcel, which belongs to the ring then, unless it is small and does not stay. Returns false, nothing
 * changed, if it does not go.
 */
bool xsr_nf_put_parcel(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel);

/* A piece of a packet: within one page. */
struct xsr_nf_piece {
	struct page *page; /* NULL: its bytes are copied into a page of the pool */
	u32 off; /* in the page; of a copy: in the packet */
	u32 len;
};

/* A packet cut to pieces. */
struct xsr_nf_pieces {
	struct xsr_nf_piece piece[XSR_NET_MIN_SLOTS];
	u32 n;
	bool copied; /* all of them are */
};

/* data.c */

/*
 * Cut @parcel into pieces that the back-end takes: not more than it can, the first long enough for
 * its headers, copies if it may not see the packet's own pages. Returns false if that is impossible.
 */
bool xsr_nf_cut(const struct xsr_nf *nf, const struct xsr_nf_parcel *parcel,
		struct xsr_nf_pieces *p);

/*
 * Grant the pieces: @chain has a member for each, of pages if they are copied (and then they have
 * been filled), else of bare. Returns false, nothing held, if there is no memory.
 */
bool xsr_nf_grant(struct xsr_nf_queue *q, const struct xsr_nf_parcel *parcel,
		  const struct xsr_nf_pieces *p, struct xsr_chain *chain);

/* xdp.c */

/* What a poll gathers for XDP. */
struct xsr_nf_xdp {
	u32 packets, drops, tx, redirects, errors, taken;
	bool flush; /* packets were redirected */
	bool publish; /* packets were sent back */
};

/* A packet of one part, as it came. */
struct xsr_nf_bytes {
	const void *data;
	u32 len;
	bool blank; /* its checksum is */
};

/*
 * Run the program on a packet of one part. Returns one to be delivered, whose checksum is not blank
 * any more, or NULL with *@why: XSR_NET_FINE if the program has disposed of it, XSR_NET_BAD_PROTO if
 * its blank checksum is not one that fill.c knows, and it has to be built instead.
 */
struct sk_buff *xsr_nf_xdp_run(struct xsr_nf_queue *q, struct bpf_prog *program,
			       const struct xsr_nf_bytes *bytes, struct xsr_nf_xdp *sum,
			       enum xsr_net_why *why);
/* The same for any other packet, built and whole, as the stack would get it. False: it is gone. */
bool xsr_nf_xdp_run_built(struct xsr_nf_queue *q, struct bpf_prog *program, struct sk_buff **skb,
			  struct xsr_nf_xdp *sum);
/* Fill in the checksum of a built packet if it is blank. Returns false if that is impossible. */
bool xsr_nf_xdp_whole(struct sk_buff *skb);
/* The longest packet that xsr_nf_xdp_run() takes. */
u32 xsr_nf_xdp_most(void);
/* The poll ends: send and count what programs decided. */
void xsr_nf_xdp_finish(struct xsr_nf_queue *q, struct xsr_nf_xdp *sum);
int xsr_nf_bpf(struct net_device *netdev, struct netdev_bpf *bpf); /* ndo_bpf */
int xsr_nf_xdp_xmit(struct net_device *netdev, int n, struct xdp_frame **frames, u32 flags);

/* fill.c: fill in the checksum of a frame. Returns false, nothing changed, if it is none we know. */
bool xsr_nf_fill(void *frame, u32 len);

/* sent.c */

/* Take the answers that are there. @budget: NAPI's, 0 from netpoll. Returns how many. */
u32 xsr_nf_sent_take(struct xsr_nf_queue *q, int budget);
/* Free all that was sent and not answered. Muted. */
void xsr_nf_sent_reap(struct xsr_nf_queue *q);

/* refill.c */

/* Post buffers until the ring is full or memory short. NAPI, or before it is enabled. */
void xsr_nf_refill(struct xsr_nf_queue *q);
/* Post buffer @pos of the ring, which was not used, again. */
void xsr_nf_repost(struct xsr_nf_queue *q, u32 pos);
void xsr_nf_posted_reap(struct xsr_nf_queue *q);

/* receive.c */

/* Take up to @budget packets, good and bad ones, and hand them to the stack. Returns how many. */
int xsr_nf_receive(struct xsr_nf_queue *q, int budget);

#endif /* XSR_NF_QUEUE_H */
