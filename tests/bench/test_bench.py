# SPDX-License-Identifier: GPL-2.0
#
# The bench's own arithmetic: what figures.py makes of what tools print, and above all what it refuses;
# what runs.py makes of repeats; when compare.py says that something got worse; when headline.py says that a
# goal is reached; what costs.py and hypercalls.py make of counts.
import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest

BENCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../benchmarks")
sys.path.insert(0, BENCH)
sys.dont_write_bytecode = True
import figures
import headline
import runs

SOCKPERF = """sockperf: \x1b[2;35m====> avg-latency=60.5 (std-dev=2.1)\x1b[0m
sockperf: Summary: Latency is 60.500 usec
sockperf: ---> percentile 99.000 = 1204.324
sockperf: ---> percentile 50.000 =   17.500
"""


def direction(ios, iops=100.0):
    return {"total_ios": ios, "iops": iops, "bw_bytes": int(iops * 4096),
            "clat_ns": {"percentile": {"50.000000": 2000, "99.000000": 9000}} if ios else {}}


def fio(read=10, write=0, error=0):
    return "fio: a warning\n" + json.dumps({"jobs": [{"error": error, "read": direction(read),
                                                     "write": direction(write), "trim": direction(0)}]})


def iperf3(protocol, end):
    return json.dumps({"start": {"test_start": {"protocol": protocol}}, "end": end})


