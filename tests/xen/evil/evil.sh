# shellcheck shell=bash disable=SC2154 # lib.sh and the file that includes this one have the rest
# SPDX-License-Identifier: GPL-2.0
#
# What all hostile scenarios share: judging what dom0's kernel said, and showing instead of counting
# when the peer is a stock driver.

# What is attacked, vbd or vif: the scenario says before it brings this file in.
evil_kind=${evil_kind:-vbd}

# The number by which xenstore and the kernel know a disk (by its name) or an interface (a number).
evil_number() {
	case "$evil_kind" in
	vbd) vbd_number "$1" ;;
	vif) echo "$1" ;;
	esac
}

# The two xenstore directories of the guest's device.
evil_front_dir() {
	echo "/local/domain/$(guest_id g)/device/$evil_kind/$(evil_number "$1")"
}

evil_back_dir() {
	echo "/local/domain/0/backend/$evil_kind/$(guest_id g)/$(evil_number "$1")"
}

# Lines no act may cause in the attacked kernel; the grant tables' own complaint about a reference that
# the peer keeps mapped is no splat.
evil_splats='BUG|WARNING:|Oops|general protection|Call Trace|hung task|blocked for more than|rcu.*stall|soft lockup|zombie'

# What the kernel says from here on belongs to the next acts.
evil_log_begin() {
	echo "evil: act $tap_n" >/dev/kmsg
}

evil_log() {
	dmesg | awk '/evil: act/ { n = 0 } { line[n++] = $0 } END { for (i = 1; i < n; i++) print line[i] }'
}

# No line that says that dom0's kernel is hurt.
evil_log_hurt() {
	! evil_log | grep -v 'g\.e\..*still in use' | grep -E -A 8 -m 1 "$evil_splats" || complain "dom0's kernel is hurt"
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
