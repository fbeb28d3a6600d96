// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU that counts the bytes which Xen and the kernels copy, whoever's driver asks for it:
 * those moved by string instructions ("rep movs"), of which memory copies of any length are made on the
 * emulated CPU. The copies of Xen are those of grant operations and of hypercalls' arguments; what is
 * moved by single instructions, such as a structure, is not counted, nor what programs copy.
 *
 * When a program executes the mark (mark.h), the counts so far are written to a file, which dom0 sees
 * on its share: "bytes copied by NAME: COUNT" lines.
 *
 * QEMU goes back to a string instruction for each step but the first, so that instruction begins what is
 * translated then, and is executed once for each step and once more in vain: hence as often as there
 * are steps. For that icount must be on.
 *
 * Arguments of the plugin: out=FILE.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "mark.h"

/* Of QEMU's plugin interface, version 1, what is used here; Debian has no header of it. */
typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
enum plugin_regs {
	PLUGIN_NO_REGS
};
enum plugin_op {
	PLUGIN_ADD
};
typedef void (*plugin_translated)(plugin_id id, struct qemu_plugin_tb *tb);
typedef void (*plugin_executed)(unsigned int cpu, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, plugin_translated translated);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, enum plugin_op op,
						void *count, uint64_t by);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, plugin_executed executed,
					    enum plugin_regs regs, void *data);

#define PLUGIN_EXPORT __attribute__((visibility("default")))
PLUGIN_EXPORT int qemu_plugin_version = 1;
PLUGIN_EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int argc,
				      char **argv);

/* Where Xen is in every address space, and where kernels begin. */
#define XEN_BEGIN 0xffff820000000000ull
#define XEN_END 0xffff880000000000ull
#define KERNEL_BEGIN 0xffff800000000000ull

static uint64_t by_xen, by_kernels;
static char *out;

/* How many bytes a step of this instruction moves; 0: it is no repeated move. */
static unsigned int step_of(const struct qemu_plugin_insn *insn)
{
	const uint8_t *code = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);

	if (size < 2 || code[0] != 0xf3)
		return 0;
	if (size == 2)
		return code[1] == 0xa4 ? 1 : code[1] == 0xa5 ? 4 : 0;
	return size == 3 && code[1] == 0x48 && code[2] == 0xa5 ? 8 : 0;
}

static int is_mark(const struct qemu_plugin_insn *insn)
{
	static const uint8_t mark[] = { MARK_BYTES };

	return qemu_plugin_insn_size(insn) == sizeof(mark) &&
	       !memcmp(qemu_plugin_insn_data(insn), mark, sizeof(mark));
}

static void write_counts(unsigned int cpu, void *data)
{
	FILE *f = fopen(out, "w");

	(void)cpu;
	(void)data;
	if (!f) {
		perror(out);
		return;
	}
	fprintf(f, "bytes copied by Xen: %llu\nbytes copied by kernels: %llu\n",
		(unsigned long long)by_xen, (unsigned long long)by_kernels);
	fclose(f);
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	struct qemu_plugin_insn *first = qemu_plugin_tb_get_insn(tb, 0);
	uint64_t at = qemu_plugin_insn_vaddr(first);
	unsigned int step = step_of(first);
	size_t i;

	(void)id;
	if (step && at >= KERNEL_BEGIN)
		qemu_plugin_register_vcpu_insn_exec_inline(
			first, PLUGIN_ADD, at >= XEN_BEGIN && at < XEN_END ? &by_xen : &by_kernels,
			step);
	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		if (is_mark(insn))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, write_counts, PLUGIN_NO_REGS,
							       NULL);
	}
}

PLUGIN_EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int argc,
				      char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "copied: out=FILE is wanted\n");
		return -1;
	}
	out = strdup(argv[0] + 4);
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
