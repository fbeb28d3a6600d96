# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What all hostile scenarios share: judging what dom0's kernel said, and showing instead of counting
# when the peer is a stock driver.

# lib.sh has tap_n and bed_run, the file that includes this one has peer.
# shellcheck disable=SC2154

# Lines no act may cause, in dom0.
evil_splats='BUG|WARNING:|Oops|general protection|Call Trace|hung task|blocked for more than|rcu.*stall|soft lockup|zombie'
# At most this many lines about one device for one act.
evil_most_lines=10

# What the kernel says from here on belongs to the next act.
evil_log_begin() {
	echo "evil: act $tap_n" >/dev/kmsg
}

evil_log() {
	dmesg | awk '/evil: act/ { n = 0 } { line[n++] = $0 } END { for (i = 1; i < n; i++) print line[i] }'
}

# evil_log_check DEVICE RESULT: no splat, not too many lines; and where RESULT says that the device
# was closed, at least one that names it.
evil_log_check() {
	local n

	evil_log | grep -E -A 8 -m 1 "$evil_splats" && complain "dom0's kernel is hurt"
	n=$(evil_log | grep -c "$1" || true)
	[ "$n" -le $evil_most_lines ] || complain "$n lines about $1"
	[[ "$2" != *' answer=closed'* ]] || [ "$n" -gt 0 ] || complain "no line says why $1 was closed"
	evil_log | grep "$1" || true
}

# evil_act WHAT COMMAND...: `try`, but with a stock peer a failure is only shown.
evil_act() {
	local what=$1 status
	shift

	if [ "$peer" = ours ]; then
		try "$what" "$@"
		return
	fi
	set +e
	(set -e; "$@") >"$bed_run/last-output" 2>&1
	status=$?
	set -e
	if [ $status = 0 ]; then
		pass "$what"
	else
		pass "$what # stock: $(grep -m 1 '^evil-' "$bed_run/last-output")"
		tail -n 3 "$bed_run/last-output" | sed 's/^/#   /'
	fi
}
