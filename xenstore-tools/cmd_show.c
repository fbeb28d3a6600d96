// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of xsr show.
 *
 * It decides what arguments mean and which are wrong; the work is show.c's. Called by main.c.
 */
#include <argp.h>

#include "xenstore-tools/cmd.h"

/* The arguments as they come: a path alone, or type, domain and device. */
struct words {
	char *word[3];
	unsigned int count;
	bool json;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *w = state->input;

	switch (key) {
	case 'j':
		w->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (w->count == ARRAY_SIZE(w->word))
			argp_error(state, "too many arguments at \"%s\"", arg);
		w->word[w->count++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (w->count != 1 && w->count != 3)
			argp_error(state, "name a device: TYPE DOMAIN DEVICE, or its PATH");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int work(const struct xsr_io *io, const void *args)
{
	return xsr_show(io, args);
}

int cmd_show(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "json", 'j', NULL, 0, "Print JSON", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "TYPE DOMAIN DEVICE\nPATH",
		.doc = "Everything about one device: states and peers, what the back-end offers, "
		       "what the front-end chose and what is in effect, rings, event channels, "
		       "problems.\vTYPE is vbd or vif, DOMAIN the front-end's by number or name, "
		       "DEVICE a number or a name such as xvda. PATH is either end's directory in "
		       "xenstore.\n\n"
		       "Exit code: 0 shown, 1 no such device or an error, 2 usage.",
	};
	struct xsr_show_args args = { 0 };
	struct words w = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &w);
	args.json = w.json;
	if (w.count == 1) {
		args.path = w.word[0];
		return xsr_with_store(work, &args);
	}
	args.domain = w.word[1];
	args.device = w.word[2];
	if (xsr_class_parse(w.word[0], &args.class))
		return xsr_with_store(work, &args);
	fprintf(stderr, "xsr show: \"%s\" is no type of device: vbd and vif are\n", w.word[0]);
	return XSR_EXIT_USAGE;
}
