/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reports as JSON. The shape is documented in docs/xsr.1.scd and is an interface: members are
 * added, not renamed; "format" counts changes that break readers.
 */
#ifndef XSR_TOOL_JSON_H
#define XSR_TOOL_JSON_H

#include <stdio.h>

#include <json-c/json.h>

#include "xenstore-tools/report.h"

#define XSR_JSON_FORMAT 1

/* What a list says of one device; a new reference, independent of @r. */
struct json_object *xsr_json_summary(const struct xsr_report *r);

/* All there is to say of one device; a new reference, independent of @r. */
struct json_object *xsr_json_report(const struct xsr_report *r);

/* Print @o with a final newline and drop the reference. */
void xsr_json_print(struct json_object *o, FILE *out);

#endif /* XSR_TOOL_JSON_H */
