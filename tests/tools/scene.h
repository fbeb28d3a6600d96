/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of xsr share: devices as a toolstack and two well-behaved drivers leave them in
 * xenstore, and a way to run a command and keep what it printed.
 */
#ifndef XSR_TESTS_SCENE_H
#define XSR_TESTS_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fakes/fake_store.h"
#include "xenstore-tools/cmd.h"

/* Domain 0 "Domain-0" and domain 3 "guest". */
struct xsr_store *scene_domains(void);

#define VBD_FRONT "/local/domain/3/device/vbd/51728"
#define VBD_BACK "/local/domain/0/backend/vbd/3/51728"
#define VIF_FRONT "/local/domain/3/device/vif/0"
#define VIF_BACK "/local/domain/0/backend/vif/3/0"

/* xvdb of domain 3, connected: 2 queues, rings of order 1, persistent grants, 256 segments. */
void scene_vbd(struct xsr_store *s);

/* vif 0 of domain 3, connected: 1 queue, split event channels, all usual offloads. */
void scene_vif(struct xsr_store *s);

/* fake_set() of @dir/@key. */
void scene_set(struct xsr_store *s, const char *dir, const char *key, const char *value);

/* What a command came to. */
struct outcome {
	int rc;
	char *out;
	char *err;
};

struct outcome run_list(struct xsr_store *s, const struct xsr_list_args *args);
struct outcome run_show(struct xsr_store *s, const struct xsr_show_args *args);

/* xsr show PATH */
struct outcome show_path(struct xsr_store *s, const char *path);

void outcome_free(struct outcome *o);

/* Fail unless @o printed @text, or did not, on the stream. */
#define assert_out(o, text) assert_non_null(strstr((o).out, text))
#define assert_not_out(o, text) assert_null(strstr((o).out, text))
#define assert_err(o, text) assert_non_null(strstr((o).err, text))

/*
 * Fail unless some line of @o's output consists of just these cells: @cells is them with one blank
 * between each, blanks in the line count as one.
 */
void assert_line(const struct outcome *o, const char *cells);

#endif /* XSR_TESTS_SCENE_H */
