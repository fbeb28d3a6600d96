#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# Writes what documents say of the bench: the headline table of README.md, and in docs/performance.md the
# goals, how far they can be reached, what requests share and what they cost, the ring by itself and what emulated devices do,
# each between two lines that name it, from the files in benchmarks/results/: each figure from the newest that
# has it. So no figure there is typed by hand. What was measured of other code is in its folder experiments/.
#
# Usage: headline.py            rewrites the tables
#        headline.py --check    fails when one is not what the files say
import glob
import os
import sys

import runs
from figures import better

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
RESULTS = os.path.join(TOP, "benchmarks/results")

# How the name of a job ends whose time was counted in instructions.
STEADY = "@steady"

# The costs of which no pairing is to have more than stock's; what else is counted is how its drivers work, such as
# whether they copy or map. So much less or more an operation is nothing: dom0 makes some by itself.
COMPARED = ("instructions", "hypercalls grant_table_op", "hypercalls event_channel_op", "hypercalls sched_op", "events",
            "wake-ups")
NOTHING = 0.01

# What README shows: kind of file, job, metric, what to call it.
HEADLINE = (
    ("fio", "randread-4k-qd1", "iops", "4k random reads, one at a time, IOPS"),
    ("fio", "randread-4k-qd32", "iops", "the same, 32 in flight"),
    ("fio", "randwrite-4k-qd32", "iops", "4k random writes, 32 in flight, IOPS"),
    ("fio", "read-128k", "bandwidth", "128k reads, MB/s"),
    ("net", "tcp-out-1", "bandwidth", "TCP out of the guest, Mbit/s"),
    ("net", "tcp-in-1", "bandwidth", "TCP into it, Mbit/s"),
    ("net", "udp-out-64", "packets", "UDP of 64 bytes out, received a second"),
    ("net", "ping-pong", "latency p50", "round trip of a datagram, p50, µs"),
    ("work", "randread-4k-qd1", "instructions", "instructions for a 4k read, one at a time"),
    ("work", "randread-4k-qd32", "instructions", "the same, 32 in flight"),
    ("work", "read-128k", "instructions", "instructions for a 128k read"),
    ("work", "randread-4k-qd32", "hypercalls grant_table_op", "grant hypercalls for a 4k read, 32 in flight"),
    ("work", "randread-4k-qd32", "hypercalls event_channel_op", "event hypercalls for the same"),
)


def newest():
    """{kind: (stamps, Run)}: each figure from the newest file that has it, and the stamps of those files."""
    found = {}
    for kind in runs.KINDS:
        stamps, whole = [], None
        for path in sorted(glob.glob("%s/*-%s.csv" % (RESULTS, kind)), reverse=True):
            run = runs.Run(path)
            new = [key for key in run.values if not whole or key not in whole.values]
            if new:
                stamps.append(os.path.basename(path)[:-len("-%s.csv" % kind)])
            whole = whole or run
            for key in new:
                whole.values[key], whole.units[key] = run.values[key], run.units[key]
        if whole:
            found[kind] = stamps, whole
    return found


def figure(value):
    return "%.0f" % value if abs(value) >= 100 else "%.1f" % value if abs(value) >= 10 else "%.2f" % value


def headline(found):
    pairings = runs.PAIRINGS
    out = ["| front/back | " + " | ".join(pairings) + " |", "|---|" + "---|" * len(pairings)]
    for kind, job, metric, name in HEADLINE:
        run = found[kind][1] if kind in found else None
        if kind != "work":
            job += STEADY
        if not run or (job, metric) not in run.values:
            continue
        line = "| " + name
        for pairing in pairings:
            got, ratio = run.figure((job, metric), pairing), run.ratio((job, metric), pairing)
            line += " | " + (figure(got.median) if got else "-")
            # Beyond that the figure is none, give or take what dom0 does by itself.
            if got and ratio and pairing != run.base and ratio.median < 100:
                line += " (x%.2f)" % ratio.median
        out.append(line + " |")
    pages = sorted({stamp for stamps, _ in found.values() for stamp in stamps})
    out.append("")
    out.append("Rates are those of a machine that needs a nanosecond for each instruction, whatever it is, and has one "
               "CPU for Xen, dom0 and the guest (`make bench-steady`); in brackets how many times better than "
               "stock/stock. Whole runs: " +
               ", ".join("[%s](benchmarks/results/%s.html)" % (stamp, stamp) for stamp in pages) + ".")
    return out


