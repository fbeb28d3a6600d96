// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of xsr list.
 *
 * It decides what arguments mean and which are wrong; the work is list.c's. Called by main.c.
 */
#include <argp.h>

#include "xenstore-tools/cmd.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct xsr_list_args *args = state->input;

	switch (key) {
	case 't':
		args->any_class = false;
		if (!xsr_class_parse(arg, &args->class))
			argp_error(state, "\"%s\" is no type of device: vbd and vif are", arg);
		return 0;
	case 'd':
		args->domain = arg;
		return 0;
	case 'j':
		args->json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "\"%s\" is not expected: list takes options only", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int work(const struct xsr_io *io, const void *args)
{
	return xsr_list(io, args);
}

int cmd_list(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "type", 't', "TYPE", 0, "Only devices of this type, vbd or vif", 0 },
		{ "domain", 'd', "DOMAIN", 0,
		  "Only devices with an end in this domain, by number or name", 0 },
		{ "json", 'j', NULL, 0, "Print JSON", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "A line for each block and network device: both ends with their states, "
		       "queues, ring order (log2 of pages), features in effect and what the "
		       "back-end serves it from.\v"
		       "Exit code: 0 devices found, 1 none or an error, 2 usage.",
	};
	struct xsr_list_args args = { .any_class = true };

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	return xsr_with_store(work, &args);
}
