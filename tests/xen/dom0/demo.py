# SPDX-License-Identifier: GPL-2.0
#
# Turns the result files of demo.sh into the demo's table (standard output) and demo.csv (in the same
# directory). Every figure is a tool's own (benchmarks/figures.py), every verdict comes from an exit
# status and from what fio says it wrote and read back; a missing or unreadable file is a failure, never
# a gap. Exits 1 when any verdict is bad or any figure is missing.
#
# Usage: demo.py RESULTS ROUNDS PAIRING...
import csv
import os
import sys

from figures import Bad, better, figures, fio_job, output

TIMED = [
    # job, what the table calls it, its figures (the ratio is that of the first)
    ("randread-4k-qd1", "4k randread qd1", ("iops",)),
    ("randread-4k-qd32", "4k randread qd32", ("iops",)),
    ("read-128k", "128k read qd8", ("bandwidth",)),
    ("randwrite-4k-qd32", "4k randwrite qd32", ("iops",)),
    ("tcp-out-1", "TCP out, 1 stream", ("bandwidth",)),
    ("tcp-out-4", "TCP out, 4 streams", ("bandwidth",)),
    ("tcp-in-1", "TCP in, 1 stream", ("bandwidth",)),
    ("tcp-in-4", "TCP in, 4 streams", ("bandwidth",)),
    ("udp-out-64", "UDP out, 64 B", ("packets", "loss")),
    ("udp-out-1472", "UDP out, 1472 B", ("packets", "loss")),
    ("ping-pong", "UDP ping-pong, p50", ("latency p50", "latency p99")),
]


def path(results, pairing, name):
    return os.path.join(results, "%s.%s" % (pairing.replace("/", "-"), name))


def verify(results, pairing):
    """Bytes written and read back; Bad when fio did not read back all it wrote."""
    found = fio_job(output(path(results, pairing, "verify.1.g.fio")))
    written, read = found["write"]["io_bytes"], found["read"]["io_bytes"]
    if not written or read < written:
        raise Bad("wrote %d bytes, read %d" % (written, read))
    return written


def timed(results, pairing, job, metric, rounds):
    """The mean of all rounds, and its unit."""
    found = [figures(results, pairing, job, n)[metric] for n in range(1, rounds + 1)]
    value = sum(f.value for f in found) / len(found)
    if not value and metric != "loss":
        raise Bad("no I/O")
    return value, found[0].unit


class Demo:
    def __init__(self, results, rounds, pairings):
        self.results, self.rounds, self.pairings = results, rounds, pairings
        self.rows, self.table, self.failures = [], [], []

    def attempt(self, pairing, job, what):
        try:
            return what()
        except Bad as e:
            self.failures.append("%s: %s: %s" % (pairing, job, e))
            return None

    def verify(self):
        line = ["random 4k-1M, crc32c"]
        for p in self.pairings:
            written = self.attempt(p, "verify", lambda: verify(self.results, p))
            self.rows.append((p, "verify", "passed", int(written is not None), "bool"))
            if written is not None:
                self.rows.append((p, "verify", "verified", written, "B"))
            line.append("FAILED" if written is None else "ok, %d MB" % (written / 1e6))
        self.table.append(line)

    def passed(self, job, name):
        line = [name]
        for p in self.pairings:
            good = self.attempt(p, job, lambda: output(path(self.results, p, job + ".1.g.log")) or True)
            self.rows.append((p, job, "passed", int(bool(good)), "bool"))
            line.append("ok" if good else "FAILED")
        self.table.append(line)

    def timed(self, job, name, metric, with_ratio):
        line, base = [], None
        for p in self.pairings:
            found = self.attempt(p, job, lambda: timed(self.results, p, job, metric, self.rounds))
            if found is None:
                line.append("FAILED")
                continue
            value, unit = found
            base = value if p == "stock/stock" else base
            ratio = better(value, base, unit) if base and with_ratio else None
            self.rows.append((p, job, metric, "%.1f" % value, unit))
            if ratio:
                self.rows.append((p, job, "ratio to stock/stock", "%.3f" % ratio, "1"))
            line.append("%.*f%s" % (0 if value >= 100 else 1, value, "  x%.2f" % ratio if ratio else ""))
            name = name if name.endswith(" " + unit) else "%s, %s" % (name, unit)
        self.table.append([name] + line)

    def run(self):
        self.verify()
        self.passed("filesystem", "ext4, fsync, fsck")
        self.passed("files", "files over TCP, sha256")
        for job, name, metrics in TIMED:
            self.timed(job, name, metrics[0], True)
            for metric in metrics[1:]:
                self.timed(job, "  " + metric.replace("latency ", ""), metric, False)

    def write(self):
        with open(os.path.join(self.results, "demo.csv"), "w", newline="") as f:
            out = csv.writer(f, lineterminator="\n")
            out.writerow(("pairing", "job", "metric", "value", "unit"))
            out.writerows(self.rows)
        print("%-27s" % "front/back" + "".join(p.rjust(16) for p in self.pairings))
        for line in self.table:
            print("%-27s" % line[0] + "".join(c.rjust(16) for c in line[1:]))
        for failure in self.failures:
            print("FAILED " + failure)
        return 1 if self.failures else 0


demo = Demo(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
demo.run()
sys.exit(demo.write())
