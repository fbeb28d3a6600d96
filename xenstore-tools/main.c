// SPDX-License-Identifier: GPL-2.0
/*
 * xsr: look at Xen's split block and network devices from the command line.
 *
 * It decides which command runs and what the exit code is when output cannot be written. The
 * commands are in files of their own (cmd.h).
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xenstore-tools/cmd.h"

static int cmd_help(int argc, char **argv);

static const struct xsr_command commands[] = {
	{ "list", "a line for each block and network device", cmd_list },
	{ "show", "everything about one device", cmd_show },
	{ "help", "what a command does and its options", cmd_help },
};

const char *argp_program_version = "xsr (Splitring) " XSR_VERSION;

static const struct xsr_command *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static int run(const struct xsr_command *c, int argc, char **argv)
{
	char *name = xsr_format("xsr %s", c->name);
	char *old = argv[0];
	int rc;

	argv[0] = name; /* what argp calls the program in its messages */
	rc = c->run(argc, argv);
	argv[0] = old;
	free(name);
	return rc;
}

static int unknown(const char *name)
{
	char *safe = xsr_safe(name, strlen(name), 64);

	fprintf(stderr, "xsr: no such command: \"%s\"\nTry `xsr --help'.\n", safe);
	free(safe);
	return XSR_EXIT_USAGE;
}

static int main_help(FILE *out);

static int cmd_help(int argc, char **argv)
{
	const struct xsr_command *c = argc > 1 ? find(argv[1]) : NULL;
	char *args[] = { NULL, "--help", NULL };

	if (argc < 2)
		return main_help(stdout);
	if (!c || argc > 2)
		return unknown(c ? argv[2] : argv[1]);
	if (c->run == cmd_help) {
		printf("Usage: xsr help [COMMAND]\n");
		return XSR_EXIT_OK;
	}
	return run(c, 2, args);
}

struct choice {
	const struct xsr_command *command;
	int at; /* its place on the command line */
	const char *wrong;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct choice *choice = state->input;

	if (key != ARGP_KEY_ARG)
		return key == ARGP_KEY_END || key == ARGP_KEY_NO_ARGS ? 0 : ARGP_ERR_UNKNOWN;
	choice->command = find(arg);
	choice->wrong = choice->command ? NULL : arg;
	choice->at = state->next - 1;
	state->next = state->argc; /* the rest is the command's */
	return 0;
}

/* The commands, below the options. */
static char *filter(int key, const char *text, void *input)
{
	struct xsr_text t = { 0 };
	size_t i;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	xsr_text_add(&t, "Commands:\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		xsr_text_add(&t, "  %-8s%s\n", commands[i].name, commands[i].summary);
	xsr_text_add(&t, "\nExit code: 0 done, 1 nothing found or an error, 2 usage.");
	return xsr_text_take(&t);
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = "Look at Xen's split block and network devices: both ends' states, what they "
	       "negotiated, and what is wrong.\vcommands",
	.help_filter = filter,
};

static int main_help(FILE *out)
{
	argp_help(&argp, out, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK, (char *)"xsr");
	return out == stdout ? XSR_EXIT_OK : XSR_EXIT_USAGE;
}

int xsr_with_store(int (*work)(const struct xsr_io *io, const void *args), const void *args)
{
	struct xsr_text error = { 0 };
	struct xsr_io io = { .store = xsr_store_open(&error), .out = stdout, .err = stderr };
	int rc;

	if (!io.store) {
		fprintf(stderr, "xsr: %s\n", error.s);
		xsr_text_free(&error);
		return XSR_EXIT_FAIL;
	}
	rc = work(&io, args);
	xsr_store_close(io.store);
	return rc;
}

/* A full disk or a closed pipe is an error like any other. */
static int finish(int rc)
{
	if (!fflush(stdout) && !ferror(stdout))
		return rc;
	fprintf(stderr, "xsr: cannot write the output: %s\n", strerror(errno));
	return XSR_EXIT_FAIL;
}

int main(int argc, char **argv)
{
	struct choice choice = { 0 };

	argp_err_exit_status = XSR_EXIT_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &choice);
	if (choice.wrong)
		return unknown(choice.wrong);
	if (!choice.command)
		return main_help(stderr);
	return finish(run(choice.command, argc - choice.at, argv + choice.at));
}
