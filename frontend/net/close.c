// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a network front-end's connection, in whatever stage it is.
 *
 * Nothing is waited for: packets under way are lost, as packets are. What the back-end still has
 * mapped is kept from use by the core's list of deferred grants until it lets go. Only the rings
 * themselves stay a little longer, since an honest back-end lets go of them once it has seen us
 * Closed. All work is freezable: none may be in the middle of it while the domain is saved, when
 * event channels and grants turn into those of another host.
 */
#include "frontend/net/queue.h"

/* How often a back-end that lets go is looked at. */
#define CLOSE_BURY_EVERY (HZ / 20)

void xsr_nf_kill(struct xsr_device *d)
{
	struct xsr_nf *nf = container_of(d, struct xsr_nf, dev);

	WRITE_ONCE(nf->gate, XSR_NF_DEAD);
}

/* Has the back-end said that it holds nothing of ours any more? */
static bool close_is_released(const struct xsr_nf *nf)
{
	switch (READ_ONCE(nf->dev.theirs)) {
	case XSR_ST_INITIALISED:
	case XSR_ST_CONNECTED:
	case XSR_ST_CLOSING:
	case XSR_ST_RECONFIGURING:
	case XSR_ST_RECONFIGURED:
		return false;
	default:
		return true;
	}
}

/*
 * Stop and take back all that was in the rings. The netdev stays, without carrier. Harmless at any
 * stage and when repeated. Called by steps of the device, and by remove() when there are none left.
 */
void xsr_nf_close(struct xsr_nf *nf)
{
	cancel_delayed_work_sync(&nf->bury);
	cancel_delayed_work_sync(&nf->upkeep);
	cancel_delayed_work_sync(&nf->mcast.work);
	xsr_nf_netdev_stop(nf);
	if (nf->queue) {
		nf->bury_until = jiffies + XSR_PEER_PATIENCE;
		queue_delayed_work(system_freezable_wq, &nf->bury, CLOSE_BURY_EVERY);
	}
}

/* Free what was closed. */
static void close_free(struct xsr_nf *nf)
{
	xsr_nf_queues_destroy(nf);
	xsr_nf_ctrl_destroy(nf);
}

void xsr_nf_bury(struct work_struct *work)
{
	struct xsr_nf *nf = container_of(to_delayed_work(work), struct xsr_nf, bury);

	if (close_is_released(nf) || time_after(jiffies, nf->bury_until))
		close_free(nf);
	else
		queue_delayed_work(system_freezable_wq, &nf->bury, CLOSE_BURY_EVERY);
}

/* The same at once, before new queues are made or the device goes. */
void xsr_nf_bury_now(struct xsr_nf *nf)
{
	cancel_delayed_work_sync(&nf->bury);
	close_free(nf);
}

/*
 * The domain was restored. Our grants and event channels are gone with the old host; freeing them
 * is a matter of books only. Packets under way are lost.
 */
int xsr_nf_resume(struct xenbus_device *xdev)
{
	struct xsr_nf *nf = dev_get_drvdata(&xdev->dev);

	mutex_lock(&nf->dev.lock);
	xsr_nf_close(nf);
	xsr_nf_bury_now(nf);
	mutex_unlock(&nf->dev.lock);
	xsr_device_restart(&nf->dev);
	xsr_nf_watch_again(nf);
	return 0;
}
