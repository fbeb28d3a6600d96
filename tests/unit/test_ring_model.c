// SPDX-License-Identifier: GPL-2.0
/*
 * The orderings of ring.h, by trying every interleaving.
 *
 * A producer and a consumer run the real publish, peek, take and arm as two coroutines. Each access
 * to shared memory is a step, stores go through a store buffer that may empty in any order unless a
 * release or a full barrier forbids it, and all orders of steps and of emptying are tried. In none
 * of them may the consumer sleep with an entry waiting, or see an entry before it was written.
 *
 * The same search with one ordering taken away must find such a case: that shows that the ordering
 * is needed, and that the search could see it missing. Loads are not reordered here, so ordering B
 * is not covered; the peer test under ThreadSanitizer is for that.
 */
#include <ucontext.h>

#include "tests/fakes/hooked.h"
#include "tests/fakes/ring_pair.h"
#include "tests/unit/unit.h"

#define STACK_BYTES (64 * 1024)
#define MAX_DEPTH 256
#define MAX_STORES 16
#define MAX_SEEN (1u << 20)
#define FIRST 0x1000u

/* An ordering that is taken away. */
enum weakness {
	SOUND,
	WITHOUT_A,
	WITHOUT_C,
	WITHOUT_D
};

struct store {
	u32 *p;
	u32 value;
	bool release;
};

struct thread {
	ucontext_t context;
	char stack[STACK_BYTES];
	struct xsr_ring *ring;
	struct store stores[MAX_STORES]; /* oldest first */
	u32 nr_stores;
	u64 history; /* steps and values loaded: where the thread is and what it knows */
	bool wants_empty; /* at a full barrier */
	bool asleep;
	bool done;
};

static struct {
	enum weakness weakness;
	u32 entries; /* how many are sent */
	u32 batch; /* entries in one publish */
	bool wait_for_all; /* arm for all that are missing, not for the next one */
} setup;

static struct ring_pair pair;
static struct thread threads[2]; /* producer, consumer */
static struct thread *running;
static ucontext_t scheduler;
static bool notified, stale;
static u32 got;

static u32 path[MAX_DEPTH], width[MAX_DEPTH], depth;
static u64 seen[MAX_SEEN];
static u32 nr_seen;

/* --- what the threads see ---------------------------------------------------------------------- */

static bool is_shared(const u32 *p)
{
	return p >= pair.page && p < pair.page + ARRAY_SIZE(pair.page);
}

