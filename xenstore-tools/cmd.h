/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of xsr: what each is called with, what it returns.
 *
 * A command has two halves: cmd_NAME() reads the command line and opens the store, xsr_NAME() does
 * the work on any store and any output, which is what the tests call.
 */
#ifndef XSR_TOOL_CMD_H
#define XSR_TOOL_CMD_H

#include <stdio.h>

#include "xenstore-tools/report.h"
#include "xenstore-tools/store.h"

#define XSR_VERSION "0.1"

/* Exit codes, the same for every command. */
enum xsr_exit {
	XSR_EXIT_OK = 0,
	XSR_EXIT_FAIL = 1, /* nothing found, or it did not work; stderr says what */
	XSR_EXIT_USAGE = 2, /* the command line makes no sense */
};

struct xsr_command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

/* Where a command works. */
struct xsr_io {
	struct xsr_store *store;
	FILE *out;
	FILE *err;
};

struct xsr_list_args {
	bool any_class;
	enum xsr_class class;
	const char *domain; /* number or name; NULL: all */
	bool json;
};

struct xsr_show_args {
	const char *path; /* NULL: the three below are used */
	enum xsr_class class;
	const char *domain; /* of the front-end, number or name */
	const char *device; /* number or name */
	bool json;
};

/* A line for each device. Returns an exit code. */
int xsr_list(const struct xsr_io *io, const struct xsr_list_args *args);

/* Everything about one device. Returns an exit code. */
int xsr_show(const struct xsr_io *io, const struct xsr_show_args *args);

/* The parts of xsr_show(): print @r for people. */
void xsr_show_report(const struct xsr_report *r, FILE *out);

int cmd_list(int argc, char **argv);
int cmd_show(int argc, char **argv);

/*
 * Run @work(@io, @args) on the store of this domain with the standard streams. Returns its exit
 * code, or XSR_EXIT_FAIL with a message if there is no store.
 */
int xsr_with_store(int (*work)(const struct xsr_io *io, const void *args), const void *args);

/* Say that the store failed with @err (negative errno). Returns XSR_EXIT_FAIL. */
int xsr_store_failed(const struct xsr_io *io, int err);

#endif /* XSR_TOOL_CMD_H */
