// SPDX-License-Identifier: GPL-2.0
/*
 * What a connected device needs every few seconds: a look whether the back-end still answers, and
 * idle pages of copies freed.
 *
 * The core has a watchdog for the first, but that of older kernels has a WARN for a queue that is
 * stuck, and a back-end that falls silent must not be able to cause one. Ours counts, says so in one
 * line, and acts as if an event had been lost in either direction.
 */
#include <linux/netdevice.h>

#include "frontend/net/queue.h"

/* How often; a queue that was full all the while without one answer is stuck. */
#define UPKEEP_EVERY (5 * HZ)
/* Rounds between two looks at idle pages: what was idle for so long is freed. */
#define UPKEEP_SHRINK_ROUNDS 2

static bool upkeep_is_stuck(struct xsr_nf_queue *q)
{
	struct netdev_queue *txq = netdev_get_tx_queue(q->nf->netdev, q->nr);
	u32 in = READ_ONCE(q->to_back.ring.in);
	bool full = netif_xmit_stopped(txq) && xsr_ring_busy(&q->to_back.ring);
	bool stuck = full && q->was_full && q->was_in == in;

	q->was_full = full;
	q->was_in = in;
	return stuck;
}

static void upkeep_unstick(struct xsr_nf_queue *q)
{
	struct xsr_nf *nf = q->nf;

	atomic_inc(&nf->tx_timeouts);
	xsr_device_note(&nf->dev, "queue %u: full and no answer for %u s, %u slots under way",
			q->nr, UPKEEP_EVERY / HZ, xsr_ring_busy(&q->to_back.ring));
	xsr_channel_notify(&q->to_back);
	xsr_nf_poke(q);
}

/* Are packets to flow at all? An interface that is down has its queues stopped, too. */
static bool upkeep_is_live(const struct xsr_nf *nf)
{
	return xsr_nf_is_open(nf) && netif_running(nf->netdev) && netif_carrier_ok(nf->netdev);
}

static void upkeep_queue(struct xsr_nf_queue *q, bool shrink)
{
	if (shrink)
		xsr_granted_shrink(&q->pages);
	if (upkeep_is_live(q->nf) && upkeep_is_stuck(q))
		upkeep_unstick(q);
}

void xsr_nf_upkeep(struct work_struct *work)
{
	struct xsr_nf *nf = container_of(to_delayed_work(work), struct xsr_nf, upkeep);
	bool shrink = !(++nf->upkeep_round % UPKEEP_SHRINK_ROUNDS);
	u32 i;

	for (i = 0; i < nf->nr_queues; i++)
		upkeep_queue(&nf->queue[i], shrink);
	xsr_nf_upkeep_start(nf);
}

void xsr_nf_upkeep_start(struct xsr_nf *nf)
{
	queue_delayed_work(system_freezable_wq, &nf->upkeep, UPKEEP_EVERY);
}
