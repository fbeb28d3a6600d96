# SPDX-License-Identifier: GPL-2.0
#
# What an operation costs, out of the result files of dom0.sh here: writes RESULTS/work.csv with the
# columns of every bench file. An operation is a disk request, a UDP datagram or 64 KiB of TCP. What the
# same job costs on a disk inside the guest (the pairing "none") is taken off. Exits 1 when anything is
# missing.
#
# Usage: costs.py RESULTS
import csv
import glob
import os
import sys

from figures import Bad, COLUMNS, fio_job, output, parsed

CALLS = ("grant_table_op", "event_channel_op", "sched_op")


def operations(path):
    """How many operations a tool made, and how many seconds it took for them."""
    text = output(path)
    if path.endswith(".fio"):
        job = fio_job(text)
        used = [job[d] for d in ("read", "write") if job[d]["total_ios"]]
        return sum(d["total_ios"] for d in used), sum(d["total_ios"] / d["iops"] for d in used)
    report = parsed(text)
    end = report["end"]
    if report["start"]["test_start"]["protocol"] == "TCP":
        return end["sum_received"]["bytes"] / 65536, end["sum_received"]["seconds"]
    # Those that were lost were sent all the same.
    return end["sum"]["packets"], end["sum"]["seconds"]


def hypercalls(path, count):
    with open(path + ".calls") as f:
        made = dict(line.split() for line in f)
    return {"hypercalls " + name: (int(made.get(name, 0)) / count, "per operation") for name in CALLS}


def costs(path, kind):
    """{metric: (cost of an operation, unit)}"""
    count, seconds = operations(path)
    if not count:
        raise Bad("no operation")
    if kind == "instructions":
        return {"instructions": (1e9 * seconds / count, "per operation")}
    return hypercalls(path, count)


def main(results):
    found, status = {}, 0
    for path in sorted(glob.glob(results + "/*.fio") + glob.glob(results + "/*.iperf3")):
        pairing, job, repeat, kind, _ = os.path.basename(path).split(".")
        try:
            found.setdefault((pairing, job, repeat), {}).update(costs(path, kind))
        except (Bad, KeyError, OSError, ValueError) as e:
            print("FAILED %s: %s, repeat %s: %r" % (pairing, job, repeat, e))
            status = 1
    with open(results + "/work.csv", "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(COLUMNS)
        for (pairing, job, repeat), metrics in found.items():
            base = found.get(("none", job, repeat), {})
            for metric, (value, unit) in metrics.items():
                if pairing == "none":
                    row = ("none", job, metric, "%.4g" % value, unit, repeat)
                else:
                    value -= base.get(metric, (0, ""))[0]
                    row = (pairing.replace("-", "/"), job, metric, "%.6g" % value, unit, repeat)
                out.writerow(row)
    return status


sys.exit(main(*sys.argv[1:]))