class Goals:
    """Rows of the table of goals: what, goal, what was measured, reached or not."""

    def __init__(self, found):
        self.runs = {kind: run for kind, (_, run) in found.items()}
        self.rows = []

    def row(self, what, goal, measured, reached):
        self.rows.append("| %s | %s | %s | %s |" % (what, goal, measured, "yes" if reached else "no"))

    def medians(self, kind, job, metric):
        """Of stock/stock and ours/ours; None when it was not measured."""
        run = self.runs.get(kind)
        if not run or (job, metric) not in run.values:
            return None
        got = [run.figure((job, metric), p) for p in ("stock/stock", "ours/ours")]
        return [g.median for g in got] if all(got) else None

    def cost(self, job, metric, what, goal, of_stock=False):
        """A cost that is to be at most so much, or so much of stock's."""
        got = self.medians("work", job, metric)
        if not got:
            return
        stock, ours = got
        limit = goal * stock if of_stock else goal
        measured = "%s of stock's %s" % (figure(ours), figure(stock))
        if of_stock and stock > 0:
            measured += ", x%.2f" % (ours / stock)
        self.row(what, "at most x%.1f" % goal if of_stock else "at most %g" % goal if goal else "0",
                 measured, ours <= max(limit, NOTHING))

    def rates(self, kind, pairing, steady=None):
        """(key, ratio) of each figure that tells, all or those whose time is (not) counted in instructions.
        An HVM guest has a table of its own."""
        run = self.runs.get(kind)
        keys = [k for k in run.told() if k[1] not in ("loss", "least share")] if run else []
        keys = [k for k in keys if not k[0].endswith("@hvm") and steady in (None, k[0].endswith(STEADY))]
        return [(k, run.ratio(k, pairing)) for k in keys if run.ratio(k, pairing)]

    def least(self, kind, what, goal, steady, some=lambda key: True):
        """A median ratio that is to be at least so much in each job."""
        got = [(r.median, key) for key, r in self.rates(kind, "ours/ours", steady) if some(key)]
        if got:
            below = [g for g in got if g[0] < goal]
            self.row(what, "at least x%.1f in each" % goal, "%d of %d; least x%.2f (%s)" % (
                len(got) - len(below), len(got), min(got)[0], " ".join(min(got)[1])), not below)

    def half(self, what, steady):
        got = [r.median for key, r in self.rates("fio", "ours/ours", steady)
               if "4k" in key[0] and key[1] == "iops"]
        if got:
            enough = sum(r >= 1.5 for r in got)
            self.row(what, "x1.5 in half of them", "%d of %d" % (enough, len(got)),
                     2 * enough >= len(got))

    def differs(self, kind, key, pairing):
        figures = [self.runs[kind].figure(key, p).median for p in (pairing, "stock/stock")]
        return kind != "work" or abs(figures[0] - figures[1]) >= NOTHING

    def mixed(self):
        worse, of = [], 0
        for kind in ("fio", "net", "work"):
            for pairing in ("stock/ours", "ours/stock"):
                got = self.rates(kind, pairing)
                if kind == "work":
                    got = [g for g in got if g[0][1].startswith(COMPARED)]
                of += len(got)
                worse += ["%s %s %s x%.2f" % (pairing, key[0], key[1].replace("hypercalls ", "").replace("latency ", ""), r.median)
                          for key, r in got if round(r.high, 2) < 1 and self.differs(kind, key, pairing)]
        if of:
            self.row("mixed pairings", "none worse beyond the spread",
                     "%d of %d worse%s" % (len(worse), of, ": " + ", ".join(worse) if worse else ""), not worse)

    def ring(self):
        run = self.runs.get("ring")
        if not run:
            return
        for peer in ("xen", "lamport", "slotflag"):
            got = []
            for key in run.told():
                ours, theirs = run.figure(key, "xsr"), run.figure(key, peer)
                if ours and theirs:
                    got.append((theirs.median / ours.median, key[0]))
            ahead = sum(g[0] >= 1 for g in got)
            self.row("native ring against " + peer, "at least x1.0 in each", "%d of %d; least x%.2f (%s)" % (
                (ahead, len(got)) + min(got)), ahead == len(got))

    def guests(self):
        """Four at once against one of the same run."""
        for kind, metric in (("fio", "iops"), ("fio", "bandwidth"), ("net", "bandwidth"), ("net", "packets")):
            run = self.runs.get(kind)
            for job, told in list(run.values) if run else []:
                if told == metric and "@guests4" in job and (job, metric) in run.told():
                    self.together(run, job, metric)

    def together(self, run, job, metric):
        alone = job.replace("@guests4", "@guests1")
        got = {}
        for pairing in ("ours/ours", "stock/stock"):
            figures = [run.figure(key, pairing) if key in run.values else None
                       for key in ((job, metric), (alone, metric), (job, "least share"))]
            if not all(figures):
                return
            together, single, share = (f.median for f in figures)
            got[pairing] = together / single, share
        how = " (steady)" if job.endswith(STEADY) else ""
        self.row("4 guests, " + job.split("@")[0] + how, "x1.0 of one; least share 0.8",
                 "x%.2f; %.2f (stock's: x%.2f; %.2f)" % (got["ours/ours"] + got["stock/stock"]),
                 got["ours/ours"][0] >= 1 and got["ours/ours"][1] >= 0.8)

    def table(self):
        for job, what in (("randread-4k-qd1", "one at a time"), ("randread-4k-qd32", "32 in flight"),
                          ("randread-4k-batch", "32, 16 at a time"), ("read-128k", "128k")):
            self.cost(job, "instructions", "instructions for a read, " + what, 0.5, of_stock=True)
        for job, what, grants, events in (("randread-4k-qd32", "4k read, 32 in flight", 0, 0.25),
                                          ("udp-out-64", "64-byte datagram out", 0, 0.1),
                                          ("tcp-out-1", "64 KiB of TCP out", 0.25, None),
                                          ("tcp-in-1", "64 KiB of TCP in", 0.25, None)):
            self.cost(job, "hypercalls grant_table_op", "grant hypercalls, %s (one CPU for all)" % what, grants)
            if events:
                self.cost(job, "hypercalls event_channel_op", "event hypercalls, %s (the same)" % what, events)
        for steady, how in ((False, ""), (True, " (steady)")):
            self.least("fio", "fio, every job" + how, 1.0, steady)
            self.half("fio, 4k jobs" + how, steady)
            self.least("net", "network, every job" + how, 1.0, steady)
            self.least("net", "packets of 64 bytes" + how, 2.0, steady,
                       lambda key: "-64" in key[0] and key[1] == "packets")
        self.mixed()
        self.ring()
        self.guests()
        return ["| work | goal | measured, ours/ours | reached |", "|---|---|---|---|"] + self.rows


