# SPDX-License-Identifier: GPL-2.0
#
# Adds up the PV hypercalls in a trace written by xentrace: prints "NAME COUNT" lines, most frequent
# first, then how many grants were mapped, unmapped and copied by them, of which one hypercall does many
# ("map 32"). A record is one word (event number in the low 28 bits, number of extra words in the next
# three, top bit: an 8-byte time stamp follows), the time stamp, the extra words. A lost-records event
# in the trace makes the counts wrong, so it is an error.
import collections
import struct
import sys

# Hypercall, and hypercall made inside a multicall; the low 20 bits of the first extra word number it. Of
# grant_table_op two more words say what, and how often.
HYPERCALLS = (0x20100D, 0x20100E)
GRANTS = {0: "map", 1: "unmap", 5: "copy"}
LOST_RECORDS = 0x1F001

NAMES = {
    1: "mmu_update", 2: "set_gdt", 3: "stack_switch", 5: "fpu_taskswitch", 10: "update_descriptor",
    12: "memory_op", 13: "multicall", 14: "update_va_mapping", 15: "set_timer_op", 17: "xen_version",
    18: "console_io", 20: "grant_table_op", 21: "vm_assist", 23: "iret", 24: "vcpu_op",
    25: "set_segment_base", 26: "mmuext_op", 29: "sched_op", 30: "callback_op", 32: "event_channel_op",
    33: "physdev_op", 34: "hvm_op", 35: "sysctl", 36: "domctl",
}


def records(data):
    at = 0
    while at + 4 <= len(data):
        (head,) = struct.unpack_from("<I", data, at)
        at += 4
        if head >> 31:
            at += 8
        extra = head >> 28 & 7
        if at + 4 * extra > len(data):
            sys.exit("hypercalls: the trace ends inside a record")
        yield head & 0xFFFFFFF, struct.unpack_from("<%dI" % extra, data, at)
        at += 4 * extra


def main(path):
    counts, grants = collections.Counter(), collections.Counter({name: 0 for name in GRANTS.values()})
    with open(path, "rb") as f:
        data = f.read()
    for event, words in records(data):
        if event == LOST_RECORDS:
            sys.exit("hypercalls: the trace lost %d records" % words[0])
        if event in HYPERCALLS:
            number = words[0] & 0xFFFFF
            counts[NAMES.get(number, "hypercall_%d" % number)] += 1
            if NAMES.get(number) == "grant_table_op" and words[1] in GRANTS:
                grants[GRANTS[words[1]]] += words[2]
    if not counts:
        sys.exit("hypercalls: no hypercall in the trace")
    for name, count in counts.most_common() + list(grants.items()):
        print(name, count)


main(sys.argv[1])
