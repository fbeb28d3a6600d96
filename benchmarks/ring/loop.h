/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two loops of every kind of queue. Included once by each kind's file, which has defined before
 *
 *   struct end                         private state of one side, and
 *   end_begin(run)                     an empty queue, both sides
 *   struct end *end_front(), *end_back()
 *   front_room(e)                      requests that may be put
 *   {front,back}_put(e, msg)           one request, one answer
 *   {front,back}_publish(e, check)     show them; returns whether the other side asked for an event,
 *                                      which need not be found out unless @check
 *   {front,back}_ready(e)              messages that may be taken
 *   {front,back}_take(e, msg)
 *   {front,back}_arm(e)                ask for an event; returns true if messages are there already
 *
 * and BENCH_KIND, the name of its struct bench_kind, with BENCH_NAME and BENCH_BARE_TOO.
 */
#include <stdlib.h>

/* Does a publication find out whether an event is wanted? */
static inline bool loop_looks(const struct bench_run *run)
{
	return run->mode == BENCH_POLL || run->mode == BENCH_EVENT;
}

/* A publication was made: does it need an event? */
static inline void loop_notify(struct bench_run *run, struct bench_event *e, bool wanted)
{
	if (run->mode == BENCH_ALWAYS || (run->mode == BENCH_EVENT && wanted))
		bench_event_send(e);
}

static u32 front_put_batch(struct bench_run *run, struct end *e, u64 *sent, u64 done)
{
	u32 n = 0, room = front_room(e);
	struct bench_msg msg = {};

	if (run->depth - (u32)(*sent - done) < run->batch || room < run->batch)
		return 0;
	for (; n < run->batch; n++) {
		msg.word[0] = (u32)(*sent)++;
		msg.word[1] = msg.word[0] % 64;
		front_put(e, &msg);
	}
	loop_notify(run, &run->to_back, front_publish(e, loop_looks(run)));
	return n;
}

static u32 front_take_all(struct end *e, u64 *done)
{
	u32 n = front_ready(e), i;
	struct bench_msg msg;

	for (i = 0; i < n; i++) {
		front_take(e, &msg);
		if (msg.word[0] != (u32)(*done)++) {
			fprintf(stderr, "bench: %s: answer %u in the wrong place\n", BENCH_NAME,
				msg.word[0]);
			exit(1);
		}
	}
	return n;
}

static void front_wait(struct bench_run *run, struct end *e)
{
	if (run->mode <= BENCH_POLL)
		bench_relax(run);
	else if (run->mode == BENCH_ALWAYS || !front_arm(e))
		bench_event_wait(&run->to_front);
}

static void kind_front(struct bench_run *run)
{
	struct end *e = end_front();
	u64 sent = 0, done = 0;
	u32 rounds = 0;
	bool over = false;

	while (!over || done < sent) {
		u32 moved = over ? 0 : front_put_batch(run, e, &sent, done);

		moved += front_take_all(e, &done);
		if (!(++rounds % 64))
			over = bench_now_ns() >= run->end_ns;
		if (!moved)
			front_wait(run, e);
	}
	run->done = done;
	run->end_after_ns = bench_now_ns();
	__atomic_store_n(&run->stop, 1, __ATOMIC_SEQ_CST);
	bench_event_send(&run->to_back);
}

static u32 back_serve(struct bench_run *run, struct end *e)
{
	u32 n = back_ready(e), i;
	struct bench_msg msg;

	for (i = 0; i < n && i < run->batch; i++) {
		back_take(e, &msg);
		msg.word[2] = msg.word[0] + 1;
		back_put(e, &msg);
	}
	if (i)
		loop_notify(run, &run->to_front, back_publish(e, loop_looks(run)));
	return i;
}

static void kind_back(struct bench_run *run)
{
	struct end *e = end_back();

	while (!__atomic_load_n(&run->stop, __ATOMIC_RELAXED)) {
		if (back_serve(run, e))
			continue;
		if (run->mode <= BENCH_POLL)
			bench_relax(run);
		else if (run->mode == BENCH_ALWAYS || !back_arm(e))
			bench_event_wait(&run->to_back);
	}
}

const struct bench_kind BENCH_KIND = { BENCH_NAME, BENCH_BARE_TOO, end_begin, kind_front,
				       kind_back };