def room(found):
    """What drivers add to a job's own instructions, and how much faster it could be without any."""
    out = ["| job | by itself | stock adds | ours adds | all: ours against stock | drivers that cost nothing |",
           "|---|---|---|---|---|---|"]
    run = found["work"][1] if "work" in found else None
    for job, told in list(run.values) if run else []:
        got = [run.figure((job, told), p) for p in ("none", "stock/stock", "ours/ours")]
        if told != "instructions" or not all(got):
            continue
        alone, stock, ours = (g.median for g in got)
        out.append("| %s | %.0f | %.0f | %.0f | x%.2f | x%.2f |" % (
            job, alone, stock, ours, (alone + stock) / (alone + ours), (alone + stock) / alone))
    return out


def costs(found):
    """What an operation costs beside instructions and hypercalls, as far as it does."""
    out = ["| job | for each operation | " + " | ".join(runs.PAIRINGS) + " |", "|---|---|" + "---|" * len(runs.PAIRINGS)]
    run = found["work"][1] if "work" in found else None
    for key in run.values if run else []:
        job, metric = key
        if metric.startswith(("instructions", "hypercalls")):
            continue
        got = [run.figure(key, pairing) for pairing in runs.PAIRINGS]
        if any(g and abs(g.median) >= NOTHING for g in got):
            # Less than nothing is nothing: the base differs a little from run to run.
            cells = [figure(max(g.median, 0)) if g else "-" for g in got]
            out.append("| %s | %s | %s |" % (job, metric, " | ".join(cells)))
    return out


