# SPDX-License-Identifier: GPL-2.0
#
# Figures out of the result files that tests/xen/dom0/measure.sh leaves: the one place that knows what
# fio, iperf3 and sockperf print. A file PAIRING.JOB.REPEAT.GUEST.TOOL holds a tool's output, the same
# with .status its exit status. Every figure is the tool's own; what is missing or unreadable is Bad,
# never a gap. Callers: the demo, and the bench, for which this is a program too:
#
# Usage: figures.py RESULTS     writes RESULTS/fio.csv and RESULTS/net.csv; exits 1 when anything is Bad
import collections
import csv
import glob
import json
import os
import re
import sys

COLUMNS = ("pairing", "job", "metric", "value", "unit", "repeat")

# Of these units less is better; of all others more.
LESS_IS_BETTER = ("us", "ns", "%", "per operation")


class Bad(Exception):
    pass


Figure = collections.namedtuple("Figure", "value unit")


def output(path):
    """What a tool printed, when it says that it succeeded."""
    try:
        with open(path + ".status") as f:
            status = int(f.read())
        with open(path) as f:
            text = f.read()
    except (OSError, ValueError):
        raise Bad("was not run")
    if status:
        raise Bad("exit status %d: %s" % (status, " ".join(text.split()[-12:])))
    return text


def parsed(text):
    """The JSON in a text; warnings printed before it are skipped."""
    try:
        return json.loads(text[text.index("{"):])
    except ValueError:
        raise Bad("no JSON")


def fio_job(text):
    """The one job in fio's JSON."""
    try:
        (job,) = parsed(text)["jobs"]
    except (KeyError, ValueError):
        raise Bad("not one job in fio's JSON")
    if job["error"]:
        raise Bad("fio error %d" % job["error"])
    return job


def fio(text):
    job = fio_job(text)
    used = [job[d] for d in ("read", "write", "trim") if job[d]["total_ios"]]
    if not used:
        raise Bad("no I/O")
    main = max(used, key=lambda d: d["total_ios"])
    figures = {
        "iops": Figure(sum(d["iops"] for d in used), "IOPS"),
        "bandwidth": Figure(sum(d["bw_bytes"] for d in used) / 1e6, "MB/s"),
    }
    for name, key in (("p50", "50.000000"), ("p99", "99.000000")):
        figures["latency " + name] = Figure(main["clat_ns"]["percentile"][key] / 1e3, "us")
    return figures


def iperf3(text):
    report = parsed(text)
    if report.get("error"):
        raise Bad(report["error"])
    end = report["end"]
    if report["start"]["test_start"]["protocol"] == "TCP":
        return {
            "bandwidth": Figure(end["sum_received"]["bits_per_second"] / 1e6, "Mbit/s"),
            "resent": Figure(end["sum_sent"].get("retransmits", 0), "segments"),
        }
    total = end["sum"]
    if not total["packets"]:
        raise Bad("no packet")
    return {
        "packets": Figure((total["packets"] - total["lost_packets"]) / total["seconds"], "1/s"),
        "loss": Figure(100 * total["lost_packets"] / total["packets"], "%"),
    }


def sockperf(text):
    # It colours its output.
    text = re.sub("\x1b\\[[0-9;]*m", "", text)
    figures = {}
    for name, pattern in (("mean", r"Summary: Latency is ([0-9.]+) usec"),
                          ("p50", r"percentile 50\.000 = *([0-9.]+)"),
                          ("p99", r"percentile 99\.000 = *([0-9.]+)")):
        found = re.search(pattern, text)
        if not found:
            raise Bad("no %s latency from sockperf" % name)
        # It counts one way; a round trip is what was measured.
        figures["latency " + name] = Figure(2 * float(found[1]), "us")
    return figures


TOOLS = {"fio": fio, "iperf3": iperf3, "sockperf": sockperf}


def together(parts):
    """One set of figures for guests that ran at once: rates add up, of latencies and losses the worst
    counts, and the guest with the least got so much of a fair share."""
    figures = {}
    for metric, (_, unit) in parts[0].items():
        values = [p[metric].value for p in parts]
        figures[metric] = Figure(max(values) if unit in LESS_IS_BETTER else sum(values), unit)
    if len(parts) > 1:
        metric = next(iter(parts[0]))
        values = [p[metric].value for p in parts]
        if sum(values):
            figures["least share"] = Figure(min(values) * len(values) / sum(values), "1")
    return figures


def files(results, pairing, job, repeat):
    """The result files of all guests that ran a job."""
    start = os.path.join(results, "%s.%s.%s." % (pairing.replace("/", "-"), job, repeat))
    return [f for f in sorted(glob.glob(glob.escape(start) + "*")) if f.rsplit(".", 1)[1] in TOOLS]


def figures(results, pairing, job, repeat):
    """{metric: Figure} of one run of a job."""
    found = files(results, pairing, job, repeat)
    if not found:
        raise Bad("was not run")
    try:
        return together([TOOLS[f.rsplit(".", 1)[1]](output(f)) for f in found])
    except (KeyError, TypeError, IndexError) as e:
        raise Bad("unexpected output: %r" % e)


def better(value, base, unit):
    """How many times better a figure is than another; None where that has no meaning."""
    if unit == "%" or min(value, base) < 0:
        return None
    value, base = (base, value) if unit in LESS_IS_BETTER else (value, base)
    return value / base if base > 0 else None


def main(results):
    status = 0
    runs = sorted({tuple(os.path.basename(f).split(".")[:3]) + (f.rsplit(".", 1)[1],)
                   for tool in TOOLS for f in glob.glob(os.path.join(results, "*." + tool))})
    for name, tools in (("fio", ("fio",)), ("net", ("iperf3", "sockperf"))):
        with open(os.path.join(results, name + ".csv"), "w", newline="") as f:
            out = csv.writer(f, lineterminator="\n")
            out.writerow(COLUMNS)
            for flat, job, repeat, tool in runs:
                if tool not in tools:
                    continue
                pairing = flat.replace("-", "/")
                try:
                    for metric, figure in figures(results, pairing, job, repeat).items():
                        out.writerow((pairing, job, metric, "%.6g" % figure.value, figure.unit, repeat))
                except Bad as e:
                    print("FAILED %s: %s, repeat %s: %s" % (pairing, job, repeat, e))
                    status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
