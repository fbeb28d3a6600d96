// SPDX-License-Identifier: GPL-2.0
/*
 * Control messages between ring entries and changes to the hash; see net_ctrl.h.
 *
 * Decides which numbers of a request make sense. Sums are made of numbers that have been bounded
 * before, and what is fetched from the guest is checked in private memory before any of it is used.
 */
#include "ring/net_ctrl.h"

void xsr_net_ctrl_take_req(struct xsr_ring *r, struct xsr_net_ctrl_req *req)
{
	xsr_ring_take(r, req, sizeof(*req));
}

static u32 ctrl_set_types(struct xsr_net_hash *h, u32 types)
{
	if (types & ~(u32)XSR_NET_HASH_ALL || h->alg == XSR_NET_HASH_ALG_NONE)
		return XSR_NET_CTRL_INVALID_PARAMETER;
	h->types = types;
	return XSR_NET_CTRL_SUCCESS;
}

static u32 ctrl_set_alg(struct xsr_net_hash *h, u32 alg)
{
	if (alg != XSR_NET_HASH_ALG_NONE && alg != XSR_NET_HASH_ALG_TOEPLITZ)
		return XSR_NET_CTRL_INVALID_PARAMETER;
	h->alg = alg;
	return XSR_NET_CTRL_SUCCESS;
}

static u32 ctrl_set_size(struct xsr_net_hash *h, u32 size)
{
	if (size > XSR_NET_HASH_TABLE)
		return XSR_NET_CTRL_INVALID_PARAMETER;
	memset(h->table, 0, sizeof(h->table));
	h->size = size;
	return XSR_NET_CTRL_SUCCESS;
}

static void ctrl_fetch(struct xsr_net_ctrl_job *job, u32 gref, u32 bytes)
{
	job->need = XSR_NET_CTRL_FETCH;
	job->gref = gref;
	job->bytes = bytes;
}

/* An empty key needs no fetch: it only clears the one there is. */
static u32 ctrl_set_key(struct xsr_net_hash *h, u32 gref, u32 bytes, struct xsr_net_ctrl_job *job)
{
	if (bytes > XSR_NET_HASH_KEY)
		return XSR_NET_CTRL_BUFFER_OVERFLOW;
	if (bytes)
		ctrl_fetch(job, gref, bytes);
	else
		memset(h->key, 0, sizeof(h->key));
	return XSR_NET_CTRL_SUCCESS;
}

static u32 ctrl_set_table(struct xsr_net_hash *h, const u32 *data, struct xsr_net_ctrl_job *job)
{
	u32 count = data[1], first = data[2];

	if (count > XSR_NET_HASH_TABLE)
		return XSR_NET_CTRL_BUFFER_OVERFLOW;
	if (first > h->size || count > h->size - first)
		return XSR_NET_CTRL_INVALID_PARAMETER;
	job->first = first;
	if (count)
		ctrl_fetch(job, data[0], count * sizeof(h->table[0]));
	return XSR_NET_CTRL_SUCCESS;
}

/* The three messages about pages that stay mapped. */
static u32 ctrl_grefs(const struct xsr_net_hash *h, u32 offer, const struct xsr_net_ctrl_req *req,
		      struct xsr_net_ctrl_job *job)
{
	if (!offer)
		return XSR_NET_CTRL_NOT_SUPPORTED;
	if (req->data[0] >= h->queues)
		return XSR_NET_CTRL_INVALID_PARAMETER;
	if (req->type == XSR_NET_CTRL_GET_GREF_MAPPING_SIZE) {
		job->rsp.data = offer;
		return XSR_NET_CTRL_SUCCESS;
	}
	if (!req->data[2] || req->data[2] > XSR_NET_GREFS_PER_PAGE || req->data[2] > offer)
		return XSR_NET_CTRL_INVALID_PARAMETER;
	job->need = req->type == XSR_NET_CTRL_ADD_GREF_MAPPING ? XSR_NET_CTRL_ADD :
								 XSR_NET_CTRL_DEL;
	job->queue = req->data[0];
	job->gref = req->data[1];
	job->count = req->data[2];
	return XSR_NET_CTRL_SUCCESS;
}

