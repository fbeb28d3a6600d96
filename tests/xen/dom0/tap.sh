# shellcheck shell=bash disable=SC2154 # bed_run comes from lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# TAP for scenarios. A scenario states what it shows as a sequence of `try`s, each one test line.
# The plan (number of lines) is in the scenario's header; the host prints and enforces it.

tap_n=0

# A comment in the output, with the seconds this scenario has taken so far.
note() {
	echo "# [${SECONDS} s] $*"
}

# counted WHAT TIMES MISCOMPARES: a line of the table that the host prints at the end of all scenarios.
counted() {
	echo "# counted: $1|$2|$3"
}

pass() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $*"
}

fail() {
	tap_n=$((tap_n + 1))
	echo "not ok $tap_n - $* [${SECONDS} s]"
}

# skip COUNT WHY: stands for COUNT tests that cannot be run here.
skip() {
	local n

	for ((n = 0; n < $1; n++)); do
		tap_n=$((tap_n + 1))
		echo "ok $tap_n # SKIP $2"
	done
}

# try WHAT COMMAND...: passes when the command succeeds. The command runs in a subshell that ends at
# the first failing line, so it may be a function of the scenario; it keeps what it must remember in
# files. Its output is shown when it fails and kept in $bed_run/last-output in any case.
try() {
	local what=$1 status
	shift

	set +e
	(set -e; "$@") >"$bed_run/last-output" 2>&1
	status=$?
	set -e
	if [ $status = 0 ]; then
		pass "$what"
	else
		fail "$what"
		echo "# exit status $status of: $*"
		tail -n 40 "$bed_run/last-output" | sed 's/^/#   /'
	fi
	return 0
}

# is WHAT GOT WANTED: passes when the two strings are the same.
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1"
		printf '#   got:    %s\n#   wanted: %s\n' "$2" "$3"
	fi
}

# Says on standard error what is wrong, for use inside a `try`.
complain() {
	echo "$*" >&2
	return 1
}

# by_length SHORT LONG: how often, where `make check-all` has the time for more.
by_length() {
	[ -n "${BED_LONG:-}" ] && echo "$2" || echo "$1"
}
