#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# table.sh FILE: the medians of a DATE-ring.csv as tables for docs/performance.md: one of nanoseconds
# a message, one of messages an event, one of nanoseconds a parse.
set -euo pipefail

if [ $# != 1 ] || [ ! -r "$1" ]; then
	echo "usage: table.sh FILE" >&2
	exit 2
fi

# medians METRIC FORMAT: a row for each job, a column for each kind.
medians() {
	awk -F, -v metric="$1" -v format="$2" '
		BEGIN { kinds["xsr"] = nk = 1; kind[1] = "xsr" } # ours first
		/^#/ || $3 != metric { next }
		!($1 in kinds) { kinds[$1] = ++nk; kind[nk] = $1 }
		!($2 in jobs) { jobs[$2] = ++nj; job[nj] = $2 }
		{ v[$2, $1, ++n[$2, $1]] = $4 }
		function median(j, k,   i, m, t, at, sorted) {
			m = n[j, k]
			if (!m)
				return "-"
			for (i = 1; i <= m; i++) {
				t = v[j, k, i]
				for (at = i; at > 1 && sorted[at - 1] > t; at--)
					sorted[at] = sorted[at - 1]
				sorted[at] = t
			}
			t = sorted[int((m + 1) / 2)]
			return sprintf(t >= 1000 ? "%.0f" : format, t)
		}
		END {
			printf "| job |"
			for (k = 1; k <= nk; k++)
				printf " %s |", kind[k]
			printf "\n|---|"
			for (k = 1; k <= nk; k++)
				printf "---|"
			print ""
			for (j = 1; j <= nj; j++) {
				printf "| %s |", job[j]
				for (k = 1; k <= nk; k++)
					printf " %s |", median(job[j], kind[k])
				print ""
			}
		}' "$3"
}

echo "Nanoseconds a message:"
echo
medians ns-per-message %.1f "$1"
echo
echo "Messages an event, both directions together:"
echo
medians messages-per-notify %.1f "$1"
echo
echo "Nanoseconds a parse:"
echo
medians ns-per-parse %.1f "$1"
