# SPDX-License-Identifier: GPL-2.0
#
# What an operation costs, out of the result files of dom0.sh here: writes RESULTS/work.csv with the
# columns of every bench file: instructions, hypercalls of each kind, grants mapped, unmapped and copied,
# events each way, wake-ups and bytes copied. An operation is a disk request, a UDP datagram or 64 KiB of
# TCP. What the same job costs on a disk inside the guest (the pairing "none") is taken off. Exits 1 when
# anything is missing.
#
# Usage: costs.py RESULTS
import csv
import glob
import os
import sys

from figures import Bad, COLUMNS, fio_job, output, parsed

# Hypercalls told in any case; of others those of which there is at least one in a hundred operations.
CALLS = ("grant_table_op", "event_channel_op", "sched_op")
LEAST = 0.01
GRANTS = ("map", "unmap", "copy")


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


def counted(path, separator):
    """{name: count} of a file of such lines."""
    with open(path) as f:
        return {name: int(n) for name, n in (line.rsplit(separator, 1) for line in f)}


def hypercalls(path, count):
    made = counted(path + ".calls", " ")
    grants = {name: made.pop(name) for name in GRANTS}
    costs = {"grants, " + name: n / count for name, n in grants.items()}
    for name in CALLS:
        made.setdefault(name, 0)
    costs.update(("hypercalls " + name, n / count) for name, n in made.items())
    return costs


def tallied(path, count):
    before, after = counted(path + ".before", ": "), counted(path + ".after", ": ")
    return {name: (n - before[name]) / count for name, n in after.items()}


def costs(path, kind):
    """{metric: cost of an operation}"""
    count, seconds = operations(path)
    if not count:
        raise Bad("no operation")
    if kind == "hypercalls":
        return hypercalls(path, count)
    return {"instructions": 1e9 * seconds / count, **tallied(path, count)}


def complete(found):
    """Each job tells of the same hypercalls: of those that somebody makes often enough."""
    counted = [metrics for metrics in found.values() if "hypercalls " + CALLS[0] in metrics]
    for name in {name for metrics in counted for name in metrics if name.startswith("hypercalls ")}:
        often = name[len("hypercalls "):] in CALLS or any(m.get(name, 0) >= LEAST for m in counted)
        for metrics in counted:
            if often:
                metrics.setdefault(name, 0)
            else:
                metrics.pop(name, None)


def main(results):
    found, status = {}, 0
    for path in sorted(glob.glob(results + "/*.fio") + glob.glob(results + "/*.iperf3")):
        pairing, job, repeat, kind, _ = os.path.basename(path).split(".")
        try:
            found.setdefault((pairing, job, repeat), {}).update(costs(path, kind))
        except (Bad, KeyError, OSError, ValueError) as e:
            print("FAILED %s: %s, repeat %s: %r" % (pairing, job, repeat, e))
            status = 1
    complete(found)
    with open(results + "/work.csv", "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(COLUMNS)
        for (pairing, job, repeat), metrics in found.items():
            base = found.get(("none", job, repeat), {})
            for metric, value in metrics.items():
                if pairing != "none":
                    value -= base.get(metric, 0)
                out.writerow((pairing.replace("-", "/"), job, metric, "%.6g" % value, "per operation", repeat))
    return status


sys.exit(main(*sys.argv[1:]))
