// SPDX-License-Identifier: GPL-2.0
/*
 * Device directories: text to place and back. See path.h.
 *
 * It decides what counts as a device path. It reads nothing.
 */
#include <stdio.h>
#include <string.h>

#include "xenstore-tools/path.h"
#include "xenstore-tools/text.h"

const char *const xsr_class_name[XSR_CLASS_COUNT] = {
	[XSR_VBD] = "vbd",
	[XSR_VIF] = "vif",
};

const struct xsr_back_kind xsr_back_kinds[XSR_BACK_KIND_COUNT] = {
	{ "vbd", XSR_VBD }, /* kernel back-ends, libxl's phy */
	{ "qdisk", XSR_VBD }, /* QEMU */
	{ "vbd3", XSR_VBD }, /* tapdisk's daemon */
	{ "tap", XSR_VBD }, /* older tapdisk */
	{ "vif", XSR_VIF }, /* kernel back-ends */
	{ "qnic", XSR_VIF }, /* QEMU */
};

/* Parts of the longest path we know; one more is taken to see that there is no more. */
#define PARTS_MAX 9
#define PART_SIZE 24 /* longer than any word or number that can be right */

bool xsr_number(const char *text, u32 max, u32 *n)
{
	u64 value = 0;
	const char *p;

	for (p = text; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (u64)(*p - '0');
		if (value > max)
			return false;
	}
	if (p == text || *p || (text[0] == '0' && text[1]))
		return false;
	*n = (u32)value;
	return true;
}

static bool domid(const char *text, u32 *n)
{
	return xsr_number(text, XSR_DOMID_LIMIT - 1, n);
}

bool xsr_class_parse(const char *text, enum xsr_class *class)
{
	unsigned int i;

	for (i = 0; i < XSR_CLASS_COUNT; i++) {
		if (!strcmp(text, xsr_class_name[i])) {
			*class = (enum xsr_class)i;
			return true;
		}
	}
	return false;
}

/* Split "/a/b/c" or "/a/b/c/" into parts. Returns their number, 0 if it cannot be a device path. */
static size_t split(const char *path, char part[PARTS_MAX][PART_SIZE])
{
	size_t n = 0;
	size_t len;

	while (*path == '/' && path[1]) {
		path++;
		len = strcspn(path, "/");
		if (!len || len >= PART_SIZE || n == PARTS_MAX)
			return 0;
		memcpy(part[n], path, len);
		part[n++][len] = '\0';
		path += len;
	}
	return *path && strcmp(path, "/") ? 0 : n;
}

static bool parse_front(char part[PARTS_MAX][PART_SIZE], struct xsr_place *place)
{
	place->role = XSR_FRONT;
	place->kind = NULL;
	place->front = place->owner;
	return xsr_class_parse(part[4], &place->class) &&
	       xsr_number(part[5], UINT32_MAX, &place->dev);
}

static bool parse_back(char part[PARTS_MAX][PART_SIZE], struct xsr_place *place)
{
	size_t i;

	place->role = XSR_BACK;
	for (i = 0; i < XSR_BACK_KIND_COUNT; i++) {
		if (strcmp(part[4], xsr_back_kinds[i].name))
			continue;
		place->kind = xsr_back_kinds[i].name;
		place->class = xsr_back_kinds[i].class;
		return domid(part[5], &place->front) &&
		       xsr_number(part[6], UINT32_MAX, &place->dev);
	}
	return false;
}

bool xsr_place_parse(const char *path, struct xsr_place *place)
{
	char part[PARTS_MAX][PART_SIZE];
	size_t n = split(path, part);

	if (n < 6 || strcmp(part[0], "local") || strcmp(part[1], "domain") ||
	    !domid(part[2], &place->owner))
		return false;
	if (n == 6 && !strcmp(part[3], "device"))
		return parse_front(part, place);
	if (n == 7 && !strcmp(part[3], "backend"))
		return parse_back(part, place);
	return false;
}

char *xsr_place_path(const struct xsr_place *place)
{
	if (place->role == XSR_FRONT)
		return xsr_format("/local/domain/%u/device/%s/%u", place->owner,
				  xsr_class_name[place->class], place->dev);
	return xsr_format("/local/domain/%u/backend/%s/%u/%u", place->owner, place->kind,
			  place->front, place->dev);
}
