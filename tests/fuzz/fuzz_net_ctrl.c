// SPDX-License-Identifier: GPL-2.0
/*
 * Any control messages in any order, with any memory behind them.
 *
 * The hash stays usable: known algorithm and types, a table inside its bounds whose entries name
 * queues. What is to be fetched fits where it goes. A message that is refused changes nothing, and
 * each is answered with its own id and type.
 *
 * Input: queues and offer, then messages of 16 bytes, each followed by what is fetched for it.
 */
#include "ring/net_ctrl.h"
#include "tests/fuzz/input.h"

static void check_hash(const struct xsr_net_hash *h, u32 queues)
{
	u32 i;

	must(h->alg <= XSR_NET_HASH_ALG_TOEPLITZ && h->types <= XSR_NET_HASH_ALL);
	must(h->queues == queues && h->size <= XSR_NET_HASH_TABLE);
	for (i = 0; i < XSR_NET_HASH_TABLE; i++)
		must(h->table[i] < queues);
	must(xsr_net_hash_queue(h, 0xdeadbeef) < queues);
}

static void fetch(struct input *in, struct xsr_net_hash *h, struct xsr_net_ctrl_job *job)
{
	bool ok = input_u8(in) & 1;

	must(job->bytes >= 1 && job->bytes <= sizeof(job->data));
	memset(job->data, 0xff, sizeof(job->data));
	input_bytes(in, job->data, job->bytes);
	xsr_net_ctrl_fetched(h, job, ok);
	must(ok || job->rsp.status);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u32 queues = 1 + input_u8(&in) % 16;
	struct xsr_net_ctrl_offer offer = { .grefs = input_u16(&in) };
	struct xsr_net_hash hash, before;
	struct xsr_net_ctrl_job job;

	xsr_net_hash_init(&hash, queues);
	while (in.left) {
		struct xsr_net_ctrl_req req;

		input_bytes(&in, &req, sizeof(req));
		memset(&job, 0xa5, sizeof(job));
		before = hash;
		xsr_net_ctrl_begin(&hash, &offer, &req, &job);
		must(job.rsp.id == req.id && job.rsp.type == req.type);
		if (job.need == XSR_NET_CTRL_FETCH) {
			fetch(&in, &hash, &job);
		} else if (job.need != XSR_NET_CTRL_READY) {
			must(job.queue < queues && job.count >= 1 && job.count <= offer.grefs &&
			     job.count <= XSR_NET_GREFS_PER_PAGE);
			xsr_net_ctrl_done(&job, input_u8(&in) & 1, job.count);
		}
		must(job.need == XSR_NET_CTRL_READY && job.rsp.status <= 3);
		if (job.rsp.status)
			must(!memcmp(&hash, &before, sizeof(hash)));
		check_hash(&hash, queues);
	}
	return 0;
}
