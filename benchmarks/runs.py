# SPDX-License-Identifier: GPL-2.0
#
# Reads the files of a bench run and does its statistics. A figure is summed up by its median and its
# spread (least and most) over the repeats; a ratio to stock/stock likewise, each repeat's figure being
# divided by that of stock/stock in the same repeat, so that what changes slowly on the machine cancels
# out. Ratios are turned so that above 1 is better. In a run of the ring bench Xen's macros are what
# stock/stock is elsewhere. Callers: report.py, compare.py, headline.py.
import collections
import csv
import os
import statistics

from figures import better

KINDS = ("fio", "net", "work", "ring")
# What a run compares, that first to which the others are put in ratio.
PAIRINGS = ("stock/stock", "stock/ours", "ours/stock", "ours/ours")
# No pairing, but compared with them: devices that the device model emulates.
EMULATED = "emulated"
# How the metrics begin that are costs.
COSTS = ("instructions", "hypercalls", "grants", "events", "wake-ups", "switches", "bytes copied", "ns-per-m")
QUEUES = ("xen", "lamport", "slotflag", "xsr", "xsr+cache")

Spread = collections.namedtuple("Spread", "median low high")


def spread(values):
    return Spread(statistics.median(values), min(values), max(values)) if values else None


class Run:
    """head: {key: value} of the comment lines. values: {(job, metric): {pairing: {repeat: value}}}, in
    the order of the file. units: {(job, metric): unit}. base: what the others are put in ratio to."""

    def __init__(self, path):
        self.head, self.values, self.units = {}, {}, {}
        self.order = QUEUES if path.endswith("-ring.csv") else PAIRINGS + (EMULATED,)
        self.base = self.order[0]
        with open(path, newline="") as f:
            lines = list(f)
        for line in lines:
            if line.startswith("#"):
                key, _, value = line[1:].strip().partition(": ")
                self.head[key] = value
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            key = row["job"], row["metric"]
            self.units[key] = row["unit"]
            pairings = self.values.setdefault(key, {})
            pairings.setdefault(row["pairing"], {})[row["repeat"]] = float(row["value"])

    def pairings(self):
        return [p for p in self.order if any(p in v for v in self.values.values())]

    def figure(self, key, pairing):
        return spread(list(self.values[key].get(pairing, {}).values()))

    def ratio(self, key, pairing):
        base = self.values[key].get(self.base, {})
        found = [better(value, base[repeat], self.units[key])
                 for repeat, value in self.values[key].get(pairing, {}).items() if repeat in base]
        return spread([r for r in found if r is not None])

    def told(self):
        """The figures worth a line: rates of each job, latencies of those with one request in flight."""
        return [key for key in self.values if tells(*key)]


def tells(job, metric):
    large = any(size in job for size in ("128k", "1m", "tcp-"))
    if metric.startswith("latency"):
        return metric != "latency mean" and any(s in job for s in ("qd1@", "ping-pong", "fsync")) or \
            metric != "latency mean" and job.endswith("qd1")
    return {"iops": not large, "bandwidth": large, "packets": True, "loss": True,
            "least share": True}.get(metric, metric.startswith(COSTS))


def load(prefix):
    """{kind: Run} of the files PREFIX-fio.csv, -net.csv and -work.csv that are there."""
    found = {}
    for kind in KINDS:
        path = "%s-%s.csv" % (prefix, kind)
        if os.path.exists(path):
            found[kind] = Run(path)
    if not found:
        raise SystemExit("no figures: %s-{%s}.csv" % (prefix, ",".join(KINDS)))
    return found
