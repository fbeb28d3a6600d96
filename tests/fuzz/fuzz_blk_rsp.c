// SPDX-License-Identifier: GPL-2.0
/*
 * A front-end against a back-end that may write anything anywhere in the page.
 *
 * Each request is taken to be answered at most once, with its own operation, and only after it was
 * published; the first sign of anything else is FATAL and ends the connection.
 *
 * Input: actions of one byte and their arguments, to the end.
 */
#include "ring/blk_codec.h"
#include "ring/slots.h"
#include "tests/fakes/ring_pair.h"
#include "tests/fuzz/input.h"

#define IDS 32u

static struct ring_pair pair;

struct front {
	u8 storage[IDS];
	struct xsr_slots slots;
	u8 op[IDS]; /* what is out, by a table of our own */
	bool out[IDS];
	u32 base, answered;
};

static void send(struct front *f, u8 arg)
{
	struct xsr_blk_req req = { .id = arg % IDS, .op = arg >> 5 & 1, .nr_segs = 1 };

	if (!xsr_ring_room(&pair.front))
		return;
	must(xsr_slots_send(&f->slots, req.id, req.op) == !f->out[req.id]);
	if (f->out[req.id])
		return;
	f->out[req.id] = true;
	f->op[req.id] = req.op;
	xsr_blk_put_req(&pair.front, &req);
}

/* Returns false when the back-end was caught. */
static bool receive(struct front *f)
{
	u32 n = 0xffffffff;

	if (xsr_ring_peek(&pair.front, &n) != XSR_OK)
		return false;
	must(n <= pair.front.size);
	while (n--) {
		struct xsr_blk_rsp rsp;
		bool expected;

		xsr_blk_take_rsp(&pair.front, &rsp);
		expected = rsp.id < IDS && f->out[rsp.id] && f->op[rsp.id] == rsp.op;
		must((xsr_slots_match(&f->slots, rsp.id, rsp.op) == XSR_OK) == expected);
		if (!expected)
			return false;
		f->out[rsp.id] = false;
		f->answered++;
	}
	must(f->answered <= pair.front.out_pub - f->base);
	must(xsr_ring_room(&pair.front) <= pair.front.size);
	return true;
}

/* What an honest back-end would write, to get further than noise does. */
static void answer(u64 id, u8 op)
{
	struct xsr_sring *s = ring_pair_header(&pair);
	u8 *entry = ring_pair_entry(&pair, s->rsp_prod);

	memcpy(entry, &id, 8);
	entry[8] = op;
	s->rsp_prod++;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	struct front f = { 0 };

	xsr_slots_init(&f.slots, f.storage, IDS);
	f.base = input_u32(&in);
	ring_pair_init(&pair, 1, xsr_blk_stride(XSR_BLK_ABI_64), f.base);
	while (in.left) {
		u8 action = input_u8(&in);

		switch (action & 7) {
		case 0:
		case 1:
			send(&f, input_u8(&in));
			break;
		case 2:
			xsr_ring_publish(&pair.front);
			break;
		case 3:
			if (!receive(&f))
				return 0;
			break;
		case 4:
			answer(action >> 3, input_u8(&in) & 1);
			break;
		case 5: /* any word of the page */
			pair.page[input_u16(&in) % 1024] = input_u32(&in);
			break;
		case 6: /* a producer */
			ring_pair_header(&pair)->rsp_prod += (s8)input_u8(&in);
			break;
		case 7:
			xsr_ring_arm(&pair.front, 1 + (action >> 3));
			break;
		}
	}
	return 0;
}
