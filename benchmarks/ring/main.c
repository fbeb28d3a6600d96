// SPDX-License-Identifier: GPL-2.0
/*
 * Native bench of the ring: several queues behind one interface, two threads over one page, swept over
 * who waits how, how much is under way, and on which CPUs the threads run. Prints the lines of a CSV
 * file; ring.sh puts the header before them.
 *
 *   ring [REPEATS [MILLISECONDS [MODE]]]
 *
 * MODE (bare, poll, always, event) is the first one that is run: from "always" on both threads sleep
 * when they have nothing to do, and nobody spins, which is for a machine that others work on too.
 *
 * Kinds are interleaved within a repeat, so that whatever else the machine does hits all of them.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "benchmarks/ring/bench.h"

/* The kernel's numbers; its header is not for programs of this tree. */
#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129

#define MAX_CPUS 64
/* Nothing takes longer, seconds. */
#define MAIN_PATIENCE 100

struct job {
	u32 depth;
	u32 batch;
};

static const struct bench_kind *const kinds[] = { &bench_xsr, &bench_xen, &bench_lamport,
						  &bench_slotflag, &bench_xsr_cache };
static const struct job jobs[] = { { 1, 1 }, { 32, 1 }, { 32, 8 }, { 64, 32 } };
static const char *const mode_names[BENCH_MODES] = { "bare", "poll", "always", "event" };

static struct bench_run run;
static u32 run_ms = 10;
static u32 first_mode = BENCH_BARE;

u64 bench_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}

void bench_event_send(struct bench_event *e)
{
	__atomic_fetch_add(&e->sent, 1, __ATOMIC_RELAXED);
	if (!__atomic_exchange_n(&e->pending, 1, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &e->pending, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void bench_event_wait(struct bench_event *e)
{
	struct timespec patience = { 0, 10000000 };

	if (!__atomic_load_n(&e->pending, __ATOMIC_RELAXED))
		syscall(SYS_futex, &e->pending, FUTEX_WAIT_PRIVATE, 0, &patience, NULL, 0);
	__atomic_exchange_n(&e->pending, 0, __ATOMIC_SEQ_CST);
}

void bench_relax(const struct bench_run *r)
{
	if (r->one_cpu)
		sched_yield();
	else
#if defined(__x86_64__) || defined(__i386__)
		__builtin_ia32_pause();
#else
		__asm__ volatile("" ::: "memory");
#endif
}

void bench_line(const char *pairing, const char *job, const char *metric, double value,
		const char *unit, u32 repeat)
{
	printf("%s,%s,%s,%.3f,%s,%u\n", pairing, job, metric, value, unit, repeat);
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("sched_setaffinity");
}

struct back {
	const struct bench_kind *kind;
	int cpu;
};

static void *back_thread(void *arg)
{
	const struct back *back = arg;

	pin(back->cpu);
	bench_event_send(&run.to_front); /* ready; the front waits on its own CPU until then */
	back->kind->back(&run);
	return NULL;
}

/* Where the two threads run. */
struct place {
	const char *name;
	int front;
	int back;
};

static void report(const char *kind, enum bench_mode mode, const struct job *job,
		   const struct place *place, double ns, u32 repeat)
{
	u64 sent = run.to_back.sent + run.to_front.sent - 2; /* for begin and end */
	char name[64];

	snprintf(name, sizeof(name), "%s-d%u-b%u-%s", mode_names[mode], job->depth, job->batch,
		 place->name);
	bench_line(kind, name, "ns-per-message", ns / (double)run.done, "ns", repeat);
	if (mode > BENCH_POLL)
		bench_line(kind, name, "messages-per-notify",
			   (double)run.done / (double)(sent ? sent : 1), "messages", repeat);
}

static void one(const struct bench_kind *kind, enum bench_mode mode, const struct job *job,
		const struct place *place, u32 repeat)
{
	struct back back = { kind, place->back };
	pthread_t thread;
	u64 begin;

	memset(&run, 0, sizeof(run));
	run.mode = mode;
	run.depth = job->depth;
	run.batch = job->batch;
	run.one_cpu = place->front == place->back;
	kind->begin(&run);
	pin(place->front);
	if (pthread_create(&thread, NULL, back_thread, &back))
		exit(1);
	while (!__atomic_load_n(&run.to_front.sent, __ATOMIC_RELAXED))
		bench_event_wait(&run.to_front);
	begin = bench_now_ns();
	run.end_ns = begin + run_ms * 1000000ull;
	kind->front(&run);
	pthread_join(thread, NULL);
	report(kind->name, mode, job, place, (double)(run.end_after_ns - begin), repeat);
}

static void all_kinds(enum bench_mode mode, const struct job *job, const struct place *place,
		      u32 repeat)
{
	u32 k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		if (mode != BENCH_BARE || kinds[k]->bare)
			one(kinds[k], mode, job, place, repeat);
}

static void sweep(const struct place *places, u32 nr_places, u32 repeat)
{
	u32 p, m, j;

	for (p = 0; p < nr_places; p++)
		for (m = first_mode; m < BENCH_MODES; m++)
			for (j = 0; j < ARRAY_SIZE(jobs); j++)
				all_kinds(m, &jobs[j], &places[p], repeat);
}

/* The same CPU, and two different ones if there are. Returns how many. */
static u32 find_places(struct place *places)
{
	int cpu, n = 0, cpus[MAX_CPUS];
	cpu_set_t set;

	sched_getaffinity(0, sizeof(set), &set);
	for (cpu = 0; cpu < CPU_SETSIZE && n < MAX_CPUS; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[n++] = cpu;
	places[0] = (struct place){ "1cpu", cpus[0], cpus[0] };
	if (n < 2)
		return 1;
	places[1] = (struct place){ "2cpu", cpus[0], cpus[1] };
	return 2;
}

static void choose_mode(const char *name)
{
	for (first_mode = 0; first_mode < BENCH_MODES; first_mode++)
		if (!strcmp(name, mode_names[first_mode]))
			return;
	fprintf(stderr, "ring: no mode %s\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	u32 repeat, repeats = argc > 1 ? (u32)atoi(argv[1]) : 5;
	struct place places[2];
	u32 nr_places = find_places(places);

	setvbuf(stdout, NULL, _IOLBF, 0);
	alarm(MAIN_PATIENCE); /* a lost wake-up must not hold a CPU for ever */
	if (argc > 2)
		run_ms = (u32)atoi(argv[2]);
	if (argc > 3)
		choose_mode(argv[3]);
	for (repeat = 1; repeat <= repeats; repeat++) {
		sweep(places, nr_places, repeat);
		pin(places[0].front);
		bench_parse(repeat);
		fflush(stdout);
	}
	return 0;
}
