// SPDX-License-Identifier: GPL-2.0
/*
 * Devices and captured output for the tests of xsr, see scene.h.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/tools/scene.h"

struct pair {
	const char *key;
	const char *value;
};

static const struct pair vbd_front[] = {
	{ "backend", VBD_BACK },
	{ "backend-id", "0" },
	{ "state", "4" },
	{ "virtual-device", "51728" },
	{ "device-type", "disk" },
	{ "trusted", "1" },
	{ "protocol", "x86_64-abi" },
	{ "feature-persistent", "1" },
	{ "multi-queue-num-queues", "2" },
	{ "ring-page-order", "1" },
	{ "queue-0/ring-ref0", "8" },
	{ "queue-0/ring-ref1", "9" },
	{ "queue-0/event-channel", "21" },
	{ "queue-1/ring-ref0", "10" },
	{ "queue-1/ring-ref1", "11" },
	{ "queue-1/event-channel", "22" },
};

static const struct pair vbd_back[] = {
	{ "frontend", VBD_FRONT },
	{ "frontend-id", "3" },
	{ "online", "1" },
	{ "state", "4" },
	{ "dev", "xvdb" },
	{ "type", "phy" },
	{ "mode", "w" },
	{ "params", "/dev/vg/disk" },
	{ "physical-device", "fe:1" },
	{ "physical-device-path", "/dev/dm-1" },
	{ "hotplug-status", "connected" },
	{ "discard-enable", "1" },
	{ "feature-max-indirect-segments", "256" },
	{ "multi-queue-max-queues", "4" },
	{ "max-ring-page-order", "4" },
	{ "feature-flush-cache", "1" },
	{ "feature-barrier", "0" },
	{ "feature-discard", "1" },
	{ "discard-granularity", "4096" },
	{ "discard-alignment", "0" },
	{ "discard-secure", "0" },
	{ "feature-persistent", "1" },
	{ "sectors", "2097152" },
	{ "info", "0" },
	{ "sector-size", "512" },
	{ "physical-sector-size", "4096" },
};

static const struct pair vif_front[] = {
	{ "backend", VIF_BACK },
	{ "backend-id", "0" },
	{ "state", "4" },
	{ "handle", "0" },
	{ "mac", "00:16:3e:00:00:01" },
	{ "mtu", "1500" },
	{ "trusted", "1" },
	{ "request-rx-copy", "1" },
	{ "feature-rx-notify", "1" },
	{ "feature-sg", "1" },
	{ "feature-gso-tcpv4", "1" },
	{ "feature-gso-tcpv6", "1" },
	{ "feature-ipv6-csum-offload", "1" },
	{ "tx-ring-ref", "768" },
	{ "rx-ring-ref", "769" },
	{ "event-channel-tx", "30" },
	{ "event-channel-rx", "31" },
};

static const struct pair vif_back[] = {
	{ "frontend", VIF_FRONT },
	{ "frontend-id", "3" },
	{ "online", "1" },
	{ "state", "4" },
	{ "script", "/etc/xen/scripts/vif-bridge" },
	{ "bridge", "xenbr0" },
	{ "mac", "00:16:3e:00:00:01" },
	{ "handle", "0" },
	{ "hotplug-status", "connected" },
	{ "feature-sg", "1" },
	{ "feature-gso-tcpv4", "1" },
	{ "feature-gso-tcpv6", "1" },
	{ "feature-ipv6-csum-offload", "1" },
	{ "feature-rx-copy", "1" },
	{ "feature-xdp-headroom", "1" },
	{ "feature-multicast-control", "1" },
	{ "feature-dynamic-multicast-control", "1" },
	{ "feature-split-event-channels", "1" },
	{ "multi-queue-max-queues", "2" },
	{ "feature-ctrl-ring", "1" },
};

void scene_set(struct xsr_store *s, const char *dir, const char *key, const char *value)
{
	char *path = xsr_format("%s/%s", dir, key);

	fake_set(s, path, value);
	free(path);
}

static void set_all(struct xsr_store *s, const char *dir, const struct pair *pair, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		scene_set(s, dir, pair[i].key, pair[i].value);
}

struct xsr_store *scene_domains(void)
{
	struct xsr_store *s = fake_store_new();

	fake_set(s, "/local/domain/0/name", "Domain-0");
	fake_set(s, "/local/domain/0/domid", "0");
	fake_set(s, "/local/domain/3/name", "guest");
	fake_set(s, "/local/domain/3/domid", "3");
	return s;
}

void scene_vbd(struct xsr_store *s)
{
	set_all(s, VBD_FRONT, vbd_front, ARRAY_SIZE(vbd_front));
	set_all(s, VBD_BACK, vbd_back, ARRAY_SIZE(vbd_back));
}

void scene_vif(struct xsr_store *s)
{
	set_all(s, VIF_FRONT, vif_front, ARRAY_SIZE(vif_front));
	set_all(s, VIF_BACK, vif_back, ARRAY_SIZE(vif_back));
}

/* Run @work with streams that keep what is written. */
static struct outcome capture(struct xsr_store *s,
			      int (*work)(const struct xsr_io *io, const void *args),
			      const void *args)
{
	struct outcome o = { 0 };
	size_t out_len, err_len;
	struct xsr_io io = {
		.store = s,
		.out = open_memstream(&o.out, &out_len),
		.err = open_memstream(&o.err, &err_len),
	};

	assert_non_null(io.out);
	assert_non_null(io.err);
	o.rc = work(&io, args);
	fclose(io.out);
	fclose(io.err);
	return o;
}

static int list(const struct xsr_io *io, const void *args)
{
	return xsr_list(io, args);
}

static int show(const struct xsr_io *io, const void *args)
{
	return xsr_show(io, args);
}

struct outcome run_list(struct xsr_store *s, const struct xsr_list_args *args)
{
	return capture(s, list, args);
}

struct outcome run_show(struct xsr_store *s, const struct xsr_show_args *args)
{
	return capture(s, show, args);
}

struct outcome show_path(struct xsr_store *s, const char *path)
{
	const struct xsr_show_args args = { .path = path };

	return run_show(s, &args);
}

void outcome_free(struct outcome *o)
{
	free(o->out);
	free(o->err);
}

/* Copy the line at @line with runs of blanks as one and none at either end. */
static void squeeze(const char *line, char *to, size_t size)
{
	size_t n = 0;

	for (; *line && *line != '\n' && n + 1 < size; line++)
		if (*line != ' ' || (n && to[n - 1] != ' '))
			to[n++] = *line;
	while (n && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
}

void assert_line(const struct outcome *o, const char *cells)
{
	const char *line = o->out;
	char squeezed[4096];

	while (line && *line) {
		squeeze(line, squeezed, sizeof(squeezed));
		if (!strcmp(squeezed, cells))
			return;
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	fail_msg("no line \"%s\" in:\n%s", cells, o->out);
}