static u64 mix(u64 hash, u64 value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

/* Let the scheduler decide who goes on. */
static void step(void)
{
	running->history = mix(running->history, 1);
	swapcontext(&running->context, &scheduler);
}

static u32 hook_load(const u32 *p, bool acquire)
{
	u32 value = *p, i;

	(void)acquire;
	if (!running || !is_shared(p))
		return value;
	step();
	value = *p;
	for (i = 0; i < running->nr_stores; i++)
		if (running->stores[i].p == p)
			value = running->stores[i].value;
	running->history = mix(running->history, value + 2ull);
	return value;
}

static void hook_store(u32 *p, u32 value, bool release)
{
	if (!running || !is_shared(p)) {
		*p = value;
		return;
	}
	step();
	assert_true(running->nr_stores < MAX_STORES);
	running->stores[running->nr_stores++] =
		(struct store){ p, value, release && setup.weakness != WITHOUT_A };
}

static void hook_mb(void)
{
	if (running == &threads[0] ? setup.weakness == WITHOUT_C : setup.weakness == WITHOUT_D)
		return;
	running->wants_empty = true;
	step();
	running->wants_empty = false;
}

/* --- the two threads --------------------------------------------------------------------------- */

static void produce(void)
{
	u32 i;

	for (i = 0; i < setup.entries; i++) {
		u32 word = FIRST + i;

		xsr_ring_put(running->ring, &word, 4);
		if ((i + 1) % setup.batch == 0 || i + 1 == setup.entries)
			if (xsr_ring_publish(running->ring))
				notified = true;
	}
	running->done = true;
	step();
}

static void sleep_until_notified(void)
{
	running->asleep = true;
	step();
	running->asleep = false;
	notified = false;
}

static void consume(void)
{
	u32 n = 0;

	for (;;) {
		assert_int_equal(xsr_ring_peek(running->ring, &n), XSR_OK);
		while (n--) {
			u32 word;

			xsr_ring_take(running->ring, &word, 4);
			stale |= word != FIRST + got;
			got++;
		}
		if (got == setup.entries)
			break;
		if (!xsr_ring_arm(running->ring, setup.wait_for_all ? setup.entries - got : 1))
			sleep_until_notified();
	}
	running->done = true;
	step();
}

/* --- the search -------------------------------------------------------------------------------- */

static bool thread_can_run(const struct thread *t)
{
	return !t->done && !(t->asleep && !notified) && !(t->wants_empty && t->nr_stores);
}

/* May this store become visible before the older ones of its thread? */
static bool store_can_go(const struct thread *t, u32 i)
{
	u32 k;

	for (k = 0; k < i; k++)
		if (t->stores[i].release || t->stores[k].p == t->stores[i].p)
			return false;
	return true;
}

static void store_go(struct thread *t, u32 i)
{
	*t->stores[i].p = t->stores[i].value;
	t->nr_stores--;
	memmove(&t->stores[i], &t->stores[i + 1], (t->nr_stores - i) * sizeof(t->stores[0]));
}

static void thread_run(struct thread *t)
{
	running = t;
	swapcontext(&scheduler, &t->context);
	running = NULL;
}

/* Do the @choice'th of all that could happen now; returns how many there are. */
static u32 choose(u32 choice, bool act)
{
	u32 n = 0, t, i;

	for (t = 0; t < 2; t++) {
		if (thread_can_run(&threads[t]) && n++ == choice && act) {
			thread_run(&threads[t]);
			return 0;
		}
		for (i = 0; i < threads[t].nr_stores; i++)
			if (store_can_go(&threads[t], i) && n++ == choice && act) {
				store_go(&threads[t], i);
				return 0;
			}
	}
	return n;
}

static u64 world_hash(void)
{
	u64 hash = mix(notified, stale);
	u32 t, i;

	for (i = 0; i < 16 + 8; i++)
		hash = mix(hash, pair.page[i]);
	for (t = 0; t < 2; t++) {
		const struct thread *th = &threads[t];

		hash = mix(hash, th->history);
		hash = mix(hash, th->done * 4u + th->asleep * 2u + th->wants_empty);
		for (i = 0; i < th->nr_stores; i++) {
			hash = mix(hash, th->stores[i].p - pair.page);
			hash = mix(hash, th->stores[i].value * 2ull + th->stores[i].release);
		}
		hash = mix(hash, th->nr_stores);
	}
	return hash | 1;
}

/* Is this state new? Remembers it. */
static bool world_is_new(void)
{
	u64 hash = world_hash();
	u32 at = hash >> 40;

	while (seen[at % MAX_SEEN]) {
		if (seen[at % MAX_SEEN] == hash)
			return false;
		at++;
	}
	assert_true(++nr_seen < MAX_SEEN / 2);
	seen[at % MAX_SEEN] = hash;
	return true;
}

static void thread_start(struct thread *t, struct xsr_ring *ring, void (*body)(void))
{
	t->ring = ring;
	t->nr_stores = 0;
	t->history = 0;
	t->wants_empty = t->asleep = t->done = false;
	getcontext(&t->context);
	t->context.uc_stack.ss_sp = t->stack;
	t->context.uc_stack.ss_size = sizeof(t->stack);
	t->context.uc_link = &scheduler;
	makecontext(&t->context, body, 0);
}

static void world_start(bool to_back)
{
	struct xsr_ring *out = to_back ? &pair.front : &pair.back;
	struct xsr_ring *in = to_back ? &pair.back : &pair.front;

	running = NULL;
	ring_pair_init(&pair, 1, 4, 0xffffffff);
	pair.front.size = 8;
	pair.back.size = 8;
	if (!to_back) { /* responses are owed for this many requests */
		pair.front.out += setup.entries;
		pair.front.out_pub += setup.entries;
		pair.back.in += setup.entries;
	}
	memset(&pair.page[16], 0, 8 * 4);
	notified = stale = false;
	got = 0;
	thread_start(&threads[0], out, produce);
	thread_start(&threads[1], in, consume);
}

enum outcome {
	FINE,
	LOST_WAKE_UP,
	STALE_ENTRY
};

/* Follow the path, then on into what is new. */
static enum outcome run_once(bool to_back)
{
	u32 d;

	world_start(to_back);
	for (d = 0;; d++) {
		if (d == depth) {
			u32 n = world_is_new() ? choose(~0u, false) : 0;

			if (stale)
				return STALE_ENTRY;
			if (!n)
				break;
			assert_true(depth < MAX_DEPTH);
			path[depth] = 0;
			width[depth++] = n;
		}
		choose(path[d], true);
	}
	return choose(~0u, false) || threads[1].done ? FINE : LOST_WAKE_UP;
}

static enum outcome search(bool to_back)
{
	enum outcome outcome;

	memset(seen, 0, sizeof(seen));
	nr_seen = 0;
	depth = 0;
	do {
		outcome = run_once(to_back);
		while (depth && ++path[depth - 1] == width[depth - 1])
			depth--;
	} while (depth && outcome == FINE);
	return outcome;
}

static void expect_for_all_setups(enum weakness weakness, enum outcome want)
{
	static const struct {
		u32 entries, batch;
	} sizes[] = { { 1, 1 }, { 2, 1 }, { 2, 2 }, { 3, 1 }, { 3, 2 }, { 6, 3 } };
	bool found = false;
	u32 i, to_back, all;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (to_back = 0; to_back < 2; to_back++)
			for (all = 0; all < 2; all++) {
				enum outcome outcome;

				setup.weakness = weakness;
				setup.entries = sizes[i].entries;
				setup.batch = sizes[i].batch;
				setup.wait_for_all = all;
				outcome = search(to_back);
				if (outcome != FINE && outcome != want)
					fail_msg("%u entries by %u, %s, all %u: outcome %d",
						 setup.entries, setup.batch,
						 to_back ? "to back" : "to front", all, outcome);
				/* a search that is too small to see anything proves nothing */
				if (want == FINE)
					assert_true(nr_seen > 50);
				found |= outcome == want;
			}
	assert_true(found);
}

static void test_no_wake_up_is_lost(void **state)
{
	(void)state;
	expect_for_all_setups(SOUND, FINE);
}

static void test_a_is_needed(void **state)
{
	(void)state;
	expect_for_all_setups(WITHOUT_A, STALE_ENTRY);
}

static void test_c_is_needed(void **state)
{
	(void)state;
	expect_for_all_setups(WITHOUT_C, LOST_WAKE_UP);
}

static void test_d_is_needed(void **state)
{
	(void)state;
	expect_for_all_setups(WITHOUT_D, LOST_WAKE_UP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_wake_up_is_lost),
		cmocka_unit_test(test_a_is_needed),
		cmocka_unit_test(test_c_is_needed),
		cmocka_unit_test(test_d_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