def passes(found):
    """What a pass through both domains costs, which requests share, and each request beside it: told from
    one request in each pass, and sixteen."""
    run = found["work"][1] if "work" in found else None
    cost = {}
    for pairing in ("stock/stock", "ours/ours"):
        for job, sharing in (("randread-4k-qd1", 1), ("randread-4k-batch", 16)):
            key = job, "instructions"
            got = run.figure(key, pairing) if run and key in run.values else None
            if not got:
                return []
            cost[pairing, sharing] = got.median
    shared = {p: (cost[p, 1] - cost[p, 16]) / (1 - 1 / 16) for p, _ in cost}
    each = {p: cost[p, 1] - shared[p] for p, _ in cost}
    told = (("a pass", shared), ("each request", each))
    return ["| instructions | stock/stock | ours/ours | |", "|---|---|---|---|"] + [
        "| %s | %.0f | %.0f | x%.2f |" % (what, c["stock/stock"], c["ours/ours"], c["ours/ours"] / c["stock/stock"])
        for what, c in told]


def emulated(found):
    """Emulated devices beside the pairs, in the same guest."""
    pairings = (runs.EMULATED, "stock/stock", "ours/ours")
    out = ["| in an HVM guest | " + " | ".join(pairings) + " |", "|---|" + "---|" * len(pairings)]
    for kind, job, metric, name in HEADLINE:
        key, run = (job + "@hvm", metric), found[kind][1] if kind in found else None
        got = [run.figure(key, pairing) for pairing in pairings] if run and key in run.values else [None]
        if all(got):
            cells = [figure(got[0].median)]
            cells += ["%s (x%.1f)" % (figure(g.median), better(g.median, got[0].median, run.units[key])) for g in got[1:]]
            out.append("| " + " | ".join([name] + cells) + " |")
    return out


def ring(found):
    """The ring by itself: nanoseconds a message, then a parse."""
    run = found["ring"][1] if "ring" in found else None
    if not run:
        return ["(not measured)"]
    out = ["| ns a message | " + " | ".join(run.order) + " |", "|---|" + "---|" * len(run.order)]
    parses = []
    for job, metric in run.values:
        got = [run.figure((job, metric), queue) for queue in run.order]
        if metric == "ns-per-message":
            out.append("| %s | %s |" % (job, " | ".join(figure(g.median) if g else "-" for g in got)))
        elif metric == "ns-per-parse":
            parses += ["%s %s" % (job, figure(g.median)) for g in got if g]
    return out + ["", "Nanoseconds a parse: " + ", ".join(parses) + "."]


def replaced(text, name, lines):
    """The text with these lines between the two that name them."""
    begin, end = "<!-- %s: written by make headline -->\n" % name, "<!-- /%s -->\n" % name
    if text.count(begin) != 1 or text.count(end) != 1:
        raise SystemExit("headline: no place for '%s'" % name)
    before, rest = text.split(begin)
    return before + begin + "\n" + "\n".join(lines) + "\n\n" + end + rest.split(end)[1]


def main(check):
    found = newest()
    status = 0
    for path, name, lines in (("README.md", "headline", headline(found)),
                              ("docs/performance.md", "goals", Goals(found).table()),
                              ("docs/performance.md", "room", room(found)),
                              ("docs/performance.md", "passes", passes(found)),
                              ("docs/performance.md", "costs", costs(found)),
                              ("docs/performance.md", "ring", ring(found)),
                              ("docs/performance.md", "emulated", emulated(found))):
        with open(os.path.join(TOP, path)) as f:
            old = f.read()
        new = replaced(old, name, lines)
        if check and new != old:
            print("%s: its table '%s' is not what benchmarks/results/ says: make headline" % (path, name))
            status = 1
        elif new != old:
            with open(os.path.join(TOP, path), "w") as f:
                f.write(new)
    return status


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit("usage: headline.py [--check]")
    sys.exit(main(bool(sys.argv[1:])))
