# SPDX-License-Identifier: GPL-2.0
#
# Turns the result files of demo.sh into the demo's table (standard output) and demo.csv (in the same
# directory). Every figure comes from fio's own JSON, every verdict from an exit status and from what fio
# says it wrote and read back; a missing or unreadable file is a failure, never a gap. Exits 1 when any
# verdict is bad.
#
# Usage: demo.py RESULTS PAIRING...
import csv
import json
import sys

TIMED = [
    # job, what the table calls it, fio direction, metric, unit, divisor
    ("randread-4k-qd1", "4k randread qd1", "read", "iops", "IOPS", 1),
    ("randread-4k-qd32", "4k randread qd32", "read", "iops", "IOPS", 1),
    ("read-128k", "128k read qd8", "read", "bw_bytes", "MB/s", 1e6),
    ("randwrite-4k-qd32", "4k randwrite qd32", "write", "iops", "IOPS", 1),
]
ROUNDS = (1, 2)


class Bad(Exception):
    pass


def path(results, pairing, job, number, suffix):
    return "%s/%s.%s.%d.%s" % (results, pairing.replace("/", "-"), job, number, suffix)


def status(results, pairing, job, number):
    try:
        with open(path(results, pairing, job, number, "status")) as f:
            return int(f.read())
    except (OSError, ValueError):
        raise Bad("was not run")


def fio(results, pairing, job, number):
    """The one job in fio's JSON; text that fio printed before it is skipped."""
    code = status(results, pairing, job, number)
    if code:
        raise Bad("exit status %d" % code)
    with open(path(results, pairing, job, number, "json")) as f:
        text = f.read()
    try:
        (found,) = json.loads(text[text.index("{"):])["jobs"]
    except (ValueError, KeyError):
        raise Bad("no JSON from fio")
    if found["error"]:
        raise Bad("fio error %d" % found["error"])
    return found


def verify(results, pairing):
    """Bytes written and read back; Bad when fio did not read back all it wrote."""
    found = fio(results, pairing, "verify", 1)
    written, read = found["write"]["io_bytes"], found["read"]["io_bytes"]
    if not written or read < written:
        raise Bad("wrote %d bytes, read %d" % (written, read))
    return written


def filesystem(results, pairing):
    code = status(results, pairing, "filesystem", 1)
    if code:
        raise Bad("exit status %d" % code)


def timed(results, pairing, job, direction, metric, divisor):
    values = [fio(results, pairing, job, n)[direction][metric] / divisor for n in ROUNDS]
    if not all(values):
        raise Bad("no I/O")
    return sum(values) / len(values)


def main(results, pairings):
    rows, table, failures = [], [], []

    def attempt(pairing, job, what):
        try:
            return what()
        except Bad as e:
            failures.append("%s: %s: %s" % (pairing, job, e))
            return None

    line = ["random 4k-1M, crc32c"]
    for p in pairings:
        written = attempt(p, "verify", lambda: verify(results, p))
        rows.append((p, "verify", "passed", int(written is not None), "bool"))
        if written is not None:
            rows.append((p, "verify", "verified", written, "B"))
        line.append("FAILED" if written is None else "ok, %d MB" % (written / 1e6))
    table.append(line)

    line = ["ext4, fsync, fsck"]
    for p in pairings:
        good = attempt(p, "filesystem", lambda: filesystem(results, p) or True)
        rows.append((p, "filesystem", "passed", int(bool(good)), "bool"))
        line.append("ok" if good else "FAILED")
    table.append(line)

    for job, name, direction, metric, unit, divisor in TIMED:
        line, base = [name + ", " + unit], None
        for p in pairings:
            value = attempt(p, job, lambda: timed(results, p, job, direction, metric, divisor))
            if value is None:
                line.append("FAILED")
                continue
            if p == "stock/stock":
                base = value
            rows.append((p, job, "iops" if unit == "IOPS" else "bandwidth", "%.1f" % value, unit))
            if base:
                rows.append((p, job, "ratio to stock/stock", "%.3f" % (value / base), "1"))
            line.append("%.*f%s" % (0 if value >= 100 else 1, value,
                                    "  x%.2f" % (value / base) if base else ""))
        table.append(line)

    with open(results + "/demo.csv", "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(("pairing", "job", "metric", "value", "unit"))
        out.writerows(rows)

    width = 17
    print("%-26s" % "front/back" + "".join(p.rjust(width) for p in pairings))
    for line in table:
        print("%-26s" % line[0] + "".join(c.rjust(width) for c in line[1:]))
    for failure in failures:
        print("FAILED " + failure)
    return 1 if failures else 0


sys.exit(main(sys.argv[1], sys.argv[2:]))
