#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# Two bench runs side by side: the ratio to stock/stock of every figure in both, which is all that two
# boots, let alone two machines, have in common. A figure has changed when the spreads of the two ratios do
# not touch. Exits 1 when one got worse.
#
# Usage: compare.py OLD NEW     each the path of a run's files less "-fio.csv" and so on, or its stamp alone
import os
import sys

import runs


def prefix(name):
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results", name)
    return name if any(os.path.exists("%s-%s.csv" % (name, kind)) for kind in runs.KINDS) else here


def verdict(old, new):
    if new.high < old.low:
        return "WORSE"
    return "better" if new.low > old.high else ""


def show(r):
    return "x%.2f (%.2f-%.2f)" % r


def compare(old, new):
    """Lines of the table, and how many figures got worse."""
    worse = 0
    for key in new.told():
        if key not in old.values:
            continue
        for pairing in new.pairings():
            a, b = (run.ratio(key, pairing) for run in (old, new))
            if pairing == new.base or not a or not b:
                continue
            said = verdict(a, b)
            worse += said == "WORSE"
            print("%-26s %-12s %-11s %-20s %-20s %s" % (key[0], key[1], pairing, show(a), show(b), said))
    return worse


def main(old, new):
    old, new = runs.load(prefix(old)), runs.load(prefix(new))
    worse = 0
    for kind in new:
        if kind not in old:
            continue
        print("\n%s: %s (%s) and %s (%s)" % (kind, old[kind].head.get("commit"), old[kind].head.get("set"),
                                            new[kind].head.get("commit"), new[kind].head.get("set")))
        worse += compare(old[kind], new[kind])
    print("\n%s" % ("%d figures got WORSE" % worse if worse else "nothing got worse"))
    return 1 if worse else 0


if len(sys.argv) != 3:
    sys.exit("usage: compare.py OLD NEW")
sys.exit(main(*sys.argv[1:]))
