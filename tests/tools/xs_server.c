// SPDX-License-Identifier: GPL-2.0
/*
 * A xenstored that serves a store from memory on a Unix socket, so that the real xsr can be run
 * with the real libxenstore on a machine without Xen.
 *
 *     xs_server SOCKET [--conflict N] [--hang] [--no-transactions] [--eof-after N] < NODES
 *
 * NODES has a line "PATH VALUE" for each node; a VALUE may hold \n \t \0 \\ and \xNN. It speaks the
 * public wire protocol (xs_wire.h): directory, read, transaction start and end; anything else is
 * refused. It serves one connection after another until it is killed, and prints "ready" first.
 * --hang reads requests and never answers; --eof-after closes the connection after N answers.
 * Used by tests/tools/run_live.sh.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <xenstore.h>

#include "tests/fakes/fake_store.h"

struct server {
	const char *socket;
	unsigned int conflicts;
	unsigned int answers; /* before the connection is closed; 0: no limit */
	bool hang;
	bool no_transactions;
	struct xsr_store *store;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Unescape the rest of a line in place; returns its length. */
static size_t unescape(char *s)
{
	char *to = s, *from = s;
	unsigned int byte;

	while (*from && *from != '\n') {
		if (*from != '\\') {
			*to++ = *from++;
			continue;
		}
		if (from[1] == 'x' && sscanf(from + 2, "%2x", &byte) == 1) {
			*to++ = (char)byte;
			from += 4;
			continue;
		}
		*to++ = from[1] == 'n' ? '\n' :
			from[1] == 't' ? '\t' :
			from[1] == '0' ? '\0' :
					 '\\';
		from += 2;
	}
	return (size_t)(to - s);
}

static void load(struct xsr_store *store)
{
	char *line = NULL, *value;
	size_t size = 0, len;

	while (getline(&line, &size, stdin) > 0) {
		value = line + strcspn(line, " \n");
		if (value == line)
			continue;
		if (*value == ' ')
			*value++ = '\0';
		else
			*value = '\0';
		len = unescape(value);
		fake_set_bytes(store, line, value, len);
	}
	free(line);
}

static bool get(int fd, void *data, size_t len)
{
	ssize_t n;

	while (len) {
		n = read(fd, data, len);
		if (n <= 0)
			return false;
		data = (char *)data + n;
		len -= (size_t)n;
	}
	return true;
}

static void send_reply(int fd, struct xsd_sockmsg msg, const void *body, size_t len)
{
	msg.len = (uint32_t)len;
	if (write(fd, &msg, sizeof(msg)) != sizeof(msg) ||
	    (len && write(fd, body, len) != (ssize_t)len))
		fprintf(stderr, "xs_server: the client went away\n");
}

static void send_error(int fd, struct xsd_sockmsg msg, int err)
{
	size_t i;

	msg.type = XS_ERROR;
	for (i = 0; i < sizeof(xsd_errors) / sizeof(xsd_errors[0]); i++) {
		if (xsd_errors[i].errnum != -err)
			continue;
		send_reply(fd, msg, xsd_errors[i].errstring, strlen(xsd_errors[i].errstring) + 1);
		return;
	}
	send_reply(fd, msg, "EIO", 4);
}

/* Paths that do not begin with a slash are below the client's home; ours is domain 0. */
static char *absolute(const char *path)
{
	return *path == '/' ? xsr_dup(path) : xsr_format("/local/domain/0/%s", path);
}

static void answer_read(struct server *s, int fd, struct xsd_sockmsg msg, const char *path)
{
	struct xsr_bytes value;
	int err = xsr_store_read(s->store, path, &value);

	if (err) {
		send_error(fd, msg, err);
		return;
	}
	send_reply(fd, msg, value.data, value.len);
	xsr_bytes_free(&value);
}

static void answer_list(struct server *s, int fd, struct xsd_sockmsg msg, const char *path)
{
	struct xsr_names names = { 0 };
	struct xsr_text body = { 0 };
	int err = xsr_store_list(s->store, path, &names);
	size_t i, len = 0;

	if (err) {
		send_error(fd, msg, err);
		return;
	}
	for (i = 0; i < names.count; i++)
		xsr_text_add(&body, "%s%c", names.name[i], '\0');
	len = body.len;
	send_reply(fd, msg, body.s, len);
	xsr_text_free(&body);
	xsr_names_free(&names);
}

static void answer(struct server *s, int fd, struct xsd_sockmsg msg, const char *body)
{
	char *path = absolute(body);
	int err;

	switch (msg.type) {
	case XS_READ:
		answer_read(s, fd, msg, path);
		break;
	case XS_DIRECTORY:
		answer_list(s, fd, msg, path);
		break;
	case XS_TRANSACTION_START:
		err = s->no_transactions ? -ENOSPC : s->store->ops->begin(s->store);
		if (err)
			send_error(fd, msg, err);
		else
			send_reply(fd, msg, "1", 2);
		break;
	case XS_TRANSACTION_END:
		err = s->store->ops->end(s->store);
		if (err)
			send_error(fd, msg, err);
		else
			send_reply(fd, msg, "OK", 3);
		break;
	default:
		send_error(fd, msg, -ENOSYS);
	}
	free(path);
}

static void serve(struct server *s, int fd)
{
	char body[XENSTORE_PAYLOAD_MAX + 1];
	unsigned int answered = 0;
	struct xsd_sockmsg msg;

	while (get(fd, &msg, sizeof(msg)) && msg.len <= XENSTORE_PAYLOAD_MAX &&
	       get(fd, body, msg.len)) {
		body[msg.len] = '\0';
		if (s->hang)
			continue;
		answer(s, fd, msg, body);
		if (s->answers && ++answered >= s->answers)
			break;
	}
	close(fd);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct server *s = state->input;

	switch (key) {
	case 'c':
		s->conflicts = (unsigned int)strtoul(arg, NULL, 10);
		return 0;
	case 'e':
		s->answers = (unsigned int)strtoul(arg, NULL, 10);
		return 0;
	case 'h':
		s->hang = true;
		return 0;
	case 'n':
		s->no_transactions = true;
		return 0;
	case ARGP_KEY_ARG:
		s->socket = arg;
		return 0;
	case ARGP_KEY_END:
		if (!s->socket)
			argp_error(state, "no socket named");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "conflict", 'c', "N", 0, "Fail the first N commits", 0 },
		{ "eof-after", 'e', "N", 0, "Close each connection after N answers", 0 },
		{ "hang", 'h', NULL, 0, "Never answer", 0 },
		{ "no-transactions", 'n', NULL, 0, "Refuse transactions", 0 },
		{ 0 },
	};
	static const struct argp argp = { .options = options,
					  .parser = parse,
					  .args_doc = "SOCKET" };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct server s = { 0 };
	int fd, client;

	argp_parse(&argp, argc, argv, 0, NULL, &s);
	if (strlen(s.socket) >= sizeof(address.sun_path)) {
		fprintf(stderr, "xs_server: the socket's path is too long\n");
		return 1;
	}
	memcpy(address.sun_path, s.socket, strlen(s.socket) + 1);
	s.store = fake_store_new();
	fake_conflict(s.store, s.conflicts);
	load(s.store);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 4))
		die("xs_server");
	puts("ready");
	fflush(stdout);
	while ((client = accept(fd, NULL, NULL)) >= 0)
		serve(&s, client);
	die("xs_server");
}
