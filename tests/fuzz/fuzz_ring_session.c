// SPDX-License-Identifier: GPL-2.0
/*
 * Both ends of a ring through any sequence of steps, with a peer that writes any index at any time.
 *
 * No step looks or writes outside the page or takes more than a ring's worth at once, whatever the
 * indexes say. As long as nobody has tampered, no verdict is FATAL, each entry arrives once, in
 * order and unchanged, and an end is told of it or sees it by itself.
 *
 * Input: pages, stride and first index, then actions of one byte and their arguments, to the end.
 */
#include "ring/ring_attach.h"
#include "tests/fuzz/input.h"

/* One direction of the ring as it should be. */
struct stream {
	struct xsr_ring *from, *to;
	u32 put, published, taken; /* numbers of entries */
	u32 event; /* the taker wants to be told when this many are published */
};

struct session {
	u32 *page;
	u32 bytes;
	struct xsr_ring front, back;
	struct stream to_back, to_front;
	bool tampered;
};

static struct xsr_sring *header(struct session *s)
{
	return (struct xsr_sring *)s->page;
}

static void start(struct session *s, struct input *in)
{
	u32 pages = 1u << (input_u8(in) % (XSR_RING_MAX_ORDER + 1));
	u32 stride = 4 * (1 + input_u8(in) % 64), base = input_u32(in);

	memset(s, 0, sizeof(*s));
	s->bytes = pages * XSR_PAGE_SIZE;
	s->page = aligned_alloc(XSR_PAGE_SIZE, s->bytes);
	xsr_ring_create(&s->front, s->page, pages, stride);
	s->front.out = s->front.out_pub = s->front.in = base;
	header(s)->req_prod = header(s)->rsp_prod = base;
	header(s)->req_event = header(s)->rsp_event = base + 1;
	must(xsr_ring_attach(&s->back, s->page, pages, stride) == XSR_OK);
	s->to_back = (struct stream){ .from = &s->front, .to = &s->back, .event = 1 };
	s->to_front = (struct stream){ .from = &s->back, .to = &s->front, .event = 1 };
}

static void put(struct stream *st, u32 n)
{
	while (n-- && xsr_ring_room(st->from)) {
		u32 word[64], i;

		for (i = 0; i < ARRAY_SIZE(word); i++)
			word[i] = st->put * 1000003u + i;
		xsr_ring_put(st->from, word, st->from->stride);
		st->put++;
	}
}

static void publish(struct session *s, struct stream *st)
{
	bool told = xsr_ring_publish(st->from);

	if (!s->tampered)
		must(told == (st->event > st->published && st->event <= st->put));
	st->published = st->put;
}

static void arm(struct session *s, struct stream *st, u32 ahead)
{
	bool there = xsr_ring_arm(st->to, ahead);

	if (!s->tampered)
		must(there == (st->published - st->taken >= ahead));
	st->event = st->taken + ahead;
}

/* Returns false on FATAL. */
static bool take(struct session *s, struct stream *st, u32 most)
{
	u32 n = 0xffffffff;

	if (xsr_ring_peek(st->to, &n) != XSR_OK) {
		must(s->tampered && n == 0xffffffff);
		return false;
	}
	must(n <= st->to->size);
	if (!s->tampered)
		must(n == st->published - st->taken);
	for (; n && most; n--, most--) {
		u32 word[64], i;

		xsr_ring_take(st->to, word, st->to->stride);
		for (i = 0; i < st->to->stride / 4 && !s->tampered; i++)
			must(word[i] == st->taken * 1000003u + i);
		st->taken++;
	}
	return true;
}

static void tamper(struct session *s, struct input *in, u8 how)
{
	u32 word = input_u16(in) % (s->bytes / 4);

	s->tampered = true;
	if (how & 1)
		s->page[word % 4] += (s8)input_u8(in); /* an index, by a little */
	else
		s->page[how & 2 ? word : word % 4] = input_u32(in);
}

/*
 * A back-end goes away and another one takes over. Answers lie where the requests were, so it must
 * have published all it has put.
 */
static bool reattach(struct session *s)
{
	u32 stride = s->back.stride;

	if (xsr_ring_attach(&s->back, s->page, s->bytes / XSR_PAGE_SIZE, stride) != XSR_OK) {
		must(s->tampered);
		return false;
	}
	/* every request that is not answered comes again */
	s->to_back.taken = s->to_front.published;
	return true;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	struct session s;
	bool alive = true;

	start(&s, &in);
	while (in.left && alive) {
		u8 action = input_u8(&in), arg = action >> 4;
		struct stream *st = action & 8 ? &s.to_front : &s.to_back;

		switch (action & 7) {
		case 0:
		case 1:
			put(st, 1 + arg * 3);
			break;
		case 2:
			publish(&s, st);
			break;
		case 3:
			alive = take(&s, st, arg == 15 ? ~0u : arg + 1);
			break;
		case 4:
			arm(&s, st, arg + 1);
			break;
		case 5:
			tamper(&s, &in, arg);
			break;
		case 6:
			if (s.to_front.put == s.to_front.published)
				alive = reattach(&s);
			break;
		case 7:
			must(xsr_ring_room(st->from) <= st->from->size);
			must(xsr_ring_busy(st->from) <= st->from->size);
			break;
		}
	}
	free(s.page);
	return 0;
}
