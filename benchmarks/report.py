#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# The report of a bench run: a table on standard output, and PREFIX.html, a page that needs nothing else,
# with the same table and charts of the ratios to stock/stock (in the ring bench, to Xen's macros). gnuplot
# draws the charts; without it the page has none and says so.
#
# Usage: report.py PREFIX     for those of PREFIX-fio.csv, -net.csv, -work.csv and -ring.csv that there are
import html
import os
import re
import shutil
import subprocess
import sys

import runs

TITLES = {"fio": "Disk (fio)", "net": "Network (iperf3, sockperf)", "work": "Cost of an operation",
          "ring": "The ring by itself"}

CHART = """set terminal svg size %(width)d,420 dynamic font 'sans-serif,12' background '#ffffff'
set title '%(title)s' noenhanced
set style data histogram
set style histogram errorbars gap 2 lw 1
set style fill solid 0.8 border -1
set bars 0.5
set xtics rotate by -40 noenhanced
set bmargin 9
set ylabel 'times %(base)s'
set yrange [0:*<5]
set grid y
set key outside top center horizontal
set arrow from graph 0, first 1 to graph 1, first 1 nohead lw 2 lc rgb '#444444'
plot %(plots)s
"""
COLOURS = ("#8da0cb", "#fc8d62", "#1b9e77", "#b3b3b3")

STYLE = """body{font:14px/1.5 sans-serif;margin:2em auto;max-width:1200px;padding:0 1em;color:#222}
table{border-collapse:collapse}td,th{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:right}
td:first-child,td:nth-child(2),th:first-child,th:nth-child(2){text-align:left}
small{color:#666}.good{color:#0a7a3d}.bad{color:#b3261e}svg{max-width:100%;height:auto}"""


def number(value):
    return "%.*f" % (0 if value >= 100 else 1 if value >= 10 else 2, value)


def swing(figure):
    """Half the spread, in per cent of the median."""
    return 50 * (figure.high - figure.low) / figure.median if figure.median else 0


def cells(run, key, pairing):
    """What the tables say of one figure: the figure, its spread, its ratio or ""."""
    figure, ratio = run.figure(key, pairing), run.ratio(key, pairing)
    if not figure:
        return "-", "", None
    return number(figure.median), "\u00b1%.0f%%" % swing(figure), None if pairing == run.base else ratio


def text(run):
    pairings = run.pairings()
    print("%-36s" % "job, metric" + "".join(p.rjust(22) for p in pairings))
    for key in run.told():
        line = "%-36s" % ("%s %s, %s" % (key + (run.units[key],)))
        for pairing in pairings:
            figure, swings, ratio = cells(run, key, pairing)
            line += ("%s %s%s" % (figure, swings, " x%.2f" % ratio.median if ratio else "")).rjust(22)
        print(line)


def table(run):
    out = ["<table><tr><th>job</th><th>metric</th>"]
    out += ["<th>%s</th>" % p for p in run.pairings()]
    for key in run.told():
        out.append("</tr>\n<tr><td>%s</td><td>%s, %s</td>" % (key + (run.units[key],)))
        for pairing in run.pairings():
            figure, swings, ratio = cells(run, key, pairing)
            out.append("<td>%s <small>%s</small>" % (figure, swings))
            if ratio:
                kind = "good" if ratio.low > 1 else "bad" if ratio.high < 1 else ""
                out.append(" <b class='%s'>x%.2f</b> <small>(%.2f-%.2f)</small>" % ((kind,) + ratio))
            out.append("</td>")
    return "".join(out) + "</tr></table>"


def charts(run):
    """The ratios as bars with their spread, <svg> elements: of costs one for each."""
    if not shutil.which("gnuplot"):
        return "<p>No chart: gnuplot is not installed.</p>"
    groups = {}
    for key in run.told():
        if key[1] not in ("loss", "least share"):
            cost = key[1] if key[1].startswith(runs.COSTS) else ""
            groups.setdefault(cost, []).append(key)
    return "".join(chart(run, cost, keys) for cost, keys in groups.items())


def chart(run, title, keys):
    # Without any bar it would be an error of gnuplot's.
    others = [p for p in run.pairings() if p != run.base and any(run.ratio(key, p) for key in keys)]
    if not others:
        return ""
    blocks, plots = [], []
    for n, pairing in enumerate(others):
        lines = []
        for key in keys:
            name = key[0] + (key[1].replace("latency", "") if key[1].startswith("latency") else "")
            ratio = run.ratio(key, pairing)
            lines.append('"%s" %s' % (name, "%f %f %f" % ratio if ratio else "NaN NaN NaN"))
        blocks.append("$d%d << E\n%s\nE\n" % (n, "\n".join(lines)))
        plots.append("$d%d using 2:3:4:xtic(1) title '%s' lc rgb '%s'" % (n, pairing, COLOURS[run.order.index(pairing) - 1]))
    script = "".join(blocks) + CHART % {"width": max(700, 160 + 52 * len(keys)), "plots": ", ".join(plots),
                                        "base": run.base, "title": title}
    svg = subprocess.run(["gnuplot"], input=script, capture_output=True, text=True, check=True).stdout
    return svg[re.search("<svg", svg).start():]


def page(found):
    head = next(iter(found.values())).head
    out = ["<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Splitring bench %s</title>"
           "<style>%s</style></head><body><h1>Splitring bench</h1><table>" % (head.get("date", ""), STYLE)]
    out += ["<tr><td>%s</td><td>%s</td></tr>\n" % (html.escape(k), html.escape(v)) for k, v in head.items()]
    out.append("</table><p>Front/back. Median of the repeats and half their spread; x: times the first column in "
               "the same repeat, median (least-most), turned so that above 1 is better. Charts end at 5. "
               "Under software emulation only ratios mean anything.</p>")
    for kind, run in found.items():
        out.append("<h2>%s</h2>%s%s" % (TITLES[kind], charts(run), table(run)))
    return "".join(out) + "</body></html>\n"


def main(prefix):
    found = runs.load(prefix)
    for kind, run in found.items():
        print("\n" + TITLES[kind])
        text(run)
    with open(prefix + ".html", "w") as f:
        f.write(page(found))
    print("\n" + os.path.relpath(prefix + ".html"))


if len(sys.argv) != 2:
    sys.exit("usage: report.py PREFIX")
main(sys.argv[1])