static u32 ctrl_judge(struct xsr_net_hash *h, const struct xsr_net_ctrl_offer *offer,
		      const struct xsr_net_ctrl_req *req, struct xsr_net_ctrl_job *job)
{
	switch (req->type) {
	case XSR_NET_CTRL_GET_HASH_FLAGS:
		if (h->alg == XSR_NET_HASH_ALG_NONE)
			return XSR_NET_CTRL_NOT_SUPPORTED;
		job->rsp.data = XSR_NET_HASH_ALL;
		return XSR_NET_CTRL_SUCCESS;
	case XSR_NET_CTRL_SET_HASH_FLAGS:
		return ctrl_set_types(h, req->data[0]);
	case XSR_NET_CTRL_SET_HASH_KEY:
		return ctrl_set_key(h, req->data[0], req->data[1], job);
	case XSR_NET_CTRL_GET_HASH_MAPPING_SIZE:
		job->rsp.data = XSR_NET_HASH_TABLE;
		return XSR_NET_CTRL_SUCCESS;
	case XSR_NET_CTRL_SET_HASH_MAPPING_SIZE:
		return ctrl_set_size(h, req->data[0]);
	case XSR_NET_CTRL_SET_HASH_MAPPING:
		return ctrl_set_table(h, req->data, job);
	case XSR_NET_CTRL_SET_HASH_ALGORITHM:
		return ctrl_set_alg(h, req->data[0]);
	case XSR_NET_CTRL_GET_GREF_MAPPING_SIZE:
	case XSR_NET_CTRL_ADD_GREF_MAPPING:
	case XSR_NET_CTRL_DEL_GREF_MAPPING:
		return ctrl_grefs(h, offer->grefs, req, job);
	default:
		return XSR_NET_CTRL_NOT_SUPPORTED;
	}
}

void xsr_net_ctrl_begin(struct xsr_net_hash *h, const struct xsr_net_ctrl_offer *offer,
			const struct xsr_net_ctrl_req *req, struct xsr_net_ctrl_job *job)
{
	memset(job, 0, offsetof(struct xsr_net_ctrl_job, data));
	job->need = XSR_NET_CTRL_READY;
	job->rsp.id = req->id;
	job->rsp.type = req->type;
	job->rsp.status = ctrl_judge(h, offer, req, job);
}

static bool ctrl_entries_good(const struct xsr_net_hash *h, const struct xsr_net_ctrl_job *job)
{
	u32 i;

	for (i = 0; i < job->bytes / sizeof(job->data[0]); i++)
		if (job->data[i] >= h->queues)
			return false;
	return true;
}

void xsr_net_ctrl_fetched(struct xsr_net_hash *h, struct xsr_net_ctrl_job *job, bool ok)
{
	bool key = job->rsp.type == XSR_NET_CTRL_SET_HASH_KEY;

	job->need = XSR_NET_CTRL_READY;
	if (!ok || (!key && !ctrl_entries_good(h, job))) {
		job->rsp.status = XSR_NET_CTRL_INVALID_PARAMETER;
		return;
	}
	if (key) {
		memset(h->key, 0, sizeof(h->key));
		memcpy(h->key, job->data, job->bytes);
	} else {
		memcpy(&h->table[job->first], job->data, job->bytes);
	}
}

void xsr_net_ctrl_done(struct xsr_net_ctrl_job *job, bool ok, u32 count)
{
	job->need = XSR_NET_CTRL_READY;
	if (!ok)
		job->rsp.status = XSR_NET_CTRL_INVALID_PARAMETER;
	else if (job->rsp.type == XSR_NET_CTRL_DEL_GREF_MAPPING)
		job->rsp.data = count;
}

void xsr_net_ctrl_put_rsp(struct xsr_ring *r, const struct xsr_net_ctrl_rsp *rsp)
{
	xsr_ring_put(r, rsp, sizeof(*rsp));
}

void xsr_net_ctrl_put_req(struct xsr_ring *r, const struct xsr_net_ctrl_req *req)
{
	xsr_ring_put(r, req, sizeof(*req));
}

enum xsr_verdict xsr_net_ctrl_take_rsp(struct xsr_ring *r, const struct xsr_net_ctrl_req *sent,
				       struct xsr_net_ctrl_rsp *rsp)
{
	xsr_ring_take(r, rsp, sizeof(*rsp));
	return rsp->id == sent->id && rsp->type == sent->type ? XSR_OK : XSR_FATAL;
}

const char *xsr_net_ctrl_status_name(u32 status)
{
	static const char *const names[] = {
		[XSR_NET_CTRL_SUCCESS] = "success",
		[XSR_NET_CTRL_NOT_SUPPORTED] = "not supported",
		[XSR_NET_CTRL_INVALID_PARAMETER] = "invalid parameter",
		[XSR_NET_CTRL_BUFFER_OVERFLOW] = "buffer overflow",
	};

	return status < ARRAY_SIZE(names) ? names[status] : "invalid";
}