class Figures(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def put(self, name, text, status=0):
        path = os.path.join(self.dir.name, name)
        with open(path, "w") as f:
            f.write(text)
        with open(path + ".status", "w") as f:
            f.write("%d\n" % status)

    def get(self, job):
        return figures.figures(self.dir.name, "ours/stock", job, 1)

    def refused(self, job):
        with self.assertRaises(figures.Bad):
            self.get(job)

    def test_fio(self):
        self.put("ours-stock.a.1.g.fio", fio(write=30))
        got = self.get("a")
        self.assertEqual(got["iops"], (200.0, "IOPS"))
        self.assertEqual(got["latency p99"], (9.0, "us"))

    def test_tcp(self):
        self.put("ours-stock.a.1.g.iperf3", iperf3("TCP", {
            "sum_sent": {"retransmits": 3}, "sum_received": {"bits_per_second": 5e8}}))
        self.assertEqual(self.get("a")["bandwidth"], (500.0, "Mbit/s"))

    def test_udp(self):
        self.put("ours-stock.a.1.g.iperf3", iperf3("UDP", {
            "sum": {"packets": 1000, "lost_packets": 250, "seconds": 2.0}}))
        self.assertEqual(self.get("a"), {"packets": (375.0, "1/s"), "loss": (25.0, "%")})

    def test_ping_pong_is_a_round_trip(self):
        self.put("ours-stock.a.1.g.sockperf", SOCKPERF)
        self.assertEqual(self.get("a")["latency p50"], (35.0, "us"))

    def test_refused(self):
        self.put("ours-stock.failed.1.g.fio", fio(), status=1)
        self.put("ours-stock.error.1.g.fio", fio(error=5))
        self.put("ours-stock.idle.1.g.fio", fio(read=0))
        self.put("ours-stock.cut.1.g.fio", fio()[:-3])
        self.put("ours-stock.empty.1.g.iperf3", "")
        self.put("ours-stock.refused.1.g.iperf3", '{"start": {}, "end": {}, "error": "busy"}')
        self.put("ours-stock.half.1.g.iperf3", iperf3("TCP", {}))
        self.put("ours-stock.none.1.g.iperf3", iperf3("UDP", {
            "sum": {"packets": 0, "lost_packets": 0, "seconds": 1}}))
        self.put("ours-stock.mute.1.g.sockperf", "sockperf: Test ended\n")
        for job in "failed error idle cut empty refused half none mute absent".split():
            with self.subTest(job):
                self.refused(job)

    def test_guests_at_once(self):
        self.put("ours-stock.a.1.g.fio", fio(read=10))
        self.put("ours-stock.a.1.g2.fio", fio(read=10, write=10))
        got = self.get("a")
        self.assertEqual(got["iops"].value, 300.0)
        self.assertAlmostEqual(got["least share"].value, 2 / 3)

    def test_one_bad_guest_spoils_all(self):
        self.put("ours-stock.a.1.g.fio", fio())
        self.put("ours-stock.a.1.g2.fio", fio(), status=1)
        self.refused("a")

    def test_program(self):
        self.put("ours-stock.a.1.g.fio", fio())
        program = [sys.executable, os.path.join(BENCH, "figures.py"), self.dir.name]
        self.assertEqual(subprocess.run(program, capture_output=True).returncode, 0)
        with open(os.path.join(self.dir.name, "fio.csv")) as f:
            self.assertEqual(f.read().split("\n")[:2], [
                "pairing,job,metric,value,unit,repeat", "ours/stock,a,iops,100,IOPS,1"])
        self.put("ours-stock.a.2.g.fio", "")
        self.assertEqual(subprocess.run(program, capture_output=True).returncode, 1)

    def test_better(self):
        self.assertEqual(figures.better(200, 100, "IOPS"), 2)
        self.assertEqual(figures.better(200, 100, "us"), 0.5)
        self.assertIsNone(figures.better(1, 0, "IOPS"))
        self.assertIsNone(figures.better(0, 1, "per operation"))
        self.assertIsNone(figures.better(1, 1, "%"))
        self.assertIsNone(figures.better(-1, 1, "per operation"))
        self.assertIsNone(figures.better(1, -1, "per operation"))


class Runs(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def run_of(self, name, ours):
        """A file in which stock doubles from one repeat to the next and ours is so many times it."""
        path = os.path.join(self.dir.name, name)
        with open(path + "-fio.csv", "w") as f:
            f.write("# commit: abc\npairing,job,metric,value,unit,repeat\n")
            for n, times in enumerate(ours):
                f.write("stock/stock,a,iops,%d,IOPS,%d\n" % (100 << n, n))
                f.write("ours/ours,a,iops,%f,IOPS,%d\n" % ((100 << n) * times, n))
        return path

    def compare(self, old, new):
        return subprocess.run([sys.executable, os.path.join(BENCH, "compare.py"), old, new],
                              capture_output=True, text=True)

    def test_ratio_is_within_a_repeat(self):
        run = runs.load(self.run_of("a", (1.5, 1.4, 1.6)))["fio"]
        self.assertEqual(run.head, {"commit": "abc"})
        for got, wanted in zip(run.ratio(("a", "iops"), "ours/ours"), (1.5, 1.4, 1.6)):
            self.assertAlmostEqual(got, wanted)
        self.assertIsNone(run.figure(("a", "iops"), "stock/ours"))

    def test_compare(self):
        old = self.run_of("old", (1.5, 1.4, 1.6))
        same = self.compare(old, self.run_of("same", (1.45, 1.3, 1.3)))
        self.assertEqual((same.returncode, "WORSE" in same.stdout), (0, False))
        worse = self.compare(old, self.run_of("worse", (1.3, 1.3, 1.35)))
        self.assertEqual((worse.returncode, "WORSE" in worse.stdout), (1, True))


class Headline(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def found(self, kind, *lines):
        path = os.path.join(self.dir.name, "x-%s.csv" % kind)
        with open(path, "w") as f:
            f.write("pairing,job,metric,value,unit,repeat\n" + "".join(line + "\n" for line in lines))
        return {kind: (["x"], runs.Run(path))}

    def reached(self, *found):
        """{what: reached} of the goals."""
        rows = headline.Goals(*found).table()[2:]
        return {row.split(" | ")[0][2:]: row.endswith("| yes |") for row in rows}

    def test_costs(self):
        line = "%s,randread-4k-qd32,%s,%s,per operation,1"
        got = self.reached(self.found("work", *(line % x for x in (
            ("stock/stock", "instructions", 1000), ("ours/ours", "instructions", 501),
            ("stock/stock", "hypercalls grant_table_op", 1), ("ours/ours", "hypercalls grant_table_op", 0.002),
            ("stock/stock", "hypercalls event_channel_op", 2), ("ours/ours", "hypercalls event_channel_op", 0.3)))))
        self.assertEqual(got, {"instructions for a read, 32 in flight": False,
                               "grant hypercalls, 4k read, 32 in flight (one CPU for all)": True,
                               "event hypercalls, 4k read, 32 in flight (the same)": False})

    def test_rates(self):
        line = "%s,%s,iops,%d,IOPS,1"
        got = self.reached(self.found("fio", *(line % x for x in (
            ("stock/stock", "randread-4k-qd1", 100), ("ours/ours", "randread-4k-qd1", 160),
            ("ours/stock", "randread-4k-qd1", 90),
            ("stock/stock", "randwrite-4k-qd1", 100), ("ours/ours", "randwrite-4k-qd1", 99)))))
        self.assertEqual(got, {"fio, every job": False, "fio, 4k jobs": True, "mixed pairings": False})

    def mixed(self, *costs):
        """Is the goal of the mixed pairings reached with these costs: metric, of stock/stock, of ours/stock?"""
        lines = [line for metric, stock, ours in costs
                 for line in ("stock/stock,udp-out-64,%s,%s,per operation,1" % (metric, stock),
                              "ours/stock,udp-out-64,%s,%s,per operation,1" % (metric, ours))]
        return self.reached(self.found("work", *lines))["mixed pairings"]

    def test_costs_of_mixed_pairings(self):
        self.assertTrue(self.mixed(("instructions", 100, 100), ("bytes copied by Xen", 0, 64)))
        self.assertFalse(self.mixed(("instructions", 100, 102)))
        self.assertFalse(self.mixed(("events to dom0", 0.1, 0.12)))
        self.assertTrue(self.mixed(("events to dom0", 0.001, 0.009)))

    def test_only_its_own_place_changes(self):
        text = "a\n<!-- x: written by make headline -->\nold\n<!-- /x -->\nb\n"
        self.assertEqual(headline.replaced(text, "x", ["new"]),
                         "a\n<!-- x: written by make headline -->\n\nnew\n\n<!-- /x -->\nb\n")
        with self.assertRaises(SystemExit):
            headline.replaced(text, "y", ["new"])


class Costs(unittest.TestCase):
    """Of 10 reads that took 50 us, less the base's 20 us."""
    JOB = "randread-4k-qd1"

    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def put(self, pairing, kind, iops, **more):
        path = os.path.join(self.dir.name, "%s.%s.1.%s.fio" % (pairing, self.JOB, kind))
        for name, text in dict(more, status="0\n").items():
            with open("%s.%s" % (path, name), "w") as f:
                f.write(text)
        with open(path, "w") as f:
            f.write(json.dumps({"jobs": [{"error": 0, "read": direction(10, iops), "write": direction(0)}]}))

    def costs(self):
        done = subprocess.run([sys.executable, BENCH + "/work/costs.py", self.dir.name], capture_output=True,
                              text=True, env=dict(os.environ, PYTHONPATH=BENCH))
        run = runs.Run(self.dir.name + "/work.csv")
        return done.returncode, {k[1]: {p: v["1"] for p, v in got.items()} for k, got in run.values.items()}

    def test_base_is_taken_off(self):
        self.put("none", "instructions", 500000, before="switches in guest: 5\n", after="switches in guest: 15\n")
        self.put("ours-ours", "instructions", 200000, before="switches in guest: 20\n", after="switches in guest: 50\n")
        self.assertEqual(self.costs(), (0, {"instructions": {"none": 2000, "ours/ours": 3000},
                                            "switches in guest": {"none": 1, "ours/ours": 2}}))

    def test_hypercalls_of_each_kind(self):
        none = "map 0\nunmap 0\ncopy 0\n"
        self.put("none", "hypercalls", 1, calls="iret 10\nset_gdt 0\n" + none)
        self.put("stock-stock", "hypercalls", 1, calls="iret 40\ngrant_table_op 10\nmap 20\nunmap 0\ncopy 0\n")
        self.put("ours-ours", "hypercalls", 1, calls="event_channel_op 5\n" + none)
        status, got = self.costs()
        self.assertEqual(status, 0)
        self.assertEqual(got["grants, map"], {"none": 0, "stock/stock": 2, "ours/ours": 0})
        self.assertEqual(got["hypercalls grant_table_op"], {"none": 0, "stock/stock": 1, "ours/ours": 0})
        self.assertEqual(got["hypercalls iret"], {"none": 1, "stock/stock": 3, "ours/ours": -1})
        self.assertEqual(got["hypercalls sched_op"], {"none": 0, "stock/stock": 0, "ours/ours": 0})
        self.assertNotIn("hypercalls set_gdt", got)

    def test_what_is_missing_is_a_failure(self):
        self.put("ours-ours", "instructions", 200000, before="switches in guest: 20\n")
        self.assertEqual(self.costs()[0], 1)


class Hypercalls(unittest.TestCase):
    """Records of a trace: head, time stamp, words."""
    STAMPED = 1 << 31

    def added(self, *records):
        with tempfile.NamedTemporaryFile() as f:
            for event, *words in records:
                f.write(struct.pack("<IQ%dI" % len(words), self.STAMPED | len(words) << 28 | event, 0, *words))
            f.flush()
            done = subprocess.run([sys.executable, BENCH + "/../tests/xen/dom0/hypercalls.py", f.name],
                                  capture_output=True, text=True)
        return done.returncode, done.stdout.split("\n")[:-1]

    def test_grants(self):
        marks = 5 << 20  # which arguments follow
        self.assertEqual(self.added((0x20100D, 20 | marks, 5, 3), (0x20100E, 20 | marks, 5, 4), (0x20100D, 20 | marks, 0, 2),
                                    (0x20100D, 20 | marks, 3, 9), (0x20100D, 32)),
                         (0, ["grant_table_op 4", "event_channel_op 1", "map 2", "unmap 0", "copy 7"]))

    def test_lost_records(self):
        self.assertEqual(self.added((0x20100D, 32), (0x1F001, 7, 0, 0, 0))[0], 1)


unittest.main()
